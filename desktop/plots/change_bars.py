"""Rows of a name, a number before and one after, each with a bar for both: what gained and what lost.

Knows nothing about what the rows are of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme

ROW, TITLE = 22, 24
"""Pixels of a row and of a section's title at a zoom of 1."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One row.

    Args:
        name: as it is shown, in the font of tokens.
        before: share from 0 to 1.
        after: share from 0 to 1.
        text: of both, for people.
    """

    name: str
    before: float
    after: float
    text: str


@dataclass(frozen=True, slots=True)
class ChangeSection:
    """Rows under a title."""

    title: str
    rows: tuple[ChangeRow, ...]


class ChangeBars(QWidget):
    """Paints sections one below the other.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sections: tuple[ChangeSection, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.setAccessibleName(self.tr("Tokens that gained and lost"))
        theme.themed.connect(self._restyle)

    def show_sections(self, sections: Sequence[ChangeSection]) -> None:
        """Show other rows."""
        self._sections = tuple(sections)
        said = [
            f"{section.title}: " + ", ".join(f"{row.name} {row.text}" for row in section.rows)
            for section in self._sections
        ]
        self.setAccessibleDescription("; ".join(said))
        self._restyle()

    def sizeHint(self) -> QSize:
        """All rows."""
        rows = sum(len(section.rows) for section in self._sections)
        height = rows * theme.scaled(ROW) + len(self._sections) * theme.scaled(TITLE)
        return QSize(theme.scaled(260), height)

    def minimumSizeHint(self) -> QSize:
        """Narrow; rows are never cut."""
        return QSize(theme.scaled(180), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw titles, names, bars and numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 0.0
        numbers = self._numbers_width()
        for section in self._sections:
            painter.setFont(theme.ui_font(12, QFont.Weight.DemiBold))
            painter.setPen(theme.colour(theme.current().text_soft))
            place = QRectF(0, top, self.width(), theme.scaled(TITLE))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, section.title)
            top += theme.scaled(TITLE)
            for row in section.rows:
                self._paint_row(painter, row, QRectF(0, top, self.width(), theme.scaled(ROW)), numbers)
                top += theme.scaled(ROW)

    def _numbers_width(self) -> float:
        metrics = QFontMetricsF(theme.ui_font(12))
        texts = [row.text for section in self._sections for row in section.rows]
        return max((metrics.horizontalAdvance(text) for text in texts), default=0.0) + 1

    def _paint_row(self, painter: QPainter, row: ChangeRow, room: QRectF, numbers: float) -> None:
        palette = theme.current()
        name = room.adjusted(0, 0, -(room.width() - min(room.width() * 0.34, theme.scaled(150))), 0)
        painter.setFont(theme.mono_font(12))
        painter.setPen(theme.colour(palette.text))
        shown = QFontMetricsF(painter.font()).elidedText(row.name, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        right = room.right() - numbers
        bars = QRectF(name.right() + 2 * theme.SPACE, room.top(), 0, 0)
        bars.setRight(max(right - 3 * theme.SPACE, bars.left()))
        height = theme.scaled(5)
        painter.setPen(Qt.PenStyle.NoPen)
        for share, ink, down in (
            (row.before, palette.text_faint, 0),
            (row.after, palette.accent if row.after > row.before else palette.danger, 1),
        ):
            track = QRectF(bars.left(), room.center().y() - height - 0.5, bars.width(), height)
            track.translate(0, down * (height + 1))
            painter.setBrush(theme.colour(palette.raised))
            painter.drawRoundedRect(track, 2, 2)
            if share > 0:
                painter.setBrush(theme.colour(ink))
                painter.drawRoundedRect(
                    QRectF(track.left(), track.top(), max(track.width() * share, 1.5), height), 2, 2
                )
        painter.setFont(theme.ui_font(12))
        painter.setPen(theme.colour(palette.text_soft))
        place = QRectF(right, room.top(), numbers, room.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.text)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
