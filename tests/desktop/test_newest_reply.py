"""Where the newest reply stands."""

from __future__ import annotations

from collections.abc import Callable

from desktop.newest_reply import newest_reply
from desktop.session import Session


def test_the_newest_reply_is_the_last_that_has_tokens(session: Session, settle: Callable[[], None]) -> None:
    assert newest_reply(session) == (0, 0)
    session.send("Why is the sky blue?")
    settle()
    first = newest_reply(session)
    assert first == session.conversation.spans()[1]
    assert first[1] == len(session.tokens) > first[0]
    session.send("And the sea?")
    settle()
    assert newest_reply(session) == session.conversation.spans()[3]
