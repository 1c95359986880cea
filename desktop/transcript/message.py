"""One message in the transcript: its heading, its body of tokens, and where they are.

Knows nothing about scrolling or the mouse; it is told its width and asked to paint.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from desktop import theme
from desktop.conversation import ChatMessage
from desktop.transcript.bodies import LINE_PIXELS, Body, BodyMaker, Reading
from desktop.transcript.facts import facts_text
from desktop.transcript.fold import Fold
from desktop.transcript.markdown import MarkdownBody
from desktop.transcript.reply_body import ReplyBody
from desktop.transcript.tint import Tint
from inference.contract import Token

_HEADING = 26
_GAP = 22

translate = QCoreApplication.translate


class Action(Enum):
    """What can be done with a message, offered beside its heading while the pointer is over it."""

    COPY = "copy"
    """Copy its text."""

    REGENERATE = "regenerate"
    """Write it anew."""

    @property
    def label(self) -> str:
        """Its name in the window's language."""
        if self is Action.COPY:
            return translate("Transcript", "Copy")
        return translate("Transcript", "Regenerate")


class MessageItem:
    """A message with its place in the transcript.

    Args:
        message: what was said.
        name: who said it, as shown.
        reading: how it is shown if it is a reply.
    """

    def __init__(self, message: ChatMessage, name: str, reading: Reading) -> None:
        self.message = message
        self.name = name
        self.top = 0.0
        self.span = (0, 0)
        self.note = ""
        self.actions: tuple[Action, ...] = ()
        self.offers_actions = False
        self.finished = not message.writing
        self._maker = BodyMaker(message, reading)
        self._body: Body | None = None
        self._tokens: Sequence[Token] = ()
        self._width = 0.0
        self._guess = 0.0

    # ------------------------------------------------------------ content

    def take(self, tokens: Sequence[Token], span: tuple[int, int]) -> float:
        """Show these tokens.

        Args:
            tokens: of the whole sequence.
            span: first position of this message and one past its last; (0, 0) if it has none.

        Returns:
            From where on the picture changed, in pixels from the item's top.
        """
        same = span == self.span and not self.message.writing
        # Another list is another sequence: a reply that is written anew begins where the one before it began.
        grown = tokens is self._tokens and span[0] == self.span[0] and span[1] > span[0]
        grows = self.message.writing and grown
        self._tokens, self.span = tokens, span
        if grows and self._body is not None:
            changed = self._maker.grow(self._body, tokens, span)
            if changed is not None:
                return self.body_top + changed
        if not same:
            self._body = None
        return 0.0

    def remake(self, name: str, reading: Reading) -> None:
        """Make the body anew: the reply is complete, is to be shown differently, or the theme changed."""
        self.name, self._maker.reading, self._body = name, reading, None

    def finish(self) -> None:
        """The reply is complete: render it, or only let out what was held back."""
        self.finished = True
        self._body = self._maker.finish(self._body, self.span[1])

    @property
    def shows_tokens(self) -> bool:
        """Whether positions are known, so that tokens can be clicked."""
        return self.span[1] > self.span[0]

    @property
    def text(self) -> str:
        """What the message says, a running reply as far as it is."""
        if not self.message.writing:
            return self.message.text
        body = self.body
        return body.said if isinstance(body, ReplyBody) else body.text_between(0, body.length)

    @property
    def folds(self) -> list[Fold]:
        """The lines of what is folded in it, in order."""
        return self.body.folds if isinstance(self.body, ReplyBody) else []

    @property
    def has_folds(self) -> bool:
        """Whether something is folded in it, told without laying it out."""
        if self._maker.reading is Reading.EXACT:
            return False
        return bool(self.message.asides) or (isinstance(self._body, ReplyBody) and bool(self._body.folds))

    def toggle_folds(self, number: int | None = None) -> bool:
        """Open or close one fold, or all of them; whether there was any."""
        body = self.body
        if not isinstance(body, ReplyBody) or not body.folds:
            return False
        if number is not None:
            body.open_fold(number, not body.folds[number].open)
            return True
        opened = not all(fold.open for fold in body.folds)
        for each in range(len(body.folds)):
            body.open_fold(each, opened)
        return True

    def unfold(self, position: int) -> bool:
        """Open the fold that hides a token; whether there was one."""
        body = self.body
        number = body.fold_of(position) if isinstance(body, ReplyBody) else None
        if number is None or not isinstance(body, ReplyBody):
            return False
        body.open_fold(number, True)
        return True

    def fold_at(self, place: QPointF) -> int | None:
        """The number of the fold whose line is under a point of the body."""
        body = self._body
        return body.fold_at(place) if isinstance(body, ReplyBody) else None

    @property
    def body(self) -> Body:
        """The laid out text, made when it is first needed."""
        if self._body is None:
            self._body = self._maker.make(self._tokens, self.span)
            if self._width > 0:
                self._body.set_width(self._width)
        return self._body

    # ------------------------------------------------------------ geometry

    @property
    def laid_out(self) -> bool:
        """Whether the height is known and not guessed."""
        return self._body is not None and self._width > 0

    @property
    def body_top(self) -> float:
        """Where the body begins, in pixels from the item's top."""
        return float(theme.scaled(_HEADING))

    @property
    def height(self) -> float:
        """In pixels, with the gap below; a guess until `set_width` was called for this width."""
        if self._body is None:
            return max(self._guess, 2.0 * self.body_top)
        below = theme.scaled(LINE_PIXELS) if self.note else 0
        return self.body_top + self._body.height + below + theme.scaled(_GAP)

    def set_width(self, width: float) -> None:
        """Lay the message out."""
        self._width = width
        self.body.set_width(width)

    def guess(self, width: float) -> None:
        """Guess the height at another width, until somebody looks."""
        if width != self._width:
            lines = math.ceil(len(self.message.text) * 8 / max(width, 1)) + self.message.text.count("\n")
            self._guess = self.body_top + max(lines, 1) * theme.scaled(LINE_PIXELS) + theme.scaled(_GAP)
            self._width, self._body = width, None

    def to_body(self, place: QPointF) -> QPointF:
        """A point of the item as a point of its body."""
        return QPointF(place.x(), place.y() - self.body_top)

    # ------------------------------------------------------------ painting

    def paint(
        self,
        painter: QPainter,
        strip: tuple[float, float],
        tint: Tint,
        cursor: int,
        hovered: int,
        selection: tuple[int, int],
    ) -> None:
        """Draw the message.

        Args:
            painter: at the item's top left corner.
            strip: upper and lower edge of what has to be drawn.
            tint: gives the grounds of tokens.
            cursor: position of the token at the cursor.
            hovered: position of the token under the pointer, -1 for none.
            selection: first selected character of the body and one past the last.
        """
        palette = theme.current()
        if strip[0] < self.body_top:
            self._paint_heading(painter)
        painter.translate(0.0, self.body_top)
        top, bottom = strip[0] - self.body_top, strip[1] - self.body_top
        body = self.body
        if isinstance(body, MarkdownBody | ReplyBody):
            body.paint_ground(painter, top, bottom)
        if self.shows_tokens:
            of = tint.of_reply if self.message.role == "assistant" else tint.of_message
            body.placed.paint_tints(painter, top, bottom, of)
        colour = palette.text_faint if self.message.waiting else palette.text
        painter.setPen(theme.colour(colour))
        body.paint_text(painter, top, bottom, selection, theme.colour(palette.accent, 0.35))
        if self.span[0] <= hovered < self.span[1] and hovered != cursor:
            body.placed.paint_outline(painter, hovered, theme.colour(palette.text_faint), 1.0)
        if self.span[0] <= cursor < self.span[1]:
            body.placed.paint_outline(painter, cursor, theme.colour(palette.accent), 1.6)
        if self.note:
            painter.setFont(theme.ui_font(12))
            painter.setPen(theme.colour(palette.text_faint))
            below = QRectF(0.0, body.height if body.length else 0.0, self._width, theme.scaled(LINE_PIXELS))
            painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, self.note)

    def _paint_heading(self, painter: QPainter) -> None:
        palette = theme.current()
        name_font, facts_font = theme.ui_font(13, QFont.Weight.DemiBold), theme.ui_font(12)
        baseline = theme.scaled(14)
        self._write(painter, name_font, theme.colour(palette.text_soft), 0.0, baseline, self.name)
        if self.message.facts is not None:
            left = QFontMetricsF(name_font).horizontalAdvance(self.name) + 3 * theme.SPACE
            facts = facts_text(self.message.facts)
            self._write(painter, facts_font, theme.colour(palette.text_faint), left, baseline, facts)
        if self.offers_actions:
            for action, room in self.action_rooms().items():
                painter.setFont(theme.ui_font(12))
                painter.setPen(theme.colour(palette.accent))
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, action.label)

    def action_rooms(self) -> dict[Action, QRectF]:
        """Where the actions are offered, right of the heading, in pixels from the item's corner."""
        metrics, right = QFontMetricsF(theme.ui_font(12)), self._width
        rooms = {}
        for action in reversed(self.actions):
            width = metrics.horizontalAdvance(action.label) + 2 * theme.SPACE
            rooms[action] = QRectF(right - width, 0.0, width, theme.scaled(20))
            right -= width + theme.SPACE
        return rooms

    def _write(
        self, painter: QPainter, font: QFont, colour: QColor, left: float, baseline: float, text: str
    ) -> None:
        painter.setFont(font)
        painter.setPen(colour)
        taken = min((room.left() for room in self.action_rooms().values()), default=self._width)
        room = max((taken if self.offers_actions else self._width) - left, 40.0)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(left, baseline), shown)
