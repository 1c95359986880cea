"""Which replies belong together: those written with the same dice as one, and what else answers the same question.

Knows no Qt, and no column.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.history.history import History
from desktop.history.records import MessageRecord

MOST_VARIANTS = 200
"""So many of the newest replies to a question are looked at: more would not be read by anybody."""


def variants_of(history: History, reply: int) -> tuple[MessageRecord, ...]:
    """The replies to the same message as one, itself included, oldest first.

    Raises:
        HistoryError: they cannot be read.
    """
    return tuple(one for one in history.messages.beside(reply) if one.reply is not None)[-MOST_VARIANTS:]


def root_of(variants: Sequence[MessageRecord], reply: int) -> int:
    """The reply whose dice one was written with, through all replays of replays; else itself."""
    known = {one.id: one for one in variants}
    root = reply
    while (record := known.get(root)) is not None and record.reason == "replayed":
        # A reply is newer than the one it replays: that ends, whatever a file says.
        if record.origin is None or record.origin.message not in known or record.origin.message >= root:
            break
        root = record.origin.message
    return root


def family_of(variants: Sequence[MessageRecord], reply: int, most: int) -> tuple[int, ...]:
    """What stands beside a reply at first: the one it replays, then replays of that, oldest first.

    Args:
        variants: of the question.
        reply: that is shown; it is always among them.
        most: replies at most; the newest replays are preferred.
    """
    root = root_of(variants, reply)
    replays = [one.id for one in variants if one.id != root and root_of(variants, one.id) == root]
    wanted = [root, reply, *reversed(replays)]
    chosen = list(dict.fromkeys(wanted))[:most]
    return (root, *sorted(one for one in chosen if one != root))
