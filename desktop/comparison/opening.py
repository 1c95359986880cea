"""What replies that part could have chosen from at that place, and how probable each one's settings made it.

Knows no Qt and no engine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from desktop.comparison.alignment import Parting
from desktop.comparison.side import Side
from inference.sampling.chain import ChainResult

SEGMENTS = 64
"""Survivors known one by one of each side, the most probable."""


@dataclass(frozen=True, slots=True)
class SideOpening:
    """One reply at a parting.

    Args:
        side: which.
        chosen: the ID it has there.
        drawn: whether the dice chose it, and no person.
        draw: the random number, NaN where it is not known.
        after: of each choice the probability after this reply's chain; NaN where it is not read yet.
        removed_by: of each choice, name of the stage that removed it, ``None`` for none.
        survivors: how many tokens this reply's chain leaves; 0 where it is not read yet.
        top: the most probable of them with their probabilities, descending.
    """

    side: int
    chosen: int
    drawn: bool
    draw: float
    after: tuple[float, ...]
    removed_by: tuple[str | None, ...]
    survivors: int = 0
    top: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """A parting with its probabilities.

    Args:
        parting: the place.
        choices: the different IDs chosen there.
        before: of each, the probability by the model alone: the same for all, who were given the same tokens.
        logits: of each, the model's own.
        ranks: of each, its place in the model's own order, 1 for the most probable.
        sides: the replies that part here.
        read: whether the logits were read; otherwise only what each reply's own step told is known.
    """

    parting: Parting
    choices: tuple[int, ...]
    before: tuple[float, ...]
    logits: tuple[float, ...]
    ranks: tuple[int, ...]
    sides: tuple[SideOpening, ...]
    read: bool


def known_opening(parting: Parting, sides: Sequence[Side]) -> Opening:
    """What the steps alone tell: each reply's own token.

    Args:
        parting: the place.
        sides: every reply that is compared.
    """
    index, choices = parting.index, parting.choices
    rows = [_row_of(choice, parting, sides) for choice in choices]
    found = []
    for number, chosen in zip(parting.sides, parting.tokens, strict=True):
        own = math.exp(sides[number].processed_logprobs[index])
        after = tuple(own if choice == chosen else math.nan for choice in choices)
        nothing = (None,) * len(choices)
        drawn, draw = sides[number].sources[index] == "written", float(sides[number].draws[index])
        found.append(SideOpening(number, chosen, drawn, draw, after, nothing))
    return Opening(
        parting=parting,
        choices=choices,
        before=tuple(math.exp(row["logprob"]) for row in rows),
        logits=tuple(float(row["logit"]) for row in rows),
        ranks=tuple(int(row["rank"]) for row in rows),
        sides=tuple(found),
        read=False,
    )


def read_opening(parting: Parting, sides: Sequence[Side], chains: Sequence[ChainResult]) -> Opening:
    """All that the logits tell.

    Args:
        parting: the place.
        sides: every reply that is compared.
        chains: what the chain of each of the parting's replies made of the logits there.
    """
    known = known_opening(parting, sides)
    choices = known.choices
    ids = np.asarray(choices, np.int64)
    found = []
    for side, chain in zip(known.sides, chains, strict=True):
        top = chain.final.top(SEGMENTS)
        shares = chain.final.probability_of(top)
        found.append(
            replace(
                side,
                after=tuple(chain.final.probability_of(ids).tolist()),
                removed_by=tuple(chain.stage_that_removed(choice) for choice in choices),
                survivors=len(chain.final),
                top=tuple(zip(top.tolist(), shares.tolist(), strict=True)),
            )
        )
    before = tuple(chains[0].raw.probability_of(ids).tolist())
    return replace(known, before=before, sides=tuple(found), read=True)


def _row_of(choice: int, parting: Parting, sides: Sequence[Side]) -> Any:
    """What is kept about a choice, by a reply that chose it; of the model alone, it is the same for all."""
    side = sides[parting.sides[parting.tokens.index(choice)]]
    return side.table.rows[parting.index]
