"""The precision panel: the newest reply read again in other number formats, in one table and one plot over its text.

Knows nothing about how a reply is read again.
"""

from __future__ import annotations

from desktop.panels.precision.panel import PrecisionPanel

__all__ = ["PrecisionPanel"]
