"""The panel Two readings: one word in two sentences, and how its vector becomes two from layer to layer.

Knows nothing about how sentences are read.
"""

from __future__ import annotations

from desktop.panels.readings.panel import ReadingsPanel

__all__ = ["ReadingsPanel"]
