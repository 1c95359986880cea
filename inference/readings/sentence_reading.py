"""One sentence as a model reads it: its vectors at every point of the stream, and its attention.

Knows nothing about the conversation: the sentence is read by a decoder of its own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inference.attention_reader import AttentionReader
from inference.contract import FloatArray
from inference.inside.looking import states_of
from inference.runtime.decoder import Decoder

PART = 32
"""Tokens that are read at a time, where a model can read a text in parts."""


class SentenceReading:
    """Reads a sentence as far as there is patience for it.

    Args:
        ids: of all its tokens.
        decoder: that has read nothing, with room for all of them; nobody else's.
        points: names of the outputs that are kept, by point.
    """

    def __init__(self, ids: tuple[int, ...], decoder: Decoder, points: tuple[str, ...]) -> None:
        self.ids = np.asarray(ids, np.int64)
        self._decoder = decoder
        self._points = points
        self._attention = AttentionReader(decoder)
        self._rows: list[FloatArray] = []
        self._states: FloatArray | None = None
        self.dtype = np.dtype(np.float32)
        """Of the stream."""
        self.done = 0
        """Tokens that are read."""

    @property
    def complete(self) -> bool:
        """Whether all of it is read."""
        return self.done == len(self.ids)

    def read(self, patience: Callable[[], bool]) -> None:
        """Read on, one part at least.

        Args:
            patience: whether there is time for another one.

        Raises:
            Interrupted: a run was interrupted; what was read before stays.
            VitrineError: the runtime failed.
        """
        self._decoder.watch(self._points)
        part = PART if self._decoder.in_parts else len(self.ids)
        while not self.complete:
            start = self.done
            for done in self._decoder.prefill(self.ids[start : start + part].tolist(), start):
                self._take(start + done - self.done)
            if not patience():
                break

    @property
    def states(self) -> FloatArray:
        """``float32 [points + 1, tokens, width]``, the last of them the final hidden states; when all is read."""
        if self._states is None:
            hidden = np.asarray(self._decoder.hidden[: len(self.ids)], np.float32)
            self._states = np.concatenate([np.concatenate(self._rows, axis=1), hidden[None]])
            self._rows.clear()
        return self._states

    def attention(self, layer: int, position: int) -> FloatArray:
        """What a token looks at: ``float32 [heads, position + 1]``."""
        return self._attention.rows(layer, position, position + 1)[:, 0]

    def _take(self, count: int) -> None:
        values = self._decoder.last_values()
        self.dtype = values[self._points[-1]].dtype
        self._rows.append(np.stack([states_of(values[name], count) for name in self._points]))
        self.done += count
