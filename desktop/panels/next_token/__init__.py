"""The next-token panel: the distribution a token came from, stage by stage, and the sliders that shape it.

Knows nothing about the engine beyond the contract's queries.
"""

from __future__ import annotations

from desktop.panels.next_token.panel import NextTokenPanel

__all__ = ["NextTokenPanel"]
