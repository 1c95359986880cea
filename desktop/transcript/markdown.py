"""A finished reply rendered as Markdown, its tokens still there to be tinted, clicked and outlined.

Knows nothing about messages or sessions. Nothing that a text refers to is ever fetched or opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPainter,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from desktop import code_units, theme
from desktop.piece_text import Unit, shown
from desktop.transcript.alignment import align, units_of
from desktop.transcript.placing import Placed, PlacedLine, boxes_of_line

LONGEST_TEXT = 60_000
"""Longer replies stay plain text: rendering would hold the window up."""

LONGEST_LINE = 8_000
"""A reply with a longer line stays plain text."""

DEEPEST_QUOTE = 12
"""A reply with deeper nested quotes or lists stays plain text."""

MOST_MARKS = 400
"""A reply with more marks of emphasis or links on one line stays plain text: pairing them takes quadratic time."""

_FEATURES = QTextDocument.MarkdownFeature(
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub.value
    | QTextDocument.MarkdownFeature.MarkdownNoHTML.value
)
_SIGNS = re.compile(
    r"(^\s{0,3}(#{1,6}\s|[-*+]\s|\d+[.)]\s|>|```|~~~|\|))|\*\*|__|`|\*\w|_\w|\]\(|~~", re.MULTILINE
)
_NESTING = re.compile(r"^(?:[ \t]*(?:>|[-*+][ \t]|\d+[.)][ \t]))+", re.MULTILINE)
_FENCE = re.compile(r"^\s*(```|~~~)")
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_LINE_PERCENT = 148
_HEADING_SIZES = (22, 19, 17, 16)


def has_markdown(text: str) -> bool:
    """Whether a text has any sign of Markdown; without one, plain text shows it best."""
    return _SIGNS.search(text) is not None


def is_renderable(text: str) -> bool:
    """Whether a text can be rendered without holding the window up."""
    if len(text) > LONGEST_TEXT:
        return False
    for line in text.split("\n"):
        if len(line) > LONGEST_LINE or sum(map(line.count, "*_[`~<")) > MOST_MARKS:
            return False
    deepest = (len(match.group().split()) for match in _NESTING.finditer(text))
    return max(deepest, default=0) <= DEEPEST_QUOTE and "\0" not in text


def with_hard_breaks(text: str) -> str:
    """Markdown in which every newline of the text breaks the line, as people who chat expect."""
    lines, fenced = [], False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
            lines.append(line)
        else:
            lines.append(line if fenced or not line.strip() else line.rstrip() + "  ")
    return "\n".join(lines)


class _Document(QTextDocument):
    """A document that loads nothing."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing: neither a file nor an address is read."""
        return None


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
        self._document = _Document()
        self._document.setUndoRedoEnabled(False)
        self._document.setDocumentMargin(0)
        self._document.setIndentWidth(6 * theme.SPACE)
        self._document.setDefaultFont(theme.ui_font(16))
        self._document.setMarkdown(with_hard_breaks(source), _FEATURES)
        self._tidy()
        rendered = "".join(map(_character, self._document.toRawText()))
        indices = align(source, rendered)
        if indices is None:
            raise ValueError("the rendered text is not that of the source")
        places = np.repeat(indices, code_units.widths(rendered))
        self._unit_of = units_of(places, self._said)
        self._dress(source, places)
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
        return max(self._document.characterCount() - 1, 0)

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
            mark.cursor = self._cursor(*selection)
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
        cursor = self._cursor(character, character)
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return cursor.selectionStart(), cursor.selectionEnd()

    def text_between(self, first: int, last: int) -> str:
        """The rendered text of a selection; all of it is the source."""
        if first <= 0 and last >= self.length:
            return "".join(unit.text for unit in self._said)
        return self._cursor(first, min(last, self.length)).selection().toPlainText()

    # ------------------------------------------------------------ making the document

    def _cursor(self, first: int, last: int) -> QTextCursor:
        cursor = QTextCursor(self._document)
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _blocks(self) -> Iterator[QTextBlock]:
        block = self._document.begin()
        while block.isValid():
            yield block
            block = block.next()

    def _tidy(self) -> None:
        """Take out what Qt puts in: pictures that are not loaded, empty blocks around tables."""
        for block in list(self._blocks()):
            cursor = QTextCursor(block)
            table = cursor.currentTable()
            if table is not None and not block.text() and _cell_has_more(table, cursor):
                cursor.deleteChar()
        place = self._document.toRawText().find("\ufffc")
        while place >= 0:
            cursor = self._cursor(place, place + 1)
            image = cursor.charFormat().toImageFormat()
            said = str(image.property(QTextFormat.Property.ImageAltText) or "")
            cursor.insertText(shown(said).replace("\n", " "), QTextCharFormat())
            place = self._document.toRawText().find("\ufffc", place + len(said))

    def _append_control_tokens(self) -> None:
        """The tokens that ended the reply, faint, behind its last word: ending is a choice like any other."""
        special = [index for index, unit in enumerate(self._units) if unit.special]
        if not special:
            return
        cursor = QTextCursor(self._document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        last = cursor.block()
        if _is_code(last) or cursor.currentTable() is not None or cursor.currentFrame().parentFrame():
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        faint = QTextCharFormat()
        faint.setForeground(theme.colour(theme.current().text_faint))
        faint.setFont(theme.ui_font(16))
        for index in special:
            cursor.insertText("‹" + self._units[index].text.strip("<|>") + "›", faint)
            added = self.length - len(self._unit_of)
            # Negative numbers below -1 stand for control tokens, counted in all units.
            self._unit_of = np.concatenate([self._unit_of, np.full(added, -2 - index, np.int64)])

    def _dress(self, source: str, places: NDArray[np.int64]) -> None:
        end_before = 0
        for block in self._blocks():
            first, last = block.position(), block.position() + block.length() - 1
            known = places[first:last]
            known = known[known >= 0]
            begins = int(known[0]) if len(known) else end_before
            paragraph = _BLANK_LINE.search(source, end_before, begins) is not None
            end_before = int(known[-1]) + 1 if len(known) else end_before
            self._dress_block(block, self._cursor(first, last), paragraph)
        for table in self._tables():
            _dress_table(table)

    def _dress_block(self, block: QTextBlock, cursor: QTextCursor, paragraph: bool) -> None:
        """Give a block its looks.

        Args:
            block: of the document.
            cursor: selects its text.
            paragraph: whether an empty line is between it and what comes before.
        """
        style = block.blockFormat()
        level = style.headingLevel()
        in_table = cursor.currentTable() is not None
        between = (
            2 * theme.SPACE if paragraph or level or (block.textList() is None) != _no_list(block) else 0
        )
        style.setTopMargin(0 if in_table or block.blockNumber() == 0 else between)
        style.setBottomMargin(0)
        percent = 120 if in_table or level else _LINE_PERCENT
        if _is_code(block):
            percent = 140
            style.clearBackground()
            style.setLeftMargin(3 * theme.SPACE)
            style.setRightMargin(3 * theme.SPACE)
            style.setTopMargin(0 if _is_code(block.previous()) else 5 * theme.SPACE)
            style.setBottomMargin(0 if _is_code(block.next()) else 4 * theme.SPACE)
            _give_font(cursor, theme.mono_font(14))
        elif level:
            size = _HEADING_SIZES[min(level, len(_HEADING_SIZES)) - 1]
            self._enlarge(block, theme.ui_font(size, QFont.Weight.DemiBold))
            style.setTopMargin(0 if block.blockNumber() == 0 else 4 * theme.SPACE)
        else:
            self._dress_code_words(block)
        if _is_quote(block):
            style.setLeftMargin(4 * theme.SPACE)
            _colour(cursor, theme.current().text_soft)
        style.setLineHeight(percent, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.setBlockFormat(style)

    def _tables(self) -> list[QTextTable]:
        return [frame for frame in self._document.rootFrame().childFrames() if isinstance(frame, QTextTable)]

    def _fragments(self, block: QTextBlock) -> list[tuple[QTextCursor, QTextCharFormat]]:
        """The runs of one format in a block: a cursor that selects each, and its format."""
        parts = [part.fragment() for part in block]  # type: ignore[attr-defined]
        spans = [(part.position(), part.position() + part.length(), part.charFormat()) for part in parts]
        return [(self._cursor(first, last), style) for first, last, style in spans]

    def _enlarge(self, block: QTextBlock, font: QFont) -> None:
        for cursor, style in self._fragments(block):
            # Qt's own enlargement of headings misses the words in bold.
            style.clearProperty(QTextFormat.Property.FontSizeAdjustment)
            style.setFont(font)
            cursor.setCharFormat(style)

    def _dress_code_words(self, block: QTextBlock) -> None:
        """Give `code` and links inside a paragraph their looks."""
        for cursor, style in self._fragments(block):
            if style.fontFixedPitch():
                _give_font(cursor, theme.mono_font(15))
            if style.isAnchor():
                # Shown, never opened: an address in a reply is a claim by nobody.
                plain = QTextCharFormat()
                plain.setForeground(theme.colour(theme.current().accent))
                plain.setFontUnderline(True)
                plain.setToolTip(style.anchorHref())
                cursor.setCharFormat(plain)

    # ------------------------------------------------------------ placing

    def _place(self) -> None:
        lines: list[PlacedLine] = []
        self._codes, self._quotes = [], []
        layout = self._document.documentLayout()
        for block in self._blocks():
            around = layout.blockBoundingRect(block)
            if _is_code(block):
                self._extend_code(block, around)
            if _is_quote(block):
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
        if _is_code(block.previous()) and self._codes:
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


def _character(character: str) -> str:
    return " " if character in "\u2028\u2029\ufdd0\ufdd1" else character


def _is_code(block: QTextBlock) -> bool:
    return block.isValid() and bool(block.blockFormat().property(QTextFormat.Property.BlockCodeFence))


def _is_quote(block: QTextBlock) -> bool:
    return block.isValid() and bool(block.blockFormat().property(QTextFormat.Property.BlockQuoteLevel))


def _no_list(block: QTextBlock) -> bool:
    """Whether the block before is outside a list."""
    return block.previous().textList() is None


def _dress_table(table: QTextTable) -> None:
    form = table.format()
    form.setBorderCollapse(True)
    form.setBorder(1)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setCellPadding(2 * theme.SPACE)
    form.setCellSpacing(0)
    form.setBorderBrush(theme.colour(theme.current().line))
    form.setWidth(QTextLength())
    form.setTopMargin(3 * theme.SPACE)
    form.setBottomMargin(3 * theme.SPACE)
    table.setFormat(form)
    heading = QTextCharFormat()
    heading.setFontWeight(QFont.Weight.DemiBold)
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        cursor = cell.firstCursorPosition()
        cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(heading)


def _cell_has_more(table: QTextTable, cursor: QTextCursor) -> bool:
    cell = table.cellAt(cursor)
    return cell.lastCursorPosition().position() > cursor.position()


def _give_font(cursor: QTextCursor, font: QFont) -> None:
    style = QTextCharFormat()
    style.setFont(font)
    cursor.mergeCharFormat(style)


def _colour(cursor: QTextCursor, value: str) -> None:
    style = QTextCharFormat()
    style.setForeground(theme.colour(value))
    cursor.mergeCharFormat(style)
