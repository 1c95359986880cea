"""Harmony, the format of gpt-oss: a reply is several messages, each on a channel.

Knows the form of messages, not what tools they may call.

``<|start|>assistant<|channel|>analysis<|message|>…<|end|>`` is thinking, ``…<|channel|>final<|message|>…<|return|>``
the reply. Between ``<|start|>`` and ``<|message|>`` stands a header of ordinary text: the role, the name of the
channel, a recipient. https://cookbook.openai.com/articles/openai-harmony
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from inference.channel_names import FINAL, MARKUP
from inference.channels.format import token_named
from models.tokenizer.tokenizer import Tokenizer

LONGEST_HEADER = 48
"""Tokens of a header; a model that writes a longer one has lost the form, and nothing of it shall be hidden."""


class _Place(Enum):
    """Where in a message the reader stands."""

    OUTSIDE = "outside"
    """Before a message, or where the prompt has begun one: what is written there is the reply."""
    ROLE = "role"
    """Behind ``<|start|>``."""
    CHANNEL = "channel"
    """Behind ``<|channel|>``."""
    CONTENT = "content"
    """Behind ``<|message|>``."""


@dataclass(frozen=True, slots=True)
class Harmony:
    """The format of one tokenizer.

    Args:
        start: ID of the token that begins a message.
        channel: of the one before a channel's name.
        message: of the one before a content.
        end: of the one behind a content, after which another message may come.
        returns: of those that end the reply: ``<|return|>``, and ``<|call|>``, which hands over to a tool.
        end_ids: all IDs that end a reply.
        pieces: bytes of all tokens, for the names of channels.
    """

    start: int
    channel: int
    message: int
    end: int
    returns: frozenset[int]
    end_ids: frozenset[int]
    pieces: tuple[bytes, ...]

    def reader(self, before: Iterable[int] = ()) -> HarmonyReader:
        """As `ReplyFormat.reader`."""
        reader = HarmonyReader(self)
        for token_id in before:
            reader.read(token_id)
        reader.begin()
        return reader

    def channels(self, ids: Sequence[int], begun: bool) -> list[str]:
        """As `ReplyFormat.channels`."""
        reader = self.reader()
        return [reader.read(one) for one in ids]


class HarmonyReader:
    """As `ChannelReader`.

    Args:
        harmony: of the tokenizer.
    """

    def __init__(self, harmony: Harmony) -> None:
        self._harmony = harmony
        self._place = _Place.OUTSIDE
        self._channel = FINAL
        self._header: list[int] = []
        self._name: list[int] = []
        self.ended = False
        """As `ChannelReader.ended`: an ``<|end|>`` behind the final channel does."""

    def begin(self) -> None:
        """The reply begins: a role that the prompt has written is complete."""
        self.ended = False
        if self._place is _Place.ROLE:
            self._place = _Place.OUTSIDE

    def read(self, token_id: int) -> str:
        """As `ChannelReader.read`."""
        harmony, place = self._harmony, self._place
        self.ended = False
        if token_id == harmony.start:
            self._place, self._channel, self._header, self._name = _Place.ROLE, FINAL, [], []
        elif token_id == harmony.channel:
            self._place, self._name = _Place.CHANNEL, []
        elif token_id == harmony.message:
            self._place, self._channel = _Place.CONTENT, self._channel_named()
        elif token_id == harmony.end:
            self.ended = place is _Place.CONTENT and self._channel == FINAL
            self._place, self._name = _Place.OUTSIDE, []
        elif token_id in harmony.returns:
            self._place = _Place.OUTSIDE
            return self._channel
        else:
            return self._read_text(token_id)
        return MARKUP

    def _read_text(self, token_id: int) -> str:
        if self._place is _Place.CONTENT:
            return self._channel
        if self._place is _Place.OUTSIDE:
            return FINAL
        self._header.append(token_id)
        if self._place is _Place.CHANNEL:
            self._name.append(token_id)
        if len(self._header) > LONGEST_HEADER:
            self._place, self._channel = _Place.CONTENT, FINAL
            return FINAL
        return MARKUP

    def _channel_named(self) -> str:
        """The channel that the header names: its first word, for a recipient may follow."""
        text = b"".join(map(self._piece, self._name)).decode("utf-8", "replace")
        return next(iter(text.split()), FINAL)

    def _piece(self, token_id: int) -> bytes:
        pieces = self._harmony.pieces
        return pieces[token_id] if token_id < len(pieces) else b""


def find_harmony(tokenizer: Tokenizer) -> Harmony | None:
    """The format, where a tokenizer has its tokens."""
    start, channel, message, end, ret, call = (
        token_named(tokenizer, f"<|{name}|>")
        for name in ("start", "channel", "message", "end", "return", "call")
    )
    if start is None or channel is None or message is None or end is None or ret is None:
        return None
    returns = frozenset({ret} if call is None else {ret, call})
    return Harmony(
        start, channel, message, end, returns, (tokenizer.end_ids - {end}) | returns, tokenizer.pieces
    )
