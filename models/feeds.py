"""What a body is given besides its caches: IDs, positions, masks and lengths, as its wiring asks for them.

Knows nothing about caches or about what comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.wiring import BodyInput, Role

_GROWING = frozenset({Role.ATTENTION_MASK})
"""Roles whose arrays change their shape with every token."""


class Feeds:
    """The inputs of runs, in memory that stays where it is from one decode step to the next.

    Args:
        inputs: of the body, without its caches.
        capacity: most positions of the sequence.
    """

    def __init__(self, inputs: Sequence[BodyInput], capacity: int) -> None:
        self._inputs = inputs
        self._ones = {one.name: np.ones(capacity, one.dtype) for one in self._inputs if one.role in _GROWING}
        self._single = {one.name: _array(one, np.zeros(1, np.int64), 0) for one in self._inputs}

    def several(self, ids: NDArray[np.int64], start: int) -> dict[str, NDArray[Any]]:
        """Inputs of a run over many tokens.

        Args:
            ids: ``int64 [tokens]``.
            start: position of the first.
        """
        return {
            one.name: self._mask(one, start + len(ids)) if one.role in _GROWING else _array(one, ids, start)
            for one in self._inputs
        }

    def single(self, token: int, position: int) -> dict[str, NDArray[Any]]:
        """Inputs of a decode step: the same arrays at every step but for those that `growing` names."""
        for one in self._inputs:
            if one.role in _GROWING:
                self._single[one.name] = self._mask(one, position + 1)
            elif one.role is Role.IDS:
                self._single[one.name][...] = token
            else:
                self._single[one.name][...] = _value(one.role, position, 1)
        return self._single

    @property
    def growing(self) -> Iterator[str]:
        """Names of inputs that have another shape at every decode step."""
        return iter(self._ones)

    def _mask(self, one: BodyInput, total: int) -> NDArray[Any]:
        return self._ones[one.name][:total].reshape((1,) * (one.rank - 1) + (total,))


def _array(one: BodyInput, ids: NDArray[np.int64], start: int) -> NDArray[Any]:
    count = len(ids)
    by_token: dict[Role, NDArray[np.int64]] = {
        Role.IDS: ids,
        Role.POSITIONS: np.arange(start, start + count),
        Role.TOKEN_TYPES: np.zeros(count, np.int64),
    }
    if one.role in by_token:
        return np.ascontiguousarray(
            by_token[one.role].astype(one.dtype).reshape((1,) * (one.rank - 1) + (count,))
        )
    return np.full((1,) * one.rank, _value(one.role, start, count), one.dtype)


def _value(role: Role, start: int, count: int) -> int:
    match role:
        case Role.POSITIONS:
            return start
        case Role.LAST_POSITION:
            return start + count - 1
        case Role.TOTAL_LENGTH:
            return start + count
        case Role.PAST_LENGTH:
            return start
        case Role.USE_CACHE:
            return 1
        case _:
            return 0
