"""Exports a recording to a full disk; run by `test_recording_file` in a process of its own.

Knows nothing about what is done about it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from desktop.history.errors import HistoryError
from desktop.history.recording_file import read_recording, write_recording
from tests.desktop.history.full_disk import full
from tests.desktop.history.samples import files_in
from tests.desktop.history.test_recording_file import DOCUMENT, large_recording
from tests.sample_recording import sample_recording


def main(folder: Path) -> None:
    """Export when nothing fits any more, and, on a small disk, what fits in part."""
    path = folder / "lesson.vitrine"
    write_recording(path, DOCUMENT, sample_recording())
    before, told = path.read_bytes(), []
    with full(folder):
        told.append(refused(path, 1))
        assert path.read_bytes() == before
    told.append(refused(path, 64))
    assert not told[-1] or path.read_bytes() == before
    assert files_in(folder) == {path.name}
    read_recording(path)
    write_recording(path, DOCUMENT, sample_recording(0))
    assert read_recording(path).first_row == 0
    print(json.dumps(told))


def refused(path: Path, megabytes: int) -> list[str]:
    """What is said of an export; nothing where there was room."""
    try:
        write_recording(path, DOCUMENT, large_recording(megabytes))
    except HistoryError as error:
        return [error.case, error.what, error.remedy]
    return []


if __name__ == "__main__":
    main(Path(sys.argv[1]))
