"""What the transcript says while nothing was said.

Knows nothing about messages or scrolling.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QPainter

from desktop import theme
from desktop.phase import Phase
from desktop.session import Session

translate = QCoreApplication.translate

LEAST_HEIGHT = 132
"""In less room there is no heading: half a one would look broken."""


def paint_empty(painter: QPainter, room: QRectF, session: Session) -> None:
    """Draw a heading and one sentence in the middle."""
    heading, sentence = empty_text(session)
    palette = theme.current()
    middle = room.center().y()
    if room.height() >= theme.scaled(LEAST_HEIGHT):
        painter.setFont(theme.ui_font(22, QFont.Weight.DemiBold))
        painter.setPen(theme.colour(palette.text))
        above = QRectF(room.left(), middle - theme.scaled(64), room.width(), theme.scaled(40))
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, heading)
    painter.setFont(theme.ui_font(14))
    painter.setPen(theme.colour(palette.text_soft))
    width = min(room.width() - theme.scaled(48), theme.scaled(420))
    below = QRectF(room.center().x() - width / 2, middle - theme.scaled(16), width, theme.scaled(120))
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    painter.drawText(below, int(flags), sentence)


def empty_text(session: Session) -> tuple[str, str]:
    """The heading and the sentence."""
    if session.model is not None and session.inside_only:
        what = translate(
            "Transcript",
            "There can be no chat with this file: {reason} Its layers, tensors and numbers can be looked at.",
        )
        return session.model.name, what.format(reason=session.inside_only)
    if session.model is not None:
        return session.model.name, translate(
            "Transcript",
            "Ask something below. The reply appears here; click any token of it to see where it came from.",
        )
    if session.phase is Phase.LOST:
        return translate("Transcript", "No model"), translate(
            "Transcript",
            "Restart the engine to go on, or open another model (Ctrl+O, or Ctrl+Shift+O for the library). What you "
            "have typed is kept.",
        )
    if session.opening:
        heading = translate("Transcript", "Opening {name}").format(name=session.opening)
        return heading, translate(
            "Transcript",
            "The first time it is imported, which may take a minute; then it is ready at once. What you type and "
            "what was said is kept.",
        )
    return translate("Transcript", "One moment"), translate(
        "Transcript",
        "The model is being loaded. You can type already: what you send is answered as soon as it is ready.",
    )
