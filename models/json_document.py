"""JSON files of models read with every bound checked: size, number of parts, depth, doubled keys.

Knows nothing about what the files mean; `models/checkpoint_config.py` asks them for typed values.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, TypeAlias

from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import check_regular_file, displayed_name, reading

JsonObject: TypeAlias = dict[str, Any]

MOST_BYTES = 64 << 20
"""Largest file that is read; the index of a checkpoint with 100,000 tensors has about 10 MB."""

MOST_PARTS = 1_000_000
"""Most objects, lists and items, a second or two of reading; the largest index of a checkpoint has 200,000."""

_LONGEST_INTEGER = 40
_DOWNLOAD_AGAIN = "Download or copy the file again."


def read_json_file(path: Path) -> JsonObject:
    """The object in a JSON file.

    A byte order mark is passed over. ``NaN`` and ``Infinity``, which Python's writers produce, become floats, and
    integers of more than 40 digits infinite ones, for the reader of a field to accept or to refuse by name.

    Raises:
        ModelFileError: the path is no readable regular file, or as `parse_json_object`.
    """
    name = displayed_name(path)
    size = check_regular_file(path)
    if size > MOST_BYTES:
        raise ModelFileError(
            "damaged-json",
            f"“{name}” has {size:,} bytes, more than the {MOST_BYTES:,} that such a file may have.",
            _DOWNLOAD_AGAIN,
        )
    with reading(path), path.open("rb") as file:
        # A little more, so that a file that grows meanwhile is not taken for a whole one.
        content = file.read(MOST_BYTES + 1)
    return parse_json_object(content.removeprefix(b"\xef\xbb\xbf"), name)


def parse_json_object(
    content: bytes, name: str, subject: str = "it", case: str = "damaged-json"
) -> JsonObject:
    """The object that JSON text describes.

    Args:
        content: UTF-8.
        name: of the file for messages, already escaped.
        subject: what of the file is JSON, for messages.
        case: of the errors.

    Raises:
        ModelFileError: it is no UTF-8, no JSON, no object, has a key twice, or is too large or too deep.
    """

    def damaged(what: str) -> ModelFileError:
        return ModelFileError(case, f"“{name}” is damaged: {what}.", _DOWNLOAD_AGAIN)

    if not content.strip():
        raise damaged(f"{subject} is empty")
    parts = sum(content.count(mark) for mark in (b"{", b"[", b","))
    if parts > MOST_PARTS:
        raise damaged(f"{subject} has about {parts:,} parts")
    try:
        value = json.loads(str(content, "utf-8"), object_pairs_hook=_once, parse_int=_integer)
    except UnicodeDecodeError as error:
        raise damaged(f"{subject} is not UTF-8 (byte {error.start:,})") from None
    except json.JSONDecodeError as error:
        raise damaged(f"{subject} is not JSON (line {error.lineno:,}, column {error.colno:,})") from None
    except _Twice as error:
        raise damaged(f"“{escape_text(error.key)}” occurs twice") from None
    except RecursionError:
        raise damaged(f"{subject} is nested too deeply") from None
    if not isinstance(value, dict):
        raise damaged(f"{subject} holds no object")
    return value


class _Twice(Exception):
    def __init__(self, key: str) -> None:
        self.key = key


def _once(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen = set[str]()
        raise _Twice(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return found


def _integer(digits: str) -> int | float:
    # Python refuses to read more than 4,300 digits, and would not say of which field.
    if len(digits) <= _LONGEST_INTEGER:
        return int(digits)
    return -math.inf if digits.startswith("-") else math.inf
