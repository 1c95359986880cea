"""What is said about a token or a reply in a line: piece, ID, figures.

Knows nothing about where the line is shown.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal, format_percent
from desktop.conversation import ReplyFacts
from desktop.session import Session
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate


def quoted(session: Session, position: int) -> str:
    """A token's piece in quotation marks, white space and half characters visible; control tokens by name."""
    token = session.tokens[position]
    if token.special:
        return token.piece.decode("utf-8", "replace")
    return f"“{render_piece(token.piece)}”"


def probability_text(session: Session, position: int) -> str:
    """How probable the model thought a token, ``28.2 %``; a dash where that is not known."""
    logprob = float(session.logprobs[position])
    return "–" if math.isnan(logprob) else f"{format_percent(math.exp(logprob))} %"


def entropy_text(session: Session, position: int) -> str:
    """Entropy of the distribution that a token came from, ``3.14 nats``; a dash where it is not known."""
    entropy = float(session.entropies[position])
    return "–" if math.isnan(entropy) else f"{format_decimal(entropy, 2)} nats"


def rank_text(session: Session, position: int) -> str:
    """Rank of a token; a dash where it is not known."""
    rank = int(session.ranks[position])
    return format_count(rank) if rank else "–"


def token_facts(session: Session, position: int) -> str:
    """Everything known about a token on one line."""
    if not 0 <= position < len(session.tokens):
        return ""
    parts = [
        quoted(session, position),
        translate("Transcript", "ID {id}").format(id=session.tokens[position].id),
        translate("Transcript", "position {position}").format(position=position),
    ]
    if not math.isnan(float(session.logprobs[position])):
        parts.append(translate("Transcript", "p {p}").format(p=probability_text(session, position)))
        parts.append(translate("Transcript", "rank {rank}").format(rank=rank_text(session, position)))
        parts.append(
            translate("Transcript", "entropy {entropy}").format(entropy=entropy_text(session, position))
        )
    return "  ·  ".join(parts)


def facts_text(facts: ReplyFacts) -> str:
    """The figures of a reply on one line; how it ended comes first, for the line is cut where there is no room."""
    one, many = translate("Transcript", "1 token"), translate("Transcript", "{count} tokens")
    parts = [one if facts.tokens == 1 else many.format(count=format_count(facts.tokens))]
    if facts.tokens_per_second:
        speed = translate("Transcript", "{speed} tok/s")
        parts.append(speed.format(speed=format_decimal(facts.tokens_per_second, 0)))
    if not math.isnan(facts.perplexity):
        perplexity = translate("Transcript", "perplexity {value}")
        parts.append(perplexity.format(value=format_decimal(facts.perplexity, 1)))
    ends = {
        "stopped": translate("Transcript", "stopped"),
        "context": translate("Transcript", "the context is full"),
        "length": translate("Transcript", "length limit"),
        "failed": translate("Transcript", "ended by a failure"),
        "lost": translate("Transcript", "interrupted"),
    }
    if facts.reason in ends:
        parts.insert(0, ends[facts.reason])
    return " · ".join(parts)
