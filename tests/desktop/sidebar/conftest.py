"""A sidebar over an archive in memory, whose clock and calendar stand still."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.archive import Archive
from desktop.history.history import History
from desktop.history.opening import Opened
from desktop.sidebar import Sidebar
from models.errors import VitrineError

TODAY = date(2025, 7, 30)
"""A Wednesday."""


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.set(TODAY)

    def set(self, day: date) -> None:
        """Make it noon of a day."""
        self.now_ms = int(datetime(day.year, day.month, day.day, 12).timestamp() * 1000)

    def __call__(self) -> int:
        return self.now_ms


class Talks(Archive):
    """An archive in which conversations are easily made.

    Args:
        clock: for everything that happens in it.
        path: of the file that it pretends to have.
    """

    def __init__(self, clock: Clock, path: Path) -> None:
        super().__init__(Opened(History.in_memory(clock), path))
        self.clock = clock
        self.failures: list[VitrineError] = []
        self.failed.connect(self.failures.append)

    def say(self, *texts: str, title: str = "", day: date = TODAY) -> int:
        """A conversation in which these messages are said on a day; its number."""
        self.clock.set(day)
        conversation, leaf = self.history.conversations.create(), None
        for text in texts:
            leaf = self.history.messages.say(conversation, leaf, text)
        if title:
            self.history.conversations.rename(conversation, title)
        self.changed.emit()
        return conversation


@pytest.fixture
def archive(qtbot: QtBot) -> Iterator[Talks]:
    """An empty archive that counts as kept."""
    made = Talks(Clock(), Path("conversations.sqlite3"))
    yield made
    made.close()


@pytest.fixture
def sidebar(qtbot: QtBot, archive: Talks) -> Sidebar:
    """The sidebar of the archive, shown, 600 pixels high."""
    apply_theme(theme.DARK)
    made = Sidebar(archive, today=lambda: TODAY)
    qtbot.addWidget(made)
    made.resize(made.width(), 600)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def listed(sidebar: Sidebar) -> list[str]:
    """What the rows say, once everything is read."""
    if not sidebar.up_to_date:
        sidebar.renew()
    return [str(sidebar.rows.index(row).data()) for row in range(sidebar.rows.rowCount())]


def current(sidebar: Sidebar) -> str:
    """What the current row says."""
    index = sidebar.list.currentIndex()
    return str(index.data()) if index.isValid() else ""


def editor(sidebar: Sidebar) -> QLineEdit | None:
    """The line in which a title is written over."""
    return sidebar.list.viewport().findChild(QLineEdit)
