"""Models cut into numbered files: which belong together, and which of them are missing.

Knows the names of such files only, nothing about their content.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from models.errors import ModelFileError
from models.escaping import escape_text

MOST_SHARDS = 2_000
"""More files than any model is cut into."""

_MOST_NAMED = 5
_PATTERN = re.compile(r"(?P<stem>.+)-(?P<number>[0-9]{5})-of-(?P<count>[0-9]{5})(?P<ending>\.\w+)", re.DOTALL)


def all_shards(path: Path) -> tuple[Path, ...]:
    """Every file of the model that a file belongs to, in order; the file alone where its name has no number.

    The names are ``NAME-00001-of-00003.ENDING``, those that llama.cpp and Hugging Face write.
    """
    match = _PATTERN.fullmatch(path.name)
    if match is None:
        return (path,)
    number, count = int(match["number"]), int(match["count"])
    if not 1 <= number <= count <= MOST_SHARDS:
        return (path,)
    stem, ending = match["stem"], match["ending"]
    return tuple(path.with_name(f"{stem}-{one:05}-of-{count:05}{ending}") for one in range(1, count + 1))


def shard_stem(path: Path) -> str:
    """A file's name without its number and ending."""
    match = _PATTERN.fullmatch(path.name)
    return path.stem if match is None else match["stem"]


def check_none_missing(paths: Sequence[Path]) -> None:
    """Make sure that every file of a model is there.

    Raises:
        ModelFileError: some are not; the message lists them.
    """
    missing = [path.name for path in paths if not os.path.exists(path)]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise ModelFileError(
            "missing-shard",
            f"The model is in {len(paths):,} files, of which {listed(missing)} {verb} missing.",
            "Put the missing files into the same folder.",
        )


def listed(names: Iterable[str]) -> str:
    """Names in quotes, safe to show; of many only the first and how many more there are."""
    shown = [f"“{escape_text(name)}”" for name in names]
    more = len(shown) - _MOST_NAMED
    return ", ".join(shown[:_MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
