"""The phases of a window's session.

Knows nothing about what leads from one to the next.
"""

from __future__ import annotations

from enum import Enum


class Phase(Enum):
    """What the engine is doing as far as the window can tell."""

    STARTING = "starting"
    """The engine's process is starting; no model."""

    LOADING = "loading"
    """The model is being imported or loaded; no model yet."""

    READY = "ready"
    """A model is loaded and waits."""

    PREFILLING = "prefilling"
    """The prompt is being read."""

    WRITING = "writing"
    """A reply is being written."""

    LOST = "lost"
    """The engine is gone, or the model could not be loaded; `Session.restart_engine` tries again."""
