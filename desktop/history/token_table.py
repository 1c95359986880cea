"""Tokens as compact bytes: IDs, pieces, draws and everything a step told about each.

Knows no database and no conversation.

One table is a header, the names of its channels, one fixed row a token, the pieces one after the other, and a
checksum of all that. Numbers are kept as the engine gave them, in 64 bits where it did: a reopened token is compared
with them digit by digit. A prompt's tokens take 14 bytes and their piece each, a reply's 67.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.history.errors import damaged_content
from inference.contract import Source, Step, Token
from inference.sampling.settings import SamplingSettings

PROMPT_ROW = np.dtype(
    [("id", "<u4"), ("flags", "u1"), ("channel", "u1"), ("length", "<u4"), ("message", "<i4")]
)
"""A row of a prompt's table."""

NUMBERS: tuple[str, ...] = ("logit", "logprob", "processed_logprob", "entropy", "draw")
"""Columns that are NaN where they are not known."""

REPLY_ROW = np.dtype(
    [*((name, PROMPT_ROW[name]) for name in PROMPT_ROW.names or ())]
    + [(name, "<f8") for name in NUMBERS]
    + [("rank", "<u4"), ("model_ms", "<f4"), ("total_ms", "<f4")]
)
"""A row of a reply's table."""

SOURCES: tuple[Source, ...] = ("written", "chosen", "typed", "written")
"""By the code that is kept; the last is for what was guessed before it was written."""
PARTS = ("template", "system", "user", "assistant", "reply")

_HEADER = struct.Struct("<4sBBHI")
_MAGIC, _VERSION = b"VTOK", 1
_SPECIAL, _ENDS, _SOURCE_SHIFT, _SOURCE_MASK, _PART_SHIFT, _PART_MASK = 1, 2, 2, 3, 4, 7
_GUESSED = 3
"""Among the codes of sources."""
_UNUSUAL = 128
"""Of a prompt's token: read alone. Of a reply's: read together with others."""


@dataclass(frozen=True, slots=True, eq=False)
class TokenTable:
    """Tokens with what is known about them.

    Args:
        rows: of dtype `PROMPT_ROW` or `REPLY_ROW`.
        pieces: bytes of each token.
        channels: names that the column ``channel`` counts in.
    """

    rows: NDArray[Any]
    pieces: tuple[bytes, ...]
    channels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.pieces)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TokenTable) and self.encode() == other.encode()

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def of_tokens(cls, tokens: Sequence[Token]) -> TokenTable:
        """The table of a prompt."""
        channels = tuple(dict.fromkeys(token.channel for token in tokens))
        number = {name: index for index, name in enumerate(channels)}
        rows = [
            (one.id, flags_of(one, False), number[one.channel], len(one.piece), one.message) for one in tokens
        ]
        return cls(np.array(rows, PROMPT_ROW), tuple(token.piece for token in tokens), channels)

    @classmethod
    def of_steps(cls, steps: Sequence[Step], end_ids: Collection[int] = ()) -> TokenTable:
        """The table of some generated or forced tokens.

        Args:
            steps: what is known of each.
            end_ids: IDs that end a reply.
        """
        channels = tuple(dict.fromkeys(step.token.channel for step in steps))
        number = {name: index for index, name in enumerate(channels)}
        rows = [
            (
                step.token.id,
                flags_of(step.token, True, step.token.id in end_ids, step.source, step.guessed),
                number[step.token.channel],
                len(step.token.piece),
                step.token.message,
                step.logit,
                step.logprob,
                step.processed_logprob,
                step.entropy,
                step.draw,
                step.rank,
                step.model_ms,
                step.total_ms,
            )
            for step in steps
        ]
        return cls(np.array(rows, REPLY_ROW), tuple(step.token.piece for step in steps), channels)

    @property
    def ids(self) -> tuple[int, ...]:
        """Token IDs."""
        return tuple(self.rows["id"].tolist())

    @property
    def ends(self) -> NDArray[np.bool_]:
        """``bool [tokens]`` whether each is a token that ends a reply."""
        return (self.rows["flags"] & _ENDS) != 0

    @property
    def sources(self) -> tuple[Source, ...]:
        """Who put each token there."""
        return tuple(SOURCES[code] for code in self._source_codes.tolist())

    @property
    def guessed(self) -> NDArray[np.bool_]:
        """``bool [tokens]`` whether each was guessed before it was written."""
        return self._source_codes == _GUESSED

    @property
    def alone(self) -> NDArray[np.bool_]:
        """``bool [tokens]`` whether each was, or is to be, read in a run of its own."""
        unusual = (self.rows["flags"] & _UNUSUAL) != 0
        return ~unusual if self.is_reply else unusual

    @property
    def is_reply(self) -> bool:
        """Whether it is the table of a reply."""
        return bool(self.rows.dtype == REPLY_ROW)

    @property
    def _source_codes(self) -> NDArray[Any]:
        return (self.rows["flags"] >> _SOURCE_SHIFT) & _SOURCE_MASK

    def tokens(self) -> list[Token]:
        """The tokens, as a session has them."""
        columns = (self.rows[name].tolist() for name in ("id", "flags", "channel", "message"))
        return [
            Token(
                id_,
                piece,
                bool(flags & _SPECIAL),
                _part(flags),
                message,
                self.channels[channel],
                alone,
            )
            for id_, flags, channel, message, piece, alone in zip(
                *columns, self.pieces, self.alone.tolist(), strict=True
            )
        ]

    def steps(
        self, position: int, settings: Sequence[tuple[int, SamplingSettings]], generation: int = 0
    ) -> list[Step]:
        """The steps of a reply's tokens, without the other candidates: those are a function of the model.

        Args:
            position: of the first token in its sequence.
            settings: with the index of the first token each was in force for, ascending from 0.
            generation: to put into each.
        """
        names = (*NUMBERS, "rank", "model_ms", "total_ms")
        numbers_of = (self.rows[name].tolist() for name in names)
        values = zip(*numbers_of, self.sources, self.guessed.tolist(), strict=True)
        in_force, later = settings[0][1], list(settings[1:])
        steps = []
        for index, (token, numbers) in enumerate(zip(self.tokens(), values, strict=True)):
            while later and later[0][0] <= index:
                in_force = later.pop(0)[1]
            logit, logprob, processed, entropy, draw, rank, *more = numbers
            chances = (logit, logprob, processed, rank, entropy, draw)
            steps.append(Step(generation, position + index, token, *chances, in_force, (), *more))
        return steps

    def cut(self, start: int, stop: int) -> TokenTable:
        """The tokens from an index to one past another."""
        return TokenTable(self.rows[start:stop], self.pieces[start:stop], self.channels)

    def encode(self) -> bytes:
        """The table as bytes."""
        kind = int(self.is_reply)
        parts = [_HEADER.pack(_MAGIC, _VERSION, kind, len(self.channels), len(self))]
        for name in self.channels:
            encoded = name.encode("utf-8", "replace")[:255]
            parts += [bytes([len(encoded)]), encoded]
        content = b"".join([*parts, self.rows.tobytes(), *self.pieces])
        return content + struct.pack("<I", zlib.crc32(content))

    @classmethod
    def decode(cls, data: bytes) -> TokenTable:
        """Read what `encode` wrote.

        Raises:
            HistoryError: it is something else, or damaged.
        """
        try:
            (checksum,) = struct.unpack("<I", data[-4:])
            magic, version, kind, channel_count, count = _HEADER.unpack_from(data)
            if checksum != zlib.crc32(data[:-4]) or magic != _MAGIC or version != _VERSION:
                raise ValueError("checksum")
            at, channels = _HEADER.size, []
            for _ in range(channel_count):
                length = data[at]
                channels.append(data[at + 1 : at + 1 + length].decode())
                at += 1 + length
            row = REPLY_ROW if kind else PROMPT_ROW
            rows = np.frombuffer(data, row, count, at)
            at += rows.nbytes
            stops = np.cumsum(rows["length"], dtype=np.int64) + at
            if (int(stops[-1]) if count else at) != len(data) - 4:
                raise ValueError("length")
            starts = [at, *stops.tolist()]
            pieces = tuple(data[start:stop] for start, stop in itertools.pairwise(starts))
            return cls(rows, pieces, tuple(channels))
        except (struct.error, ValueError, IndexError) as error:
            raise damaged_content("A table of tokens") from error


def join_tables(tables: Iterable[TokenTable], row: np.dtype[Any] = REPLY_ROW) -> TokenTable:
    """Several tables of one kind as one."""
    every = list(tables)
    channels = tuple(dict.fromkeys(name for table in every for name in table.channels))
    # Concatenating records would compare their types one by one.
    rows = np.frombuffer(bytearray().join(table.rows.tobytes() for table in every), row)
    at = 0
    for table in every:
        if table.channels != channels and len(table):
            codes = np.array([channels.index(name) for name in table.channels], np.uint8)
            rows["channel"][at : at + len(table)] = codes[table.rows["channel"]]
        at += len(table)
    return TokenTable(rows, tuple(piece for table in every for piece in table.pieces), channels)


def flags_of(
    token: Token, reply: bool, ends: bool = False, source: Source = "written", guessed: bool = False
) -> int:
    """What the column ``flags`` says of a token: control token, end, who put it there, part, how it was read."""
    code = _GUESSED if guessed and source == "written" else SOURCES.index(source)
    return (
        _SPECIAL * token.special
        + _ENDS * ends
        + (code << _SOURCE_SHIFT)
        + (PARTS.index(token.part) << _PART_SHIFT)
        + _UNUSUAL * (token.alone != reply)
    )


def _part(flags: int) -> Any:
    code = flags >> _PART_SHIFT & _PART_MASK
    return PARTS[code] if code < len(PARTS) else "template"
