"""The part of the contract between engine and window that is about tensors; see `inference.contract`.

Knows nothing about how tensors are read.

A question that takes long is asked again until its answer is complete: each time the engine goes on for some
milliseconds, so that a reply that is being written is not held up, and whoever asks no more has stopped it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.anatomy.entries import LayerEntry

Lives: TypeAlias = Literal["file", "graph", "gpu", "memory"]
"""Where numbers are: in a file that the runtime maps into memory, in the graph itself, in the memory of the GPU, or
in this program's memory (activations, and weights that were changed)."""


@dataclass(frozen=True, slots=True)
class TensorRef:
    """Which numbers are meant.

    Args:
        graph: name of the graph, as `TensorInfo.graph` or `ValueInfo.graph`.
        name: of the weight, or of the value that the graph computes.
        stored: of a quantized matrix, whether the whole numbers are meant, instead of the numbers they mean.
        position: of a value that is computed, the position of the token in the sequence; -1 for weights.
    """

    graph: str
    name: str
    stored: bool = False
    position: int = -1

    @property
    def computed(self) -> bool:
        """Whether it is an activation."""
        return self.position >= 0


# ---------------------------------------------------------------- queries


@dataclass(frozen=True, slots=True)
class ReadLayers:
    """The model as a tree. Answer: `Anatomy`."""

    query: int


@dataclass(frozen=True, slots=True)
class ReadLayerNodes:
    """The nodes behind a row of the tree. Answer: ``tuple[models.anatomy.entries.NodeFacts, ...]``.

    Args:
        query: number chosen by the sender.
        entry: index of the row in `Anatomy.entries`.
    """

    query: int
    entry: int


@dataclass(frozen=True, slots=True)
class ReadTensors:
    """All weights of the model. Answer: ``tuple[TensorInfo, ...]``."""

    query: int


@dataclass(frozen=True, slots=True)
class ReadTensor:
    """What is known of one tensor; an activation is computed for it. Answer: `TensorInfo`."""

    query: int
    tensor: TensorRef


@dataclass(frozen=True, slots=True)
class ReadTensorStatistics:
    """Statistics of a tensor, as far as they are. Answer: `TensorStatistics`; ask again until it is complete."""

    query: int
    tensor: TensorRef


@dataclass(frozen=True, slots=True)
class ReadTensorSlice:
    """A two-dimensional part of a tensor. Answer: `TensorSlice`.

    Args:
        query: number chosen by the sender.
        tensor: which.
        leading: indices of all axes but the last two.
        rows: first row and one past the last; axes that are not there have one entry.
        columns: likewise.
        most_rows: of more rows, only so many are answered, evenly spaced.
        most_columns: likewise.
    """

    query: int
    tensor: TensorRef
    leading: tuple[int, ...]
    rows: tuple[int, int]
    columns: tuple[int, int]
    most_rows: int
    most_columns: int


@dataclass(frozen=True, slots=True)
class ReadTensorValue:
    """One value with everything that is known of it. Answer: `TensorValue`.

    Args:
        query: number chosen by the sender.
        tensor: which.
        index: of the value, in the order of memory.
    """

    query: int
    tensor: TensorRef
    index: int


@dataclass(frozen=True, slots=True)
class ReadTensorArray:
    """A part of a tensor in its own type, to be saved. Answer: `TensorArray`.

    Args:
        query: number chosen by the sender.
        tensor: which.
        start: first value, in the order of memory; at most `VALUES_PER_READ` are answered.
    """

    query: int
    tensor: TensorRef
    start: int


VALUES_PER_READ = 1 << 19
"""Most values of one `ReadTensorArray`."""


@dataclass(frozen=True, slots=True)
class ReadFormatErrors:
    """What other formats would make of numbers. Answer: `FormatErrors`; ask again until it is complete.

    Args:
        query: number chosen by the sender.
        tensor: which; ``None`` for all weights of the model.
    """

    query: int
    tensor: TensorRef | None


@dataclass(frozen=True, slots=True)
class FlipBit:
    """Turn a bit of a weight over in memory, or back; no file is changed. Answer: `WeightChanges`.

    The model is opened again with it, and its sequence counts as not read: `Generate` has it read anew, with progress
    and until it is stopped.

    Args:
        query: number chosen by the sender.
        tensor: a weight.
        index: of the value, in the order of memory.
        bit: from 0, the lowest, in the value as it is stored.
    """

    query: int
    tensor: TensorRef
    index: int
    bit: int


@dataclass(frozen=True, slots=True)
class RestoreWeights:
    """Undo every `FlipBit`. Answer: `WeightChanges`, of which there are none."""

    query: int


TensorQuery: TypeAlias = (
    ReadLayers
    | ReadLayerNodes
    | ReadTensors
    | ReadTensor
    | ReadTensorStatistics
    | ReadTensorSlice
    | ReadTensorValue
    | ReadTensorArray
    | ReadFormatErrors
)
WeightCommand: TypeAlias = FlipBit | RestoreWeights
"""They end whatever runs."""

# ---------------------------------------------------------------- answers


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A model as a tree of layers.

    Args:
        entries: its rows, each after the one it lies in.
        parameters: numbers learnt in all of it.
        nbytes: bytes of its weights.
        flops: operations for one token, or one run; ``None`` where that is not known of all of it.
        tied: whether the head is the embedding once more, and counted once.
    """

    entries: tuple[LayerEntry, ...] = field(repr=False)
    parameters: int
    nbytes: int
    flops: int | None
    tied: bool


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """What is known of a tensor without reading it.

    Args:
        graph: it is in: ``"body"``, ``"head"`` or ``"graph"``.
        name: of it, untrusted.
        element: name of its numbers' type, as stored.
        bits: of one number in memory; 0 for texts.
        numeric: whether it holds numbers that can be drawn and counted.
        shape: as stored.
        nbytes: as stored.
        parameters: how many numbers were learnt that are in it; 0 for scales, zero points and what is computed.
        lives: where it is.
        file: name of the file, untrusted; empty where it is in none.
        offset: first byte in the file.
        meant_shape: of a quantized matrix, the shape of the numbers it means; ``None`` of others.
        block: of one, how many numbers share a scale.
        quantized_bits: of one, bits of a whole number.
        part_of: of scales and zero points, the name of the whole numbers.
        same_as: another weight that is the same bytes; empty for none.
    """

    graph: str
    name: str
    element: str
    bits: int
    numeric: bool
    shape: tuple[int, ...]
    nbytes: int
    parameters: int
    lives: Lives
    file: str = ""
    offset: int = 0
    meant_shape: tuple[int, ...] | None = None
    block: int = 0
    quantized_bits: int = 0
    part_of: str = ""
    same_as: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TensorStatistics:
    """Statistics of the first `done` values of a tensor.

    Args:
        done: how many values they are of.
        total: values of the tensor.
        minimum: of the finite ones, as all that follows; NaN where there is none.
        maximum: likewise.
        mean: likewise.
        deviation: root mean square of the differences from the mean.
        zeros: how many are 0.
        no_numbers: how many are NaN.
        infinities: how many are infinite.
        edges: ``float64 [bins + 1]`` of the histogram.
        counts: ``int64 [bins]`` finite values in each.
    """

    done: int
    total: int
    minimum: float
    maximum: float
    mean: float
    deviation: float
    zeros: int
    no_numbers: int
    infinities: int
    edges: NDArray[np.float64] = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)

    @property
    def complete(self) -> bool:
        """Whether all values were seen."""
        return self.done >= self.total


@dataclass(frozen=True, slots=True, eq=False)
class TensorSlice:
    """A part of a tensor.

    Args:
        rows: ``int64`` which rows, ascending.
        columns: ``int64`` which columns.
        values: ``float64 [rows, columns]``.
        shape: of the matrix it is a part of.
    """

    rows: NDArray[np.int64] = field(repr=False)
    columns: NDArray[np.int64] = field(repr=False)
    values: NDArray[np.float64] = field(repr=False)
    shape: tuple[int, int]


@dataclass(frozen=True, slots=True)
class QuantizedValue:
    """How a number is kept in a quantized block.

    Args:
        integer: the whole number that is stored.
        scale: of its block.
        zero_point: what stands for zero.
        bits: of the whole number.
        block: how many numbers share the scale.
    """

    integer: int
    scale: float
    zero_point: float
    bits: int
    block: int


@dataclass(frozen=True, slots=True)
class TensorValue:
    """One value.

    Args:
        value: what it is.
        element: name of the type it is stored in.
        bits: of the type.
        sign_bits: how many of them are the sign: 1 or 0.
        exponent_bits: how many are an exponent.
        pattern: the bits as an unsigned number.
        magnitude: the largest magnitude of the 32 numbers around it that would share a scale.
        quantized: how it is kept, where it is the meaning of a whole number; bits and pattern are then those of that.
        flipped: bits that were turned over, as an unsigned number.
        shape: of the tensor it is a value of; empty for one that is a single number.
    """

    value: float
    element: str
    bits: int
    sign_bits: int
    exponent_bits: int
    pattern: int
    magnitude: float
    quantized: QuantizedValue | None = None
    flipped: int = 0
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class TensorArray:
    """Values of a tensor from some place on, in order of memory.

    Args:
        values: in a type that numpy knows; types that it does not are widened to ``float32`` or ``int8``.
        start: first of them.
        total: values of the whole tensor.
        shape: of the whole tensor.
    """

    values: NDArray[Any] = field(repr=False)
    start: int
    total: int
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FormatError:
    """What one format makes of numbers.

    Args:
        name: of the format.
        memory_bits: of one number.
        relative: root mean square of the rounding errors, as a fraction of that of the numbers; of numbers that
            stayed finite.
        largest: the largest error.
        overflowed: how many became infinite or no number.
        vanished: how many became 0 and were not.
    """

    name: str
    memory_bits: float
    relative: float
    largest: float
    overflowed: int
    vanished: int


@dataclass(frozen=True, slots=True)
class FormatErrors:
    """What every format makes of the first `done` of `total` numbers.

    Args:
        done: numbers seen.
        total: of all.
        stored_bytes: what they take as they are stored, with scales and zero points.
        formats: as in `models.number_formats.NUMBER_FORMATS`.
    """

    done: int
    total: int
    stored_bytes: int
    formats: tuple[FormatError, ...]

    @property
    def complete(self) -> bool:
        """Whether all numbers were seen."""
        return self.done >= self.total


@dataclass(frozen=True, slots=True)
class FlippedBit:
    """One bit that is not as in the file.

    Args:
        tensor: of the weight.
        index: of the value.
        bit: from 0, the lowest.
        before: the value it had.
        after: the value it has.
    """

    tensor: TensorRef
    index: int
    bit: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class WeightChanges:
    """All bits that are not as in the file, in the order in which they were turned over."""

    bits: tuple[FlippedBit, ...] = ()
