"""One `Generate` from prompt to the last token, with its bookkeeping.

Knows nothing about the inbox or where events go.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from inference.channel_names import FINAL
from inference.contract import Generate, Prompted, Step, Stopped
from inference.generation import generate
from inference.loaded_model import LoadedModel
from models.errors import VitrineError


class Reply:
    """Carries out one `Generate` when its parts are called in order: prompt, prefill, write, stopped.

    Args:
        model: that replies.
        command: what was asked.
    """

    def __init__(self, model: LoadedModel, command: Generate) -> None:
        self._model = model
        self._command = command
        self.settings = command.settings
        """The sampling chain for the next token."""
        self.reason: Literal["end", "length", "context", "stopped", "failed"] = "length"
        """Why it ended; set by whoever ends it early."""
        self._started = time.perf_counter()
        self._prefilled = 0
        self._prefill_ms = 0.0
        self._written = 0
        self._first_token: float | None = None
        self._last_token = 0.0
        self._channels = model.reply_format.reader()

    def prompt(self) -> Prompted:
        """Make the prompt's tokens the model's sequence.

        Raises:
            VitrineError: the prompt cannot be made, is empty, or does not fit.
        """
        model = self._model
        assembled = model.assemble(self._command.prompt)
        count, capacity = len(assembled.tokens), model.decoder.capacity
        if count == 0:
            raise VitrineError("empty-prompt", "The prompt has no tokens.", "Type something.")
        if count + (self._command.max_tokens != 0) > capacity:
            raise VitrineError(
                "prompt-too-long",
                f"The prompt has {count:,} tokens and the model's context is {capacity:,}.",
                f"Shorten it by at least {count + 1 - capacity:,} tokens, or start a new conversation.",
            )
        self._channels = model.reply_format.reader(assembled.lead)
        reused = model.sequence.replace([token.id for token in assembled.tokens])
        return Prompted(self._command.generation, assembled.tokens, reused, assembled.banner)

    def prefill(self) -> Iterator[int]:
        """Read what the cache does not hold.

        Yields:
            How many tokens are read so far.

        Raises:
            Interrupted: a run was interrupted; what was yielded stays read.
            VitrineError: the runtime failed.
        """
        sequence = self._model.sequence
        started, first = time.perf_counter(), sequence.read
        for done in self._model.decoder.prefill(sequence.ids[first:].tolist(), first):
            sequence.read = first + done
            self._prefilled = done
            self._prefill_ms = (time.perf_counter() - started) * 1000
            yield done

    def write(self) -> Iterator[Step]:
        """Write until the model ends, the limit is reached or the context is full.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the runtime failed, or the logits cannot be used.
        """
        limit = self._command.max_tokens
        if limit == 0:
            return
        model = self._model
        for step in generate(
            model.decoder,
            model.tokenizer,
            model.sequence,
            lambda: self.settings,
            self._command.seed,
            self._command.generation,
        ):
            self._last_token = time.perf_counter()
            self._first_token = self._first_token or self._last_token
            self._written += 1
            channel = self._channels.read(step.token.id)
            yield step if channel == FINAL else replace(step, token=replace(step.token, channel=channel))
            if step.token.id in model.reply_format.end_ids or self._channels.ended:
                self.reason = "end"
                return
            if self._written == limit:
                return
        self.reason = "context"

    def stopped(self) -> Stopped:
        """How it went."""
        first = self._first_token
        return Stopped(
            generation=self._command.generation,
            reason=self.reason,
            tokens=self._written,
            prefilled=self._prefilled,
            prefill_ms=self._prefill_ms,
            first_token_ms=0.0 if first is None else (first - self._started) * 1000,
            decode_ms=0.0 if first is None else (self._last_token - first) * 1000,
        )
