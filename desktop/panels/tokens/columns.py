"""The columns of the token table: what each shows, how it is spelled, how wide it is.

Knows nothing about models, views or sessions.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal, format_percent
from inference.channel_names import FINAL, MARKUP
from inference.contract import Token
from models.escaping import escape_text
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate

UNKNOWN = "–"
"""Shown for numbers that are not known, and for those of the first token, which nothing predicts."""


LONGEST_CHANNEL = 24
"""Characters of a channel's name that a model made up."""


class TokenColumn(IntEnum):
    """The columns from left to right."""

    POSITION = 0
    """Place in the sequence, from 0."""
    PART = 1
    """Whose token it is."""
    ID = 2
    """Number in the vocabulary."""
    PIECE = 3
    """Text, with what is invisible made visible."""
    BYTES = 4
    """The piece's bytes in hexadecimal."""
    PROBABILITY = 5
    """What the model thought of it."""
    RANK = 6
    """Its place in the model's order."""
    ENTROPY = 7
    """How undecided the model was there."""


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """One row.

    Args:
        position: of the token.
        token: the token.
        logprob: natural logarithm of its probability, NaN where unknown.
        rank: 1 for the most probable, 0 where unknown.
        entropy: nats, NaN where unknown.
    """

    position: int
    token: Token
    logprob: float
    rank: int
    entropy: float

    @property
    def probability(self) -> float:
        """Its probability, NaN where unknown."""
        return math.exp(self.logprob) if not math.isnan(self.logprob) else math.nan


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """How a column is shown.

    Args:
        title: in the header.
        explanation: for the header's tooltip.
        spell: the text of a cell.
        widest: a text as wide as the widest expected.
        right: whether numbers are aligned at the right.
        mono: whether it is written in the font of tokens.
    """

    title: str
    explanation: str
    spell: Callable[[TokenFacts], str]
    widest: str
    right: bool = False
    mono: bool = False


def part_name(part: str) -> str:
    """A part of the sequence for people."""
    names = {
        "template": translate("TokensPanel", "template"),
        "system": translate("TokensPanel", "system"),
        "user": translate("TokensPanel", "user"),
        "assistant": translate("TokensPanel", "assistant"),
        "reply": translate("TokensPanel", "reply"),
    }
    return names.get(part, part)


def whose(token: Token) -> str:
    """Whose token it is; of what a model writes beside its reply, the channel."""
    if token.channel == FINAL:
        return part_name(token.part)
    names = {
        MARKUP: translate("TokensPanel", "markup"),
        "thinking": translate("TokensPanel", "thinking"),
        "analysis": translate("TokensPanel", "analysis"),
        "commentary": translate("TokensPanel", "commentary"),
    }
    return names.get(token.channel) or escape_text(token.channel, LONGEST_CHANNEL)


def column_looks() -> dict[TokenColumn, ColumnLook]:
    """How every column is shown, in the window's language."""
    return {
        TokenColumn.POSITION: ColumnLook(
            translate("TokensPanel", "position"),
            translate("TokensPanel", "Place in the sequence, counted from 0."),
            lambda facts: format_count(facts.position),
            "10,000",
            right=True,
        ),
        TokenColumn.PART: ColumnLook(
            translate("TokensPanel", "part"),
            translate(
                "TokensPanel",
                "Whose token it is; the template's own tokens mark where messages begin and end, markup parts what "
                "a model thinks from its reply.",
            ),
            lambda facts: whose(facts.token),
            translate("TokensPanel", "assistant"),
        ),
        TokenColumn.ID: ColumnLook(
            translate("TokensPanel", "ID"),
            translate("TokensPanel", "Number of the token in the model's vocabulary."),
            lambda facts: str(facts.token.id),
            "200000",
            right=True,
        ),
        TokenColumn.PIECE: ColumnLook(
            translate("TokensPanel", "token"),
            translate(
                "TokensPanel",
                "Text of the token: · is a space, ⏎ a line break; ⟨E3 81⟩ are bytes that are no whole character.",
            ),
            lambda facts: render_piece(facts.token.piece),
            "m" * 12,
            mono=True,
        ),
        TokenColumn.BYTES: ColumnLook(
            translate("TokensPanel", "bytes"),
            translate("TokensPanel", "The token's bytes in UTF-8, hexadecimal."),
            lambda facts: facts.token.piece.hex(" ").upper(),
            "00 " * 5,
            mono=True,
        ),
        TokenColumn.PROBABILITY: ColumnLook(
            translate("TokensPanel", "probability"),
            translate("TokensPanel", "How likely the model found this token, before any sampling setting."),
            lambda facts: UNKNOWN if math.isnan(facts.logprob) else format_percent(facts.probability) + " %",
            "m" * 9,
            right=True,
        ),
        TokenColumn.RANK: ColumnLook(
            translate("TokensPanel", "rank"),
            translate("TokensPanel", "1 if the model found no other token more likely."),
            lambda facts: format_count(facts.rank) if facts.rank else UNKNOWN,
            "100,000",
            right=True,
        ),
        TokenColumn.ENTROPY: ColumnLook(
            translate("TokensPanel", "entropy"),
            translate("TokensPanel", "How undecided the model was at this place, in nats; 0 is certain."),
            lambda facts: UNKNOWN if math.isnan(facts.entropy) else format_decimal(facts.entropy, 2),
            "entropy",
            right=True,
        ),
    }
