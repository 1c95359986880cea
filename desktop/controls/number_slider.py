"""One setting as a person sees it: its name, a slider, a field to type into, and a line on what it does now.

Knows nothing about sampling; bounds, default and scale are given to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from desktop import theme
from desktop.controls.groove import Groove
from desktop.controls.number_field import NumberField
from desktop.controls.slider_scale import SliderScale

REFUSAL_MS = 8000
"""So long is it explained why a number was not taken, if nothing else happens."""


@dataclass(frozen=True, slots=True)
class NumberSliderLook:
    """What distinguishes one setting's slider from another's.

    Args:
        label: its name for people.
        explanation: one sentence for the tooltip and for screen readers.
        scale: the values along the groove.
        origin: the value the groove is filled from.
        default: the value a double click brings back.
        minimum: smallest number that can be typed.
        maximum: largest number that can be typed.
        decimals: digits shown after the decimal sign; 0 counts.
    """

    label: str
    explanation: str
    scale: SliderScale
    origin: float
    default: float
    minimum: float
    maximum: float
    decimals: int


class NumberSlider(QWidget):
    """A slider with a number beside it and a line below it.

    Args:
        look: what this slider sets.
        label_width: width of the name's column, so that several sliders align.
        parent: the widget it lies in.
    """

    changed = Signal(float)
    """A person chose another value, by slider, field, key or double click."""

    def __init__(self, look: NumberSliderLook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._value = look.default
        self._caption_text = ""
        self._refusal_timer = QTimer(self, singleShot=True, interval=REFUSAL_MS)
        self.label = QLabel(look.label)
        self.groove = Groove(look.scale, look.origin)
        self.field = NumberField(look.minimum, look.maximum, look.decimals)
        self.caption = QLabel()
        self._arrange()
        self._name(look)
        self.set_value(look.default)
        self.groove.valueChanged.connect(self._slid)
        self.groove.reset_asked.connect(self._reset)
        self.field.committed.connect(self._choose)
        self._refusal_timer.timeout.connect(self._end_refusal)
        self.field.refused.connect(self._refuse)
        self.field.stepped.connect(self._step)
        theme.themed.connect(self._dress)
        self._dress()

    @property
    def value(self) -> float:
        """The value shown."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value without telling anybody."""
        self._value = value
        self.field.set_value(value)
        if self.groove.scale.value_at(self.groove.value()) != value:
            blocked = self.groove.blockSignals(True)
            self.groove.setValue(self.groove.scale.step_of(value))
            self.groove.blockSignals(blocked)
            self.groove.update()

    def set_scale(self, scale: SliderScale) -> None:
        """Lay other values along the groove."""
        self.groove.set_scale(scale, self._value)

    def set_caption(self, text: str) -> None:
        """Say below the slider what the setting does now; an explanation of a refusal stays for a while."""
        self._caption_text = text
        if not self._refusal_timer.isActive():
            self._show_caption(text, refused=False)

    @property
    def refusal(self) -> str:
        """Why the last typed number was not taken, empty once something else happened."""
        return self.caption.text() if self.caption.property("look") == "refusal" else ""

    @Slot(int)
    def _slid(self, step: int) -> None:
        self._choose(self.groove.scale.value_at(step))

    @Slot(int)
    def _step(self, count: int) -> None:
        self.groove.step_by(count)

    @Slot()
    def _reset(self) -> None:
        self._choose(self._look.default)

    @Slot(float)
    def _choose(self, value: float) -> None:
        self._end_refusal()
        if value != self._value:
            self.set_value(value)
            self.changed.emit(value)

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        self._show_caption(sentence, refused=True)
        self._refusal_timer.start()

    @Slot()
    def _end_refusal(self) -> None:
        self._refusal_timer.stop()
        self._show_caption(self._caption_text, refused=False)

    def _show_caption(self, text: str, *, refused: bool) -> None:
        self.caption.setText(text)
        look = "refusal" if refused else "faint"
        if self.caption.property("look") != look:
            self.caption.setProperty("look", look)
            self.caption.style().polish(self.caption)

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.SPACE * 2)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self.label, 0, 0)
        grid.addWidget(self.groove, 0, 1)
        grid.addWidget(self.field, 0, 2)
        grid.addWidget(self.caption, 1, 1, 1, 2)
        self.caption.setWordWrap(True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.groove.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _name(self, look: NumberSliderLook) -> None:
        self.label.setProperty("look", "soft")
        self.label.setBuddy(self.field)
        self.label.setToolTip(look.explanation)
        for widget, name in (
            (self.groove, self.tr("{setting}, slider")),
            (self.field, self.tr("{setting}, number")),
        ):
            widget.setAccessibleName(name.format(setting=look.label))
            widget.setAccessibleDescription(look.explanation)
            widget.setToolTip(look.explanation)

    @Slot()
    def _dress(self) -> None:
        self.field.setFixedWidth(theme.scaled(62))
        self.caption.setContentsMargins(self.groove.inset, 0, 0, 0)
        # One line of caption is always kept, so that nothing moves when it appears.
        self.caption.setMinimumHeight(theme.scaled(18))
