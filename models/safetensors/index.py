"""The files of a safetensors checkpoint: found in a folder, through an index, or by their numbers.

Knows names only, and the JSON of an index; nothing of what is in the files.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import check_regular_file, displayed_name, reading
from models.json_document import read_json_file
from models.shards import MOST_SHARDS, all_shards, check_none_missing, listed, shard_stem

ENDING = ".safetensors"
INDEX_ENDING = ".safetensors.index.json"
USUAL = "model"
"""Name of the file, without ending, that a folder is asked for first."""

MOST_FOLDER_ENTRIES = 10_000
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class CheckpointFiles:
    """Which files a checkpoint is.

    Args:
        folder: they are in.
        files: all of them, in order. With an index each has the names of the tensors that it is wanted for;
            without, ``None`` for all that it holds.
    """

    folder: Path
    files: dict[Path, list[str] | None]


def find_files(path: Path) -> CheckpointFiles:
    """The files of a checkpoint, each of them there.

    Args:
        path: its folder, its index, or one of the files.

    Raises:
        ModelFileError: there is no such file, there are several checkpoints, some of the files are missing, or
            the index names something other than a file beside it.
    """
    model = _only_model(path) if os.path.isdir(path) else path
    if model.name.endswith(INDEX_ENDING):
        return _indexed(model)
    files = all_shards(model)
    if len(files) > 1:
        index = model.with_name(shard_stem(model) + INDEX_ENDING)
        if os.path.exists(index) and model in (found := _indexed(index)).files:
            return found
        check_none_missing(files)
    else:
        check_regular_file(model)
    return CheckpointFiles(model.parent, dict.fromkeys(files))


def _only_model(folder: Path) -> Path:
    """The file, the index or the first of the files of the model in a folder."""
    for usual in (folder / (USUAL + ENDING), folder / (USUAL + INDEX_ENDING)):
        if os.path.exists(usual):
            return usual
    with reading(folder):
        entries = list(islice(folder.iterdir(), MOST_FOLDER_ENTRIES))
    models = {all_shards(entry)[0] for entry in entries if entry.suffix == ENDING}
    if len(models) == 1:
        return models.pop()
    if not models:
        what = f"“{displayed_name(folder)}” holds no safetensors file."
        raise ModelFileError("no-model-in-folder", what, "Choose the folder of a checkpoint.")
    names = listed(sorted(model.name for model in models))
    what = f"“{displayed_name(folder)}” holds {len(models):,} safetensors files: {names}."
    raise ModelFileError("several-models-in-folder", what, "Choose one of the files.")


def _indexed(index: Path) -> CheckpointFiles:
    name = displayed_name(index)
    places = read_json_file(index).get("weight_map")
    if not isinstance(places, dict) or not places:
        raise ModelFileError(
            "damaged-index",
            f"“{name}” does not say which file holds which tensor.",
            "Download or copy the file again.",
        )
    held: dict[str, list[str]] = {}
    for tensor, file in places.items():
        if not isinstance(file, str) or not _is_plain_name(file):
            shown = f"“{escape_text(file)}”" if isinstance(file, str) else "something that is no name"
            raise ModelFileError(
                "unsafe-path",
                f"“{name}” says that “{escape_text(tensor)}” is in {shown}, not in a safetensors file beside it.",
                "Get the checkpoint from a source that you trust.",
            )
        held.setdefault(file, []).append(tensor)
    files: dict[Path, list[str] | None] = {index.with_name(file): held[file] for file in sorted(held)}
    if len(files) > MOST_SHARDS:
        raise ModelFileError(
            "damaged-index",
            f"“{name}” names {len(files):,} files, more than any checkpoint has.",
            "Download or copy the file again.",
        )
    check_none_missing(list(files))
    return CheckpointFiles(index.parent, files)


def _is_plain_name(name: str) -> bool:
    """Whether this is the name of a file, not a path, on any system."""
    return (
        name.endswith(ENDING)
        and name.isprintable()
        and len(name) <= _LONGEST_NAME
        and not any(separator in name for separator in "/\\:")
    )
