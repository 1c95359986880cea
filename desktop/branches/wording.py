"""What is said about a message of the tree: who said it, how it begins, and why it exists.

Knows nothing about where it stands.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.history.records import Reason, Role
from desktop.piece_text import shown

translate = QCoreApplication.translate

EXCERPT = 160
"""Most characters of a message that are shown."""


def reason_text(reason: Reason) -> str:
    """Why a message exists, one sentence."""
    return {
        "sent": translate("Branches", "It was sent."),
        "edited": translate("Branches", "Sent in place of another message."),
        "answered": translate("Branches", "It answers the message before it."),
        "regenerated": translate("Branches", "Written anew in place of another reply."),
        "branched": translate("Branches", "Goes on from another token of another reply."),
        "forced": translate("Branches", "Goes on behind a text that was put into another reply."),
        "continued": translate("Branches", "Goes on where another reply was stopped."),
        "replayed": translate("Branches", "The same dice as another reply, with other settings."),
        "imported": translate("Branches", "It came with a file, which does not say why it exists."),
    }[reason]


def described(role: Role, beginning: str) -> str:
    """Who said a message and how it begins, on one line.

    Args:
        role: of who said it.
        beginning: of the message, one character more than `EXCERPT` where there is more.
    """
    line = " ".join(beginning[:EXCERPT].split())
    line = shown(line + ("…" if len(beginning) > EXCERPT else ""))
    if role == "user":
        return translate("Branches", "You: {text}").format(text=line)
    return translate("Branches", "Reply: {text}").format(text=line or translate("Branches", "nothing yet"))
