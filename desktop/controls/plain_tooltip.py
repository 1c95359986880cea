"""Text for a tooltip that stays text, whatever is in it.

Knows nothing about where the text comes from.
"""

from __future__ import annotations

import html


def plain_tooltip(text: str) -> str:
    """The text as it is, or in markup that shows it so where Qt would take it for markup itself.

    Names of files and models come from strangers, and Qt's markup can refer to pictures on this machine.
    """
    if "<" not in text and "&" not in text:
        return text
    return f'<span style="white-space: pre-wrap">{html.escape(text)}</span>'
