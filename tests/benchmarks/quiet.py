"""Waiting until the machine does nothing else, as far as that can be had.

Knows nothing about what is measured.
"""

from __future__ import annotations

import time

import psutil

LOOK_S = 0.4
BUSY_SHARE = 0.12
"""Of all processors; below it the machine counts as idle."""

PATIENCE_S = 20.0


def wait_until_quiet() -> bool:
    """Wait while others use the processors, but not for ever; whether it is quiet now."""
    deadline = time.monotonic() + PATIENCE_S
    while psutil.cpu_percent(LOOK_S) / 100 > BUSY_SHARE:
        if time.monotonic() > deadline:
            return False
    return True
