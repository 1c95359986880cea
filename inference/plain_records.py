"""Records that travel by their fields: thousands of them cross the pipe in a second.

Knows nothing about what is in them.
"""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import Any, TypeVar

_Record = TypeVar("_Record")


def by_fields(kind: type[_Record]) -> type[_Record]:
    """Have a frozen dataclass pickled as its class and the values of its fields.

    That takes a third of the time and is shorter than what dataclasses with slots do by themselves.

    Args:
        kind: of two fields or more, all of them taken by its constructor.
    """
    values = attrgetter(*(field.name for field in fields(kind)))  # type: ignore[arg-type]

    def reduce(self: Any) -> tuple[type[_Record], tuple[Any, ...]]:
        return kind, values(self)

    kind.__reduce__ = reduce  # type: ignore[method-assign]
    return kind
