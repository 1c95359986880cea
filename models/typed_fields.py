"""Named values of a model's file, each read with its type and bounds, or refused with name and value.

Knows nothing about the format the values came from or what they mean.
"""

from __future__ import annotations

import math
import reprlib
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.escaping import escape_text

_LARGEST_INT64 = np.iinfo(np.int64).max


class TypedFields(dict[str, Any]):
    """Values by key: numbers, booleans, strings, lists or numpy arrays of them, and dictionaries.

    Every getter raises `ModelFileError` where the key is missing without a default, or its value is of another type
    or out of bounds. The message names the key, the value and what was wanted.
    """

    source = "the model file"
    """Where the values are from, for messages."""
    path = ""
    """What stands before a key in messages: ``rope_scaling.``."""

    def integer(self, key: str, minimum: int, maximum: int, default: int | None = None) -> int:
        """A whole number within bounds; never a boolean."""
        value = self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise self.rejection(key, f"a whole number from {minimum:,} to {maximum:,}")
        return value

    def real(self, key: str, minimum: float, maximum: float, default: float | None = None) -> float:
        """A finite number within bounds."""
        value = self.get(key, default)
        if not _is_number(value):
            raise self.rejection(key, "a number")
        if not minimum <= value <= maximum or not math.isfinite(value):
            raise self.rejection(key, f"a number from {minimum:g} to {maximum:g}")
        return float(value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false."""
        value = self.get(key, default)
        if not isinstance(value, bool):
            raise self.rejection(key, "true or false")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A string."""
        value = self.get(key, default)
        if not isinstance(value, str):
            raise self.rejection(key, "a text")
        return value

    def texts(self, key: str) -> list[str]:
        """A list of strings."""
        value = self.get(key)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.rejection(key, "a list of texts")
        return value

    def integers(self, key: str) -> NDArray[np.int64]:
        """A list of whole numbers, ``int64 [count]``."""
        value = self.get(key)
        is_list = isinstance(value, list) and all(type(one) is int for one in value)
        # Integers that are too large for 64 bits become objects or floats.
        numbers = np.array(value) if is_list or isinstance(value, np.ndarray) else np.array([None])
        if not numbers.size or (numbers.dtype.kind in "iu" and numbers.max() <= _LARGEST_INT64):
            return numbers.astype(np.int64)
        raise self.rejection(key, "a list of whole numbers")

    def reals(self, key: str) -> NDArray[np.float64]:
        """A list of finite numbers, ``float64 [count]``; whole numbers are numbers too."""
        value = self.get(key)
        is_list = isinstance(value, list) and all(_is_number(one) for one in value)
        if is_list or (isinstance(value, np.ndarray) and value.dtype.kind in "iuf"):
            numbers = np.array(value, np.float64)
            if np.isfinite(numbers).all():
                return numbers
        raise self.rejection(key, "a list of numbers")

    def rejection(self, key: str, wanted: str) -> ModelFileError:
        """The error that says why a key's value cannot be used.

        Args:
            key: the key.
            wanted: what its value should have been, to follow “not”.
        """
        name = f"“{escape_text(self.path + key)}”"
        value = self.get(key)
        if value is None:
            what = f"{self.source[0].upper()}{self.source[1:]} has no {name}."
        else:
            what = f"{name} in {self.source} is {_shown(value)}, not {wanted}."
        return ModelFileError("bad-metadata", what, "Use another file of this model.")


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.size:,} values"
    if isinstance(value, list):
        # A short list may show what is wrong with it.
        return escape_text(reprlib.repr(value)) if len(value) <= 4 else f"{len(value):,} values"
    if isinstance(value, dict):
        return f"an object of {len(value):,} keys"
    return escape_text(repr(value))
