"""Work in slices: a generator that yields wherever something else may have its turn, and returns its value.

Knows nothing about what is worked on, nor who has a turn in between.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeAlias, TypeVar

_Value = TypeVar("_Value")

Slices: TypeAlias = Generator[None, None, _Value]
"""Yields between slices of a few milliseconds; the value of the whole is what it returns."""


def finished(work: Slices[_Value]) -> _Value:
    """The value of some work, done at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            value: _Value = end.value
            return value
