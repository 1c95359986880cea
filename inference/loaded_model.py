"""A model that is ready: bundle, tokenizer, template, decoder, sequence and reader together.

Knows nothing about commands and events but for the figures of a status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import psutil
from numpy.typing import NDArray

from inference.channels import reply_format_of
from inference.contract import ChatPrompt, Prompt, RawPrompt, Status, TemplateInUse, Token
from inference.memory import check_memory, give_back_memory
from inference.prompt import AssembledPrompt, assemble
from inference.reading import Reader
from inference.reading_plan import ALONE, TOGETHER, Run, plan
from inference.recording_reader import RecordingReader
from inference.runtime.decoder import Decoder
from inference.runtime.failures import OUT_OF_MEMORY
from inference.runtime.opening import graph_opener, marked
from inference.runtime.providers import Provider, choose_provider, cpu_because
from inference.runtime.session import Interrupted, Interrupter
from inference.sequence import TokenSequence
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
    from inference.tensors.changed_weights import ChangedWeights
    from inference.tensors.inspector import Inspector


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
    """

    bundle: Bundle
    provider: Provider
    tokenizer: Tokenizer
    chat_template: str | None
    decoder: Decoder
    interrupter: Interrupter
    imported: bool
    template_edited: bool = False

    def __post_init__(self) -> None:
        self.sequence = TokenSequence(self.decoder.capacity)
        self._activations: Activations | None = None
        self._make_readers()
        self.reply_format = reply_format_of(self.tokenizer)
        self._renderer = TemplateRenderer()
        if self.chat_template is not None:
            self._renderer.prepare()
        self._process = psutil.Process()
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
        self.reader.check_read(ref.position)
        if self._activations is None:
            from inference.activations import Activations

            self._activations = Activations(self.bundle, self.provider, self.interrupter)
        return self._activations.value(ref.name, self.sequence.ids[: ref.position + 1])

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

    def change_weights(self, command: WeightCommand) -> WeightChanges:
        """Turn a bit of a weight over, or undo all of that; the sequence is read anew.

        Raises:
            VitrineError: there is no such bit, or the model cannot be opened so; all stays as it was.
        """
        former = self.weights.bits
        changed = () if isinstance(command, RestoreWeights) else self.weights.flipped(command)
        try:
            self.weights.take(changed)
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

    def _bring_back_with_weights(self) -> None:
        self.provider = replace(self.provider, weights=self.weights.by_name())
        self.bring_back(self.interrupter)

    @cached_property
    def weights(self) -> ChangedWeights:
        """Which weights are others than in their files."""
        from inference.tensors.changed_weights import ChangedWeights

        return ChangedWeights(self.inspector)

    def put_away(self) -> None:
        """Let go of the decoder, to make room; until `bring_back` nothing that wants it may be asked for."""
        self._activations = None
        del self.reader, self.recording_reader, self.decoder
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
        sequence.read = 0
        give_back_memory()
        self.decoder = Decoder(self.bundle, self.provider, interrupter)
        self._make_readers()
        with suppress(Interrupted):
            for _ in self.read(plan(wanted, 0, self.decoder.capacity, self.decoder.in_parts)):
                pass

    def _make_readers(self) -> None:
        self.reader = Reader(self.decoder, self.sequence)
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
        sequence, decoder = self.sequence, self.decoder
        for run in runs:
            ids = sequence.ids[run.start : run.stop].tolist()
            if run.alone:
                for position, token in enumerate(ids, run.start):
                    decoder.decode(token, position)
                    sequence.alone[position] = True
                    sequence.read = position + 1
                    yield sequence.read
                continue
            # What is read beside has no meaning, and is overwritten by what comes next.
            for done in decoder.prefill(ids * 2 if run.beside else ids, run.start):
                read = min(run.start + done, run.stop)
                sequence.alone[sequence.read : read] = False
                sequence.read = read
                yield read

    def status(self) -> Status:
        """Figures of this moment."""
        read = self.sequence.read
        return Status(
            memory=self._process.memory_info().rss,
            captures=read * self.decoder.capture_bytes_per_position,
            cache=read * self.decoder.cache.bytes_per_position,
            context_used=len(self.sequence),
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


def load_model(
    path: Path | None,
    wanted: Literal["auto", "cpu", "cuda"],
    interrupter: Interrupter,
    progress: Callable[[int, int], None],
    watch: Callable[[], AbstractContextManager[None]] = nullcontext,
    variant: str = "",
) -> LoadedModel:
    """Make a model ready; on the CPU where it was nobody's wish to have it on a GPU that has no room for it.

    Args:
        path: of a model file or bundle; ``None`` is the default model.
        wanted: provider.
        interrupter: what can end its runs.
        progress: called with parts done and in all while importing; may raise to stop.
        watch: makes what surrounds the runtime's own loading, which nothing but the end of the process can stop.
        variant: which of the source's graphs or precisions; empty is the best for the provider.

    Raises:
        VitrineError: of any kind that finding, importing and opening a model have.
    """
    source = default_model_path() if path is None else path

    def on(provider: Provider) -> LoadedModel:
        return _load_on(provider, source, interrupter, progress, watch, variant)

    provider = choose_provider(wanted)
    try:
        return on(provider)
    except VitrineError as error:
        if wanted != "auto" or provider.choice.name == "CPU" or error.case != OUT_OF_MEMORY:
            raise
    # Not within the handler: the error holds on to all that was made before it.
    return on(cpu_because("the GPU has too little memory for this model"))


def _load_on(
    provider: Provider,
    source: Path,
    interrupter: Interrupter,
    progress: Callable[[int, int], None],
    watch: Callable[[], AbstractContextManager[None]],
    variant: str,
) -> LoadedModel:
    bundle, imported = imported_bundle(source, provider, interrupter, progress, watch, variant)
    if imported:
        give_back_memory()
    tokenizer = bundle.tokenizer()
    check_memory(bundle.facts.name, bundle.facts.report.weight_bytes)
    with mark_loading(bundle), watch():
        decoder = Decoder(bundle, provider, interrupter)
    edited = edited_template(bundle.folder)
    template = bundle.chat_template() if edited is None else edited
    return LoadedModel(
        bundle, provider, tokenizer, template, decoder, interrupter, imported, edited is not None
    )


LOADING_MARK = "loading"


def mark_loading(bundle: Bundle) -> AbstractContextManager[None]:
    """Leave a mark in the bundle while the runtime opens it, as `marked`."""
    return marked(bundle.folder / LOADING_MARK, bundle.facts.name)
