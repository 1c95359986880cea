"""One file comes here: goes on where it was interrupted, and is whole only when its hash says so.

Knows nothing about other files of the model or about folders.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

from models.errors import VitrineError
from models.escaping import escape_text
from models.hub.client import HubClient
from models.hub.faults import HubFault, dropped
from models.hub.messages import Transfer
from models.hub.repository import RepositoryFile

WAITS_S = (1.0, 2.0, 4.0, 8.0)
"""Before each new attempt after a failed one; more attempts are not made."""

LONGEST_WAIT_S = 60.0
"""A hub that wants to be left alone for longer is not waited for."""

ENOUGH_PROGRESS = 1 << 20
"""An attempt that brought so many bytes counts as a success: a long file may be interrupted often."""

MOST_MISMATCHES = 2
"""So often is a file fetched that is not what the hub says it is."""

REPORT_INTERVAL_S = 0.1

_BLOCK = 4 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """Where files come from, and with how much patience.

    Args:
        client: the line to the hub.
        repository: ``organisation/name``.
        commit: 40 hexadecimal digits.
        waits_s: as `WAITS_S`.
        sleep: called with seconds to wait.
    """

    client: HubClient
    repository: str
    commit: str
    waits_s: tuple[float, ...] = WAITS_S
    sleep: Callable[[float], None] = field(default=time.sleep)


def fetch_file(source: Source, file: RepositoryFile, part: Path, report: Callable[[Transfer], None]) -> None:
    """Complete a partial file.

    Args:
        source: where it comes from.
        file: which.
        part: what is there of it already, if anything; on return it is the whole file, on disk.
        report: called with the bytes of this file that are there; may raise to stop.

    Raises:
        HubFault: it cannot be had. What came is kept.
        VitrineError: what came is never what it should be (``wrong-hash``, nothing is kept), or the disk cannot
            hold it (``disk-full``, ``disk-failed``).
    """
    try:
        with part.open("a+b", buffering=0) as opened:
            growing = _GrowingFile(opened, file)
            growing.take_up(report)
            _complete(source, growing, report)
            os.fsync(opened.fileno())
    except OSError as error:
        raise _disk_fault(error, part) from error


class _GrowingFile:
    """A partial file and the hash of what is in it.

    Args:
        opened: for reading and appending.
        file: what it shall become.
    """

    def __init__(self, opened: FileIO, file: RepositoryFile) -> None:
        self.file = file
        self.done = 0
        self._opened = opened
        self._digest = file.new_digest()

    def take_up(self, report: Callable[[Transfer], None]) -> None:
        """Begin with what is there already; more than the whole file counts for nothing."""
        size = os.fstat(self._opened.fileno()).st_size
        if size > self.file.size:
            self.restart()
            return
        self._opened.seek(0)
        while self.done < size and (block := self._opened.read(min(_BLOCK, size - self.done))):
            self._digest.update(block)
            self.done += len(block)
            report(Transfer("check", self.done))

    def restart(self) -> None:
        """Forget everything."""
        self._opened.truncate(0)
        self.done = 0
        self._digest = self.file.new_digest()

    def append(self, chunk: bytes) -> None:
        """Write what came next."""
        rest = memoryview(chunk)
        while rest:
            rest = rest[self._opened.write(rest) :]
        self._digest.update(chunk)
        self.done += len(chunk)

    @property
    def is_right(self) -> bool:
        """Whether it is the whole file, unchanged."""
        return self._digest.hexdigest() == self.file.expected_hash


def _complete(source: Source, growing: _GrowingFile, report: Callable[[Transfer], None]) -> None:
    """Fetch, again and again where that may help, until a file is whole and right."""
    file = growing.file
    failures = mismatches = 0
    while True:
        before = growing.done
        try:
            if growing.done < file.size:
                _fetch_rest(source, growing, report)
        except HubFault as fault:
            if growing.done - before >= ENOUGH_PROGRESS:
                failures = 0
            if not fault.passing or failures >= len(source.waits_s):
                raise
            wait_s = source.waits_s[failures] if fault.wait_s is None else fault.wait_s
            if wait_s > LONGEST_WAIT_S:
                raise
            failures += 1
            report(Transfer("wait", growing.done, fault.what))
            source.sleep(wait_s)
            continue
        if growing.is_right:
            return
        growing.restart()
        mismatches += 1
        if mismatches == MOST_MISMATCHES:
            raise VitrineError(
                "wrong-hash",
                f"“{escape_text(file.name)}” came {mismatches} times with other content than the hub says it has.",
                "Something on the way changes or damages it: try again from another network.",
            )


def _fetch_rest(source: Source, growing: _GrowingFile, report: Callable[[Transfer], None]) -> None:
    """Fetch what a file lacks, in one request.

    Raises:
        HubFault: less came, or more.
    """
    file, reported = growing.file, 0.0
    with source.client.reading(source.repository, source.commit, file, growing.done) as (response, begins):
        if begins != growing.done:
            growing.restart()  # the server gives whole files only
        for chunk in response.iter_bytes():
            if growing.done + len(chunk) > file.size:
                # Whoever sends without end must not fill the disk.
                growing.restart()
                raise HubFault(
                    "wrong-size",
                    f"“{escape_text(file.name)}” is longer than the {file.size:,} bytes that the hub says it has.",
                    "Something on the way changes it: try again from another network.",
                    passing=True,
                )
            growing.append(chunk)
            if time.monotonic() - reported >= REPORT_INTERVAL_S:
                reported = time.monotonic()
                report(Transfer("fetch", growing.done))
    report(Transfer("fetch", growing.done))
    if growing.done < file.size:
        raise dropped(source.client.host)


def _disk_fault(error: OSError, part: Path) -> VitrineError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return VitrineError(
            "disk-full",
            f"The disk with {part.parent} is full.",
            "Make room and go on: what was fetched is kept.",
        )
    if error.errno == errno.EFBIG:
        return VitrineError(
            "disk-full",
            f"The disk with {part.parent} takes no file as large as this one.",
            "Set VITRINE_DATA_DIR to a folder on another disk.",
        )
    return VitrineError(
        "disk-failed",
        f"{part.parent} cannot be written: {error.strerror or type(error).__name__}.",
        "Check the disk and the folder’s permissions; what was fetched is kept.",
    )
