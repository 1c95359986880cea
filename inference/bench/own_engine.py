"""Our own engine as it is measured beside others: with capture, the sampling chain and a record of every token.

Knows nothing about the others.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

from inference.bench.engine import UNTIMED_TOKENS, Written
from inference.generation import generate
from inference.runtime.decoder import Decoder
from inference.runtime.providers import runtime_version
from inference.sampling.settings import SamplingSettings
from inference.sequence import TokenSequence
from models.tokenizer.tokenizer import Tokenizer


class OwnEngine:
    """A `MeasuredEngine`.

    Args:
        decoder: with capture.
        tokenizer: of its model.
    """

    name = "Vitrine"
    version = runtime_version()

    def __init__(self, decoder: Decoder, tokenizer: Tokenizer) -> None:
        self._decoder, self._tokenizer = decoder, tokenizer
        self._sequence = TokenSequence(decoder.capacity)
        self._ids: list[int] = []

    def read(self, ids: Sequence[int]) -> float:
        """As `MeasuredEngine.read`."""
        self._ids = list(ids)
        self._sequence.read = 0
        self._sequence.replace(self._ids)
        started = time.perf_counter()
        for read in self._decoder.prefill(self._ids, 0):
            self._sequence.read = read
        self._decoder.last_logits(len(self._ids) - 1)
        return time.perf_counter() - started

    def write(self, length: int, tokens: int) -> Written:
        """As `MeasuredEngine.write`."""
        self._sequence.replace(self._ids[:length])
        # Nothing that ends a reply stops this one.
        steps = generate(self._decoder, self._tokenizer, self._sequence, SamplingSettings, seed=0)
        for _ in itertools.islice(steps, UNTIMED_TOKENS):
            pass
        started = time.perf_counter()
        model_ms = sum(step.model_ms for step in itertools.islice(steps, tokens))
        return Written(tokens, time.perf_counter() - started, model_ms / 1000)
