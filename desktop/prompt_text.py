"""A prompt as text: the template's control tokens, its own words and what was said, told apart by colour.

Knows nothing about templates or where the tokens come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Slot
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from desktop import theme
from desktop.piece_text import decode, shown
from inference.contract import Token

MOST_CHARACTERS = 20_000
"""Of a longer prompt, this much from its end is shown."""


class PromptText(QTextEdit):
    """Shows a prompt; nothing in it can be changed.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: Sequence[Token] = ()
        self._dim = False
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAcceptRichText(False)
        theme.themed.connect(self._dress)

    @property
    def dim(self) -> bool:
        """Whether what is shown is of before."""
        return self._dim

    def show_tokens(self, tokens: Sequence[Token]) -> None:
        """Show a prompt."""
        self._tokens, self._dim = tokens, False
        self._dress()

    def dim_it(self) -> None:
        """What is shown is not what the template makes now."""
        if not self._dim:
            self._dim = True
            self._dress()

    @Slot()
    def _dress(self) -> None:
        place = self.verticalScrollBar().value()
        self.clear()
        cursor = QTextCursor(self.document())
        kept: list[tuple[bool, bool, str]] = []
        room = MOST_CHARACTERS
        for special, is_template, text in reversed(self._runs()):
            whole = len(text) <= room
            kept.append((special, is_template, text if whole else "…" + text[len(text) - room :]))
            room -= len(text)
            if room <= 0:
                break
        for special, is_template, text in reversed(kept):
            cursor.insertText(text, self._format(special, is_template))
        self.verticalScrollBar().setValue(place)

    def _runs(self) -> list[tuple[bool, bool, str]]:
        """Stretches of one kind: whether they are control tokens, whether they are the template's, their text."""
        runs = groupby(self._tokens, lambda token: (token.special, token.part == "template"))
        return [(*kind, shown(decode([token.piece for token in run]))) for kind, run in runs]

    def _format(self, special: bool, is_template: bool) -> QTextCharFormat:
        palette = theme.current()
        colour = palette.accent if special else palette.text_soft if is_template else palette.text
        made = QTextCharFormat()
        made.setFont(theme.mono_font(13))
        made.setForeground(theme.colour(palette.text_faint if self._dim else colour))
        return made
