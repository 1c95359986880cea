"""One `Generate` from prompt to the last token, with its bookkeeping.

Knows nothing about the inbox or where events go.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from inference.channel_names import FINAL
from inference.contract import Generate, IdsPrompt, Prompted, Source, Step, Stopped
from inference.generation import generate
from inference.loaded_model import LoadedModel
from inference.reading_plan import ALONE, EITHER, TOGETHER, Run, plan
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
        self._forced: list[tuple[int, Source]] = []
        """Tokens that come first, whatever the draws say."""
        self._runs: list[Run] = []

    @property
    def unread(self) -> int:
        """How many tokens `prefill` has to read."""
        return len(self._model.sequence) - self._model.sequence.read

    def prompt(self) -> Prompted:
        """Make the prompt's tokens the model's sequence.

        Raises:
            VitrineError: the prompt cannot be made, is empty, or does not fit.
        """
        model, command = self._model, self._command
        assembled = model.assemble(command.prompt)
        asked, tokens, capacity = command.prompt, assembled.tokens, model.decoder.capacity
        known = isinstance(asked, IdsPrompt) and asked.known
        prompt = asked.ids if isinstance(asked, IdsPrompt) else [token.id for token in tokens]
        count = len(prompt) + len(command.written)
        if not prompt:
            raise VitrineError("empty-prompt", "The prompt has no tokens.", "Type something.")
        self._force()
        if count + max(len(self._forced), command.max_tokens != 0) > capacity:
            raise VitrineError(
                "prompt-too-long",
                f"The prompt has {count:,} tokens and the model's context is {capacity:,}.",
                f"Shorten it by at least {count + 1 - capacity:,} tokens, or start a new conversation.",
            )
        self._channels = model.reply_format.reader(assembled.lead)
        for token in command.written:
            self._channels.read(token)
        reused, wanted = self._reuse([*prompt, *command.written], len(prompt))
        self._runs = list(plan(wanted, reused, capacity, model.decoder.in_parts))
        alone = model.sequence.alone[: len(prompt)].copy()
        for run in self._runs:
            alone[run.start : run.stop] = run.alone
        if known:
            return Prompted(command.generation, (), reused, alone=alone.tobytes())
        told = [
            token if token.alone == one else replace(token, alone=one)
            for token, one in zip(tokens, alone.tolist(), strict=True)
        ]
        return Prompted(command.generation, tuple(told), reused, assembled.banner)

    def _force(self) -> None:
        model, command = self._model, self._command
        for token in (*command.written, *command.chosen):
            if not 0 <= token < model.facts.vocabulary:
                raise VitrineError(
                    "no-such-token",
                    f"There is no token {token}; the vocabulary has {model.facts.vocabulary:,}.",
                    "Choose one of its tokens.",
                )
        self._forced = [(token, "chosen") for token in command.chosen]
        if command.typed:
            self._forced += [(token.id, "typed") for token in model.tokens_of(command.typed, first=False)]

    def _reuse(self, ids: Sequence[int], prompt: int) -> tuple[int, NDArray[np.int8]]:
        """Make some tokens the sequence; how many of them are read already, and how the others want to be."""
        sequence, command = self._model.sequence, self._command
        wanted = np.full(len(ids), EITHER, np.int8)
        wanted[prompt:] = ALONE
        asked = command.prompt
        if isinstance(asked, IdsPrompt) and len(asked.alone) == prompt:
            wanted[:prompt] = np.where(asked.alone, ALONE, TOGETHER)
            reused = sequence.replace(ids, wanted)
            if asked.patience is None or np.count_nonzero(wanted[reused:prompt] == ALONE) <= asked.patience:
                return reused, wanted
            wanted[:prompt] = EITHER
        return sequence.replace(ids, wanted), wanted

    def prefill(self) -> Iterator[int]:
        """Read what the cache does not hold.

        Yields:
            How many tokens are read so far.

        Raises:
            Interrupted: a run was interrupted; what was yielded stays read.
            VitrineError: the runtime failed.
        """
        started, first = time.perf_counter(), self._model.sequence.read
        for read in self._model.read(self._runs):
            self._prefilled = read - first
            self._prefill_ms = (time.perf_counter() - started) * 1000
            yield self._prefilled

    def write(self) -> Iterator[Step]:
        """Write until the model ends, the limit is reached or the context is full.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the runtime failed, or the logits cannot be used.
        """
        limit = self._command.max_tokens
        if limit == 0 and not self._forced:
            return
        model = self._model
        for step in generate(
            model.decoder,
            model.tokenizer,
            model.sequence,
            lambda: self.settings,
            self._command.seed,
            self._command.generation,
            self._forced,
        ):
            self._last_token = time.perf_counter()
            self._first_token = self._first_token or self._last_token
            self._written += 1
            channel = self._channels.read(step.token.id)
            yield step if channel == FINAL else replace(step, token=replace(step.token, channel=channel))
            if step.token.id in model.reply_format.end_ids or self._channels.ended:
                self.reason = "end"
                return
            if limit is not None and self._written >= max(limit, len(self._forced)):
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
