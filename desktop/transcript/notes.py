"""What stands beside and below a message besides its text: who said it, and what is to be known about it.

Knows nothing about layout.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.conversation import ChatMessage
from desktop.phase import Phase
from desktop.session import Session
from desktop.transcript.message import MessageItem
from inference.contract import Progress

translate = QCoreApplication.translate


def name_of(message: ChatMessage) -> str:
    """Who said a message."""
    if message.role == "user":
        return translate("Transcript", "You")
    return message.writer or translate("Transcript", "Model")


def note_of(session: Session, item: MessageItem, prefill: Progress | None, unsent: bool) -> str:
    """The line below a message, empty for none.

    Args:
        session: in which it was said.
        item: that shows it.
        prefill: how far the prompt is read, where that is known.
        unsent: whether something was typed in its place and not sent.
    """
    message = item.message
    if message.waiting:
        return translate("Transcript", "Sent as soon as the model is ready.")
    if unsent and item.covered is None:
        return translate("Transcript", "What you typed in its place was not sent; Edit has it.")
    if message.role == "assistant" and not message.writing and message.ids is None:
        return _note_of_forgotten(session, item)
    if not message.writing or session.phase is not Phase.PREFILLING:
        return ""
    if prefill is None or not prefill.total:
        return translate("Transcript", "Reading the prompt …")
    read = translate("Transcript", "Reading the prompt: {done} of {total} tokens")
    return read.format(done=prefill.done, total=prefill.total)


def _note_of_forgotten(session: Session, item: MessageItem) -> str:
    """What became of the tokens of a reply, which were its model's and are not there any more."""
    if session.model is None or not item.message.writer:
        return ""
    if item.shows_tokens:
        said = translate(
            "Transcript", "Written by {model}; its tokens are shown as the model in use reads them."
        )
    else:
        said = translate(
            "Transcript", "Written by {model}; its tokens cannot be opened with the model in use."
        )
    return said.format(model=item.message.writer)
