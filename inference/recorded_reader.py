"""Reading the inside of a model out of a recording, by the code that reads a live one.

Knows nothing about who asks or where the recording came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.attention import AttentionFormula
from inference.captures import Positions
from inference.contract import FloatArray, Statistics
from inference.reading import Reader
from inference.recording import Recording
from inference.sequence import TokenSequence
from inference.slices import Slices
from models.errors import VitrineError


class RecordedCaptures:
    """As `Captures`, out of a recording's arrays; keys and logits are views.

    Args:
        recording: of a sequence.
    """

    def __init__(self, recording: Recording) -> None:
        outline = recording.outline
        self._arrays = recording.arrays
        self._rows = range(recording.first_row, outline.read)
        self.sites = tuple(layer.site for layer in outline.layers)
        self.formulas = tuple(AttentionFormula(layer.site, sinks=layer.sinks) for layer in outline.layers)
        self.vocabulary = outline.vocabulary

    def queries_of(self, layer: int, positions: Positions) -> NDArray[Any]:
        """As `Captures.queries_of`."""
        return self._arrays[f"queries/{layer}"][positions]

    def keys_of(self, layer: int, length: int) -> NDArray[Any]:
        """As `Captures.keys_of`."""
        return self._arrays[f"keys/{layer}"][:, :length]

    def key_dtype_of(self, layer: int) -> np.dtype[Any]:
        """As `Captures.key_dtype_of`."""
        return self._arrays[f"keys/{layer}"].dtype

    def bias_of(self, layer: int, positions: Positions, length: int) -> NDArray[Any] | None:
        """As `Captures.bias_of`."""
        mask = self.sites[layer].mask
        return None if mask is None else self._arrays[f"bias/{mask}"][:, positions, :length]

    def last_logits(self, position: int) -> FloatArray:
        """As `Captures.last_logits`.

        Raises:
            VitrineError: they were not recorded.
        """
        if position not in self._rows:
            kept = self._rows
            which = f"only that at positions {kept.start + 1} to {kept.stop} was" if kept else "nothing was"
            # A row is about the token that follows it.
            raise VitrineError(
                "not-recorded",
                f"What could have come at position {position + 1} was not recorded; {which}.",
                "Open the model to see it.",
            )
        return self._arrays["logits"][position - self._rows.start]

    def logits(self, start: int, stop: int) -> Iterator[tuple[int, FloatArray]]:
        """As `Captures.logits`, one row at a time.

        Raises:
            VitrineError: one of them was not recorded.
        """
        for row in range(start, stop):
            yield row, self.last_logits(row)[None]


class RecordedReader(Reader):
    """As `Reader`, with the statistics that were recorded of every token.

    Args:
        recording: of a sequence.
        sequence: the beginning of it that is looked at.
    """

    def __init__(self, recording: Recording, sequence: TokenSequence) -> None:
        self.captures = RecordedCaptures(recording)
        super().__init__(self.captures, sequence)
        self._statistics = recording.arrays["statistics"]

    def statistics(self, start: int, stop: int) -> Slices[Statistics]:
        """As `Reader.statistics`.

        Raises:
            VitrineError: the row before a position is not read.
        """
        if stop > max(start, 1):
            self.check_read(stop - 2)
        stop = min(stop, self._statistics.shape[1])
        logprobs, ranks, entropies = self._statistics[:, start:stop]
        yield
        return Statistics(
            start, stop, logprobs.astype(np.float32), ranks.astype(np.int64), entropies.astype(np.float32)
        )
