"""A field to type one number into.

Knows nothing about sliders or about what the number means.

What is typed is read when it is finished (Enter, Tab or a click elsewhere). What cannot be taken is explained
through `refused`, and the number that was there comes back. The arrow keys ask for the next value.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.controls.numbers import format_count, format_decimal, parse_number
from models.errors import VitrineError


class NumberField(QLineEdit):
    """A line that holds one number between two bounds.

    Args:
        minimum: smallest number taken.
        maximum: largest number taken.
        decimals: digits shown after the decimal sign; 0 takes whole numbers only.
        grouped: whether thousands of a whole number are set apart.
        parent: the widget it lies in.
    """

    committed = Signal(float)
    """A person wrote another number, and it can be taken."""
    refused = Signal(str)
    """A person wrote something that cannot be taken; the sentence says why."""
    stepped = Signal(int)
    """A person asks for the next (+1, +10) or previous (-1, -10) value."""

    def __init__(
        self,
        minimum: float,
        maximum: float,
        decimals: int,
        *,
        grouped: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._minimum = minimum
        self._maximum = maximum
        self._decimals = decimals
        self._grouped = grouped
        self._value = minimum
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setMaxLength(40)
        self.set_value(minimum)
        self.editingFinished.connect(self._commit)

    @property
    def value(self) -> float:
        """The number last set or taken."""
        return self._value

    def set_bounds(self, minimum: float, maximum: float) -> None:
        """Take other numbers from now on; the number shown stays."""
        self._minimum, self._maximum = minimum, maximum

    def set_value(self, value: float) -> None:
        """Show a number without telling anybody; not while a person is in the middle of typing one."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self._restore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the number, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the first digits of what is longer than the field."""
        super().focusOutEvent(event)
        # The field's own menu is about what is selected.
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.home(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and page keys step; Esc brings back the number that was there."""
        steps = {
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: 10,
            Qt.Key.Key_PageDown: -10,
        }
        if event.key() in steps:
            self._commit()
            self.stepped.emit(steps[Qt.Key(event.key())])
            self.selectAll()
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._restore()
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls: a number that changes while one scrolls past is a trap."""
        event.ignore()

    @Slot()
    def _commit(self) -> None:
        if not self.isModified():
            return
        try:
            value = parse_number(self.text(), whole=self._decimals == 0)
        except VitrineError as error:
            self._restore()
            self.refused.emit(f"{error.what} {error.remedy}")
            return
        if not self._minimum <= value <= self._maximum:
            self._restore()
            sentence = self.tr("{value} is outside {minimum} to {maximum}.")
            self.refused.emit(
                sentence.format(
                    value=self._format(value),
                    minimum=self._format(self._minimum),
                    maximum=self._format(self._maximum),
                )
            )
            return
        changed = value != self._value
        self._value = value
        self._restore()
        if changed:
            self.committed.emit(value)

    def _restore(self) -> None:
        self.setText(self._format(self._value))
        self.setModified(False)
        if not self.hasFocus():
            self.home(False)

    def _format(self, value: float) -> str:
        if self._decimals == 0 and float(value).is_integer():
            return format_count(int(value)) if self._grouped else str(int(value))
        shown = format_decimal(value, self._decimals)
        # More digits than usual were typed: show them rather than pretend.
        return shown if parse_number(shown) == value else format_decimal(value, 6).rstrip("0")
