"""The menu of a message: everything that can be done with it, for the mouse and for the keyboard.

Knows nothing about how any of it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.controls.numbers import format_count
from desktop.conversation import ChatMessage
from desktop.draft_editor import LONGEST_DRAFT
from desktop.transcript.actions import Action, place_of
from models.escaping import escape_text

translate = QCoreApplication.translate


class MessageMenu(QMenu):
    """A menu that is gone when it was closed.

    Args:
        parent: the widget it belongs to.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)

    def offer_copy(self, selected: bool, act: Callable[[], None]) -> None:
        """Offer to copy the selection, if there is one."""
        self._add(translate("Transcript", "Copy selection"), act).setEnabled(selected)

    def offer_folds(self, act: Callable[[], None]) -> None:
        """Offer to unfold and fold what was thought."""
        self._add(translate("Transcript", "Unfold or fold what was thought"), act)

    def offer_links(self, links: Sequence[str], act: Callable[[str], None]) -> None:
        """Offer to open the links of a message.

        Args:
            links: as `links_in` finds them.
            act: asks, and opens one.
        """
        for link in links:
            label = translate("Transcript", "Open link {link} …").format(link=escape_text(link, 48))
            # An ampersand would mark a key.
            self._add(label.replace("&", "&&"), partial(act, link))

    def offer(
        self, message: ChatMessage, possible: Collection[Action], act: Callable[[ChatMessage, Action], None]
    ) -> None:
        """Offer what can be done with a message.

        Args:
            message: the one.
            possible: what can be done with it now.
            act: does it.
        """
        for action in _entries(message, possible):
            entry = self._add(action.entry, partial(act, message, action))
            entry.setEnabled(action in possible)
            entry.setToolTip(_obstacle(message, action) or action.explanation)

    def _add(self, text: str, act: Callable[[], None]) -> QAction:
        entry = self.addAction(text)
        entry.triggered.connect(lambda: act())
        return entry


def _entries(message: ChatMessage, possible: Collection[Action]) -> list[Action]:
    """What is in the menu of a message: what is possible, and what is so for its kind at other times."""
    usual = {Action.COPY, Action.EDIT if message.role == "user" else Action.REGENERATE}
    if place_of(message)[1] > 1:
        usual |= {Action.EARLIER, Action.LATER}
    return [action for action in Action if action in usual or action in possible]


def _obstacle(message: ChatMessage, action: Action) -> str:
    """Why something cannot be done with a message at any time; empty where it can."""
    if action is not Action.EDIT or len(message.text) <= LONGEST_DRAFT:
        return ""
    said = translate(
        "Transcript", "It has {length} characters; a message that is typed can have {limit}. Copy it instead."
    )
    return said.format(length=format_count(len(message.text)), limit=format_count(LONGEST_DRAFT))
