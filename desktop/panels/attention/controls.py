"""The row of buttons above the map: which heads, which scale, and what to do with the picture.

Knows nothing about maps; it says what a person wants.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from desktop import theme
from desktop.plots.attention_scale import AttentionScale
from desktop.session import Head


class AttentionControls(QWidget):
    """This head, mean, maximum; log, hide sink; whole map, export."""

    head_wanted = Signal(object)
    """A head's number, ``"mean"`` or ``"max"``."""

    scale_wanted = Signal(object)
    """An `AttentionScale`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self.this_head = self._button(
            self.tr("This head"), self.tr("The head chosen in the atlas."), checkable=True
        )
        self.mean = self._button(
            self.tr("Mean"), self.tr("The mean weight over all heads of this layer."), checkable=True
        )
        self.maximum = self._button(
            self.tr("Max"), self.tr("The largest weight that any head of this layer gives."), checkable=True
        )
        self._heads = QButtonGroup(self)
        for button in (self.this_head, self.mean, self.maximum):
            self._heads.addButton(button)
        self._heads.buttonClicked.connect(self._want_head)
        self.log = self._button(
            self.tr("log"),
            self.tr(
                "Logarithmic colours: each step of colour is a factor, so that small weights can be seen. "
                "Off: colours are proportional to weights."
            ),
            checkable=True,
        )
        self.log.setAccessibleName(self.tr("Logarithmic colours"))
        self.log.setChecked(True)
        self.hide_sink = self._button(
            self.tr("Hide sink"),
            self.tr(
                "Leave out the first token, on which many heads park their weight. The other weights of a "
                "row are scaled up to its sum, for display only."
            ),
            checkable=True,
        )
        self.log.clicked.connect(self._want_scale)
        self.hide_sink.clicked.connect(self._want_scale)
        self.fit = self._button(
            self.tr("Fit"), self.tr("Show the whole map again (0, or a double click on the map).")
        )
        self.export = self._button(self.tr("Export"), self.tr("Save the picture or its numbers."))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        for button in (self.this_head, self.mean, self.maximum):
            layout.addWidget(button)
        layout.addSpacing(3 * theme.SPACE)
        layout.addWidget(self.log)
        layout.addWidget(self.hide_sink)
        layout.addStretch(1)
        layout.addWidget(self.fit)
        layout.addWidget(self.export)
        theme.themed.connect(self._dress)
        self._dress()

    def show_head(self, head: Head) -> None:
        """Show which head, or which mixture of heads, is chosen."""
        if isinstance(head, int):
            self._number = head
        {"mean": self.mean, "max": self.maximum}.get(str(head), self.this_head).setChecked(True)

    def scale(self) -> AttentionScale:
        """The scale that the buttons ask for."""
        return AttentionScale(self.log.isChecked(), self.hide_sink.isChecked())

    def _button(self, text: str, explanation: str, checkable: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setCheckable(checkable)
        button.setToolTip(explanation)
        button.setAccessibleName(text)
        button.setAccessibleDescription(explanation)
        return button

    @Slot()
    def _dress(self) -> None:
        for button in self.findChildren(QPushButton):
            button.setFont(theme.ui_font(12))

    @Slot()
    def _want_head(self) -> None:
        wanted: dict[object, Head] = {self.mean: "mean", self.maximum: "max"}
        self.head_wanted.emit(wanted.get(self._heads.checkedButton(), self._number))

    @Slot()
    def _want_scale(self) -> None:
        self.scale_wanted.emit(self.scale())
