"""Reading texts with an opened model in the three ways a conversation does: at once, token by token, branching back.

Knows nothing of what the results are compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.loaded_model import LoadedModel
from tests.parity.untouched import Untouched

FloatArray = NDArray[np.float32]

PROMPT = 24
"""Tokens of the first text that are read at once before the rest follow one by one."""

SHARED = 20
"""Tokens that both texts begin with."""

AFTER_BRANCH = 10
"""Tokens of the second text that are read at once after branching back."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What a model made of a text.

    Args:
        logits: ``float32 [token, vocabulary]``.
        attention: ``float32 [layer, head, query, key]``.
    """

    logits: FloatArray
    attention: FloatArray


AT_ONCE = "at once"
STEP_BY_STEP = "step by step"
BRANCHING_BACK = "branching back"


def texts(vocabulary: int) -> tuple[list[int], list[int]]:
    """Two random texts that begin alike and are longer than the checkpoints' sliding window."""
    random = np.random.default_rng(7)
    first = random.integers(0, vocabulary, 40).tolist()
    return first, first[:SHARED] + random.integers(0, vocabulary, 16).tolist()


class Conversation:
    """A model with the logits of every row as generating sees them, run by run.

    Args:
        model: reads.
    """

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self.logits: FloatArray = np.zeros((0, model.decoder.vocabulary), np.float32)
        """``float32 [token, vocabulary]`` of what is read."""

    def begin(self) -> None:
        """Forget everything."""
        self._model.sequence.read = 0

    def become(self, ids: list[int]) -> int:
        """Take another text; how many of its tokens are read already."""
        return self._model.sequence.replace(ids)

    def prefill(self, stop: int) -> None:
        """Read what is not read before a position, at once."""
        sequence, decoder = self._model.sequence, self._model.decoder
        start = sequence.read
        for done in decoder.prefill(sequence.ids[start:stop].tolist(), start):
            sequence.read = start + done
        self._keep(start, np.concatenate([rows for _, rows in decoder.logits(start, stop)]))

    def decode(self) -> None:
        """Read the rest, each token by itself."""
        sequence, decoder = self._model.sequence, self._model.decoder
        for position in range(sequence.read, len(sequence)):
            decoder.decode(int(sequence.ids[position]), position)
            sequence.read = position + 1
            self._keep(position, decoder.last_logits(position)[None])

    def reading(self) -> Reading:
        """What was made of the text."""
        assert len(self.logits) == self._model.sequence.read
        return Reading(self.logits, self._model.reader.whole_attention())

    def _keep(self, start: int, rows: FloatArray) -> None:
        self.logits = np.concatenate([self.logits[:start], rows])


def read_three_ways(model: LoadedModel, vocabulary: int) -> dict[str, Reading]:
    """The first text in one prefill; the same, partly token by token; then the second, after what both share."""
    first, second = texts(vocabulary)
    one = Conversation(model)
    one.become(first)
    one.begin()
    one.prefill(len(first))
    at_once = one.reading()
    one.begin()
    one.prefill(PROMPT)
    one.decode()
    step_by_step = one.reading()
    kept = one.become(second)
    assert kept == SHARED, kept
    one.prefill(SHARED + AFTER_BRANCH)
    one.decode()
    return {AT_ONCE: at_once, STEP_BY_STEP: step_by_step, BRANCHING_BACK: one.reading()}


def read_untouched(path: Path, head_size: int, vocabulary: int) -> dict[str, Reading]:
    """The same by plain onnxruntime, in runs of the same lengths: what rounds activations depends on these."""
    parts = {}
    for watched in (False, True):
        first, second = texts(vocabulary)
        whole = Untouched(path, head_size, watched)
        whole.read(first)
        steps = Untouched(path, head_size, watched)
        steps.read(first[:PROMPT])
        for token in first[PROMPT:]:
            steps.read([token])
        parts[AT_ONCE, watched], parts[STEP_BY_STEP, watched] = whole.result(), steps.result()
        steps.keep(SHARED)
        steps.read(second[SHARED : SHARED + AFTER_BRANCH])
        for token in second[SHARED + AFTER_BRANCH :]:
            steps.read([token])
        parts[BRANCHING_BACK, watched] = steps.result()
    ways = (AT_ONCE, STEP_BY_STEP, BRANCHING_BACK)
    return {way: Reading(parts[way, False][0], parts[way, True]) for way in ways}
