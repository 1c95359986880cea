"""The row in which settings get a name and become a preset.

Knows nothing about how presets are kept.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.panels.compare.wording import summary_of_settings
from inference.sampling.settings import SamplingSettings

LONGEST_NAME = 80


class PresetNaming(QWidget):
    """A field for the name, and what is going to be kept. Hidden until settings are to be named.

    Args:
        is_taken: whether a person has a preset of a name already.
        parent: the widget it lies in.
    """

    named = Signal(str, object)
    """A name was given, to these `SamplingSettings`."""

    def __init__(self, is_taken: Callable[[str], bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_taken = is_taken
        self._settings = SamplingSettings()
        self.about = ElidedLabel()
        self._label = QLabel(self.tr("Keep as"))
        self.field = QLineEdit()
        self.save = QPushButton(self.tr("Save"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.field.setMaxLength(LONGEST_NAME)
        self.field.setPlaceholderText(self.tr("name of the preset"))
        self.field.setAccessibleName(self.tr("Name of the preset"))
        self.save.setAccessibleName(self.tr("Save the preset"))
        self.cancel.setAccessibleName(self.tr("Do not save the preset"))
        self.cancel.setProperty("look", "flat")
        self._label.setProperty("look", "soft")
        self._label.setBuddy(self.field)
        self.about.setProperty("look", "soft")
        self.field.textChanged.connect(self._tell)
        self.field.returnPressed.connect(self._save)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self._label)
        row.addWidget(self.field, 2)
        row.addWidget(self.about, 3)
        row.addWidget(self.save)
        row.addWidget(self.cancel)
        theme.themed.connect(self._dress)
        self._dress()
        self.hide()

    def ask(self, settings: SamplingSettings, name: str = "") -> None:
        """Let a person name settings.

        Args:
            settings: to be kept.
            name: to begin with.
        """
        self._settings = settings
        self.about.say(summary_of_settings(settings))
        self.field.setText(name)
        self._tell()
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves it."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _tell(self) -> None:
        name = " ".join(self.field.text().split())
        self.save.setEnabled(bool(name))
        taken = bool(name) and self._is_taken(name)
        self.save.setText(self.tr("Replace") if taken else self.tr("Save"))
        replaced = self.tr("The preset of that name is replaced.") if taken else ""
        self.save.setToolTip(replaced)
        self.save.setAccessibleDescription(replaced)

    @Slot()
    def _save(self) -> None:
        name = " ".join(self.field.text().split())
        if name:
            self.named.emit(name, self._settings)

    @Slot()
    def _dress(self) -> None:
        for widget in (self._label, self.field, self.about, self.save, self.cancel):
            widget.setFont(theme.ui_font(12))
