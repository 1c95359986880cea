"""This machine's memory: whether a model fits, asked before any of the work is done, and giving back what is free.

Knows nothing about how a model is loaded.
"""

from __future__ import annotations

import ctypes
import gc
import sys

import psutil

from models.errors import VitrineError

GIGABYTE = 1_000_000_000


def check_memory(name: str, needed: int) -> None:
    """Refuse what cannot fit.

    Args:
        name: of the model, for people.
        needed: bytes of its weights.

    Raises:
        VitrineError: they are more than the memory that is free.
    """
    free = psutil.virtual_memory().available
    if needed > free:
        raise VitrineError(
            "model-larger-than-memory",
            f"{name} needs {needed / GIGABYTE:,.1f} GB of memory for its weights alone, and this machine has "
            f"{free / GIGABYTE:,.1f} GB free.",
            "Close other programs, or choose a smaller model or a variant with fewer bits.",
        )


def has_room_for(needed: int) -> bool:
    """Whether so many bytes are free on this machine."""
    return needed <= int(psutil.virtual_memory().available)


def give_back_memory() -> None:
    """Have the C library hand free memory to the system, where it can be told to.

    What a closed session leaves stays with the process otherwise: after an import that is several times the model.
    Decoders and what reads by them refer to each other, so that they go only when such circles are looked for, among
    what the collector was told to leave alone too: a model that was opened before may be there.
    """
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    gc.collect()
    if frozen:
        gc.freeze()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # only the GNU library has it
        if trim is not None:
            trim(0)
