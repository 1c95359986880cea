"""The metadata of a GGUF file: its values as read, and typed access that names what is wrong.

Knows nothing about what the keys mean.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.escaping import escape_text
from models.gguf.cursor import HeaderCursor, damaged

MetadataValue: TypeAlias = int | float | bool | str | list[str] | NDArray[Any]

LONGEST_KEY = 65_535
"""Most bytes of a key, by the specification of the format."""

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 10: "Q", 11: "q", 12: "d"}
_BOOLEAN, _TEXT, _ARRAY = 7, 8, 9


class Metadata(dict[str, MetadataValue]):
    """Metadata by key; arrays of numbers are numpy arrays of the file's dtype, arrays of strings lists."""

    def _reject(self, key: str, wanted: str) -> ModelFileError:
        if key not in self:
            what = f"The model file has no “{key}”."
        else:
            value = self[key]
            shown = f"{len(value)} values" if isinstance(value, (list, np.ndarray)) else repr(value)
            what = f"“{key}” in the model file is {escape_text(shown)}, not {wanted}."
        return ModelFileError("bad-metadata", what, "Use another file of this model.")

    def integer(self, key: str, minimum: int, maximum: int, default: int | None = None) -> int:
        """An integer within bounds.

        Args:
            key: its key.
            minimum: smallest value allowed.
            maximum: largest value allowed.
            default: used where the key is missing.

        Raises:
            ModelFileError: missing without default, no integer or out of bounds.
        """
        value = self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise self._reject(key, f"a whole number from {minimum:,} to {maximum:,}")
        return value

    def real(self, key: str, minimum: float, maximum: float, default: float | None = None) -> float:
        """A finite number within bounds; arguments and errors as `integer`."""
        value = self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._reject(key, "a number")
        if not math.isfinite(value) or not minimum <= value <= maximum:
            raise self._reject(key, f"a number from {minimum:g} to {maximum:g}")
        return float(value)

    def text(self, key: str, default: str | None = None) -> str:
        """A string; errors as `integer`."""
        value = self.get(key, default)
        if not isinstance(value, str):
            raise self._reject(key, "a text")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """A boolean; errors as `integer`."""
        value = self.get(key, default)
        if not isinstance(value, bool):
            raise self._reject(key, "true or false")
        return value

    def texts(self, key: str) -> list[str]:
        """An array of strings; errors as `integer`."""
        value = self.get(key)
        if not isinstance(value, list):
            raise self._reject(key, "a list of texts")
        return value

    def integers(self, key: str) -> NDArray[np.int64]:
        """An array of integers as int64; errors as `integer`."""
        value = self.get(key)
        if not isinstance(value, np.ndarray) or value.dtype.kind not in "iu":
            raise self._reject(key, "a list of whole numbers")
        return value.astype(np.int64)


def read_metadata(cursor: HeaderCursor, count: int) -> Metadata:
    """Read `count` keys with their values.

    Raises:
        ModelFileError: a key occurs twice or is too long, or a value is of an unknown type, a nested array
            or not what its type says.
    """
    metadata = Metadata()
    for _ in range(count):
        key = cursor.text("a metadata key", LONGEST_KEY)
        if key in metadata:
            raise damaged(cursor.name, f"the metadata key “{escape_text(key)}” occurs twice")
        metadata[key] = _read_value(cursor, key, cursor.count("I"))
    return metadata


def _read_value(cursor: HeaderCursor, key: str, kind: int) -> MetadataValue:
    if kind == _TEXT:
        return cursor.text(f"the value of “{escape_text(key)}”")
    if kind == _BOOLEAN:
        return bool(_checked_booleans(cursor, key, 1)[0])
    if kind == _ARRAY:
        return _read_array(cursor, key, cursor.count("I"), cursor.count())
    if kind in _SCALARS:
        return cursor.number(_SCALARS[kind])
    raise damaged(cursor.name, f"the value of “{escape_text(key)}” is of type {kind}, which does not exist")


def _read_array(cursor: HeaderCursor, key: str, kind: int, count: int) -> MetadataValue:
    if kind == _TEXT:
        return cursor.texts(key, count)
    if kind == _BOOLEAN:
        return _checked_booleans(cursor, key, count)
    if kind == _ARRAY:
        raise damaged(
            cursor.name, f"the value of “{escape_text(key)}” is a list of lists, which no model has"
        )
    if kind in _SCALARS:
        return cursor.numbers(np.dtype("<" + _SCALARS[kind]), count)
    raise damaged(cursor.name, f"the list “{escape_text(key)}” is of type {kind}, which does not exist")


def _checked_booleans(cursor: HeaderCursor, key: str, count: int) -> NDArray[np.bool_]:
    values = cursor.numbers(np.dtype(np.uint8), count)
    if values.size and values.max() > 1:
        raise damaged(cursor.name, f"“{escape_text(key)}” holds {values.max()} where only 0 or 1 may be")
    return values.astype(np.bool_)
