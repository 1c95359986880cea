"""A reply of several channels: what was thought is folded, the reply itself stands as always, markup is not shown.

Knows nothing about messages or sessions; each part is laid out by a body of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from desktop import theme
from desktop.conversation import Aside
from desktop.piece_text import Unit
from desktop.transcript.flow import TokenFlow
from desktop.transcript.fold import Fold
from desktop.transcript.markdown import MarkdownBody
from desktop.transcript.placing import Placed
from desktop.transcript.section import Section
from inference.channel_names import FINAL, MARKUP
from inference.contract import Token

LINE_OF_NOTHING = 28
"""Pixels of a reply of which nothing is there yet."""

_GAP = theme.SPACE
_GAP_UNFOLDED = 4 * theme.SPACE
_BAR_LEFT = 3 * theme.SPACE
_BAR_WIDTH = 2


class ReplyBody:
    """The parts of a reply below one another; grows at the end. Offers what `TokenFlow` offers.

    Args:
        flow: makes an empty flow for a part: of the reply itself, or of what is folded.
        opened: numbers of the folds that are open; changed when one is opened or closed.
        live: whether the reply is being written.
    """

    def __init__(self, flow: Callable[[bool], TokenFlow], opened: set[int], live: bool = False) -> None:
        self._flow = flow
        self._opened = opened
        self._live = live
        self._width = 0.0
        self._sections: list[Section] = []
        self.placed = Placed()

    # ------------------------------------------------------------ content

    def append(self, tokens: Sequence[Token], start: int) -> float:
        """Add tokens at the end and lay out what that changes.

        Args:
            tokens: that follow those added before.
            start: position of the first of them.

        Returns:
            From where on the picture changed, in pixels from the body's top.
        """
        changed = self.height
        for position, token in enumerate(tokens, start):
            if token.channel == MARKUP or token.part == "template":
                continue
            before = self._sections[-1] if self._sections else None
            section = self._section_for(token.channel)
            section.start = position if section.start < 0 else section.start
            section.stop = position + 1
            grown = section.add(section.stream.feed([token], position))
            if section.fold is not None:
                section.fold.tokens += 1
            if section is not before:
                changed = 0.0 if before is None else min(changed, before.top)
            else:
                changed = min(changed, section.top if section.fold is not None else section.body_top + grown)
        for section in self._folded():
            if section.fold is not None:
                section.fold.live = self._live and section is self._sections[-1]
        self._stack()
        return changed

    def add_aside(self, aside: Aside, forgotten: bool) -> None:
        """Add a folded part whose tokens are not known; `forgotten` as `Fold` has it."""
        section = self._begin(Fold(aside.channel, aside.tokens, forgotten=forgotten))
        section.add([Unit(-1, -1, aside.text.strip("\n"))])
        self._stack()

    def add_text(self, text: str) -> None:
        """Add a part of the reply itself whose tokens are not known."""
        self._begin(None).add([Unit(-1, -1, text)])
        self._stack()

    def finish(self, stop: int, rendered: Callable[[Sequence[Unit]], MarkdownBody | None]) -> None:
        """The reply is complete.

        Args:
            stop: one past the position of its last token.
            rendered: makes a body of the reply's own units with its Markdown; ``None`` where there is none.
        """
        for section in self._sections:
            section.add(section.stream.flush(section.stop if section.stop >= 0 else stop))
            if section.fold is None and (body := rendered(section.units)) is not None:
                section.body = body
                if self._width > 0:
                    body.set_width(self._width)
        self._stack()

    def _section_for(self, channel: str) -> Section:
        last = self._sections[-1] if self._sections else None
        name = None if last is None else FINAL if last.fold is None else last.fold.channel
        if last is not None and name == channel:
            return last
        return self._begin(None if channel == FINAL else Fold(channel))

    def _begin(self, fold: Fold | None) -> Section:
        if self._sections and self._sections[-1].start >= 0:
            before = self._sections[-1]
            before.add(before.stream.flush(before.stop))
        if fold is not None:
            fold.open = len(self.folds) in self._opened
        section = Section(fold, self._flow(fold is not None))
        if self._width > 0 and section.shown:
            section.body.set_width(self._width)
        self._sections.append(section)
        return section

    # ------------------------------------------------------------ folds

    @property
    def folds(self) -> list[Fold]:
        """The lines of what is folded, in order."""
        return [section.fold for section in self._sections if section.fold is not None]

    def _folded(self) -> list[Section]:
        return [section for section in self._sections if section.fold is not None]

    def fold_at(self, place: QPointF) -> int | None:
        """The number of the fold whose line is under a point."""
        for number, section in enumerate(self._folded()):
            if section.fold is not None and section.fold.room(section.top).contains(place):
                return number
        return None

    def open_fold(self, number: int, opened: bool) -> None:
        """Show or hide what is folded."""
        section = self._folded()[number]
        assert section.fold is not None
        section.fold.open = opened
        (self._opened.add if opened else self._opened.discard)(number)
        # What is folded is not laid out until somebody looks.
        if opened and self._width > 0:
            section.body.set_width(self._width)
        self._stack()

    def fold_of(self, position: int) -> int | None:
        """The number of the closed fold that hides a token."""
        for number, section in enumerate(self._folded()):
            if not section.shown and section.start <= position < section.stop:
                return number
        return None

    # ------------------------------------------------------------ geometry

    @property
    def height(self) -> float:
        """In pixels, at the width set last."""
        return self._sections[-1].bottom if self._sections else float(theme.scaled(LINE_OF_NOTHING))

    @property
    def length(self) -> int:
        """Code units of everything that is shown."""
        return sum(section.length for section in self._sections)

    def set_width(self, width: float) -> None:
        """Lay everything out at another width."""
        if width != self._width:
            self._width = width
            for section in self._shown():
                section.body.set_width(width)
            self._stack()

    def _stack(self) -> None:
        """Put the sections below one another."""
        top, first = 0.0, 0
        lines = []
        for section in self._sections:
            section.top, section.first = top, first
            if section.shown:
                move = section.body_top
                lines += [replace(line, top=line.top + move) for line in section.body.placed.lines]
            first += section.length
            wide = section.fold is not None and section.fold.open
            top = section.bottom + theme.scaled(_GAP_UNFOLDED if wide else _GAP)
        self.placed.lines = lines

    def _shown(self) -> Iterator[Section]:
        return (section for section in self._sections if section.shown)

    def _section_at(self, character: int) -> Section | None:
        found = [section for section in self._shown() if section.first <= character]
        return found[-1] if found else None

    def character_at(self, place: QPointF) -> int:
        """The character boundary nearest to a point."""
        above = [section for section in self._shown() if section.body_top <= place.y()]
        section = above[-1] if above else next(self._shown(), None)
        if section is None:
            return 0
        return section.first + section.body.character_at(place - QPointF(0.0, section.body_top))

    def word_at(self, character: int) -> tuple[int, int]:
        """First character and one past the last of the unit or word that a character belongs to."""
        section = self._section_at(character)
        if section is None:
            return 0, 0
        first, last = section.body.word_at(character - section.first)
        return section.first + first, section.first + last

    def text_between(self, first: int, last: int) -> str:
        """The text of a selection, without the names of control tokens."""
        texts = [
            section.body.text_between(
                max(first - section.first, 0), min(last - section.first, section.length)
            )
            for section in self._shown()
            if section.first < last and first < section.first + section.length
        ]
        return "\n\n".join(texts)

    @property
    def said(self) -> str:
        """The text of the reply itself."""
        return "".join(
            unit.text
            for section in self._sections
            if section.fold is None
            for unit in section.units
            if not unit.special
        )

    # ------------------------------------------------------------ painting

    def paint_ground(self, painter: QPainter, top: float, bottom: float) -> None:
        """Draw what lies below tints: the lines of folds, a bar beside what is unfolded, grounds of Markdown."""
        for section in self._sections:
            if section.top > bottom or section.bottom < top:
                continue
            if section.fold is not None:
                section.fold.paint(painter, section.top)
                if section.shown:
                    height = section.body.height
                    bar = QRectF(-theme.scaled(_BAR_LEFT), section.body_top, _BAR_WIDTH, height)
                    painter.fillRect(bar, theme.colour(theme.current().line))
            elif isinstance(section.body, MarkdownBody):
                painter.save()
                painter.translate(0.0, section.body_top)
                section.body.paint_ground(painter, top - section.body_top, bottom - section.body_top)
                painter.restore()

    def paint_text(
        self, painter: QPainter, top: float, bottom: float, selection: tuple[int, int], ground: QColor
    ) -> None:
        """Draw the text in a strip; parameters as in `TokenFlow.paint_text`."""
        for section in self._shown():
            if section.body_top > bottom or section.bottom < top:
                continue
            painter.save()
            if section.fold is not None:
                painter.setPen(theme.colour(theme.current().text_soft))
            painter.translate(0.0, section.body_top)
            own = (max(selection[0] - section.first, 0), min(selection[1] - section.first, section.length))
            section.body.paint_text(painter, top - section.body_top, bottom - section.body_top, own, ground)
            painter.restore()
