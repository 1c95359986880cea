"""The buttons of the panel Two readings: how sentences are read, what the chart and the lists show.

Knows nothing about what they do.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from desktop import theme
from desktop.buttons import Segments
from desktop.controls.choice_box import ChoiceBox
from desktop.controls.numbers import format_count
from inference.readings.contract import Nearness

PLAIN, TEMPLATE = "plain", "template"
AS_THEY_ARE, CENTRED = "as they are", "centred"


class ReadingsControls(QWidget):
    """Owns the buttons; the panel lays them out.

    Args:
        parent: the panel.
    """

    head_chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()  # its buttons lie elsewhere
        self.reading = Segments(
            self.tr("How the sentences are read"),
            (
                (PLAIN, self.tr("Plain"), self.tr("The model reads each sentence as it is.")),
                (
                    TEMPLATE,
                    self.tr("As a message"),
                    self.tr("The model reads each sentence within its chat template, as if it were sent."),
                ),
            ),
        )
        self.lines = Segments(
            self.tr("Which cosines are drawn"),
            (
                (AS_THEY_ARE, self.tr("As they are"), self.tr("The cosine of the two vectors as they are.")),
                (
                    CENTRED,
                    self.tr("Mean taken off"),
                    self.tr("What all vectors have in common is taken off before they are compared."),
                ),
            ),
        )
        self.nearness = Segments(
            self.tr("What is near"),
            (
                (
                    "head",
                    self.tr("Logit lens"),
                    self.tr("The most probable next tokens, if the model ended at this point."),
                ),
                (
                    "embedding",
                    self.tr("Embeddings"),
                    self.tr("The tokens whose embeddings have the largest cosine with the vector."),
                ),
            ),
        )
        self.heads = ChoiceBox()
        self.heads.setAccessibleName(self.tr("Attention head"))
        self.heads.view().setAccessibleName(self.tr("Attention head"))
        self.heads.setToolTip(
            self.tr("Whose attention is shown: of all heads of the layer together, or of one.")
        )
        self.stop = QPushButton(self.tr("Stop"))
        self.export = QPushButton(self.tr("Export"))
        self.export.setToolTip(self.tr("Copy or save the numbers or the picture."))
        for button in (self.stop, self.export):
            button.setAccessibleName(button.text())
            button.setAccessibleDescription(button.toolTip())
        self.reading.choose(PLAIN)
        self.lines.choose(AS_THEY_ARE)
        self.nearness.choose("head")
        self._count = -1
        self.offer_heads(0)
        self.heads.currentIndexChanged.connect(self.head_chosen)
        theme.themed.connect(self._dress)
        self._dress()

    @property
    def centred(self) -> bool:
        """Whether cosines without the mean are drawn."""
        return self.lines.value == CENTRED

    @property
    def near(self) -> Nearness:
        """What is near."""
        return "embedding" if self.nearness.value == "embedding" else "head"

    @property
    def head(self) -> str:
        """Whose attention is shown: a number, ``"mean"`` or ``"max"``."""
        return str(self.heads.currentData())

    def offer_heads(self, count: int) -> None:
        """Offer so many heads; the choice stays where it can."""
        if count == self._count:
            return
        before, self._count = self.head, count
        self.heads.blockSignals(True)
        self.heads.clear()
        self.heads.addItem(self.tr("mean over heads"), "mean")
        self.heads.addItem(self.tr("maximum over heads"), "max")
        for head in range(count):
            self.heads.addItem(self.tr("head {head}").format(head=format_count(head)), str(head))
        self.heads.setCurrentIndex(max(self.heads.findData(before), 0))
        self.heads.blockSignals(False)

    def show_stopped(self, *, stopped: bool, reading: bool) -> None:
        """Say what the button does; it is there while something is read, or was stopped."""
        self.stop.setText(self.tr("Read on") if stopped else self.tr("Stop"))
        self.stop.setAccessibleName(self.stop.text())
        self.stop.setVisible(stopped or reading)

    @Slot()
    def _dress(self) -> None:
        for widget in (self.stop, self.export, self.heads):
            widget.setFont(theme.ui_font(12))
