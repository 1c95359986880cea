"""The bar that says what is muted, as long as anything is, and undoes all of it.

Knows nothing about how anything is muted.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from desktop import theme
from desktop.controls.numbers import format_count
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.muted_words import parts
from desktop.session import Session
from inference.intervention import NOTHING

MOST_LISTED = 16
"""Parts that are listed one by one; all are in the tooltip."""


class MutedBar(QWidget):
    """A line with everything that is muted, and a button.

    Args:
        session: whose model it is.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mutedBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self.title = QLabel(self.tr("Muted"))
        self.what = QLabel()
        self.what.setTextFormat(Qt.TextFormat.PlainText)
        self.what.setWordWrap(True)
        self.undo = QPushButton(self.tr("Undo all"))
        self.undo.setProperty("look", "link")
        self.undo.setToolTip(self.tr("The whole model again, at once; what it had read is still there."))
        self.undo.setAccessibleName(self.tr("Undo all that is muted"))
        self.undo.setCursor(Qt.CursorShape.PointingHandCursor)
        self.undo.clicked.connect(self._undo)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * theme.SPACE, theme.SPACE, theme.SPACE, theme.SPACE)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.title)
        row.addWidget(self.what, 1)
        row.addWidget(self.undo)
        session.muting.changed.connect(self._refresh)
        theme.themed.connect(self._dress)
        self._dress()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        intervention = self._session.muting.intervention
        self.setVisible(bool(intervention))
        every = parts(intervention, self._session.tokens)
        listed = " · ".join(every[:MOST_LISTED])
        if len(every) > MOST_LISTED:
            more = self.tr("{listed} and {count} more")
            listed = more.format(listed=listed, count=format_count(len(every) - MOST_LISTED))
        said = self.tr("{what}. Replies are written without it.").format(what=listed)
        self.what.setText(said if intervention else "")
        self.what.setToolTip(plain_tooltip(" · ".join(every)))
        self.setAccessibleName(self.tr("Muted: {what}").format(what=listed))

    @Slot()
    def _undo(self) -> None:
        self._session.mute(NOTHING)

    @Slot()
    def _dress(self) -> None:
        self.title.setFont(theme.ui_font(12, QFont.Weight.DemiBold))
        self.what.setFont(theme.ui_font(12))
        self.undo.setFont(theme.ui_font(12))
