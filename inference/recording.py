"""A recording: what a model made of one sequence, enough to answer every question about it without the model.

Knows nothing about files, engines or windows.

Queries are kept as products take them, so that nothing of the model's projections and rotations is needed; with the
keys that is O(tokens · width), where the attention itself would be O(layers · heads · tokens²). Logits are kept in 32
bits: with the differences to each row's largest in 16 bits, the recorded draw would have picked another token for 15
of 640 tokens of the default model (probabilities were wrong by up to 9·10⁻⁵).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from inference.contract import Loaded, Proof, RecordingOutline
from models.errors import VitrineError
from models.files import last_part

LARGEST_RECORDING = 1 << 30
"""Bytes of all arrays at most: they are in memory when they are recorded, and when they are shown."""


@dataclass(frozen=True, slots=True)
class RecordedArray:
    """One array of a recording.

    Args:
        what: it holds, as in `RecordingPart`.
        index: as in `RecordingPart`.
        dtype: NumPy's name of its type.
        shape: of the whole array.
        axis: along which positions run.
        first: position of the first entry along that axis.
    """

    what: Literal["logits", "statistics", "queries", "keys", "bias"]
    index: int
    dtype: str
    shape: tuple[int, ...]
    axis: int
    first: int = 0

    @property
    def name(self) -> str:
        """Tells it from the others of a recording."""
        return self.what if self.what in ("logits", "statistics") else f"{self.what}/{self.index}"

    @property
    def positions(self) -> int:
        """How many there are along the axis."""
        return self.shape[self.axis]

    @property
    def size(self) -> int:
        """Bytes."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What a model made of one sequence.

    Args:
        model: what was loaded, as `recorded_facts` leaves it.
        proof: how far its attention was from the truth; ``None`` where that was not measured yet.
        outline: the sequence, and how its arrays become attention weights.
        first_row: first row whose logits are kept; they are up to the last row that was read.
        arrays: by name, those of `recorded_arrays`.
    """

    model: Loaded
    proof: Proof | None
    outline: RecordingOutline
    first_row: int
    arrays: Mapping[str, NDArray[Any]]

    @property
    def size(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays.values())


def recorded_arrays(outline: RecordingOutline, first_row: int) -> Iterator[RecordedArray]:
    """Every array of a recording.

    Args:
        outline: of it.
        first_row: first row whose logits are kept, at most `outline.read`.
    """
    read = outline.read
    yield RecordedArray("statistics", 0, "float64", (3, min(len(outline.ids), read + 1)), 1)
    rows = read - first_row
    yield RecordedArray("logits", 0, "float32", (rows, outline.vocabulary), 0, first_row)
    for index, layer in enumerate(outline.layers):
        site = layer.site
        yield RecordedArray("queries", index, layer.query_dtype, (read, site.heads * site.head_size), 0)
        keys = (site.key_value_heads, read, site.head_size)
        yield RecordedArray("keys", index, layer.key_dtype, keys, 1)
    for index, bias in enumerate(outline.biases):
        yield RecordedArray("bias", index, bias.dtype, (bias.heads, read, read), 1)


def recording_bytes(outline: RecordingOutline, first_row: int) -> int:
    """How large a recording would be, known before it is made; its file is as large, but for some kilobytes and the
    vocabulary's pieces.

    Args:
        outline: of it.
        first_row: first row whose logits are kept: 0 for all, the position before a reply's first token for those
            of the reply.
    """
    return sum(array.size for array in recorded_arrays(outline, first_row))


def check_recordable(outline: RecordingOutline, first_row: int) -> None:
    """Refuse a recording before it is made.

    Raises:
        VitrineError: there is nothing to record, or it would be too large.
    """
    if outline.read == 0:
        raise VitrineError(
            "nothing-to-record", "The model has not read anything yet.", "Say something to it first."
        )
    size = recording_bytes(outline, first_row)
    if size > LARGEST_RECORDING:
        raise VitrineError(
            "recording-too-large",
            f"A recording of {outline.read:,} tokens with {outline.read - first_row:,} distributions would take "
            f"{size / 1e6:,.0f} MB; {LARGEST_RECORDING / 1e6:,.0f} MB are the most.",
            "Record fewer distributions, or a shorter conversation.",
        )


def recorded_facts(model: Loaded) -> Loaded:
    """A model's facts as a recording carries them: nothing of where its files lie on this machine."""
    return replace(
        model,
        provider=replace(model.provider, reason="recorded"),
        load_ms=0.0,
        imported=False,
        folder=last_part(model.folder),
        report=replace(model.report, source=last_part(model.report.source)),
        recorded=True,
    )
