"""A branch of a conversation as Markdown, for people.

Knows no database; nothing reads it back.
"""

from __future__ import annotations

import re

from desktop.history.document import Document, DocumentMessage
from desktop.history.records import utc_text
from inference.channel_names import is_thinking
from models.escaping import escape_text

_MEANINGFUL = re.compile(r"([\\`*_{}\[\]<>#+!|~&])")


def write_markdown(document: Document, leaf: int | None = None) -> str:
    """The branch that ends with a message, or the shown one: roles as headings, thinking folded.

    What was said stands as it was written, for it mostly is Markdown itself.
    """
    parts = [f"# {_escaped(document.title) or 'Conversation'}", f"*{utc_text(document.created_ms)[:10]}*"]
    if document.system_prompt.strip():
        parts += ["## System", document.system_prompt.strip()]
    for message in document.path(leaf):
        parts.append(f"## {_speaker(message)}")
        if message.reply is not None:
            parts += [_folded(aside.channel, aside.text) for aside in message.reply.asides]
        parts.append(message.text.strip())
    return "\n\n".join(part for part in parts if part).encode("utf-8", "replace").decode() + "\n"


def _speaker(message: DocumentMessage) -> str:
    if message.role == "user":
        return "User"
    model = message.reply.model.name if message.reply is not None else ""
    # Such a reply is not to be taken for one of the whole model.
    muted = ", parts of it muted" if message.reply is not None and message.reply.model.intervention else ""
    return f"Assistant ({_escaped(model)}{muted})" if model else "Assistant"


def _folded(channel: str, text: str) -> str:
    """HTML that Markdown viewers fold; its text cannot end it."""
    name = "Thinking" if is_thinking(channel) else _escaped(channel).capitalize()
    inside = text.strip().replace("&", "&amp;").replace("<", "&lt;")
    return f"<details>\n<summary>{name}</summary>\n\n{inside}\n\n</details>"


def _escaped(text: str) -> str:
    return _MEANINGFUL.sub(r"\\\1", escape_text(text, 500))
