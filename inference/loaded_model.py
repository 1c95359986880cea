"""A model that is ready: bundle, tokenizer, template, decoder, sequence and reader together.

Knows nothing about commands and events but for the figures of a status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import psutil

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
from inference.runtime.instrument import Instrument
from inference.runtime.opening import graph_opener, marked
from inference.runtime.providers import Provider, choose_provider, cpu_because
from inference.runtime.session import Interrupted, Interrupter
from inference.sequence import TokenSequence
from inference.templates import TemplateRenderer
from models.bundle import Bundle, BundleFacts
from models.bundle_library import ready_bundle
from models.default_model import default_model_path
from models.errors import TemplateError, VitrineError
from models.formats.format import ImportTools
from models.templates_on_disk import MOST_CHARACTERS, edited_template, keep_edited_template
from models.tokenizer.tokenizer import Tokenizer


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
        self._longest_piece = max(map(len, self.tokenizer.pieces))

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
        self._make_readers()

    def put_away(self) -> None:
        """Let go of the decoder, to make room; until `bring_back` nothing that wants it may be asked for."""
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
        sequence.read = 0
        give_back_memory()
        self.decoder = Decoder(self.bundle, self.provider, interrupter)
        self.inside = self._make_inside(interrupter)
        self._ordinary = self.decoder, TokenSequence(self.decoder.capacity)
        if self.intervention:
            try:
                self.decoder = self.inside.instrument.decoder(self.intervention, capture=True)
            except VitrineError:
                # The model itself is there again; what it was without has to be asked for once more.
                self.intervention = NOTHING
        self._make_readers()
        with suppress(Interrupted):
            for _ in self.read(plan(wanted, 0, self.decoder.capacity, self.decoder.in_parts)):
                pass

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
