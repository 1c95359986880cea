"""The sidebar: the conversations that are kept, by day or as searched for, and what can be done with one.

Knows nothing about what is said in a conversation or which one is shown.
"""

from __future__ import annotations

from desktop.sidebar.sidebar import Sidebar

__all__ = ["Sidebar"]
