"""What a model is called and under which licence it comes, from its files' names and its README.

Knows nothing about tensors; everything it gives is safe to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import check_regular_file, reading
from models.hub.shelf import record_of
from models.shards import shard_stem
from models.tensor_source import Fields

README = "README.md"
_MOST_BYTES = 64 << 10
_MOST_LINES = 1000
_LONGEST = 80

_FILES_IN_FOLDERS = {".safetensors", ".json"}
_HUB_FOLDER = re.compile(r"models--(?:.+--)?(?P<name>[^/]+)")
_QUANTIZATION = re.compile(
    r"[-._](?:(?:i1|UD)-)?(?:(?:I?Q|TQ)[0-9](?:_[A-Z0-9]+)*|B?F16|F32|MXFP4(?:_MOE)?)", re.IGNORECASE
)


def model_name(path: Path) -> str:
    """What people call a model, from where it lies.

    A GGUF file's name without ending, number and quantization; a folder's name, which for a download and for a
    folder of the hub's cache is that of the repository. Names inside the files are often internal ones.
    """
    path = path.absolute()
    if path.suffix.lower() == ".gguf":
        stem = shard_stem(path)
        found = list(_QUANTIZATION.finditer(stem))
        if found and found[-1].end() == len(stem) and found[-1].start() > 0:
            stem = stem[: found[-1].start()]
        return escape_text(stem, _LONGEST)
    if (order := record_of(path)) is not None:
        return escape_text(order.repository.name.rpartition("/")[2], _LONGEST)
    folder = path.parent if path.suffix.lower() in _FILES_IN_FOLDERS else path
    for above in (folder, *folder.parents):
        if in_hub := _HUB_FOLDER.fullmatch(above.name):
            return escape_text(in_hub["name"], _LONGEST)
    return escape_text(folder.name, _LONGEST)


def gguf_licence(fields: Fields) -> str | None:
    """The licence that a GGUF file names, ``general.license``."""
    for key in ("general.license", "general.license.name"):
        value = fields.get(key)
        if isinstance(value, str) and value.strip() and value.strip().lower() != "other":
            return escape_text(value.strip(), _LONGEST)
    return None


def folder_licence(folder: Path) -> str | None:
    """The licence that the hub gave for a download, or a folder's README in its front matter, ``license: mit``.

    Where the licence is “other”, the name that the front matter gives to it. A README that cannot be read says
    nothing: that is no reason to refuse a model. Nor does one beside a file that was chosen alone, which may be
    another model's.
    """
    if (order := record_of(folder)) is not None and order.repository.licence:
        return escape_text(order.repository.licence, _LONGEST)
    path = folder / README
    try:
        check_regular_file(path)
        with reading(path), path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode("utf-8-sig", "replace")
    except ModelFileError:
        return None
    values = dict(_front_matter(text.splitlines()))
    for key in ("license", "license_name"):
        value = values.get(key, "")
        if value and value.lower() != "other":
            return escape_text(value, _LONGEST)
    return None


def _front_matter(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Keys at the margin with their values as one line; a list's items joined by commas.

    This is the little YAML that licences are written in; a whole reader would be another dependency.
    """
    if not lines or lines[0].strip() != "---":
        return
    key, items = "", list[str]()
    for line in islice(lines, 1, _MOST_LINES):
        if line.strip() == "---":
            break
        if line.lstrip().startswith("- ") and key:
            items.append(_plain(line.lstrip()[2:]))
        elif line[:1].isalpha() and ":" in line:
            yield key, ", ".join(items)
            key, _, value = line.partition(":")
            listed = _plain(value).removeprefix("[").removesuffix("]")
            items = [_plain(one) for one in listed.split(",") if one.strip()]
    yield key, ", ".join(items)


def _plain(value: str) -> str:
    """A value without comment and quotes."""
    return value.partition(" #")[0].strip().strip("\"'").strip()
