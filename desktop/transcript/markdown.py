"""A finished reply rendered as Markdown, its tokens still there to be tinted, clicked and outlined.

Knows nothing about messages or sessions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QPainter,
    QPalette,
    QTextBlock,
    QTextCursor,
)

from desktop import code_units, theme
from desktop.piece_text import Unit
from desktop.transcript.alignment import align, units_of
from desktop.transcript.markdown_document import MarkdownDocument, is_code, is_quote
from desktop.transcript.placing import Placed, PlacedLine, boxes_of_line


class MarkdownBody:
    """Units rendered as Markdown.

    Args:
        units: of the reply, control tokens included.

    Raises:
        ValueError: characters and tokens could not be brought together; show the tokens instead.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = units
        self._said = [unit for unit in units if not unit.special]
        source = "".join(unit.text for unit in self._said)
        self._document = MarkdownDocument(source)
        rendered = self._document.rendered
        indices = align(source, rendered)
        if indices is None:
            raise ValueError("the rendered text is not that of the source")
        places = np.repeat(indices, code_units.widths(rendered))
        self._unit_of = units_of(places, self._said)
        self._document.dress(source, places)
        self._append_control_tokens()
        self._width = 0.0
        self._codes: list[QRectF] = []
        self._quotes: list[QRectF] = []
        self.placed = Placed()

    @property
    def height(self) -> float:
        """In pixels, at the width set last."""
        return float(self._document.size().height())

    @property
    def length(self) -> int:
        """Code units of the rendered text."""
        return self._document.length

    def set_width(self, width: float) -> None:
        """Lay everything out at another width."""
        if width != self._width:
            self._width = width
            self._document.setTextWidth(width)
            self._place()

    def paint_text(
        self, painter: QPainter, top: float, bottom: float, selection: tuple[int, int], ground: QColor
    ) -> None:
        """Draw the text in a strip; parameters as in `TokenFlow.paint_text`."""
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(0.0, top, self._width + 1, bottom - top)
        colours = QPalette()
        colours.setColor(QPalette.ColorRole.Text, painter.pen().color())
        context.palette = colours
        if selection[0] < selection[1]:
            mark = QAbstractTextDocumentLayout.Selection()
            mark.cursor = self._document.selecting(*selection)
            mark.format.setBackground(ground)
            context.selections = [mark]
        self._document.documentLayout().draw(painter, context)

    def paint_ground(self, painter: QPainter, top: float, bottom: float) -> None:
        """Draw what lies below tints: the grounds of code blocks, the bars beside quotes."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(theme.current().surface))
        for rectangle in self._codes:
            if rectangle.bottom() >= top and rectangle.top() <= bottom:
                painter.drawRoundedRect(rectangle, 2 * theme.SPACE, 2 * theme.SPACE)
        for rectangle in self._quotes:
            painter.fillRect(rectangle, theme.colour(theme.current().line))

    def character_at(self, place: QPointF) -> int:
        """The character boundary nearest to a point."""
        return max(self._document.documentLayout().hitTest(place, Qt.HitTestAccuracy.FuzzyHit), 0)

    def word_at(self, character: int) -> tuple[int, int]:
        """First character and one past the last of the word that a character belongs to."""
        cursor = self._document.selecting(character, character)
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return cursor.selectionStart(), cursor.selectionEnd()

    def text_between(self, first: int, last: int) -> str:
        """The rendered text of a selection; all of it is the source."""
        if first <= 0 and last >= self.length:
            return "".join(unit.text for unit in self._said)
        return self._document.selecting(first, min(last, self.length)).selection().toPlainText()

    def _append_control_tokens(self) -> None:
        """The tokens that ended the reply, faint, behind its last word: ending is a choice like any other."""
        for index, unit in enumerate(self._units):
            if unit.special:
                self._document.append_faint("‹" + unit.text.strip("<|>") + "›")
                added = self.length - len(self._unit_of)
                # Numbers below -1 stand for control tokens, counted among all units.
                self._unit_of = np.concatenate([self._unit_of, np.full(added, -2 - index, np.int64)])

    def _place(self) -> None:
        lines: list[PlacedLine] = []
        self._codes, self._quotes = [], []
        layout = self._document.documentLayout()
        for block in self._document.blocks():
            around = layout.blockBoundingRect(block)
            if is_code(block):
                self._extend_code(block, around)
            if is_quote(block):
                self._quotes.append(QRectF(0.0, around.top(), 3.0, around.height()))
            text = block.layout()
            for number in range(text.lineCount()):
                line = text.lineAt(number)
                top = around.top() + line.y()
                tall = line.ascent() + line.descent()
                runs = self._runs(block.position(), line.textStart(), line.textLength())
                lines.append(PlacedLine(top - 2, tall + 4, boxes_of_line(line, runs, around.left())))
        # Cells of one row stand side by side.
        self.placed.lines = sorted(lines, key=lambda line: line.top)

    def _extend_code(self, block: QTextBlock, around: QRectF) -> None:
        pad = 2.5 * theme.SPACE
        whole = QRectF(0.0, around.top() - pad, self._width, around.height() + 2 * pad)
        if is_code(block.previous()) and self._codes:
            self._codes[-1] = self._codes[-1].united(whole)
        else:
            self._codes.append(whole)

    def _runs(self, base: int, first: int, length: int) -> Iterator[tuple[int, int, int, int]]:
        owners = self._unit_of[base + first : base + first + length]
        if not len(owners):
            return
        cuts = np.flatnonzero(np.diff(owners)) + 1
        for start, stop in zip([0, *cuts.tolist()], [*cuts.tolist(), len(owners)], strict=True):
            owner = int(owners[start])
            if owner != -1:
                unit = self._said[owner] if owner >= 0 else self._units[-2 - owner]
                yield first + start, first + stop, unit.start, unit.stop
