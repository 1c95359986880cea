"""A model that is ready: bundle, tokenizer, template, decoder, sequence and reader together.

Knows nothing about commands and events but for the figures of a status.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import psutil
from numpy.typing import NDArray

from inference.capture_budget import capture_budget
from inference.channels import reply_format_of
from inference.contract import ChatPrompt, Prompt, RawPrompt, Status, TemplateInUse, Token
from inference.inside.inside import Inside
from inference.intervention import NOTHING, Intervention
from inference.memory import check_memory, give_back_memory
from inference.prompt import AssembledPrompt, assemble
from inference.reading import Reader
from inference.reading_plan import ALONE, TOGETHER, Run, plan
from inference.recording_reader import RecordingReader
from inference.rereading import read_runs
from inference.runtime.decoder import Decoder
from inference.runtime.failures import OUT_OF_MEMORY
from inference.runtime.gpus import gpu_memory
from inference.runtime.instrument import Instrument
from inference.runtime.opening import graph_opener, marked
from inference.runtime.providers import Provider, choose_provider, cpu_because
from inference.runtime.session import Interrupted, Interrupter
from inference.sequence import TokenSequence
from inference.steadiness import measured_refusal, refusal_of
from inference.templates import TemplateRenderer
from inference.tensors.contract import (
    Lives,
    RestoreWeights,
    TensorRef,
    WeightChanges,
    WeightCommand,
)
from models.bundle import Bundle, BundleFacts
from models.bundle_library import ready_bundle
from models.default_model import default_model_path
from models.errors import TemplateError, VitrineError
from models.formats.format import ImportTools
from models.templates_on_disk import MOST_CHARACTERS, edited_template, keep_edited_template
from models.tokenizer.tokenizer import Tokenizer

if TYPE_CHECKING:
    from inference.activations import Activations
    from inference.formula.formulas import Formulas
    from inference.precision.replaying import ReferenceRun
    from inference.tensors.changed_weights import ChangedWeights
    from inference.tensors.inspector import Inspector

_Made = TypeVar("_Made")


@dataclass
class LoadedModel:
    """Everything that answers for one model.

    Args:
        bundle: what was loaded.
        provider: where it runs.
        tokenizer: of the bundle.
        chat_template: Jinja source in use, if there is one.
        decoder: runs it.
        interrupter: what can end its runs from another thread.
        imported: whether the file had to be imported.
        template_edited: whether `chat_template` is a person's instead of the model's own.
        capture_budget: bytes that the decoder's captures may take.
    """

    bundle: Bundle
    provider: Provider
    tokenizer: Tokenizer
    chat_template: str | None
    decoder: Decoder
    interrupter: Interrupter
    imported: bool
    template_edited: bool = False
    capture_budget: int | None = None

    def __post_init__(self) -> None:
        self.sequence = TokenSequence(self.decoder.capacity)
        self._pause: Callable[[], None] = lambda: None
        self._activations: Activations | None = None
        self._expected: Mapping[str, Collection[str]] = {}
        self._activations_used_s = 0.0
        self.intervention = NOTHING
        """What is muted in the model whose sequence this is."""
        self._ordinary = self.decoder, self.sequence
        self.inside = self._make_inside(self.interrupter)
        self._make_readers()
        self.reply_format = reply_format_of(self.tokenizer)
        self._renderer = TemplateRenderer()
        if self.chat_template is not None:
            self._renderer.prepare()
        self._process = psutil.Process()
        self.guess_refused = refusal_of(self.facts.wiring, self.facts.sites, self.provider.choice)
        """Why nothing can be guessed ahead, one sentence; empty where it can as far as is known."""
        self.reference: ReferenceRun | None = None
        """What `inference.precision` has read last of a reply."""
        self._steadiness_measured = False
        self._longest_piece = max(map(len, self.tokenizer.pieces))

    @cached_property
    def inspector(self) -> Inspector:
        """Looks at the layers and tensors of the model.

        Raises:
            ModelFileError: its graphs cannot be read.
        """
        # What it needs takes a moment to import, and is wanted only by those who look.
        from inference.tensors.inspector import Inspector
        from models.weights.inspected_graph import bundle_graphs

        lives: Lives = "file" if self.provider.choice.name == "CPU" else "gpu"
        return Inspector(bundle_graphs(self.bundle), lives, self._activation, self.bundle)

    def _activation(self, ref: TensorRef) -> NDArray[np.generic]:
        """A value of the body at a position that is read.

        Raises:
            VitrineError: the position is not read yet, or the value cannot be had.
        """
        return self.observed(ref.graph, (ref.name,), ref.position)[ref.name]

    @cached_property
    def formulas(self) -> Formulas:
        """Spells out neurons of the model.

        Raises:
            ModelFileError: its graphs cannot be read.
        """
        from inference.formula.formulas import Formulas

        wiring = self.facts.wiring
        return Formulas(
            self.inspector,
            self.observed,
            rounds_blocks=self.provider.choice.name == "CPU",
            at_hand=(wiring.head_input, wiring.head_output),
            expect=self._expect,
        )

    def _expect(self, names: Mapping[str, Collection[str]]) -> None:
        self._expected = names
        if self._activations is not None:
            self._activations.expect(names)

    def observed(self, graph: str, names: tuple[str, ...], position: int) -> Mapping[str, NDArray[Any]]:
        """Values of a graph at a position that is read, as the runtime makes them.

        Logits and what they are made of are those of the conversation; other values are computed once more.

        Args:
            graph: ``"body"`` or ``"head"``.
            names: of values that its nodes make, or of the head's input.
            position: of the token.

        Raises:
            Interrupted: something else is wanted first.
            VitrineError: the position is not read yet, or the values cannot be had.
        """
        self.reader.check_read(position)
        wiring, known = self.facts.wiring, dict[str, NDArray[Any]]()
        if graph == "head":
            known[wiring.head_input] = self.decoder.hidden[position]
            if wiring.head_output in names:
                known[wiring.head_output] = self.reader.logits(position)
        missing = tuple(name for name in names if name not in known)
        if not missing:
            return known
        self._activations_used_s = time.monotonic()
        if self._activations is None:
            from inference.activations import Activations

            self._activations = Activations(self.bundle, self.provider, self.interrupter)
            self._activations.expect(self._expected)
        if graph == "head":
            return known | self._activations.head_values(missing, self.decoder.hidden[position])
        if self.intervention:
            raise VitrineError(
                "something-is-muted",
                "Activations are computed by the whole model, and some of it is muted in this reply.",
                "Write the reply with nothing muted to see them.",
            )
        return self._activations.values(missing, self.decoder, self.sequence.ids[: position + 1])

    @property
    def unused_s(self) -> float | None:
        """Seconds since somebody looked inside by what was opened for that; ``None`` where nothing is."""
        used = [self.inside.used_s, self._activations_used_s if self._activations is not None else None]
        known = [one for one in used if one is not None]
        return time.monotonic() - max(known) if known else None

    def look_no_more(self) -> None:
        """Close what was opened to look inside; it is opened again when somebody looks."""
        self._activations = None
        self.inside.let_go()
        give_back_memory()

    @property
    def facts(self) -> BundleFacts:
        """What is known about the model."""
        return self.bundle.facts

    def change_template(self, template: str | None) -> TemplateInUse:
        """Use another chat template from now on, remembered with the bundle.

        Args:
            template: Jinja source; ``None``, nothing but white space, or the model's own goes back to the
                model's own.

        Raises:
            TemplateError: it cannot be read; the old one stays in use.
            VitrineError: it cannot be remembered; likewise.
        """
        own = self.bundle.chat_template()
        if template is not None and (template == own or not template.strip()):
            template = None
        if template is not None:
            if len(template) > MOST_CHARACTERS:
                raise TemplateError(
                    "template-too-large",
                    f"The chat template has {len(template):,} characters; {MOST_CHARACTERS:,} are the most.",
                    "Shorten it.",
                )
            self._renderer.check(template)
        try:
            keep_edited_template(self.bundle.folder, template)
        except OSError as error:
            raise VitrineError(
                "template-not-kept",
                f"The chat template cannot be kept in {self.bundle.folder} ({error.strerror or error}).",
                "Make room on that disk, or make the folder writable.",
            ) from error
        self.chat_template = own if template is None else template
        self.template_edited = template is not None
        if self.chat_template is not None:
            self._renderer.prepare()
        return TemplateInUse(self.chat_template, self.template_edited)

    def assemble(self, prompt: Prompt, template: str | None = None) -> AssembledPrompt:
        """The tokens of a prompt.

        Args:
            prompt: to be made into tokens.
            template: Jinja source to render it with; ``None`` is the one in use, and where that is broken the
                prompt is continued without it.

        Raises:
            TemplateError: the chat template failed.
            VitrineError: the prompt cannot be made into tokens.
        """
        match prompt:
            case ChatPrompt():
                characters = sum(len(message.text) for message in prompt.messages)
                self._check_length(characters, "conversation")
            case RawPrompt():
                self._check_length(len(prompt.text))
        return assemble(
            prompt,
            self.tokenizer,
            self.chat_template if template is None else template,
            self._renderer,
            self.facts.vocabulary,
            self.reply_format,
            must_render=template is not None,
        )

    def tokens_of(self, text: str, *, first: bool = True) -> tuple[Token, ...]:
        """Tokens of ordinary text.

        Args:
            text: anything.
            first: whether no text comes before it.

        Raises:
            VitrineError: it cannot fit into the context, however it is tokenized.
        """
        self._check_length(len(text))
        return tuple(
            Token(token, self.tokenizer.piece(token), False, "user")
            for token in self.tokenizer.encode(text, first=first)
        )

    def _check_length(self, characters: int, what: str = "text") -> None:
        """Refuse what cannot fit before tokenizing it, which takes seconds for megabytes."""
        # A token has at least as many bytes as characters, so this many characters need at least so many tokens.
        least = characters // self._longest_piece
        if least > self.decoder.capacity:
            raise VitrineError(
                "prompt-too-long",
                f"The {what} has {characters:,} characters, which are at least {least:,} tokens; the model's "
                f"context is {self.decoder.capacity:,}.",
                "Shorten it." if what == "text" else "Start a new chat, or shorten what is said.",
            )

    def can_guess(self) -> bool:
        """Whether tokens may be guessed and read ahead: measured once, behind what is read already.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the runtime failed.
        """
        if not self.guess_refused and not self._steadiness_measured:
            self.guess_refused = measured_refusal(self.decoder, self.sequence)
            self._steadiness_measured = True
        return not self.guess_refused

    def change_weights(self, command: WeightCommand) -> WeightChanges:
        """Turn a bit of a weight over, or undo all of that; the sequence counts as not read.

        Raises:
            VitrineError: there is no such bit, or the model cannot be opened so; all stays as it was, but where
                `is_open` says that it could not be opened as it was either.
        """
        former = self.weights.bits
        changed = () if isinstance(command, RestoreWeights) else self.weights.flipped(command)
        try:
            self.weights.take(changed)
        except VitrineError:
            self.weights.take(former)
            raise
        try:
            self.bundle.check_source()
        except VitrineError:
            self.weights.take(former)
            raise
        self.put_away()
        try:
            self._bring_back_with_weights()
        except VitrineError:
            self.weights.take(former)
            self._bring_back_with_weights()
            raise
        return WeightChanges(self.weights.bits)

    @property
    def is_open(self) -> bool:
        """Whether there is a decoder: not between `put_away` and `bring_back`, nor after that has failed."""
        return "decoder" in vars(self)

    def _bring_back_with_weights(self) -> None:
        self.provider = replace(self.provider, weights=self.weights.by_name())
        self._reopen(self.interrupter)

    @cached_property
    def weights(self) -> ChangedWeights:
        """Which weights are others than in their files."""
        from inference.tensors.changed_weights import ChangedWeights

        return ChangedWeights(self.inspector)

    def intervene(self, intervention: Intervention) -> None:
        """Have another intervention from now on: decoder, sequence and readers are those of it.

        The model without any keeps all it has read. What is muted is read by a decoder with gates, which begins anew
        whenever the intervention changes.

        Raises:
            VitrineError: the model cannot be muted so; all stays as it was.
        """
        if intervention == self.intervention:
            return
        if intervention:
            decoder = self.inside.instrument.decoder(intervention, capture=True)
            sequence = TokenSequence(decoder.capacity)
        else:
            decoder, sequence = self._ordinary
        if not self.intervention:
            self._ordinary = self.decoder, self.sequence
        self.decoder, self.sequence, self.intervention = decoder, sequence, intervention
        self.let_others_in(self._pause)
        self._make_readers()

    def put_away(self) -> None:
        """Let go of the decoder, to make room; until `bring_back` nothing that wants it may be asked for."""
        self._activations = None
        del self.reader, self.recording_reader, self.decoder, self._ordinary, self.inside
        give_back_memory()

    def bring_back(self, interrupter: Interrupter) -> None:
        """Open the decoder again, and have it read again what it had read.

        Args:
            interrupter: what can end reading from another thread; the rest is read with the next prompt.

        Raises:
            VitrineError: it cannot be opened again.
        """
        sequence = self.sequence
        wanted = np.where(sequence.alone[: sequence.read], ALONE, TOGETHER).astype(np.int8)
        self._reopen(interrupter)
        with suppress(Interrupted):
            for _ in self.read(plan(wanted, 0, self.decoder.capacity, self.decoder.in_parts)):
                pass

    def _reopen(self, interrupter: Interrupter) -> None:
        """Open the decoder again; nothing is read then.

        Raises:
            VitrineError: it cannot be opened again.
        """
        sequence = self.sequence
        sequence.read = 0
        give_back_memory()
        self.decoder = Decoder(
            self.bundle,
            self.provider,
            interrupter,
            context=sequence.capacity,
            capture_budget=self.capture_budget,
        )
        self.inside = self._make_inside(interrupter)
        self._ordinary = self.decoder, TokenSequence(self.decoder.capacity)
        if self.intervention:
            try:
                self.decoder = self.inside.instrument.decoder(self.intervention, capture=True)
            except VitrineError:
                # The model itself is there again; what it was without has to be asked for once more.
                self.intervention = NOTHING
        self.let_others_in(self._pause)
        self._make_readers()

    def let_others_in(self, pause: Callable[[], None]) -> None:
        """Have a function called in the middle of long answers; it may raise `Postponed` to end them for now."""
        self._pause = pause
        self.decoder.reading_again.between = pause

    def _make_inside(self, interrupter: Interrupter) -> Inside:
        return Inside(Instrument(self.bundle, self.provider, interrupter, self.decoder.head))

    def _make_readers(self) -> None:
        self.reader = Reader(self.decoder, self.sequence)
        self.inside.follow(self.sequence, self.reader, self.intervention)
        self.recording_reader = RecordingReader(self.decoder, self.sequence, self.reader)

    def read(self, runs: Iterable[Run]) -> Iterator[int]:
        """Read parts of the sequence, in order and without gaps.

        Args:
            runs: which, and how.

        Yields:
            Up to where the sequence is read now.

        Raises:
            Interrupted: a run was interrupted; what was yielded stays read.
            VitrineError: the runtime failed.
        """
        return read_runs(self.decoder, self.sequence, runs)

    def status(self) -> Status:
        """Figures of this moment."""
        read, decoder = self.sequence.read, self.decoder
        return Status(
            memory=self._process.memory_info().rss,
            captures=decoder.capture_bytes,
            cache=read * decoder.cache.bytes_per_position,
            context_used=len(self.sequence),
            capture_budget=decoder.capture_budget,
            kept_from=min(decoder.captured.first, read),
            gpu=gpu_memory(self.provider.device_id) if self.provider.device_type == "cuda" else None,
        )

    def close(self) -> None:
        """End the template worker; the rest is memory."""
        self._renderer.close()


def imported_bundle(
    path: Path,
    provider: Provider,
    interrupter: Interrupter,
    progress: Callable[[int, int], None],
    watch: Callable[[], AbstractContextManager[None]] = nullcontext,
    variant: str = "",
) -> tuple[Bundle, bool]:
    """The bundle of a model, imported if it was not, and whether it had to be; arguments as `load_model`.

    Raises:
        VitrineError: of any kind that finding and importing a model have.
    """
    tools = ImportTools(graph_opener(provider, interrupter, watch), check_memory)
    return ready_bundle(path, provider.choice.name, progress, variant, tools)


SHORTEST_CONTEXT = 1024
"""Tokens: a model is not made to do with fewer for want of memory on a GPU."""


def load_model(
    path: Path | None,
    wanted: str,
    interrupter: Interrupter,
    progress: Callable[[int, int], None],
    watch: Callable[[], AbstractContextManager[None]] = nullcontext,
    variant: str = "",
    capture_mib: int | None = None,
) -> LoadedModel:
    """Make a model ready.

    A GPU that has no room for it is tried with a shorter context; one that has none even so is given up for the CPU
    where it was nobody's wish to have the model on a GPU.

    Args:
        path: of a model file or bundle; ``None`` is the default model.
        wanted: provider, as in `Load`.
        interrupter: what can end its runs.
        progress: called with parts done and in all while importing; may raise to stop.
        watch: makes what surrounds the runtime's own loading, which nothing but the end of the process can stop.
        variant: which of the source's graphs or precisions; empty is the best for the provider.
        capture_mib: memory that captures may take, as in `inference.capture_budget`.

    Raises:
        VitrineError: of any kind that finding, importing and opening a model have, or `capture_budget`.
    """
    source = default_model_path() if path is None else path
    budget = capture_budget(capture_mib)

    def imported(provider: Provider) -> tuple[Bundle, bool]:
        return imported_bundle(source, provider, interrupter, progress, watch, variant)

    def on(provider: Provider, context: int | None = None) -> LoadedModel:
        return _open(*imported(provider), provider, interrupter, watch, context, budget)

    provider = choose_provider(wanted)
    if not provider.own_memory:
        return on(provider)
    model = _unless_full(lambda: on(provider))
    if model is not None:
        return model
    known = _unless_full(lambda: imported(provider)[0].facts.context)
    for context in () if known is None else shorter_contexts(known):
        model = _unless_full(partial(on, provider.because(_shorter(provider, context)), context))
        if model is not None:
            return model
    if wanted != "auto":
        raise VitrineError(
            OUT_OF_MEMORY,
            f"There is not enough memory on the {provider.choice.device} to run the model, whatever the context.",
            "Close what uses that memory, or choose a smaller model or the CPU.",
        )
    return on(cpu_because("the GPU has too little memory for this model"))


def shorter_contexts(context: int) -> Iterator[int]:
    """Contexts to try after one that there was no room for: each half as long, `SHORTEST_CONTEXT` at least.

    Args:
        context: tokens.
    """
    while context > SHORTEST_CONTEXT:
        context = max(context // 2, SHORTEST_CONTEXT)
        yield context


def _shorter(provider: Provider, context: int) -> str:
    return f"{provider.choice.reason}, with room for a context of {context:,} tokens"


def _unless_full(make: Callable[[], _Made]) -> _Made | None:
    """What a function makes; ``None`` where there is no room for it, and nothing of it is held on to.

    Raises:
        VitrineError: it fails for another reason.
    """
    try:
        return make()
    except VitrineError as error:
        if error.case != OUT_OF_MEMORY:
            raise
    # What the runtime has let go goes back before the next attempt.
    give_back_memory()
    return None


def _open(
    bundle: Bundle,
    imported: bool,
    provider: Provider,
    interrupter: Interrupter,
    watch: Callable[[], AbstractContextManager[None]],
    context: int | None,
    budget: int,
) -> LoadedModel:
    if imported:
        give_back_memory()
    tokenizer = bundle.tokenizer()
    check_memory(bundle.facts.name, bundle.facts.report.weight_bytes)
    with mark_loading(bundle), watch():
        decoder = Decoder(bundle, provider, interrupter, context=context, capture_budget=budget)
    edited = edited_template(bundle.folder)
    template = bundle.chat_template() if edited is None else edited
    provider = provider.noting(*decoder.notes)
    return LoadedModel(
        bundle, provider, tokenizer, template, decoder, interrupter, imported, edited is not None, budget
    )


LOADING_MARK = "loading"


def mark_loading(bundle: Bundle) -> AbstractContextManager[None]:
    """Leave a mark in the bundle while the runtime opens it, as `marked`."""
    return marked(bundle.folder / LOADING_MARK, bundle.facts.name)
