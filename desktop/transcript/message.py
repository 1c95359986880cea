"""One message in the transcript: its heading, its body of tokens, and where they are.

Knows nothing about scrolling or the mouse; it is told its width and asked to paint.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop import theme
from desktop.conversation import ChatMessage
from desktop.transcript.actions import Action
from desktop.transcript.bodies import LINE_PIXELS, Body, BodyMaker, Reading
from desktop.transcript.fold import Fold
from desktop.transcript.heading import Heading
from desktop.transcript.markdown import MarkdownBody
from desktop.transcript.reply_body import ReplyBody
from desktop.transcript.tint import Tint
from inference.contract import Token

_HEADING = 26
_GAP = 22


class MessageItem:
    """A message with its place in the transcript.

    Args:
        message: what was said.
        name: who said it, as shown.
        reading: how it is shown if it is a reply.
    """

    def __init__(self, message: ChatMessage, name: str, reading: Reading) -> None:
        self.message = message
        self.heading = Heading(message, name)
        self.top = 0.0
        self.span = (0, 0)
        self.note = ""
        self.covered: float | None = None
        """Height of what lies over the body, in pixels; ``None`` where the body itself is seen."""
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
        if same and self._body is not None and tokens is not self._tokens:
            same = _ids(tokens, span) == _ids(self._tokens, span)
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

    def adopt(self, message: ChatMessage) -> None:
        """Show the same message as it was read anew from where it is kept."""
        before, self.message = self.message, message
        self.heading.message = self._maker.message = message
        if (before.text, before.ids, before.asides) != (message.text, message.ids, message.asides):
            self._body = None

    def remake(self, name: str, reading: Reading) -> None:
        """Make the body anew: the reply is complete, is to be shown differently, or the theme changed."""
        self.heading.name, self._maker.reading, self._body = name, reading, None

    def finish(self) -> None:
        """The reply is complete: render it, or only let out what was held back."""
        self.finished = True
        self._body = self._maker.finish(self._body, self.span[1])

    @property
    def name(self) -> str:
        """Who said it, as shown."""
        return self.heading.name

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
        if self.covered is not None:
            return self.body_top + self.covered + theme.scaled(_GAP)
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

    def action_at(self, place: QPointF) -> Action | None:
        """What a click at a point of the item does with it."""
        return self.heading.action_at(place, self._width)

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
        action: Action | None = None,
    ) -> None:
        """Draw the message.

        Args:
            painter: at the item's top left corner.
            strip: upper and lower edge of what has to be drawn.
            tint: gives the grounds of tokens.
            cursor: position of the token at the cursor.
            hovered: position of the token under the pointer, -1 for none.
            selection: first selected character of the body and one past the last.
            action: what is under the pointer in the heading.
        """
        palette = theme.current()
        if strip[0] < self.body_top:
            self.heading.paint(painter, self._width, action)
        if self.covered is not None:
            return
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


def _ids(tokens: Sequence[Token], span: tuple[int, int]) -> list[int]:
    return [token.id for token in tokens[slice(*span)]]
