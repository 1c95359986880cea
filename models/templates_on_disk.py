"""A model's chat template on disk: which files may hold one, which of them counts, and a person's own instead.

Knows nothing about what a template says or how it is rendered.

The order is that of Hugging Face transformers, with a GGUF file's own template behind the files made for it:
https://huggingface.co/docs/transformers/chat_templating
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import check_regular_file, displayed_name, reading
from models.json_document import read_json_file

MOST_CHARACTERS = 1_000_000
"""Of a template; the longest in use have 30,000."""

Source: TypeAlias = tuple[str, Callable[[Path], str | None]]
"""A file's name and what reads the template from it."""

_PREFERRED = ("default", "tool_use")
"""Of several templates with names, in this order; another name counts only where it is the only one."""

EDITED_TEMPLATE = "chat_template.edited.jinja"
"""In a bundle's folder, the template that a person wrote in place of the model's own."""

_GGUF_KEY = "tokenizer.chat_template"


@dataclass(frozen=True, slots=True)
class FoundTemplate:
    """A chat template and where it is from.

    Args:
        source: Jinja source.
        origin: for people, behind “from” (``"chat_template.jinja"``, ``"the GGUF file"``).
    """

    source: str
    origin: str


def find_template(
    paths: Iterable[Path], metadata: Mapping[str, object] | None = None
) -> FoundTemplate | None:
    """The chat template of a model.

    Args:
        paths: the model's folders, in which the known names are looked for, and single files of these names;
            others are passed over. Of two files with a template and the same name, the first counts.
        metadata: of a GGUF file, if the model has one.

    Returns:
        The first that is there, by the order above; ``None`` where no file has one. A template that is
        empty counts as none.

    Raises:
        ModelFileError: a file cannot be read, is damaged, or its template is of the wrong type or too long.
    """
    for source, origin in _candidates(tuple(paths), metadata):
        if source is not None and source.strip():
            if len(source) > MOST_CHARACTERS:
                raise _too_long(origin)
            return FoundTemplate(source, origin)
    return None


def _candidates(
    paths: Sequence[Path], metadata: Mapping[str, object] | None
) -> Iterator[tuple[str | None, str]]:
    """Templates with their origins in the order in which they count, each read when it is asked for."""
    yield from _of_files(SOURCES, paths)
    if metadata is not None:
        yield _of_metadata(metadata), "the GGUF file"
    yield from _of_files(LAST_SOURCES, paths)


def _of_files(sources: Sequence[Source], paths: Sequence[Path]) -> Iterator[tuple[str | None, str]]:
    for name, read in sources:
        for path in paths:
            place = path / name if path.is_dir() else path
            if place.name == name and place.exists():
                yield read(place), name


# ---------------------------------------------------------------- one reader a kind of source


def _read_jinja(path: Path) -> str | None:
    size = check_regular_file(path)
    if size > 4 * MOST_CHARACTERS:
        raise _too_long(displayed_name(path))
    with reading(path):
        content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ModelFileError(
            "bad-chat-template",
            f"“{displayed_name(path)}” is no UTF-8 text (byte {error.start:,}).",
            "Download or copy the file again.",
        ) from None


def _read_field(path: Path) -> str | None:
    return _choose(read_json_file(path).get("chat_template"), displayed_name(path), "chat_template")


def _of_metadata(metadata: Mapping[str, object]) -> str | None:
    if _GGUF_KEY in metadata:
        return _choose(metadata[_GGUF_KEY], "the GGUF file", _GGUF_KEY)
    prefix = f"{_GGUF_KEY}."
    named = {key.removeprefix(prefix): value for key, value in metadata.items() if key.startswith(prefix)}
    return _choose(named or None, "the GGUF file", _GGUF_KEY)


SOURCES: tuple[Source, ...] = (
    ("chat_template.jinja", _read_jinja),
    ("tokenizer_config.json", _read_field),
)
"""Files that may hold a template, the first before all others and before a GGUF file's metadata."""

LAST_SOURCES: tuple[Source, ...] = (("chat_template.json", _read_field),)
"""Files that count behind all others."""


# ---------------------------------------------------------------- one of several


def _choose(value: object, file: str, field: str) -> str | None:
    """A template from a value that is one, or several with names, in either form that is in use."""
    match value:
        case None:
            return None
        case str():
            return value
        case dict():
            named = value
        case list() if all(isinstance(one, dict) for one in value):
            named = {one.get("name"): one.get("template") for one in value}
        case _:
            raise _wrong(file, field, value)
    for name, template in named.items():
        if not isinstance(name, str) or not isinstance(template, str):
            raise _wrong(file, field, {name: template})
    chosen = [named[name] for name in _PREFERRED if name in named]
    return next(iter(chosen or (named.values() if len(named) == 1 else ())), None)


def _wrong(file: str, field: str, value: object) -> ModelFileError:
    return ModelFileError(
        "bad-chat-template",
        f"“{field}” of {file} is neither a template nor a list of templates with names: "
        f"{escape_text(repr(value), 60)}.",
        "Download or copy the file again.",
    )


def _too_long(origin: str) -> ModelFileError:
    return ModelFileError(
        "bad-chat-template",
        f"The chat template of {origin} has more than the {MOST_CHARACTERS:,} characters that one may have.",
        "Use another file of this model.",
    )


# ---------------------------------------------------------------- a person's own


def edited_template(folder: Path) -> str | None:
    """The template that a person wrote for the bundle in a folder; ``None`` where there is none to read."""
    try:
        return (folder / EDITED_TEMPLATE).read_bytes().decode("utf-8", "replace")
    except OSError:
        return None


def keep_edited_template(folder: Path, source: str | None) -> None:
    """Remember a person's template for the bundle in a folder, or forget it.

    Raises:
        OSError: the folder cannot be written; what was there stays.
    """
    place = folder / EDITED_TEMPLATE
    if source is None:
        place.unlink(missing_ok=True)
        return
    # Written beside it first: a full disk must not cost the template that was there.
    written = place.with_suffix(".writing")
    try:
        # As bytes: line ends stay what they are. A lone surrogate cannot be kept, and means nothing to Jinja.
        written.write_bytes(source.encode("utf-8", "replace"))
        written.replace(place)
    finally:
        written.unlink(missing_ok=True)
