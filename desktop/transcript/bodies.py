"""Which body shows a message: plain tokens, rendered Markdown, or parts with what was thought folded.

Knows nothing about where a message stands or how it is painted.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TypeAlias

from desktop import theme
from desktop.conversation import ChatMessage, said_in
from desktop.piece_text import Unit, UnitStream
from desktop.transcript.flow import TokenFlow
from desktop.transcript.markdown import MarkdownBody
from desktop.transcript.markdown_text import has_markdown, is_renderable
from desktop.transcript.reply_body import ReplyBody
from inference.channel_names import FINAL, MARKUP
from inference.contract import Token

TEXT_PIXELS = 16
LINE_PIXELS = 28
FOLDED_TEXT_PIXELS = 14
FOLDED_LINE_PIXELS = 24

Body: TypeAlias = TokenFlow | MarkdownBody | ReplyBody
"""The laid out text of a message: all offer the same to whoever paints, clicks and selects."""


class Reading(Enum):
    """How replies are shown."""

    RENDERED = "rendered"
    """What they say, its Markdown rendered when they are finished; what was thought is folded."""

    EXACT = "exact"
    """As the tokens are, newlines, markup and all."""


class BodyMaker:
    """Makes bodies for one message.

    Args:
        message: what was said.
        reading: how it is shown if it is a reply.
    """

    def __init__(self, message: ChatMessage, reading: Reading) -> None:
        self.message = message
        self.reading = reading
        self._opened: set[int] = set()
        self._stream = UnitStream()
        self._fed = 0

    def make(self, tokens: Sequence[Token], span: tuple[int, int]) -> Body:
        """A new body.

        Args:
            tokens: of the whole sequence.
            span: first position of the message and one past its last; (0, 0) if it has none.
        """
        if self._has_channels(tokens[slice(*span)]):
            return self._made_of_channels(tokens, span)
        if self._is_rendered() and (body := _rendered(self._units(tokens, span))) is not None:
            return body
        flow = self._flow()
        if self.message.writing:
            self._stream, self._fed = UnitStream(), span[0]
            self.grow(flow, tokens, span)
        else:
            flow.append(self._units(tokens, span))
        return flow

    def grow(self, body: Body, tokens: Sequence[Token], span: tuple[int, int]) -> float | None:
        """Give what was written meanwhile to the body of a running reply; arguments as `make`.

        Returns:
            From where on the picture changed, in pixels from the body's top; ``None`` where it has to be made anew.
        """
        start, new = self._fed, tokens[self._fed : span[1]]
        if isinstance(body, MarkdownBody) or (isinstance(body, TokenFlow) and self._has_channels(new)):
            return None
        self._fed = span[1]
        if isinstance(body, ReplyBody):
            return body.append(new, start)
        return body.append(self._stream.feed(new, start))

    def finish(self, body: Body | None, stop: int) -> Body | None:
        """The reply is complete: its body, or ``None`` where it has to be made anew.

        Args:
            body: of the running reply.
            stop: one past its last position.
        """
        if not isinstance(body, TokenFlow) or self._is_rendered():
            return None
        body.append(self._stream.flush(stop))
        return body

    def _is_rendered(self) -> bool:
        reply = self.message.role == "assistant" and not self.message.writing
        return reply and self.reading is Reading.RENDERED and _is_markdown(self.message.text)

    def _has_channels(self, tokens: Sequence[Token]) -> bool:
        """Whether something is to be folded or hidden."""
        if self.reading is Reading.EXACT or self.message.role != "assistant":
            return False
        return bool(self.message.asides) or any(token.channel != FINAL for token in tokens)

    def _made_of_channels(self, tokens: Sequence[Token], span: tuple[int, int]) -> ReplyBody:
        message, own = self.message, tokens[slice(*span)]
        body = ReplyBody(self._flow, self._opened, message.writing)
        if all(token.channel in (FINAL, MARKUP) for token in own):
            for aside in message.asides:
                body.add_aside(aside, forgotten=bool(own))
        if message.writing:
            self._fed = span[1]
            body.append(own, span[0])
            return body
        if own and _says(own, message.text):
            body.append(own, span[0])
        elif message.text:
            body.add_text(message.text)
        body.finish(span[1], _rendered)
        return body

    def _flow(self, folded: bool = False) -> TokenFlow:
        signs = self.message.role == "assistant" and self.reading is Reading.EXACT
        pixels, line = (FOLDED_TEXT_PIXELS, FOLDED_LINE_PIXELS) if folded else (TEXT_PIXELS, LINE_PIXELS)
        flow = TokenFlow(theme.ui_font(pixels), theme.scaled(line), signs)
        flow.faint = theme.colour(theme.current().text_faint)
        return flow

    def _units(self, tokens: Sequence[Token], span: tuple[int, int]) -> list[Unit]:
        """The units of a finished message; without known tokens one unit of its text."""
        own = tokens[slice(*span)]
        if not own or not _says(own, self.message.text):
            return [Unit(-1, -1, self.message.text)]
        stream = UnitStream()
        return stream.feed(own, span[0]) + stream.flush(span[1])


def _says(tokens: Sequence[Token], text: str) -> bool:
    """Whether tokens say a text, not counting what a template put between what the model wrote."""
    return said_in([token for token in tokens if token.part != "template"]).strip() == text.strip()


def _is_markdown(text: str) -> bool:
    return has_markdown(text) and is_renderable(text)


def _rendered(units: Sequence[Unit]) -> MarkdownBody | None:
    """Units of a finished reply with their Markdown; ``None`` where it has none or cannot be rendered."""
    if not _is_markdown("".join(unit.text for unit in units if not unit.special)):
        return None
    try:
        return MarkdownBody(units)
    except ValueError:
        return None  # its tokens cannot be told apart in the rendering: they are shown as they are
