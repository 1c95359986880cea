"""Named sampling settings.

Knows nothing about conversations.
"""

from __future__ import annotations

from desktop.history.database import Database
from desktop.history.errors import HistoryError
from desktop.history.records import settings_fact, settings_of
from desktop.history.texts import edited_title
from inference.sampling.settings import SamplingSettings


class Presets:
    """The presets of a database. All methods raise `HistoryError` where the disk refuses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[tuple[str, SamplingSettings], ...]:
        """All of them by name."""
        rows = self._database.rows("SELECT name, settings FROM presets ORDER BY name")
        return tuple((name, settings_of(self._database.fact(number))) for name, number in rows)

    def save(self, name: str, settings: SamplingSettings) -> None:
        """Keep settings under a name; those that had it give way."""
        said = edited_title(name)
        if not said:
            raise HistoryError("no-name", "A preset needs a name.", "Type one.")
        with self._database.saving("save the preset") as connection:
            number = self._database.fact_id("settings", settings_fact(settings))
            connection.execute("INSERT OR REPLACE INTO presets VALUES (?, ?)", (said, number))

    def remove(self, name: str) -> None:
        """Forget one; harmless where there is none."""
        with self._database.saving("remove the preset") as connection:
            connection.execute("DELETE FROM presets WHERE name = ?", (edited_title(name),))
