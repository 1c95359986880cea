"""The tokens panel: every token of prompt and reply in a table.

Knows nothing about the engine.
"""

from __future__ import annotations

from desktop.panels.tokens.panel import TokensPanel

__all__ = ["TokensPanel"]
