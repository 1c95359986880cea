"""Reads untrusted JSON strictly: every value has the type and bounds asked for, or a sentence says where not.

Knows nothing about what the values mean.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, NoReturn, TypeVar

from desktop.history.errors import DocumentError
from models.escaping import escape_text

LARGEST_JSON = 128 << 20
"""Bytes of a JSON file at most."""

MOST_CONTAINERS = 2_000_000
MOST_VALUES = 16_000_000
"""Lists, objects and values of a JSON file at most: small in a file, large in memory."""

Choice = TypeVar("Choice", bound=str)


def refuse(place: str, problem: str) -> NoReturn:
    """Say what is wrong, and where.

    Raises:
        DocumentError: always.
    """
    raise DocumentError(
        "not-a-conversation",
        f"The file is no conversation that can be read: {escape_text(place)} {problem}.",
        "Export it again from the program that made it.",
    )


def parse_json(data: bytes) -> Any:
    """The values of a JSON text.

    Raises:
        DocumentError: it is none, or larger than a conversation can be.
    """
    containers = data.count(b"[") + data.count(b"{")
    if len(data) > LARGEST_JSON or containers > MOST_CONTAINERS or data.count(b",") > MOST_VALUES:
        refuse("its content", f"is larger than any conversation ({len(data):,} bytes)")
    try:
        return json.loads(data.decode("utf-8-sig"), object_hook=_as_it_is, parse_constant=_no_constant)
    except UnicodeDecodeError:
        refuse("its content", "is not UTF-8 text")
    except RecursionError:
        refuse("its content", "is nested too deep")
    except ValueError as error:
        refuse("its content", f"is not JSON, or ends too early ({escape_text(str(error))})")


def _as_it_is(value: dict[str, Any]) -> dict[str, Any]:
    """Each time Python is asked something, other threads get their turn; a window cannot wait for all of a file."""
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


class Fields:
    """The fields of one JSON object; all methods raise `DocumentError`.

    Args:
        value: what should be an object.
        place: where it stands, for sentences.
    """

    def __init__(self, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            refuse(place, f"is {_shown(value)} where an object was expected")
        self._values: dict[str, Any] = value
        self.place = place

    def at(self, name: str) -> str:
        """Where a field stands."""
        return f"{self.place}.{name}"

    def raw(self, name: str) -> Any:
        """A field of any type; it has to be there."""
        if name not in self._values:
            refuse(self.at(name), "is missing")
        return self._values[name]

    def names(self) -> tuple[str, ...]:
        """Names of all fields."""
        return tuple(self._values)

    def has(self, name: str) -> bool:
        """Whether a field is there and is not null."""
        return self._values.get(name) is not None

    def text(self, name: str, longest: int) -> str:
        """A text of bounded length."""
        value = self.raw(name)
        if not isinstance(value, str):
            refuse(self.at(name), f"is {_shown(value)} where text was expected")
        if len(value) > longest:
            refuse(self.at(name), f"has {len(value):,} characters, and {longest:,} are the most")
        return value

    def choice(self, name: str, choices: Sequence[Choice]) -> Choice:
        """One of some texts."""
        value = self.raw(name)
        for one in choices:
            if isinstance(value, str) and value == one:
                return one
        refuse(self.at(name), f"is {_shown(value)}, which is none of {', '.join(choices)}")

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self.raw(name)
        if not isinstance(value, bool):
            refuse(self.at(name), f"is {_shown(value)} where true or false was expected")
        return value

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number within bounds."""
        return whole(self.raw(name), self.at(name), least, most)

    def number(self, name: str) -> float | None:
        """A finite number; ``None`` for null."""
        return number(self.raw(name), self.at(name))

    def entries(self, name: str, most: int) -> list[Any]:
        """A list of bounded length."""
        value = self.raw(name)
        if not isinstance(value, list):
            refuse(self.at(name), f"is {_shown(value)} where a list was expected")
        if len(value) > most:
            refuse(self.at(name), f"has {len(value):,} entries, and {most:,} are the most")
        return value

    def object(self, name: str) -> Fields:
        """An object."""
        return Fields(self.raw(name), self.at(name))

    def objects(self, name: str, most: int) -> list[Fields]:
        """A list of objects."""
        return [Fields(one, f"{self.at(name)}[{at}]") for at, one in enumerate(self.entries(name, most))]


def whole(value: Any, place: str, least: int, most: int) -> int:
    """A whole number within bounds.

    Raises:
        DocumentError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        refuse(place, f"is {_shown(value)} where a whole number was expected")
    if not least <= value <= most:
        refuse(place, f"is {_shown(value)}, outside {least:,} to {most:,}")
    return value


def number(value: Any, place: str) -> float | None:
    """A finite number, ``None`` for null.

    Raises:
        DocumentError: it is none.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        refuse(place, f"is {_shown(value)} where a number was expected")
    try:
        converted = float(value)
    except OverflowError:
        converted = math.inf
    if not math.isfinite(converted):
        refuse(place, "is larger than any number")
    return converted


def _shown(value: Any) -> str:
    """A value in a sentence, however long or deep it is."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return f"“{escape_text(value, 40)}”"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**20 else "a number of too many digits"
    return f"{value!r}" if isinstance(value, float) else "a list" if isinstance(value, list) else "an object"
