"""A text document made of Markdown and dressed in the theme; it never loads anything.

Knows nothing about tokens, or where it is painted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QFont,
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

from desktop import theme
from desktop.piece_text import shown
from desktop.transcript.markdown_text import with_hard_breaks

_FEATURES = QTextDocument.MarkdownFeature(
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub.value
    | QTextDocument.MarkdownFeature.MarkdownNoHTML.value
)
_BLANK_LINE = re.compile(r"\n[ \t>]*\n")
_LINE_PERCENT = 148
_SEPARATORS = frozenset("\u2028\u2029\ufdd0\ufdd1")
_HEADING_SIZES = (22, 19, 17, 16)


class MarkdownDocument(QTextDocument):
    """Markdown rendered.

    Args:
        source: the Markdown.
    """

    def __init__(self, source: str) -> None:
        super().__init__()
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setIndentWidth(6 * theme.SPACE)
        self.setDefaultFont(theme.ui_font(16))
        self.setMarkdown(with_hard_breaks(source), _FEATURES)
        self._tidy()

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing: neither a file nor an address is read."""
        return None

    @property
    def rendered(self) -> str:
        """Its characters, with a space for what separates blocks."""
        return "".join(" " if one in _SEPARATORS else one for one in self.toRawText())

    @property
    def length(self) -> int:
        """Its code units."""
        return max(self.characterCount() - 1, 0)

    def selecting(self, first: int, last: int) -> QTextCursor:
        """A cursor that selects from one code unit to another."""
        cursor = QTextCursor(self)
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def blocks(self) -> Iterator[QTextBlock]:
        """All blocks, from the first to the last."""
        block = self.begin()
        while block.isValid():
            yield block
            block = block.next()

    def dress(self, source: str, places: NDArray[np.int64]) -> None:
        """Give every block its looks.

        Args:
            source: the Markdown.
            places: ``int64 [length]`` where each code unit stands in the source, -1 for those that were added.
        """
        end_before = 0
        for block in self.blocks():
            first, last = block.position(), block.position() + block.length() - 1
            known = places[first:last]
            known = known[known >= 0]
            begins = int(known[0]) if len(known) else end_before
            paragraph = _BLANK_LINE.search(source, end_before, begins) is not None
            end_before = int(known[-1]) + 1 if len(known) else end_before
            self._dress_block(block, self.selecting(first, last), paragraph)
        for table in self._tables():
            _dress_table(table)

    def append_faint(self, text: str) -> None:
        """Put something quiet behind the last word."""
        cursor = QTextCursor(self)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if is_code(cursor.block()) or cursor.currentTable() is not None:
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        faint = QTextCharFormat()
        faint.setForeground(theme.colour(theme.current().text_faint))
        faint.setFont(theme.ui_font(16))
        cursor.insertText(text, faint)

    def _tidy(self) -> None:
        """Take out what Qt puts in: pictures that are not loaded, empty blocks around tables."""
        for block in list(self.blocks()):
            cursor = QTextCursor(block)
            table = cursor.currentTable()
            if table is not None and not block.text() and _cell_has_more(table, cursor):
                cursor.deleteChar()
        place = self.toRawText().find("\ufffc")
        while place >= 0:
            cursor = self.selecting(place, place + 1)
            image = cursor.charFormat().toImageFormat()
            said = str(image.property(QTextFormat.Property.ImageAltText) or "")
            cursor.insertText(shown(said).replace("\n", " "), QTextCharFormat())
            place = self.toRawText().find("\ufffc", place + len(said))

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
        if is_code(block):
            percent = 140
            style.clearBackground()
            style.setLeftMargin(3 * theme.SPACE)
            style.setRightMargin(3 * theme.SPACE)
            style.setTopMargin(0 if is_code(block.previous()) else 5 * theme.SPACE)
            style.setBottomMargin(0 if is_code(block.next()) else 4 * theme.SPACE)
            _give_font(cursor, theme.mono_font(14))
        elif level:
            size = _HEADING_SIZES[min(level, len(_HEADING_SIZES)) - 1]
            self._enlarge(block, theme.ui_font(size, QFont.Weight.DemiBold))
            style.setTopMargin(0 if block.blockNumber() == 0 else 4 * theme.SPACE)
        else:
            self._dress_code_words(block)
        if is_quote(block):
            style.setLeftMargin(4 * theme.SPACE)
            _colour(cursor, theme.current().text_soft)
        style.setLineHeight(percent, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.setBlockFormat(style)

    def _tables(self) -> list[QTextTable]:
        return [frame for frame in self.rootFrame().childFrames() if isinstance(frame, QTextTable)]

    def _fragments(self, block: QTextBlock) -> list[tuple[QTextCursor, QTextCharFormat]]:
        """The runs of one format in a block: a cursor that selects each, and its format."""
        parts = [part.fragment() for part in block]  # type: ignore[attr-defined]
        spans = [(part.position(), part.position() + part.length(), part.charFormat()) for part in parts]
        return [(self.selecting(first, last), style) for first, last, style in spans]

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


def is_code(block: QTextBlock) -> bool:
    """Whether a block is a line of code."""
    return block.isValid() and bool(block.blockFormat().property(QTextFormat.Property.BlockCodeFence))


def is_quote(block: QTextBlock) -> bool:
    """Whether a block is quoted."""
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
