"""The metadata of a GGUF file as they are read, every length and type checked.

Knows nothing about what the keys mean.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.escaping import escape_text
from models.gguf.cursor import HeaderCursor, damaged
from models.typed_fields import TypedFields

MetadataValue: TypeAlias = int | float | bool | str | list[str] | NDArray[Any]

LONGEST_KEY = 65_535
"""Most bytes of a key, by the specification of the format."""

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 10: "Q", 11: "q", 12: "d"}
_BOOLEAN, _TEXT, _ARRAY = 7, 8, 9


class Metadata(TypedFields):
    """Metadata by key; arrays of numbers are numpy arrays of the file's dtype, arrays of strings lists."""

    def section(self, key: str) -> Metadata | None:
        """Nothing: metadata have no values below a key."""
        return None


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
