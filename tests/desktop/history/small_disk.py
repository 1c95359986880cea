"""Runs a test's child on a disk of its own that is small or cannot be written, where the system lets it.

Knows nothing about what the child does.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from pathlib import Path

_MOUNT = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'


@functools.cache
def namespace_command() -> tuple[str, ...] | None:
    """What gives a child mounts of its own; ``None`` where that is not permitted."""
    if shutil.which("unshare") is None:
        return None
    for command in (("unshare", "--user", "--map-root-user", "--mount"), ("unshare", "--mount")):
        tried = subprocess.run(
            [*command, "sh", "-c", _MOUNT, "sh", "size=64k", "/mnt", "true"], capture_output=True, timeout=60
        )
        if tried.returncode == 0:
            return command
    return None


def run_on_small_disk(module: str, folder: Path, size_kib: int) -> str:
    """Run a module with a folder as its argument, which is a small disk where that is permitted.

    Returns:
        What it printed.
    """
    command = [sys.executable, "-m", module, str(folder)]
    if (namespace := namespace_command()) is not None:
        command = [*namespace, "sh", "-c", _MOUNT, "sh", f"size={size_kib}k", str(folder), *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
