"""Where the newest reply of a conversation stands.

Knows no widget.
"""

from __future__ import annotations

from desktop.session import Session


def newest_reply(session: Session) -> tuple[int, int]:
    """Position of the first token of the newest reply that has any, and one past the last; (0, 0) for none."""
    spans = zip(session.messages, session.conversation.spans(), strict=True)
    replies = [span for message, span in spans if message.role == "assistant" and span[1] > span[0]]
    if not replies:
        return 0, 0
    start, stop = replies[-1]
    return start, min(stop, len(session.tokens))
