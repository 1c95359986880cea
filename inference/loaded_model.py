"""A model that is ready: bundle, tokenizer, template, decoder, sequence and reader together.

Knows nothing about commands and events but for the figures of a status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from inference.contract import ChatPrompt, Prompt, RawPrompt, Status, Token
from inference.prompt import AssembledPrompt, assemble
from inference.reading import Reader
from inference.runtime.decoder import Decoder
from inference.runtime.providers import Provider, choose_provider
from inference.runtime.session import Interrupter
from inference.sequence import TokenSequence
from inference.templates import TemplateRenderer
from models.bundle import Bundle, BundleFacts
from models.bundle_library import ready_bundle
from models.default_model import default_model_path
from models.errors import VitrineError
from models.tokenizer.tokenizer import Tokenizer


@dataclass
class LoadedModel:
    """Everything that answers for one model.

    Args:
        bundle: what was loaded.
        provider: where it runs.
        tokenizer: of the bundle.
        chat_template: its Jinja source, if it has one.
        decoder: runs it.
        imported: whether the file had to be imported.
    """

    bundle: Bundle
    provider: Provider
    tokenizer: Tokenizer
    chat_template: str | None
    decoder: Decoder
    imported: bool

    def __post_init__(self) -> None:
        self.sequence = TokenSequence(self.decoder.capacity)
        self.reader = Reader(self.decoder, self.sequence)
        self._renderer = TemplateRenderer()
        if self.chat_template is not None:
            self._renderer.prepare()
        self._process = psutil.Process()
        self._longest_piece = max(map(len, self.tokenizer.pieces))

    @property
    def facts(self) -> BundleFacts:
        """What is known about the model."""
        return self.bundle.facts

    def assemble(self, prompt: Prompt) -> AssembledPrompt:
        """The tokens of a prompt.

        Raises:
            TemplateError: the chat template failed.
            VitrineError: the prompt cannot be made into tokens.
        """
        match prompt:
            case ChatPrompt():
                self._check_length(sum(len(message.text) for message in prompt.messages))
            case RawPrompt():
                self._check_length(len(prompt.text))
        return assemble(prompt, self.tokenizer, self.chat_template, self._renderer, self.facts.vocabulary)

    def tokens_of(self, text: str) -> tuple[Token, ...]:
        """Tokens of ordinary text.

        Raises:
            VitrineError: it cannot fit into the context, however it is tokenized.
        """
        self._check_length(len(text))
        return tuple(
            Token(token, self.tokenizer.piece(token), False, "user") for token in self.tokenizer.encode(text)
        )

    def _check_length(self, characters: int) -> None:
        """Refuse what cannot fit before tokenizing it, which takes seconds for megabytes."""
        # A token has at least as many bytes as characters, so this many characters need at least so many tokens.
        least = characters // self._longest_piece
        if least > self.decoder.capacity:
            raise VitrineError(
                "prompt-too-long",
                f"The text has {characters:,} characters, which are at least {least:,} tokens; the model's "
                f"context is {self.decoder.capacity:,}.",
                "Shorten it.",
            )

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


def load_model(
    path: Path | None,
    wanted: Literal["auto", "cpu", "cuda"],
    interrupter: Interrupter,
    progress: Callable[[int, int], None],
    watch: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> LoadedModel:
    """Make a model ready.

    Args:
        path: of a model file or bundle; ``None`` is the default model.
        wanted: provider.
        interrupter: what can end its runs.
        progress: called with parts done and in all while importing; may raise to stop.
        watch: makes what surrounds the runtime's own loading, which nothing but the end of the process can stop.

    Raises:
        VitrineError: of any kind that finding, importing and opening a model have.
    """
    provider = choose_provider(wanted)
    source = default_model_path() if path is None else path
    bundle, imported = ready_bundle(source, provider.choice.name, progress)
    tokenizer = bundle.tokenizer()
    with mark_loading(bundle), watch():
        decoder = Decoder(bundle, provider, interrupter)
    return LoadedModel(bundle, provider, tokenizer, bundle.chat_template(), decoder, imported)


LOADING_MARK = "loading"


@contextmanager
def mark_loading(bundle: Bundle) -> Iterator[None]:
    """Leave a mark in the bundle while the runtime opens it, so that one that kills the engine is known.

    Raises:
        VitrineError: the mark is still there from last time. It is taken away, so the next attempt is made.
    """
    mark = bundle.folder / LOADING_MARK
    if mark.exists():
        mark.unlink(missing_ok=True)
        raise VitrineError(
            "model-ended-engine",
            f"The engine ended while it was opening {bundle.facts.name} last time.",
            "Load it again to try once more, or choose another model.",
        )
    with suppress(OSError):  # a read-only bundle can be opened all the same
        mark.touch()
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)
