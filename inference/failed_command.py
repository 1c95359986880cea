"""What is said of a command that failed, whatever was raised.

Knows nothing about what commands do.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from inference.contract import Command, Failed, Generate
from models.errors import VitrineError


def failed_command(error: Exception, command: Command) -> Failed:
    """The event for an error.

    Args:
        error: what was raised; what is no failure with a name is a defect, told with its place.
        command: which command it ended.
    """
    generation = command.generation if isinstance(command, Generate) else None
    query = getattr(command, "query", None)
    if isinstance(error, VitrineError):
        return Failed(error.case, error.what, error.remedy, generation, query)
    if isinstance(error, MemoryError):
        return Failed(
            "out-of-memory", "The engine ran out of memory.", "Close other programs.", generation, query
        )
    place = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})."
    return Failed("defect", what, "This is a defect; please report it.", generation, query)
