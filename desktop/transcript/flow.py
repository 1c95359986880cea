"""Tokens laid out as plain text, exactly as written; grows at the end without laying out the beginning again.

Knows nothing about Markdown, messages or where the tokens come from.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextOption

from desktop import code_units
from desktop.piece_text import NEWLINE_SIGN, Unit, shown
from desktop.transcript.placing import Placed, PlacedLine, boxes_of_line

FROZEN_LINES = 2
"""When an open paragraph has more lines, all but its last are never laid out again while it grows."""

LONGEST_WORD = 400
"""A run without a space longer than this is broken anywhere, for looking for a word boundary takes too long."""


@dataclass(slots=True)
class _Block:
    """Text between two newlines, or a frozen part of it.

    Args:
        first: where it begins in the whole text, in code units.
        text: without the newline.
        length: of it, in code units.
        hard: whether a newline ends it.
        layout: of `text`, and of a sign for the newline where that is shown.
        top: in pixels from the body's top.
        height: in pixels.
    """

    first: int
    text: str
    length: int
    hard: bool
    layout: QTextLayout | None = None
    top: float = 0.0
    height: float = 0.0
    lines: list[PlacedLine] = field(default_factory=list)

    @property
    def last(self) -> int:
        """One past its last character, its newline included."""
        return self.first + self.length + self.hard

    def mark(self, first: int, last: int) -> QTextLayout.FormatRange | None:
        """The part of a run of characters that is in it, to be given a format; ``None`` where none is."""
        first, last = max(first, self.first), min(last, self.last)
        if first >= last:
            return None
        mark = QTextLayout.FormatRange()
        mark.start, mark.length = first - self.first, last - first
        mark.format = QTextCharFormat()
        return mark


class TokenFlow:
    """Units of text, flowing.

    Args:
        font: of the text.
        line_height: from one line to the next, in pixels.
        signs: whether newlines are shown by a sign.
    """

    def __init__(self, font: QFont, line_height: float, signs: bool = False) -> None:
        self._font = font
        self._line_height = line_height
        self._signs = signs
        self._units: list[Unit] = []
        self._starts: list[int] = []
        self._length = 0
        self._blocks: list[_Block] = [_Block(0, "", 0, False)]
        self._width = 0.0
        self.placed = Placed()
        self.faint = QColor()

    @property
    def height(self) -> float:
        """In pixels, at the width set last."""
        last = self._blocks[-1]
        return last.top + last.height

    @property
    def length(self) -> int:
        """Code units of the whole text."""
        return self._length

    def append(self, units: Sequence[Unit]) -> float:
        """Add units at the end and lay out what that changes.

        Returns:
            From where on the picture changed, in pixels from the body's top.
        """
        changed = len(self._blocks) - 1
        for unit in units:
            text = _name(unit) if unit.special else shown(unit.text)
            self._units.append(unit)
            self._starts.append(self._length)
            self._length += code_units.count(text)
            first, *others = text.split("\n")
            self._blocks[-1].text += first
            self._blocks[-1].length += code_units.count(first)
            for part in others:
                self._blocks[-1].hard = True
                self._blocks.append(_Block(self._blocks[-1].last, part, code_units.count(part), False))
        if self._width <= 0 or not units:
            return 0.0
        kept = len(self._blocks[changed].lines)
        self._lay_out_from(changed)
        # Lines break one after the other: what is added can change the last line there was, and none before.
        block = self._blocks[changed]
        top = block.top + max(kept - 1, 0) * self._line_height
        self._freeze()
        return top

    def set_width(self, width: float) -> None:
        """Lay everything out at another width."""
        if width == self._width:
            return
        self._width = width
        whole: list[_Block] = []
        for block in self._blocks:
            if whole and not whole[-1].hard:
                whole[-1].text += block.text
                whole[-1].length += block.length
                whole[-1].hard = block.hard
            else:
                whole.append(_Block(block.first, block.text, block.length, block.hard))
        self._blocks = whole
        self._lay_out_from(0)

    def paint_text(
        self,
        painter: QPainter,
        top: float,
        bottom: float,
        selection: tuple[int, int],
        ground: QColor,
        inks: Sequence[tuple[int, int, QColor]] = (),
    ) -> None:
        """Draw the text in a strip.

        Args:
            painter: at the body's origin, its pen the colour of text.
            top: of the strip.
            bottom: of the strip.
            selection: first selected character and one past the last.
            ground: of what is selected.
            inks: other colours of text, each from a character to one past another.
        """
        for block in self._blocks:
            if block.top > bottom:
                return
            if block.layout is None or block.top + block.height < top:
                continue
            selections = []
            for first, last, ink in inks:
                if (mark := block.mark(first, last)) is not None:
                    mark.format.setForeground(ink)
                    # Without a ground Qt leaves out what touches the run before it.
                    mark.format.setBackground(QColor(0, 0, 0, 0))
                    selections.append(mark)
            if (mark := block.mark(*selection)) is not None:
                mark.format.setBackground(ground)
                selections.append(mark)
            clip = QRectF(0.0, top, self._width, bottom - top)
            block.layout.draw(painter, QPointF(0.0, block.top), selections, clip)

    def character_at(self, place: QPointF) -> int:
        """The character boundary nearest to a point."""
        index = bisect_right(self._blocks, place.y(), key=lambda block: block.top) - 1
        block = self._blocks[max(index, 0)]
        if block.layout is None or block.layout.lineCount() == 0:
            return block.first
        number = int((place.y() - block.top) // self._line_height)
        line = block.layout.lineAt(min(max(number, 0), block.layout.lineCount() - 1))
        return block.first + min(line.xToCursor(place.x()), block.length)

    def unit_at(self, position: int) -> Unit | None:
        """The unit that a token belongs to; ``None`` behind the last."""
        index = bisect_right(self._units, position, key=lambda unit: unit.stop)
        return self._units[index] if index < len(self._units) else None

    def place_of(self, position: int) -> int:
        """The first character of the unit that a token belongs to; behind the last unit, the end of the text."""
        index = bisect_right(self._units, position, key=lambda unit: unit.stop)
        return self._starts[index] if index < len(self._units) else self._length

    def word_at(self, character: int) -> tuple[int, int]:
        """First character and one past the last of the unit that a character belongs to."""
        index = max(bisect_right(self._starts, character) - 1, 0)
        return (self._starts[index], self._end(index)) if self._units else (0, 0)

    def text_between(self, first: int, last: int) -> str:
        """The text of a selection as the tokens say, without the names of control tokens."""
        parts = []
        for index in range(max(bisect_right(self._starts, first) - 1, 0), bisect_left(self._starts, last)):
            unit, start, end = self._units[index], self._starts[index], self._end(index)
            if unit.special:
                continue
            if first <= start and end <= last:
                parts.append(unit.text)
            else:
                text = shown(unit.text)
                parts.append(text[code_units.cut(text, first - start) : code_units.cut(text, last - start)])
        return "".join(parts)

    # ------------------------------------------------------------ layout

    def _lay_out_from(self, index: int) -> None:
        top = self._blocks[index - 1].top + self._blocks[index - 1].height if index else 0.0
        kept = self._blocks[index].lines
        if kept:
            del self.placed.lines[bisect_left(self.placed.lines, kept[0].top, key=lambda line: line.top) :]
        elif index == 0:
            self.placed.lines = []
        for block in self._blocks[index:]:
            self._lay_out(block, top)
            self.placed.lines += block.lines
            top += block.height

    def _lay_out(self, block: _Block, top: float) -> None:
        sign = NEWLINE_SIGN if self._signs and block.hard else ""
        layout = QTextLayout(block.text + sign, self._font)
        layout.setTextOption(_wrapping(block.text))
        layout.setFormats(self._formats(block, sign))
        layout.setCacheEnabled(True)
        layout.beginLayout()
        block.layout, block.top, block.lines = layout, top, []
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self._width)
            line.setPosition(QPointF(0.0, y + (self._line_height - line.height()) / 2))
            y += self._line_height
        layout.endLayout()
        block.height = y if block.text or sign else self._height_of_nothing(block)
        count = layout.lineCount()
        for number in range(count):
            line = layout.lineAt(number)
            runs = self._runs(block, line.textStart(), line.textLength(), number == count - 1)
            box_top = top + number * self._line_height + 2
            wrapped = number == count - 1 and not block.hard and block is not self._blocks[-1]
            hanging = len(block.text) - len(block.text.rstrip(" ")) if wrapped else 0
            boxes = boxes_of_line(line, runs, hanging=hanging)
            block.lines.append(PlacedLine(box_top, self._line_height - 4, boxes))

    def _height_of_nothing(self, block: _Block) -> float:
        if block.hard:  # an empty line between paragraphs
            return self._line_height * 0.5
        # After a newline nothing has come yet; a text of nothing at all still has a line.
        return self._line_height if block.first == 0 else 0.0

    def _runs(
        self, block: _Block, first: int, length: int, ends_block: bool
    ) -> Iterator[tuple[int, int, int, int]]:
        """The units on a line, as `boxes_of_line` wants them; a newline belongs to the line it ends."""
        begin = block.first + first
        end = begin + length + (1 if ends_block and block.hard and not self._signs else 0)
        index = max(bisect_right(self._starts, begin) - 1, 0)
        while index < len(self._units) and self._starts[index] < end:
            if self._end(index) > begin:
                unit = self._units[index]
                last = self._end(index) - block.first
                if block.hard:
                    last = min(last, block.length + self._signs)
                yield self._starts[index] - block.first, last, unit.start, unit.stop
            index += 1

    def _formats(self, block: _Block, sign: str) -> list[QTextLayout.FormatRange]:
        ranges = []
        if sign:
            ranges.append((block.length, len(sign)))
        index = max(bisect_right(self._starts, block.first) - 1, 0)
        while index < len(self._units) and self._starts[index] < block.last:
            if self._units[index].special:
                ranges.append((self._starts[index] - block.first, self._end(index) - self._starts[index]))
            index += 1
        made = []
        for start, length in ranges:
            mark = QTextLayout.FormatRange()
            mark.start, mark.length = start, length
            mark.format = QTextCharFormat()
            mark.format.setForeground(self.faint)
            made.append(mark)
        return made

    def _end(self, index: int) -> int:
        return self._starts[index + 1] if index + 1 < len(self._starts) else self._length

    def _freeze(self) -> None:
        """Set the finished lines of a long open paragraph apart, so that its growing costs the same always."""
        block = self._blocks[-1]
        if block.layout is None or block.layout.lineCount() <= FROZEN_LINES:
            return
        cut = block.layout.lineAt(block.layout.lineCount() - 1).textStart()
        index = code_units.cut(block.text, cut)
        rest = _Block(block.first + cut, block.text[index:], block.length - cut, block.hard)
        block.text, block.length, block.hard = block.text[:index], cut, False
        self._blocks.append(rest)
        self._lay_out_from(len(self._blocks) - 2)


def _name(unit: Unit) -> str:
    """A control token as it is shown: its name between thin brackets."""
    return "‹" + shown(unit.text).replace("\n", NEWLINE_SIGN).strip("<|>") + "›"


def _wrapping(text: str) -> QTextOption:
    option = QTextOption()
    long_word = len(text) > LONGEST_WORD and max(map(len, text.split(" "))) > LONGEST_WORD
    wrap = (
        QTextOption.WrapMode.WrapAnywhere if long_word else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
    )
    option.setWrapMode(wrap)
    option.setTabStopDistance(32.0)
    return option
