"""The conversations of a person, as the window has them: one object over the file.

Knows nothing about where the file is, whether it is sound, or who works in the background.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from desktop.history.conversations import Conversations
from desktop.history.database import Database, connect
from desktop.history.messages import Messages
from desktop.history.presets import Presets
from desktop.history.replies import Replies
from desktop.history.schema import migrate
from desktop.history.search import Search


class History:
    """Everything that is kept, for one thread.

    Args:
        connection: to a database of the newest version; closed with this.
        path: of its file, for sentences; empty for one in memory.
        now_ms: the clock.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: str = "", now_ms: Callable[[], int] | None = None
    ) -> None:
        self.database = Database(connection, path, now_ms)
        self.conversations = Conversations(self.database)
        self.messages = Messages(self.database)
        self.replies = Replies(self.database, self.messages)
        self.search = Search(self.database)
        self.presets = Presets(self.database)

    @classmethod
    def in_memory(cls, now_ms: Callable[[], int] | None = None) -> History:
        """A history that ends with the program: where nothing can be kept, and for tests."""
        connection = connect(":memory:")
        migrate(connection)
        return cls(connection, now_ms=now_ms)

    def close(self) -> None:
        """Close the file."""
        self.database.close()
