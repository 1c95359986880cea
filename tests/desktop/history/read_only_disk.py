"""Opens conversations on a disk that has become read-only; run by `test_opening` in mounts of its own.

Knows nothing about where.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from desktop.history.opening import FILE_NAME, open_history
from tests.desktop.history.samples import talk, texts


def main(folder: Path) -> None:
    """Write, make it read-only, open."""
    path = folder / FILE_NAME
    opened = open_history(path)
    conversation, _ = talk(opened.history, 1)
    # As a loss of power leaves it: the last words are in the log alone.
    log = path.with_name(f"{path.name}-wal")
    left = path.read_bytes(), log.read_bytes()
    opened.close()
    path.write_bytes(left[0])
    log.write_bytes(left[1])
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    again = open_history(path)
    assert [notice.case for notice in again.notices] == ["history-read-only"], again.notices
    assert len(texts(again.history, conversation)) == 2
    talk(again.history, 1)
    again.close()
    print(again.notices[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
