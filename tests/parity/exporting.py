"""Runs exports one after another and writes down which fail, so that one defect of an exporter costs one row.

Knows nothing of any exporter. The scripts of this folder that use it run in environments of their own.
"""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

Export = Callable[[Path], None]
"""Writes an export into a folder that does not exist yet."""


def run_exports(exports: Iterable[tuple[str, Export]], out: Path, names: list[str]) -> None:
    """Make those named, or all; of one that fails the file ``NAME.failed`` remains, with the traceback."""
    for name, export in exports:
        if names and name not in names:
            continue
        folder, failed = out / name, out / f"{name}.failed"
        shutil.rmtree(folder, ignore_errors=True)
        failed.unlink(missing_ok=True)
        try:
            export(folder)
        except Exception:
            shutil.rmtree(folder, ignore_errors=True)
            failed.write_text(traceback.format_exc(), "utf-8")
            print(name, "failed", flush=True)
