"""Tokens as chips, piece and ID, wrapping like words; only what is in view is painted.

Knows nothing about where tokens come from.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from inference.contract import Token
from models.tokenizer.pieces import render_piece

_GAP = 5
_PAD = 5
_ROW = 24
_CHIP = 20
_LONGEST_PIECE = 48


class TokenChips(QWidget):
    """Chips in rows.

    Args:
        most_rows: rows that are shown at most; 0 shows all.
        parent: the widget it lies in.
    """

    def __init__(self, most_rows: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most_rows = most_rows
        self._tokens: Sequence[Token] = ()
        self._note = ""
        self._places: list[tuple[float, int, str, str, float]] = []
        self._rows = 0
        self._note_place = (0.0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.themed.connect(self._lay_out)

    @property
    def tokens(self) -> Sequence[Token]:
        """What is shown."""
        return self._tokens

    @property
    def note(self) -> str:
        """What is said behind the last chip."""
        return self._note

    @property
    def row_height(self) -> int:
        """From one row to the next, in pixels."""
        return theme.scaled(_ROW)

    def show_tokens(self, tokens: Sequence[Token], note: str) -> None:
        """Show other tokens.

        Args:
            tokens: all of them; those that have no room are left out.
            note: a few words behind the last chip.
        """
        self._tokens, self._note = tokens, note
        self.setAccessibleDescription(note)
        self._lay_out()

    def number_of(self, position: int) -> str:
        """What stands behind a piece: the token's ID."""
        return str(self._tokens[position].id)

    def colours_of(self, position: int) -> tuple[QColor, QColor, QColor]:
        """The ground of a chip, the ink of its piece, and that of its number."""
        palette, special = theme.current(), self._tokens[position].special
        return (
            theme.colour(palette.accent_soft if special else palette.raised),
            theme.colour(palette.accent if special else palette.text),
            theme.colour(palette.text_faint),
        )

    def chip(self, position: int) -> QRectF:
        """Where a chip is painted; empty where it had no room."""
        if not 0 <= position < len(self._places):
            return QRectF()
        x, row, _, _, width = self._places[position]
        return QRectF(x, row * theme.scaled(_ROW), width, theme.scaled(_CHIP))

    def position_at(self, place: QPointF) -> int:
        """The token under a point of the widget; -1 for none."""
        chips = (position for position in range(len(self._places)) if self.chip(position).contains(place))
        return next(chips, -1)

    def sizeHint(self) -> QSize:
        """As high as the rows."""
        return QSize(200, self._rows * theme.scaled(_ROW))

    def minimumSizeHint(self) -> QSize:
        """The same height."""
        return QSize(40, self._rows * theme.scaled(_ROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap at the new width."""
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    @Slot()
    def _lay_out(self) -> None:
        """Put chips into rows until there is no room, leaving space for the note in the last row."""
        metrics = QFontMetricsF(theme.mono_font(12))
        note_width = QFontMetricsF(theme.ui_font(12)).horizontalAdvance(self._note) + 2 * _GAP
        places: list[tuple[float, int, str, str, float]] = []
        x, row = 0.0, 0
        for position, token in enumerate(self._tokens):
            piece = render_piece(token.piece) if not token.special else token.piece.decode("utf-8", "replace")
            if len(piece) > _LONGEST_PIECE:
                piece = piece[: _LONGEST_PIECE - 1] + "…"
            number = self.number_of(position)
            width = metrics.horizontalAdvance(f"{piece} {number}") + 2 * _PAD
            if x > 0 and x + width > self.width():
                x, row = 0.0, row + 1
            if self._most_rows and row >= self._most_rows - 1 and x + width > self.width() - note_width:
                row = min(row, self._most_rows - 1)
                break
            places.append((x, row, piece, number, width))
            x += width + _GAP
        self._places = places
        self._note_place = (x + _GAP if places else 0.0, row)
        if x + note_width > self.width() and (not self._most_rows or row < self._most_rows - 1) and places:
            self._note_place = (0.0, row + 1 if self._note else row)
        rows = self._note_place[1] + 1 if (self._tokens or self._note) else 0
        if rows != self._rows:
            self._rows = rows
            self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chips of the rows in view, and the note behind the last."""
        palette = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font, small = theme.mono_font(12), theme.mono_font(11)
        step = theme.scaled(_ROW)
        baseline = (theme.scaled(_CHIP) + QFontMetricsF(font).capHeight()) / 2
        first, last = event.rect().top() // step, event.rect().bottom() // step
        for position, (_, row, piece, number, _) in enumerate(self._places):
            if not first <= row <= last:
                continue
            chip, (ground, ink, faint) = self.chip(position), self.colours_of(position)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(chip, 4, 4)
            self._write(painter, font, ink, chip, baseline, piece)
            painter.setFont(small)
            painter.setPen(faint)
            advance = QFontMetricsF(small).horizontalAdvance(number)
            painter.drawText(QPointF(chip.right() - _PAD - advance, chip.top() + baseline), number)
        painter.setFont(theme.ui_font(12))
        painter.setPen(theme.colour(palette.text_faint))
        left, row = self._note_place
        painter.drawText(QPointF(left, row * step + baseline), self._note)

    def _write(
        self, painter: QPainter, font: QFont, ink: QColor, chip: QRectF, baseline: float, text: str
    ) -> None:
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(QPointF(chip.left() + _PAD, chip.top() + baseline), text)
