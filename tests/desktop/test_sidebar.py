"""The sidebar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.session import Session
from desktop.sidebar import Sidebar

Settle = Callable[[], None]


@pytest.fixture
def sidebar(qtbot: QtBot, session: Session) -> Sidebar:
    """The sidebar of the session, shown."""
    made = Sidebar(session)
    qtbot.addWidget(made)
    made.resize(made.width(), 500)
    made.show()
    qtbot.waitExposed(made)
    return made


def titles(sidebar: Sidebar) -> list[str | None]:
    """What the list shows."""
    return [sidebar.model.data(sidebar.model.index(row)) for row in range(sidebar.model.rowCount())]


def test_empty_it_says_what_will_appear(sidebar: Sidebar) -> None:
    assert sidebar.empty.isVisible()
    assert not sidebar.list.isVisible()


def test_conversations_appear_the_newest_first(sidebar: Sidebar, replied: Session, settle: Settle) -> None:
    assert titles(sidebar) == ["Why is the sky blue?"]
    replied.new_conversation()
    assert titles(sidebar) == ["Why is the sky blue?"], "an empty one is not listed"
    assert not sidebar.list.currentIndex().isValid()
    replied.send("Hello world")
    settle()
    assert titles(sidebar) == ["Hello world", "Why is the sky blue?"]
    assert sidebar.list.currentIndex().row() == 0


def test_a_click_goes_back(qtbot: QtBot, sidebar: Sidebar, replied: Session, settle: Settle) -> None:
    first = replied.conversation
    replied.new_conversation()
    replied.send("Hello world")
    settle()
    place = sidebar.list.visualRect(sidebar.model.index(1)).center()
    qtbot.mouseClick(sidebar.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle()
    assert replied.conversation is first
    assert sidebar.list.currentIndex().row() == 1


def test_new_chat_asks(qtbot: QtBot, sidebar: Sidebar) -> None:
    with qtbot.waitSignal(sidebar.new_asked, timeout=1000):
        sidebar.new.click()
