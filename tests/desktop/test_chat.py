"""The column in the middle: what is chosen in one part of it is shown in another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.branches.column import RAIL, WIDTH
from desktop.chat import NARROWEST, Chat
from desktop.session import Session
from inference.contract import Stop
from tests.desktop.scripted_engine import DEFAULT_REPLY, ScriptedEngine

Settle = Callable[[], None]
OTHER_REPLY = "The sky is blue because light is scattered."

pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.fixture
def chat(qtbot: QtBot, session: Session) -> Chat:
    """The column of the session, with room for everything."""
    apply_theme(theme.DARK)
    made = Chat(session)
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def varied(replied: Session, engine: ScriptedEngine, settle: Settle) -> Session:
    """Question 1 with replies 2 and 3, question 4 with reply 5 behind the latter."""
    engine.replies.clear()
    engine.replies.append(OTHER_REPLY)
    replied.regenerate()
    settle()
    replied.send("And why are sunsets red?")
    settle()
    return replied


def choose(qtbot: QtBot, chat: Chat, message: int) -> None:
    """Click on a message in the tree."""
    QApplication.processEvents()
    place = chat.branches.tree.place_of(message).center().toPoint()
    qtbot.mouseClick(chat.branches.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QApplication.processEvents()


def shown(session: Session) -> list[int]:
    return [message.id for message in session.messages]


def test_a_click_in_the_tree_shows_the_branch_and_the_message(
    qtbot: QtBot, chat: Chat, varied: Session, settle: Settle
) -> None:
    choose(qtbot, chat, 2)
    settle()
    assert shown(varied) == [1, 2]
    assert chat.transcript._flash.message == 2
    assert chat.branches.tree._shown == {1, 2}
    choose(qtbot, chat, 3)
    settle()
    assert shown(varied) == [1, 3, 4, 5], "to the newest end of it"
    assert chat.transcript._flash.message == 3


def test_the_keyboard_goes_through_the_tree(
    qtbot: QtBot, chat: Chat, varied: Session, settle: Settle
) -> None:
    QApplication.processEvents()
    tree = chat.branches.tree
    tree.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(tree, key)
    settle()
    assert shown(varied) == [1, 2]
    assert tree.hasFocus()


def test_fault_52_a_message_of_the_shown_branch_is_gone_to_without_stopping_the_reply(
    qtbot: QtBot, chat: Chat, varied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    varied.send("Go on")
    engine.advance(2)
    settle()
    choose(qtbot, chat, 1)
    assert varied.messages[-1].writing
    assert not any(isinstance(command, Stop) for command in engine.commands)
    choose(qtbot, chat, 2)
    settle()
    assert shown(varied) == [1, 2]
    choose(qtbot, chat, 7)
    settle()
    assert varied.messages[-1].text == "The sky", "what was written is kept"


def test_what_was_typed_for_a_message_that_is_gone_is_in_the_composer(
    qtbot: QtBot, chat: Chat, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    settle()
    QApplication.processEvents()
    chat.transcript.edit(0)
    editor = chat.transcript.editing.editor
    assert editor is not None
    qtbot.keyClicks(editor.editor, " Hello")
    session.stop()
    settle()
    QApplication.processEvents()
    assert chat.composer.draft == "Why? Hello\nWhy?"
    assert session.conversation.draft == chat.composer.draft


def test_the_tree_takes_no_room_that_the_transcript_needs(chat: Chat, varied: Session) -> None:
    QApplication.processEvents()
    assert chat.branches.width() == WIDTH
    chat.resize(NARROWEST + RAIL, 700)
    QApplication.processEvents()
    assert chat.branches.width() == RAIL
    assert chat.minimumWidth() == NARROWEST
    chat.branches.choose("shown")
    assert chat.minimumWidth() >= NARROWEST + WIDTH, "wanted, it gets room of its own"
    varied.new_conversation()
    assert chat.minimumWidth() == NARROWEST


@pytest.mark.parametrize("palette", theme.PALETTES, ids=lambda palette: palette.name)
def test_it_is_painted_in_every_theme_and_size(chat: Chat, varied: Session, palette: theme.Palette) -> None:
    for zoom in (1.0, 1.5):
        apply_theme(palette, zoom)
        QApplication.processEvents()
        assert chat.branches.width() == theme.scaled(WIDTH)
        assert chat.branches.tree.viewport().rect().contains(chat.branches.tree.place_of(5).toRect())
        assert not chat.grab().isNull()
    apply_theme(theme.DARK)


def test_a_reply_stays_what_it_was(varied: Session) -> None:
    varied.choose_variant(1, -1)
    assert varied.messages[1].text == DEFAULT_REPLY
