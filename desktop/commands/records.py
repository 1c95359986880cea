"""Tokens and steps as JSON, and as text that a terminal can be given.

Knows nothing about where they go.

A piece is given as text. Where its bytes are not whole characters the text has U+FFFD in their place and a key
``bytes`` holds them in hexadecimal; other pieces have no such key. Likewise only a token that is not on the final
channel has a key ``channel``, and only one that was guessed before it was written a key ``guessed``.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from inference.channel_names import FINAL
from inference.contract import Candidate, Generate, Loaded, Step, Stopped
from models.escaping import escape_character


def json_line(record: Any) -> str:
    """One line of JSON in ASCII, the same on every machine.

    Raises:
        ValueError: a number in it is not finite.
    """
    return json.dumps(record, allow_nan=False)


def piece_record(piece: bytes) -> dict[str, str]:
    """The keys of a piece: ``piece`` and, where that does not say all, ``bytes``."""
    try:
        return {"piece": piece.decode()}
    except UnicodeDecodeError:
        return {"piece": piece.decode(errors="replace"), "bytes": piece.hex()}


def step_record(step: Step) -> dict[str, Any]:
    """One generated token with all that is known about it."""
    return {
        "position": step.position,
        "id": step.token.id,
        **piece_record(step.token.piece),
        **({} if step.token.channel == FINAL else {"channel": step.token.channel}),
        **({"guessed": True} if step.guessed else {}),
        "logit": step.logit,
        "logprob": step.logprob,
        "processed_logprob": step.processed_logprob,
        "rank": step.rank,
        "entropy": step.entropy,
        "draw": step.draw,
        "top": [_candidate_record(candidate) for candidate in step.top],
    }


def summary_record(
    loaded: Loaded, command: Generate, prompt_tokens: int, stopped: Stopped, guessed: int = 0
) -> dict[str, Any]:
    """A whole reply in figures; the only record of a reply that has no ``position``.

    The first token is not counted in ``tokens_per_second``: its time is ``first_token_ms``, which the prompt's
    is part of. Speeds are ``None`` where there was too little to measure.
    """
    return {
        "reason": stopped.reason,
        "prompt_tokens": prompt_tokens,
        "tokens": stopped.tokens,
        **({"guessed": guessed} if command.guess else {}),
        "tokens_per_second": _rate(stopped.tokens - 1, stopped.decode_ms),
        "first_token_ms": stopped.first_token_ms if stopped.tokens else None,
        "prefill_tokens_per_second": _rate(stopped.prefilled, stopped.prefill_ms),
        "load_ms": loaded.load_ms,
        "model": loaded.name,
        "precision": loaded.precision,
        "provider": asdict(loaded.provider) | {"notes": list(loaded.provider.notes)},
        "seed": command.seed,
        "settings": asdict(command.settings),
    }


def printable(text: str) -> str:
    """Text without the control characters that a terminal obeys; line breaks and tabs stay."""
    return "".join(
        escape_character(one) if (one < " " and one not in "\n\t") or "\x7f" <= one < "\xa0" else one
        for one in text
    )


def _rate(tokens: int, time_ms: float) -> float | None:
    return tokens * 1000 / time_ms if tokens > 0 and time_ms > 0 else None


def _candidate_record(candidate: Candidate) -> dict[str, Any]:
    return {
        "id": candidate.id,
        **piece_record(candidate.piece),
        "p": candidate.p,
        "processed_p": candidate.processed_p,
        "removed_by": candidate.removed_by,
    }
