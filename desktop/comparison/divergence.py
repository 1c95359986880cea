"""How far apart two processed distributions of one row of logits are: Kullback–Leibler divergence, and why it is ∞.

Knows no Qt, no reply and no engine: what the sampling chain made of logits goes in, numbers come out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.sampling.candidates import Candidates
from inference.sampling.chain import ChainResult
from inference.sampling.distribution import IntArray


@dataclass(frozen=True, slots=True)
class Removal:
    """What one stage of the second chain took away from what the first one keeps.

    Args:
        stage: stable name of the stage.
        tokens: how many.
        mass: their probability in the first distribution.
    """

    stage: str
    tokens: int
    mass: float


@dataclass(frozen=True, slots=True)
class Divergence:
    """KL(p‖q), where p and q come from the same logits.

    Args:
        nats: not negative; infinite where p keeps a token that q removed.
        removals: why it is infinite, in the order of the chain; nothing where it is finite.
    """

    nats: float
    removals: tuple[Removal, ...] = ()

    @property
    def finite(self) -> bool:
        """Whether q keeps all that p keeps."""
        return not self.removals

    @property
    def share(self) -> float:
        """From 0 to 1: an upper bound of the total variation distance, √(1 − exp(−nats)); 1 for ∞.

        Bretagnolle and Huber (1979): dice thrown for p and dice thrown for q need not differ more often than this.
        """
        return math.sqrt(-math.expm1(-self.nats))


SAME = Divergence(0.0)
"""Of a distribution from itself."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How far apart a first and another reply's distributions are, both ways.

    Args:
        forward: KL(first‖other).
        backward: KL(other‖first).
    """

    forward: Divergence
    backward: Divergence

    def turned(self) -> Measure:
        """The same with the other reply as the first."""
        return Measure(self.backward, self.forward)


EQUAL = Measure(SAME, SAME)
"""Of two replies with the same settings: the same logits through the same chain."""


def divergence(p: ChainResult, q: ChainResult) -> Divergence:
    """KL(p‖q) over the whole vocabulary, in nats.

    A token that p keeps and q removed makes it infinite, however improbable: the dice of p can fall on it, those of q
    never.

    Args:
        p: what one chain made of a row of logits.
        q: what another chain made of the same row.
    """
    first, second = p.final, q.final
    places = second.positions_of(first.ids)
    lost = places < 0
    if lost.any():
        return Divergence(math.inf, _removals(first, first.ids[lost], q))
    logs_p = first.shifted - math.log(first.total)
    logs_q = second.shifted[places] - math.log(second.total)
    nats = float((np.exp(logs_p) * (logs_p - logs_q)).sum())
    # Rounding can leave a little less than nothing.
    return Divergence(max(nats, 0.0))


def measure(first: ChainResult, other: ChainResult) -> Measure:
    """Both divergences of two chains on one row of logits."""
    return EQUAL if first is other else Measure(divergence(first, other), divergence(other, first))


def _removals(kept: Candidates, lost: IntArray, chain: ChainResult) -> tuple[Removal, ...]:
    """Which stages removed some tokens, and how probable those were."""
    found = []
    for record in chain.stages:
        gone = record.candidates.positions_of(lost) < 0
        if gone.any():
            taken = lost[gone]
            found.append(Removal(record.name, taken.size, float(kept.probability_of(taken).sum())))
            lost = lost[~gone]
        if not lost.size:
            break
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Summary:
    """Divergences of many positions in a few figures.

    Args:
        positions: how many.
        mean: of the finite ones, nats; NaN where there is none.
        largest: of the finite ones, nats; NaN where there is none.
        infinite: how many are infinite.
    """

    positions: int
    mean: float
    largest: float
    infinite: int


def summarise(divergences: Sequence[Divergence]) -> Summary:
    """The figures of some positions."""
    finite = [one.nats for one in divergences if one.finite]
    mean = math.fsum(finite) / len(finite) if finite else math.nan
    return Summary(len(divergences), mean, max(finite, default=math.nan), len(divergences) - len(finite))
