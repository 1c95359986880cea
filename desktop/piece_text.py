"""Pieces of tokens to text: whole characters, half ones held back, invisible ones made visible.

Knows nothing about sequences, engines or widgets.
"""

from __future__ import annotations

from collections.abc import Sequence


def decode(pieces: Sequence[bytes]) -> str:
    """The text of a finished run of tokens; bytes that are no character become U+FFFD."""
    return b"".join(pieces).decode("utf-8", errors="replace")
