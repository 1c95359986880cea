"""The top of the compare panel: what is compared, columns to add, presets, and the row that asks for other replies.

Knows nothing about columns beyond how many wait to be written.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.panels.compare.preset_naming import PresetNaming
from desktop.panels.compare.same_dice import SameDice


class CompareHeader(QWidget):
    """Question and seed, menus, the same dice, and the button that writes what is planned.

    Args:
        same_dice: the row for one changed setting.
        naming: the row in which settings get a name.
        parent: the widget it lies in.
    """

    write_asked = Signal()
    stop_asked = Signal()

    def __init__(self, same_dice: SameDice, naming: PresetNaming, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self.about = ElidedLabel()
        self.add = QPushButton(self.tr("Add column"))
        self.presets = QPushButton(self.tr("Presets"))
        self.export = QPushButton(self.tr("Export"))
        self.write = QPushButton()
        self.about.setProperty("look", "soft")
        self.add.setAccessibleName(self.tr("Add a column"))
        self.presets.setAccessibleName(self.tr("Presets of sampling settings"))
        self.presets.setToolTip(self.tr("Choose, keep or remove named settings."))
        self.export.setAccessibleName(self.tr("Copy or save the comparison"))
        self.export.setToolTip(self.tr("Copy or save the table or its picture."))
        self.write.setProperty("look", "primary")
        self.write.clicked.connect(self._act)
        line = QHBoxLayout()
        line.setSpacing(2 * theme.SPACE)
        line.addWidget(self.about, 1)
        line.addWidget(self.write)
        line.addWidget(self.add)
        line.addWidget(self.presets)
        line.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(line)
        column.addWidget(naming)
        column.addWidget(same_dice)
        theme.themed.connect(self._dress)
        self._dress()
        self.show_plan(0, False, "")

    def set_menus(self, add: QMenu, presets: QMenu, export: QMenu) -> None:
        """Open these menus from the buttons."""
        self.add.setMenu(add)
        self.presets.setMenu(presets)
        self.export.setMenu(export)

    def allow_adding(self, why_not: str) -> None:
        """Say why no column can be added, one sentence; empty where one can."""
        self.add.setEnabled(not why_not)
        explanation = why_not or self.tr("Put settings, a preset or another reply beside the others.")
        self.add.setToolTip(explanation)
        self.add.setAccessibleDescription(explanation)

    def show_plan(self, planned: int, running: bool, refusal: str) -> None:
        """Offer to write what is planned, or to stop.

        Args:
            planned: columns that are not written yet.
            running: whether replies are being written.
            refusal: why none can be written now, one sentence; empty where one can.
        """
        self._running = running
        one, many = self.tr("Write 1 reply"), self.tr("Write {count} replies")
        wording = one if planned == 1 else many.format(count=planned)
        self.write.setText(self.tr("Stop") if running else wording)
        self.write.setVisible(running or planned > 0)
        self.write.setEnabled(running or not refusal)
        explanation = (
            self.tr("Stop writing; what is there is kept.")
            if running
            else refusal or self.tr("One after the other, with the prompt and the dice of the first reply.")
        )
        self.write.setToolTip(explanation)
        self.write.setAccessibleName(self.write.text())
        self.write.setAccessibleDescription(explanation)

    @Slot()
    def _act(self) -> None:
        (self.stop_asked if self._running else self.write_asked).emit()

    @Slot()
    def _dress(self) -> None:
        for widget in (self.about, self.add, self.presets, self.export, self.write):
            widget.setFont(theme.ui_font(12))
