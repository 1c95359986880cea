"""The attention panel: an atlas of all heads, the map of one, and what the token at the cursor looked at.

Knows nothing about how attention is computed.
"""

from __future__ import annotations

from desktop.panels.attention.panel import AttentionPanel

__all__ = ["AttentionPanel"]
