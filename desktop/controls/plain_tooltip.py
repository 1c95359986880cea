"""Text for a tooltip that stays text, whatever is in it.

Knows nothing about where the text comes from.
"""

from __future__ import annotations

import html

_LONGEST_LINE = 100
"""Characters of a text that Qt may put on one line."""


def plain_tooltip(text: str) -> str:
    """The text as it is, or in markup that shows it so where Qt would take it for markup itself.

    Names of files and models come from strangers, and Qt's markup can refer to pictures on this machine. What is long
    is in markup too, for only that is broken into lines.
    """
    if "<" not in text and "&" not in text and len(text) <= _LONGEST_LINE:
        return text
    return f'<span style="white-space: pre-wrap">{html.escape(text)}</span>'
