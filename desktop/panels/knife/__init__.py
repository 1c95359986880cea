"""The knife panel: what the model would say without some heads, blocks or words, and what it writes then.

Knows nothing about how anything is muted.
"""

from __future__ import annotations

from desktop.panels.knife.panel import KnifePanel

__all__ = ["KnifePanel"]
