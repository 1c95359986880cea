"""How much memory may be taken by what is captured to look inside.

Knows nothing about what is captured.
"""

from __future__ import annotations

import os

from models.errors import VitrineError

CAPTURE_VARIABLE = "VITRINE_CAPTURE_MIB"
"""The environment variable that sets it."""

DEFAULT_MIB = 512

LEAST_MIB = 64
"""With less, what a single run puts out would not fit."""

MIB = 1 << 20


def capture_budget(wanted_mib: int | None = None) -> int:
    """The budget in bytes.

    Args:
        wanted_mib: MiB; ``None`` is what the environment says, and where it says nothing, `DEFAULT_MIB`.

    Raises:
        VitrineError: that is no number, or too small.
    """
    said = os.environ.get(CAPTURE_VARIABLE, "").strip() if wanted_mib is None else str(wanted_mib)
    if not said:
        return DEFAULT_MIB * MIB
    if not (said.isascii() and said.isdecimal()) or int(said) < LEAST_MIB:
        raise VitrineError(
            "capture-memory-unusable",
            f"{said!r} is no amount of memory for captures.",
            f"Set {CAPTURE_VARIABLE} to a whole number of MiB, at least {LEAST_MIB}, or do not set it.",
        )
    return int(said) * MIB
