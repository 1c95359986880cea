"""Weights with some bits turned over: copies in memory that take the place of what lies in files.

Knows nothing about the runtime. The files stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from inference.memory import has_room_for
from inference.tensors.contract import FlipBit, FlippedBit, TensorRef
from inference.tensors.inspector import Inspector
from models.errors import VitrineError
from models.escaping import escape_text
from models.weights.graph_weights import Weight
from models.weights.stored_tensor import StoredTensor


class ChangedWeights:
    """All bits that are not as in the files.

    Args:
        inspector: knows the weights, and is told of changed ones.
    """

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self.bits: tuple[FlippedBit, ...] = ()
        """Those that are turned over, in the order in which they were."""
        self._changed: dict[tuple[str, str], StoredTensor] = {}

    def by_name(self) -> dict[str, StoredTensor]:
        """The weights that are others than in their files, by the names that graphs have for them."""
        return {name: tensor for (_, name), tensor in self._changed.items()}

    def flipped(self, command: FlipBit) -> tuple[FlippedBit, ...]:
        """All bits with one more, or without one that was turned over already.

        Raises:
            VitrineError: there is no such bit, or it cannot be turned over.
        """
        ref, index, bit = command.tensor, command.index, command.bit
        weight = self._inspector.weight(ref)
        stored = weight.stored
        _place_of(weight, ref, index, bit)
        if not has_room_for(2 * stored.nbytes):
            raise VitrineError(
                "no-room-for-weight",
                f"“{escape_text(ref.name)}” has {stored.nbytes:,} bytes, and there is no room for a copy of it.",
                "Close other programs, or choose a smaller weight.",
            )
        same = [one for one in self.bits if (one.tensor, one.index, one.bit) == (ref, index, bit)]
        if same:
            return tuple(one for one in self.bits if one is not same[0])
        before = self._inspector.value(ref, index).value
        return (*self.bits, FlippedBit(ref, index, bit, before, before))

    def take(self, bits: tuple[FlippedBit, ...]) -> None:
        """Have these bits turned over, and no others.

        Raises:
            VitrineError: a weight cannot be read.
        """
        self._changed = {}
        self._inspector.change({})
        for one in bits:
            self._turn(one)
            self._inspector.change(self._changed)
        self.bits = tuple(
            replace(one, after=self._inspector.value(one.tensor, one.index).value) for one in bits
        )

    def _turn(self, one: FlippedBit) -> None:
        weight = self._inspector.weight(one.tensor)
        stored = weight.stored
        place = _place_of(weight, one.tensor, one.index, one.bit)
        values = np.array(stored.values(0, stored.count), order="C")
        values.view(np.uint8)[place // 8] ^= np.uint8(1 << place % 8)
        for key, shape in self._sharing(one.tensor):
            self._changed[key] = replace(
                stored, name=key[1], shape=shape, inner=values.reshape(shape), place=None
            )

    def _sharing(self, ref: TensorRef) -> Iterator[tuple[tuple[str, str], tuple[int, ...]]]:
        """Every weight that is the same numbers: of that name, or of the same bytes."""
        own = self._inspector.graphs[ref.graph].weights[ref.name].stored
        for graph in self._inspector.graphs.values():
            for name, weight in graph.weights.items():
                same_bytes = own.place is not None and weight.stored.place == own.place
                if name == ref.name or (same_bytes and weight.stored.nbytes == own.nbytes):
                    yield (graph.name, name), weight.stored.shape


def _place_of(weight: Weight, ref: TensorRef, index: int, bit: int) -> int:
    """Where in a weight's bytes a bit is, counted in bits.

    Raises:
        VitrineError: there is none, or it cannot be turned over.
    """
    stored, matrix = weight.stored, None if ref.stored else weight.matrix
    bits = stored.element.bits if matrix is None else matrix.bits
    count = stored.count if matrix is None else matrix.rows * matrix.columns
    if ref.computed or not 0 <= index < count or not 0 <= bit < bits:
        raise VitrineError(
            "no-such-bit",
            f"“{escape_text(ref.name)}” has no bit {bit} of value {index}.",
            "Choose a bit of a weight.",
        )
    if stored.element.bits < 8 or not stored.element.numeric:
        raise VitrineError(
            "unsupported-data-type",
            f"“{escape_text(ref.name)}” is of the type {stored.element.name}, of which the runtime takes no copy "
            "from memory.",
            "Choose a weight of another type.",
        )
    if matrix is None:
        return index * bits + bit
    byte, lowest = matrix.stored_bit(index)
    return byte * 8 + lowest + bit
