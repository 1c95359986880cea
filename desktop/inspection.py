"""Which tensor, and which of its values, the panels that look inside show; and which bits are not as in the file.

Knows nothing about what is in it, and no engine.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from inference.tensors.contract import FlippedBit, TensorRef, WeightChanges


class Inspection(QObject):
    """One choice for all panels, like the cursor."""

    tensor_changed = Signal()
    """Another tensor was chosen, or none."""
    value_changed = Signal()
    """Another value of it was chosen, or none."""
    weights_changed = Signal()
    """`bits` changed: what was read of weights, and of anything computed with them, is void."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tensor: TensorRef | None = None
        self.index = -1
        """Of the value, in the order of memory; -1 for none."""
        self.bits: tuple[FlippedBit, ...] = ()
        """Bits of weights that are not as in the file."""

    def choose_tensor(self, tensor: TensorRef | None) -> None:
        """Look at a tensor; no value of it is chosen then."""
        if tensor != self.tensor:
            self.tensor, had = tensor, self.index
            self.index = -1
            self.tensor_changed.emit()
            if had >= 0:
                self.value_changed.emit()

    def choose_value(self, tensor: TensorRef, index: int) -> None:
        """Look at a value of a tensor."""
        self.choose_tensor(tensor)
        if index != self.index:
            self.index = index
            self.value_changed.emit()

    def take_changes(self, changes: WeightChanges) -> None:
        """Know which bits are turned over, as the engine has answered."""
        if changes.bits != self.bits:
            self.bits = changes.bits
            self.weights_changed.emit()
