"""Everything that a model needs comes here, and becomes its folder in one step.

Knows nothing about processes, windows or the protocol.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import filelock

from models.errors import VitrineError
from models.hub.client import HubClient
from models.hub.file_names import check_names, local_path
from models.hub.identifier import HubId
from models.hub.messages import Fetched, Fetching, Offer, Order, Transfer
from models.hub.repository import RepositoryFile
from models.hub.shelf import (
    RECORD,
    bytes_here,
    destination,
    downloads_folder,
    incoming_folder,
    part_of,
    path_to_open,
    write_record,
)
from models.hub.transfer import WAITS_S, Source, fetch_file
from models.hub.variants import find_variants

RESERVE = 64 << 20
"""Bytes that stay free on the disk."""


def look_up(asked: HubId, client: HubClient) -> Offer:
    """What a repository offers.

    Raises:
        HubFault: it cannot be known.
        VitrineError: it offers nothing that can be opened, or names files that are refused.
    """
    repository = client.look_up(asked)
    variants = find_variants(repository)
    # The list of all files stays here: it can be long, and nobody chooses from it.
    return Offer(replace(repository, files=()), variants, shutil.disk_usage(_made(downloads_folder())).free)


def fetch(
    order: Order,
    client: HubClient,
    report: Callable[[Fetching], None],
    waits_s: tuple[float, ...] = WAITS_S,
) -> Fetched:
    """Fetch what an order lacks.

    Args:
        order: what is wanted.
        client: the line to the hub.
        report: called now and then; may raise to stop: what is there is kept for the next time.
        waits_s: as in `models.hub.transfer`.

    Raises:
        HubFault: something cannot be had. What is there is kept for the next time.
        VitrineError: names are refused, the disk has no room or fails, what comes is damaged, or another process
            fetches the same.
    """
    check_names([file.name for file in order.variant.files])
    incoming = incoming_folder(order)
    with _alone(incoming), _on_disk(incoming):
        folder, is_there = destination(order)
        if is_there:
            return Fetched(path_to_open(folder, order.variant))
        _made(incoming)
        write_record(incoming, order)
        _check_room(incoming, order)
        source = Source(client, order.repository.name, order.repository.commit, waits_s)
        _fetch_files(order, source, incoming, report)
        _remove_strangers(incoming, order)
        folder.parent.mkdir(parents=True, exist_ok=True)
        incoming.rename(folder)
    return Fetched(path_to_open(folder, order.variant))


def _fetch_files(order: Order, source: Source, incoming: Path, report: Callable[[Fetching], None]) -> None:
    total, before = order.variant.size, 0
    for file in order.variant.files:

        def tell(transfer: Transfer, file: RepositoryFile = file, before: int = before) -> None:
            report(Fetching(transfer.phase, file.name, before + transfer.done, total, transfer.why))

        whole, part = local_path(incoming, file.name), part_of(incoming, file)
        whole.parent.mkdir(parents=True, exist_ok=True)
        if whole.exists():
            # From an earlier time, or of another commit: it counts only if it is what is wanted now. Put back as a
            # beginning, it goes the same way as what comes from the hub.
            if whole.stat().st_size == file.size:
                whole.replace(part)
            else:
                whole.unlink()
        fetch_file(source, file, part, tell)
        part.replace(whole)
        before += file.size


def _check_room(incoming: Path, order: Order) -> None:
    lacking = order.variant.size - bytes_here(order)
    free = shutil.disk_usage(incoming).free
    if lacking + RESERVE > free:
        raise VitrineError(
            "no-room",
            f"{lacking / 1e6:,.0f} MB are still to come, and the disk with {incoming.parent} has"
            f" {free / 1e6:,.0f} MB free.",
            "Make room, choose a smaller variant, or set VITRINE_DATA_DIR to a folder on another disk.",
        )


def _remove_strangers(incoming: Path, order: Order) -> None:
    """Delete what an earlier commit left: the folder shall hold this order and nothing else."""
    wanted = {local_path(incoming, file.name) for file in order.variant.files} | {incoming / RECORD}
    for path in sorted(incoming.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            with contextlib.suppress(OSError):  # it is not empty
                path.rmdir()
        elif path not in wanted:
            path.unlink()


@contextmanager
def _alone(incoming: Path) -> Iterator[None]:
    """Keep other processes from fetching the same; the system lets go when a process ends, however it does."""
    with _on_disk(incoming):
        _made(incoming.parent)
    lock = filelock.FileLock(incoming.with_name(f"{incoming.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise VitrineError(
            "fetched-elsewhere",
            "Another window or command is fetching the same model.",
            "Wait until it is done.",
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _on_disk(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise VitrineError(
            "disk-failed",
            f"{folder.parent} cannot be written: {error.strerror or type(error).__name__}.",
            "Check the disk and the folder’s permissions; what was fetched is kept.",
        ) from error


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
