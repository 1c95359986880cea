"""The bar that says what was deleted and takes it back.

Knows nothing about how either is done.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop import theme
from desktop.controls.plain_tooltip import plain_tooltip

SHOWN_MS = 12_000
"""How long it stays when nobody comes near."""


class UndoBar(QWidget):
    """One sentence and a button.

    Args:
        parent: the widget it lies in.
    """

    undo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("undoBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = ""
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QPushButton(self.tr("Undo"))
        self.button.setProperty("look", "link")
        self.button.setToolTip(self.tr("Put it back (Ctrl+Z in the list)"))
        self.button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.button.clicked.connect(self.undo_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(SHOWN_MS)
        self.timer.timeout.connect(self.dismiss)
        theme.themed.connect(self._dress)
        self._dress()
        self.setVisible(False)

    def show_deleted(self, title: str) -> None:
        """Say what was deleted, for a while.

        Args:
            title: as it is shown, nothing invisible in it.
        """
        self._title = title
        said = self.tr("“{title}” deleted").format(title=title)
        self.label.setToolTip(plain_tooltip(said))
        self.label.setAccessibleName(said)
        self.button.setAccessibleName(self.tr("Undo: {what}").format(what=said))
        self.setVisible(True)
        self._write()
        self.timer.start()

    @Slot()
    def dismiss(self) -> None:
        """Go away; nothing waits any more."""
        self.timer.stop()
        self.setVisible(False)

    @property
    def waiting(self) -> bool:
        """Whether it will go away by itself."""
        return self.timer.isActive()

    def enterEvent(self, event: QEnterEvent) -> None:
        """It stays while the pointer is over it."""
        self.timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has left."""
        if not self.isHidden():
            self.timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As much of the title as fits; the rest of the sentence is always there."""
        super().resizeEvent(event)
        self._write()

    def minimumSizeHint(self) -> QSize:
        """No width of its own."""
        return QSize(0, super().minimumSizeHint().height())

    def _write(self) -> None:
        pattern = self.tr("“{title}” deleted")
        metrics = QFontMetricsF(self.label.font())
        room = self.label.width() - metrics.horizontalAdvance(pattern.format(title="")) - 1
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        self.label.setText(pattern.format(title=title))

    @Slot()
    def _dress(self) -> None:
        self.label.setFont(theme.ui_font(12))
        self.button.setFont(theme.ui_font(12))
        self._write()
