"""What a person can do with a message: how it is called, and when it is possible.

Knows nothing about where it is offered or how it is done.
"""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QCoreApplication

from desktop.conversation import ChatMessage
from desktop.draft_editor import LONGEST_DRAFT
from desktop.session import Session

translate = QCoreApplication.translate


class Action(Enum):
    """Something that can be done with a message."""

    COPY = "copy"
    """Copy its text."""

    EDIT = "edit"
    """Say something else in its place."""

    ANSWER = "answer"
    """Have a question answered that has no reply."""

    REGENERATE = "regenerate"
    """Write it anew."""

    CONTINUE = "continue"
    """Go on where it was stopped."""

    EARLIER = "earlier"
    """Show what stood in its place before it."""

    LATER = "later"
    """Show what stood in its place after it."""

    @property
    def label(self) -> str:
        """Its name beside a heading, in the window's language."""
        return {
            Action.COPY: translate("Transcript", "Copy"),
            Action.EDIT: translate("Transcript", "Edit"),
            Action.ANSWER: translate("Transcript", "Answer"),
            Action.REGENERATE: translate("Transcript", "Regenerate"),
            Action.CONTINUE: translate("Transcript", "Continue"),
            Action.EARLIER: translate("Transcript", "Earlier"),
            Action.LATER: translate("Transcript", "Later"),
        }[self]

    @property
    def entry(self) -> str:
        """Its name in a menu, where it does not stand beside its message."""
        return {
            Action.COPY: translate("Transcript", "Copy message"),
            Action.EDIT: translate("Transcript", "Edit message"),
            Action.ANSWER: translate("Transcript", "Answer message"),
            Action.REGENERATE: translate("Transcript", "Regenerate reply"),
            Action.CONTINUE: translate("Transcript", "Continue reply"),
            Action.EARLIER: translate("Transcript", "Earlier variant"),
            Action.LATER: translate("Transcript", "Later variant"),
        }[self]

    @property
    def explanation(self) -> str:
        """A sentence about it."""
        return {
            Action.COPY: translate("Transcript", "Copy the text of this message."),
            Action.EDIT: translate(
                "Transcript", "Say something else in its place; what followed stays on a branch of its own."
            ),
            Action.ANSWER: translate("Transcript", "Have the model answer this message."),
            Action.REGENERATE: translate("Transcript", "Write this reply anew; this one stays as a variant."),
            Action.CONTINUE: translate("Transcript", "Go on where this reply was stopped."),
            Action.EARLIER: translate("Transcript", "Show the variant before this one (Alt+↑)"),
            Action.LATER: translate("Transcript", "Show the variant after this one (Alt+↓)"),
        }[self]


VARIANTS = {Action.EARLIER: -1, Action.LATER: 1}
"""The actions that show another variant, and how far it stands from the one that is shown."""

UNFINISHED = (Action.ANSWER, Action.CONTINUE)
"""The actions that a message waits for: they are offered even where the pointer is not."""


def place_of(message: ChatMessage) -> tuple[int, int]:
    """Which of its variants a message is, from 1, and how many there are; (1, 1) for an only one."""
    if message.id not in message.variants:
        return 1, 1
    return message.variants.index(message.id) + 1, len(message.variants)


def actions_of(session: Session, index: int) -> tuple[Action, ...]:
    """What can be done with a message now, in the order in which it is offered.

    Args:
        session: whose message it is.
        index: of the message.
    """
    message = session.messages[index]
    last = index == len(session.messages) - 1
    place, count = place_of(message)
    possible = {
        Action.COPY: True,
        Action.EDIT: is_editable(message),
        Action.ANSWER: last and message.role == "user" and not message.waiting and session.can_regenerate,
        Action.REGENERATE: message.role == "assistant" and session.can_regenerate,
        Action.CONTINUE: last and session.can_regenerate and _is_cut_short(session, message),
        Action.EARLIER: place > 1,
        Action.LATER: place < count,
    }
    return tuple(action for action, can in possible.items() if can)


def is_editable(message: ChatMessage) -> bool:
    """Whether there could be something else in place of a message that a person can type."""
    kept = message.role == "user" and bool(message.id) and not message.waiting
    return kept and len(message.text) <= LONGEST_DRAFT


def _is_cut_short(session: Session, message: ChatMessage) -> bool:
    """Whether more could be written to a reply by the model in use."""
    # Where the context is full there is no room for more.
    ended = message.facts is None or message.facts.reason in ("end", "context")
    return bool(message.id) and not ended and message.bundle == session.identity.bundle
