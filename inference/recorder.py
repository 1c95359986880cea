"""Makes a recording by asking an engine, one question after another; whoever asks them owns pace and cancel.

Knows nothing about how questions and answers travel.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

import numpy as np

from inference.contract import (
    Loaded,
    Proof,
    Query,
    ReadRecording,
    ReadRecordingOutline,
    RecordingOutline,
    RecordingPart,
    RecordingPiece,
)
from inference.recording import (
    RecordedArray,
    Recording,
    check_recordable,
    recorded_arrays,
    recorded_facts,
)
from inference.sequence import checksum

PIECE_BYTES = 4 << 20
"""About how much is asked for at once: 20 to 130 milliseconds of the engine's time with the default model."""

MOST_ROWS = 128
"""Rows of queries at most that are asked for at once, so that an engine that has dropped them can compute them."""

_BY_ROW = ("queries", "bias")


class Recorder:
    """Put `question` to the engine and give the answer's value to `take`, until there is no question left.

    Where the sequence changes meanwhile, the engine refuses (``"sequence-changed"``).

    Args:
        outline: what the engine answered to `ReadRecordingOutline`.
        model: what was loaded.
        proof: of it; ``None`` where it is not known yet.
        first_row: first row whose logits are wanted: 0 for all, the position before a reply's first token for those
            of the reply.

    Raises:
        VitrineError: there is nothing to record, or it would be too large.
        MemoryError: there is no room for it.
    """

    def __init__(
        self, outline: RecordingOutline, model: Loaded, proof: Proof | None, first_row: int = 0
    ) -> None:
        first_row = max(0, min(first_row, outline.read))
        check_recordable(outline, first_row)
        self._outline, self._first_row = outline, first_row
        self._model, self._proof = recorded_facts(model), proof
        self._kept = {(one.what, one.index): one for one in recorded_arrays(outline, first_row)}
        self._arrays = {one.name: np.zeros(one.shape, one.dtype) for one in self._kept.values()}
        self._pieces = deque(_pieces(self._kept.values(), outline.vocabulary))
        self.total = len(self._pieces)
        """How many questions there are in all."""

    @property
    def done(self) -> int:
        """How many of them are answered."""
        return self.total - len(self._pieces)

    @property
    def question(self) -> tuple[type[Query], dict[str, Any]] | None:
        """The next question: its class, and its fields but `query`; ``None`` when all are answered."""
        if not self._pieces:
            return None
        parts = self._pieces[0]
        stop = max(part.stop for part in parts)
        return ReadRecording, {"parts": parts, "checksum": checksum(self._outline.ids[:stop])}

    def take(self, piece: RecordingPiece) -> None:
        """Keep the answer to `question`."""
        for part, array in zip(self._pieces.popleft(), piece.arrays, strict=True):
            kept = self._kept[part.what, part.index]
            rows = slice(part.start - kept.first, part.stop - kept.first)
            place: list[slice] = [slice(None)] * len(kept.shape)
            place[kept.axis] = rows
            if part.what == "bias":
                place[-1] = slice(part.stop)
                array = np.tril(array, part.start)
            self._arrays[kept.name][tuple(place)] = array

    def recording(self) -> Recording:
        """The recording; complete when there is no question left."""
        return Recording(self._model, self._proof, self._outline, self._first_row, self._arrays)


def record(
    ask: Callable[[type[Query], dict[str, Any]], object],
    model: Loaded,
    proof: Proof | None,
    first_row: int = 0,
) -> Recording:
    """Record what an engine has read, without a pause.

    Args:
        ask: puts a question, given by its class and its fields but `query`, and returns the answer's value.
        model: as in `Recorder`.
        proof: as in `Recorder`.
        first_row: as in `Recorder`.

    Raises:
        VitrineError: as in `Recorder`, or whatever `ask` raises.
    """
    outline = cast(RecordingOutline, ask(ReadRecordingOutline, {}))
    recorder = Recorder(outline, model, proof, first_row)
    while (question := recorder.question) is not None:
        recorder.take(cast(RecordingPiece, ask(*question)))
    return recorder.recording()


def _pieces(arrays: Iterable[RecordedArray], vocabulary: int) -> Iterator[tuple[RecordingPart, ...]]:
    """All parts in order, as many in a piece as `PIECE_BYTES` has room for."""
    arrays = list(arrays)
    yield from _row_pieces([array for array in arrays if array.what in _BY_ROW])
    piece: list[RecordingPart] = []
    room = float(PIECE_BYTES)
    for array in arrays:
        if array.what in _BY_ROW:
            continue
        # Statistics are small and cost what the logits cost that they are made of.
        cost = 4 * vocabulary if array.what == "statistics" else array.size / max(array.positions, 1)
        at = 0
        while at < array.positions:
            rows = min(array.positions - at, int(room // max(cost, 1)))
            if rows < 1 and piece:
                yield tuple(piece)
                piece, room = [], float(PIECE_BYTES)
                continue
            rows = max(rows, 1)
            first = array.first + at
            piece.append(RecordingPart(array.what, array.index, first, first + rows))
            at += rows
            room -= rows * cost
    if piece:
        yield tuple(piece)


def _row_pieces(arrays: Sequence[RecordedArray]) -> Iterator[tuple[RecordingPart, ...]]:
    """Parts of arrays that a model may have dropped: some rows of all layers, which come out of the same runs."""
    positions = max((array.positions for array in arrays), default=0)
    cost = sum(array.size for array in arrays) / max(positions, 1)
    rows = max(1, min(MOST_ROWS, int(PIECE_BYTES // max(cost, 1))))
    for start in range(0, positions, rows):
        stop = min(start + rows, positions)
        yield tuple(RecordingPart(array.what, array.index, start, stop) for array in arrays)
