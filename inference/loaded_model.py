"""A model that is ready: bundle, tokenizer, template, decoder, sequence and reader together.

Knows nothing about commands and events but for the figures of a status.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

from inference.contract import Prompt, Status, Token
from inference.prompt import AssembledPrompt, assemble
from inference.reading import Reader
from inference.runtime.decoder import Decoder
from inference.runtime.providers import Provider, choose_provider
from inference.runtime.session import Interrupter
from inference.sequence import TokenSequence
from inference.templates import TemplateRenderer
from models.bundle import Bundle, BundleFacts
from models.default_model import default_model_path
from models.library import ready_bundle
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
        self._process = psutil.Process()

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
        return assemble(prompt, self.tokenizer, self.chat_template, self._renderer, self.facts.vocabulary)

    def tokens_of(self, text: str) -> tuple[Token, ...]:
        """Tokens of ordinary text."""
        return tuple(
            Token(token, self.tokenizer.piece(token), False, "user") for token in self.tokenizer.encode(text)
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
) -> LoadedModel:
    """Make a model ready.

    Args:
        path: of a model file or bundle; ``None`` is the default model.
        wanted: provider.
        interrupter: what can end its runs.
        progress: called with parts done and in all while importing; may raise to stop.

    Raises:
        VitrineError: of any kind that finding, importing and opening a model have.
    """
    provider = choose_provider(wanted)
    source = default_model_path() if path is None else path
    bundle, imported = ready_bundle(source, provider.choice.name, progress)
    tokenizer = bundle.tokenizer()
    decoder = Decoder(bundle, provider, interrupter)
    return LoadedModel(bundle, provider, tokenizer, bundle.chat_template(), decoder, imported)
