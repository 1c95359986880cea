"""The tokens panel follows the cursor and moves it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.panels.tokens import TokensPanel
from desktop.panels.tokens.columns import TokenColumn
from desktop.session import Session
from inference.contract import ReadStatistics
from tests.desktop.scripted_engine import ScriptedEngine

Settle = Callable[[], None]


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[TokensPanel]:
    made = TokensPanel(session)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show()
    yield made
    made.hide()


@pytest.fixture
def filled(qtbot: QtBot, panel: TokensPanel, replied: Session) -> TokensPanel:
    """The panel with a whole reply."""
    qtbot.waitUntil(lambda: panel.rows.rowCount() == len(replied.tokens))
    return panel


def current_position(panel: TokensPanel) -> int:
    rows = panel.view.selectionModel().selectedRows()
    return panel.rows.position_of(rows[0].row()) if rows else -1


def test_the_row_at_the_cursor_is_selected_and_in_view(
    qtbot: QtBot, filled: TokensPanel, replied: Session
) -> None:
    replied.move_cursor(2)
    qtbot.waitUntil(lambda: current_position(filled) == 2)
    rectangle = filled.view.visualRect(filled.view.currentIndex())
    assert filled.view.viewport().rect().contains(rectangle.center())


def test_a_click_moves_the_cursor_and_ends_following(filled: TokensPanel, replied: Session) -> None:
    filled.view.scrollToTop()
    index = filled.rows.index(3, TokenColumn.PIECE)
    QTest.mouseClick(
        filled.view.viewport(), Qt.MouseButton.LeftButton, pos=filled.view.visualRect(index).center()
    )
    assert replied.cursor == 3
    assert not replied.following


@pytest.mark.parametrize(
    ("key", "position"),
    [(Qt.Key.Key_Down, 5), (Qt.Key.Key_Up, 3), (Qt.Key.Key_Home, 0)],
)
def test_keys_move_the_cursor(
    qtbot: QtBot, filled: TokensPanel, replied: Session, key: Qt.Key, position: int
) -> None:
    replied.move_cursor(4)
    qtbot.waitUntil(lambda: current_position(filled) == 4)
    QTest.keyClick(filled.view, key)
    assert replied.cursor == position


def test_showing_the_cursors_row_does_not_end_following(
    qtbot: QtBot, panel: TokensPanel, session: Session, engine: ScriptedEngine
) -> None:
    engine.automatic = False
    session.send("Why is the sky blue?")
    for _ in range(3):
        engine.advance()
        session.take_events()
        qtbot.waitUntil(lambda: current_position(panel) == session.cursor >= 0)
    assert session.following
    engine.advance(100)


def test_a_filter_keeps_the_cursor_and_enter_goes_to_the_first_row(
    qtbot: QtBot, filled: TokensPanel, replied: Session
) -> None:
    replied.move_cursor(0)
    QTest.keyClicks(filled.filter, "sky")
    assert replied.cursor == 0
    assert current_position(filled) == -1
    assert filled.about.text().startswith(f"{filled.rows.rowCount()} of ")
    QTest.keyClick(filled.filter, Qt.Key.Key_Return)
    assert filled.rows.row_of(replied.cursor) == 0


def test_bytes_are_shown_on_demand(filled: TokensPanel) -> None:
    assert filled.view.isColumnHidden(TokenColumn.BYTES)
    filled.bytes.click()
    assert not filled.view.isColumnHidden(TokenColumn.BYTES)


def test_the_prompts_numbers_are_fetched_once_the_reply_is_there(
    replied: Session, engine: ScriptedEngine
) -> None:
    assert any(isinstance(command, ReadStatistics) for command in engine.commands)
    assert not any(map(bool, replied.logprobs[1:] != replied.logprobs[1:]))


def test_the_table_is_copied_with_unspelled_numbers(filled: TokensPanel, replied: Session) -> None:
    filled.menu.copy_csv()
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert len(rows) == len(replied.tokens)
    assert [int(row["id"]) for row in rows] == [token.id for token in replied.tokens]
    assert rows[0]["probability"] == ""
    filled.filter.setText("sky")
    filled.menu.copy_json()
    assert {row["piece"] for row in json.loads(QGuiApplication.clipboard().text())} == {"·sky"}


def test_nothing_happens_while_hidden_and_everything_is_there_when_shown(
    filled: TokensPanel, replied: Session, settle: Settle
) -> None:
    filled.hide()
    before = filled.rows.rowCount()
    replied.send("And why are sunsets red?")
    settle()
    assert filled.rows.rowCount() == before
    assert not any(timer.isActive() for timer in filled.findChildren(QTimer))
    filled.show()
    assert filled.rows.rowCount() == len(replied.tokens)


def test_a_new_conversation_empties_the_table(qtbot: QtBot, filled: TokensPanel, replied: Session) -> None:
    replied.new_conversation()
    qtbot.waitUntil(lambda: filled.rows.rowCount() == 0)
    assert "Send a message" in filled.empty.text()


def test_every_cell_paints(filled: TokensPanel) -> None:
    filled.bytes.click()
    filled.resize(900, 900)
    assert not filled.grab().isNull()
