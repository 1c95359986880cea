"""Where downloads lie: complete ones in a folder each, unfinished ones apart until they are whole.

Knows nothing about the network. A folder below `downloads_folder` that has a record is complete: it got its name
in one step, after every file in it was compared with its hash.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.directories import data_directory
from models.errors import VitrineError
from models.hub.file_names import check_names, local_path
from models.hub.identifier import HubId, parse_hub_id
from models.hub.messages import Order
from models.hub.repository import Repository, RepositoryFile
from models.hub.variants import Variant

RECORD = ".vitrine-download.json"
"""In every folder: where its files come from."""

PART_ENDING = ".part"

_FORMAT = 1
_DEEPEST = 5
_INCOMING = ".incoming"
_LARGEST_RECORD = 16 << 20
_KINDS = ("onnx", "genai", "gguf", "safetensors")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A download that was interrupted.

    Args:
        order: what was to be fetched.
        done: bytes that are there.
    """

    order: Order
    done: int


def downloads_folder() -> Path:
    """Where downloads lie, one folder below for each organisation.

    Raises:
        VitrineError: it cannot be made.
    """
    return data_directory() / "downloads"


def incoming_folder(order: Order) -> Path:
    """Where the files of an order lie until all are there."""
    return downloads_folder() / _INCOMING / _owner(order.repository.name) / _leaf(order)


def part_of(folder: Path, file: RepositoryFile) -> Path:
    """Where a file lies while it is incomplete; its hash is in the name: nothing else counts as its beginning."""
    whole = local_path(folder, file.name)
    return whole.with_name(f"{whole.name}.{file.expected_hash[:12]}{PART_ENDING}")


def destination(order: Order) -> tuple[Path, bool]:
    """The folder that an order becomes, and whether it is there already.

    Another commit of the same model gets a folder of its own; nothing that is complete is ever replaced.
    """
    owner = downloads_folder() / _owner(order.repository.name)
    plain = owner / _leaf(order)
    with_commit = owner / f"{_leaf(order)}--{order.repository.commit[:8]}"
    for folder in (plain, with_commit):
        if not folder.exists():
            return folder, False
        if _holds(folder, order):
            return folder, True
    # Somebody took files out of it. Set aside, not deleted: it may hold what is wanted.
    damaged = with_commit.rename(with_commit.with_name(f"{with_commit.name}.damaged-{os.getpid()}"))
    (damaged / RECORD).unlink(missing_ok=True)
    return with_commit, False


def path_to_open(folder: Path, variant: Variant) -> Path:
    """What to open of a complete download: the GGUF file, or the model's folder."""
    if variant.kind in ("gguf", "genai") and variant.opens:
        return local_path(folder, variant.opens)
    return folder


def unfinished() -> list[Unfinished]:
    """Every download that was interrupted after something had come, in the order of names.

    Raises:
        VitrineError: there is no folder for downloads.
    """
    found = []
    for record in sorted((downloads_folder() / _INCOMING).glob(f"*/*/{RECORD}")):
        order = read_record(record.parent)
        if order is not None and incoming_folder(order) == record.parent and (done := bytes_here(order)):
            found.append(Unfinished(order, done))
    return found


def bytes_here(order: Order) -> int:
    """How much of an order is there, in bytes, whole files and beginnings."""
    folder, done = incoming_folder(order), 0
    for file in order.variant.files:
        for path in (local_path(folder, file.name), part_of(folder, file)):
            with contextlib.suppress(OSError):
                done += min(path.stat().st_size, file.size)
                break
    return done


def discard(order: Order) -> None:
    """Delete what is there of an unfinished download."""
    shutil.rmtree(incoming_folder(order), ignore_errors=True)


# ---------------------------------------------------------------- records


def write_record(folder: Path, order: Order) -> None:
    """Write down what a folder's files are.

    Raises:
        OSError: it cannot be written.
    """
    document = {"format": _FORMAT, **asdict(order)}
    making = folder / f"{RECORD}.new"
    making.write_text(json.dumps(document, indent=1), "utf-8")
    making.replace(folder / RECORD)


def read_record(folder: Path) -> Order | None:
    """What a folder's files are and where they come from; ``None`` where nothing readable says so."""
    try:
        if (folder / RECORD).stat().st_size > _LARGEST_RECORD:
            return None
        document = json.loads((folder / RECORD).read_text("utf-8"))
        return _order(document) if document["format"] == _FORMAT else None
    except (OSError, ValueError, TypeError, KeyError, RecursionError, VitrineError):
        return None


def record_of(path: Path) -> Order | None:
    """The record of the download that a path lies in, or is; ``None`` where it is in none."""
    path = path.absolute()
    for folder in (path, *path.parents)[:_DEEPEST]:
        if (order := read_record(folder)) is not None:
            return order
    return None


def _order(document: dict[str, Any]) -> Order:
    repository, variant = document["repository"], document["variant"]
    files = tuple(RepositoryFile(**file) for file in variant["files"])
    order = Order(Repository(**{**repository, "files": ()}), Variant(**{**variant, "files": files}))
    texts = [
        *(order.repository.revision, order.repository.licence, order.variant.key, order.variant.opens),
        *(text for file in files for text in (file.name, file.sha256, file.git_sha1)),
    ]
    if not (
        all(isinstance(text, str) for text in texts)
        and all(type(file.size) is int and file.size >= 0 for file in files)
        and parse_hub_id(order.repository.name) == HubId(order.repository.name)
        and re.fullmatch("[0-9a-f]{40}", order.repository.commit)
        and _KEY.fullmatch(order.variant.key)
        and order.variant.kind in _KINDS
    ):
        raise ValueError
    check_names([file.name for file in files])
    return order


# ---------------------------------------------------------------- names of folders


def _owner(repository: str) -> str:
    return repository.rpartition("/")[0] or "-"


def _leaf(order: Order) -> str:
    # Two dashes are in no name of a repository.
    return f"{order.repository.name.rpartition('/')[2]}--{order.variant.key}"


def _holds(folder: Path, order: Order) -> bool:
    """Whether a folder is this order, with every file at its full size."""
    record = read_record(folder)
    if record is None or record.repository.commit != order.repository.commit:
        return False
    try:
        return set(order.variant.files) <= set(record.variant.files) and all(
            local_path(folder, file.name).stat().st_size == file.size for file in order.variant.files
        )
    except OSError:
        return False
