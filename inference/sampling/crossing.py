"""Finds the value at which something begins to hold, with few trials: a bracket that gets narrower.

Knows nothing about tokens, stages or settings.

The next trial is chosen as Chandrupatla does (Advances in Engineering Software 28, 1997): by inverse quadratic
interpolation where the rooms are smooth enough for it, which takes a handful of trials, else by halving.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

Trial: TypeAlias = Callable[[float], float]
"""A value → by how much something holds there: positive if it does, else not. Finite."""

Outcome = TypeVar("Outcome")

Trials: TypeAlias = Generator[None, None, Outcome]
"""Yields after every trial, so that whoever waits can do something else in between; returns what came of them."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two values close to each other with the edge between them; both were tried.

    Args:
        fails: it does not hold here.
        holds: it does here.
    """

    fails: float
    holds: float


@dataclass(frozen=True, slots=True)
class _Point:
    """A value and the room there."""

    value: float
    room: float


def find_crossing(
    trial: Trial, fails: float, far: float, hair: float, *, whole: bool = False
) -> Trials[Crossing | None]:
    """Find the value nearest to one where something does not hold at which it does.

    Where it begins and ceases to hold more than once between the two, one of the edges is found.

    Args:
        trial: tells whether it holds.
        fails: where it does not.
        far: the value to go towards, above or below.
        hair: no further apart are the two values of the crossing.
        whole: only whole values are tried, and the two are neighbours.

    Returns:
        The crossing; ``None`` where it does not hold at `far` either.
    """
    one = _Point(far, trial(far))
    yield
    if one.room <= 0:
        return None
    if abs(far - fails) <= hair:
        return Crossing(fails, far)
    other = _Point(fails, min(trial(fails), 0.0))
    yield
    hair, share = 1.0 if whole else hair, 0.5
    # `one` is the newest point, `other` the newest on the other side of the edge, `last` what was there before.
    while abs(width := other.value - one.value) > hair:
        value = one.value + share * width
        if whole:
            ends = sorted((one.value, other.value))
            value = min(max(round(value), ends[0] + 1), ends[1] - 1)
        if value in (one.value, other.value):
            break  # There is no number between them.
        newest = _Point(value, trial(value))
        yield
        if (newest.room > 0) == (one.room > 0):
            last = one
        else:
            last, other = other, one
        one = newest
        share = _next_share(one, other, last, hair)
    ends_at = (other, one) if one.room > 0 else (one, other)
    return Crossing(ends_at[0].value, ends_at[1].value)


def finish(trials: Trials[Outcome]) -> Outcome:
    """Make all trials at once."""
    while True:
        try:
            next(trials)
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome


def _next_share(one: _Point, other: _Point, last: _Point, hair: float) -> float:
    """How far from the newest point towards the other side of the edge the next trial lies, as a share."""
    width = other.value - one.value
    least = min(hair / 2 / abs(width), 0.5) if width else 0.5
    share = 0.5
    along = (one.value - other.value) / (last.value - other.value)
    up = (one.room - other.room) / (last.room - other.room)
    if up * up < along and (1 - up) ** 2 < 1 - along:
        # Inverse quadratic through the three points, where that is monotone.
        share = one.room / (other.room - one.room) * last.room / (other.room - last.room)
        share += (
            (last.value - one.value)
            / width
            * one.room
            / (last.room - one.room)
            * other.room
            / (last.room - other.room)
        )
    return min(max(share, least), 1 - least)
