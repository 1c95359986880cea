"""Tables of tokens as JSON columns, and back.

Knows nothing about conversations.

``id``, ``piece`` (text, or ``{"bytes": hexadecimal}`` where the bytes are no text), ``special``, ``part``,
``message``, ``channel`` and ``alone`` (whether it was read in a run of its own) for every token; of a reply
``source``, ``ends`` and the numbers that `REPLY_ROW` has, null where they are not known, and from version 2 on
``guessed`` (whether it was guessed before it was written) where the reply is not `is_plain`. Without that column a
reply was read token by token, whatever ``alone`` says.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from desktop.history.fields import Fields, number, refuse, whole
from desktop.history.token_table import (
    NUMBERS,
    PARTS,
    PROMPT_ROW,
    REPLY_ROW,
    SOURCES,
    TokenTable,
    flags_of,
)
from inference.contract import Source, Token

MOST_TOKENS = 4_000_000
"""Tokens of one table at most."""

LONGEST_PIECE = 1 << 16
LONGEST_CHANNEL = 100
MOST_CHANNELS = 255

_LARGEST_ID = 2**32 - 1
_TIMES = ("model_ms", "total_ms")


def write_columns(table: TokenTable) -> dict[str, list[Any]]:
    """A table as columns of plain values."""
    tokens = table.tokens()
    columns: dict[str, list[Any]] = {
        "id": [token.id for token in tokens],
        "piece": [_piece(token.piece) for token in tokens],
        "special": [token.special for token in tokens],
        "part": [token.part for token in tokens],
        "message": [token.message for token in tokens],
        "channel": [token.channel for token in tokens],
        "alone": [token.alone for token in tokens],
    }
    if table.is_reply:
        if not is_plain(table):
            columns["guessed"] = table.guessed.tolist()
        columns["source"] = list(table.sources)
        columns["ends"] = table.ends.tolist()
        columns["rank"] = table.rows["rank"].tolist()
        for name in (*NUMBERS, *_TIMES):
            columns[name] = [value if np.isfinite(value) else None for value in table.rows[name].tolist()]
    return columns


def is_plain(table: TokenTable) -> bool:
    """Whether a reply was read token by token, without guesses: as all were when there was nothing else."""
    return bool(table.alone.all()) and not table.guessed.any()


def read_columns(fields: Fields, reply: bool) -> TokenTable:
    """A table from columns.

    Args:
        fields: the columns.
        reply: whether they are of a reply.

    Raises:
        DocumentError: they are no table.
    """
    ids = fields.entries("id", MOST_TOKENS)
    count = len(ids)

    def column(name: str) -> list[Any]:
        values = fields.entries(name, MOST_TOKENS)
        if len(values) != count:
            refuse(fields.at(name), f"has {len(values):,} entries for {count:,} tokens")
        return values

    place = fields.at("channel")
    names = column("channel")
    if any(not isinstance(name, str) or len(name) > LONGEST_CHANNEL for name in names):
        refuse(place, "has a name that is no short text")
    channels = tuple(dict.fromkeys(names))
    if len(channels) > MOST_CHANNELS:
        refuse(place, f"has {len(channels):,} different names")
    code = {name: index for index, name in enumerate(channels)}
    pieces = tuple(_bytes(value, fields.at("piece")) for value in column("piece"))
    special = _choices(column("special"), (False, True), fields.at("special"))
    parts = _choices(column("part"), PARTS, fields.at("part"))
    alone = _choices(column("alone"), (False, True), fields.at("alone"))
    rows: NDArray[Any] = np.zeros(count, REPLY_ROW if reply else PROMPT_ROW)
    sources: list[Any] = [SOURCES[0]] * count
    ends: list[Any] = [False] * count
    guessed: list[Any] = [False] * count
    if reply:
        if fields.has("guessed"):
            guessed = _choices(column("guessed"), (False, True), fields.at("guessed"))
        else:
            alone = [True] * count
        sources = _choices(column("source"), SOURCES[:-1], fields.at("source"))
        ends = _choices(column("ends"), (False, True), fields.at("ends"))
        rows["rank"] = [whole(value, fields.at("rank"), 0, _LARGEST_ID) for value in column("rank")]
        for name in (*NUMBERS, *_TIMES):
            values = [number(value, fields.at(name)) for value in column(name)]
            rows[name] = [np.nan if value is None else value for value in values]
    rows["id"] = [whole(value, fields.at("id"), 0, _LARGEST_ID) for value in ids]
    rows["message"] = [whole(value, fields.at("message"), -1, 2**31 - 1) for value in column("message")]
    rows["channel"] = [code[name] for name in names]
    rows["length"] = [len(piece) for piece in pieces]
    rows["flags"] = [
        flags_of(Token(0, b"", one, part, alone=apart), reply, end, cast(Source, source), guess)
        for one, part, end, source, apart, guess in zip(
            special, parts, ends, sources, alone, guessed, strict=True
        )
    ]
    return TokenTable(rows, pieces, channels)


def _choices(values: list[Any], choices: tuple[Any, ...], place: str) -> list[Any]:
    kind = type(choices[0])
    for value in values:
        if type(value) is not kind or value not in choices:
            refuse(place, f"has an entry that is none of {', '.join(str(one).lower() for one in choices)}")
    return values


def _piece(piece: bytes) -> str | dict[str, str]:
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return {"bytes": piece.hex()}


def _bytes(value: Any, place: str) -> bytes:
    if isinstance(value, str):
        piece = value.encode("utf-8", "surrogatepass")
    else:
        try:
            piece = bytes.fromhex(Fields(value, place).text("bytes", 2 * LONGEST_PIECE))
        except ValueError:
            refuse(place, "has bytes that are not hexadecimal")
    if len(piece) > LONGEST_PIECE:
        refuse(place, f"has a piece of {len(piece):,} bytes")
    return piece
