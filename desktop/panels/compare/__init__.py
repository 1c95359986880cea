"""The compare panel: replies to one prompt in columns, written with the same dice and other settings.

Knows nothing about the engine.
"""

from __future__ import annotations

from desktop.panels.compare.panel import ComparePanel

__all__ = ["ComparePanel"]
