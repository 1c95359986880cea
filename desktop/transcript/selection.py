"""What is selected in the transcript: a run of characters of one message.

Knows nothing about the mouse or the clipboard.
"""

from __future__ import annotations

from desktop.transcript.message import MessageItem


class Selection:
    """From where the mouse was pressed to where it is."""

    def __init__(self) -> None:
        self.item: MessageItem | None = None
        self._anchor = 0
        self._end = 0

    def clear(self) -> None:
        """Select nothing."""
        self.item, self._anchor, self._end = None, 0, 0

    def begin(self, item: MessageItem, character: int) -> None:
        """Start at a character of a message."""
        self.item, self._anchor, self._end = item, character, character

    def extend(self, character: int) -> None:
        """Go to another character of the same message."""
        self._end = character

    def range_in(self, item: MessageItem) -> tuple[int, int]:
        """First selected character of a message and one past the last; (0, 0) for none."""
        if item is not self.item:
            return 0, 0
        return min(self._anchor, self._end), max(self._anchor, self._end)

    def text(self) -> str:
        """What is selected."""
        if self.item is None:
            return ""
        return self.item.body.text_between(*self.range_in(self.item))
