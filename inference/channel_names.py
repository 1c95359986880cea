"""Names of the channels of a reply, as `Token.channel` has them.

Knows nothing about the formats that have channels.
"""

from __future__ import annotations

FINAL = "final"
"""The channel of the reply itself."""

MARKUP = "markup"
"""The channel of the tokens that part the others."""

COMMENTARY = "commentary"
"""The channel of what is said beside the reply or meant for tools, which is no thinking."""


def is_thinking(channel: str) -> bool:
    """Whether a channel holds what a model thinks before it replies."""
    return channel not in (FINAL, MARKUP, COMMENTARY)
