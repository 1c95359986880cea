"""Searching as one types: what is found, where it is marked, and how to get there and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.history.search import FOUND
from desktop.sidebar import Sidebar
from desktop.sidebar.rows import Ending
from tests.desktop.sidebar.conftest import Talks, current, editor, listed

pytestmark = pytest.mark.qt_log_ignore("does not support")


def search(qtbot: QtBot, sidebar: Sidebar, text: str) -> list[str]:
    """Type into the search field; what is listed a moment later."""
    sidebar.focus_search()
    qtbot.keyClicks(sidebar.search, text)
    qtbot.waitUntil(lambda: sidebar.up_to_date)
    return listed(sidebar)


def picture(sidebar: Sidebar, row: int) -> QImage:
    area = sidebar.list.visualRect(sidebar.rows.index(row))
    return sidebar.list.viewport().grab(area).toImage()


def count_pixels(image: QImage, colour: str) -> int:
    wanted = QColor(colour).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def test_titles_and_texts_are_searched_as_one_types(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.say("the sea", title="Sky and sea")
    archive.say("why is the sky blue?", "the sky, again")
    archive.say("nothing of that")
    assert search(qtbot, sidebar, "sk") == ["why is the sky blue?", "Sky and sea"]
    assert sidebar.facts.isVisible()
    assert sidebar.facts.text() == "2 conversations, 2 messages"
    qtbot.keyClicks(sidebar.search, "y ag")
    qtbot.waitUntil(lambda: sidebar.up_to_date)
    assert listed(sidebar) == ["why is the sky blue?"]
    assert sidebar.facts.text() == "1 conversation, 1 message"


def test_a_key_is_painted_before_it_is_searched_for(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.say("one")
    listed(sidebar)
    asked: list[str] = []
    find = archive.find
    archive.find = lambda query: (asked.append(query), find(query))[1]  # type: ignore[method-assign]
    sidebar.focus_search()
    qtbot.keyClicks(sidebar.search, "one")
    assert asked == []
    qtbot.waitUntil(lambda: sidebar.up_to_date)
    assert asked == ["one"], "what is typed fast is searched for once"


def test_what_was_found_has_a_ground_of_the_accent(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.say("the sea is not the sky", title="Sea")
    search(qtbot, sidebar, "sky")
    accent = theme.current().accent_soft
    assert count_pixels(picture(sidebar, 0), accent) > 50
    archive.say("sky " * 3, title="Sky, sky")
    sidebar.renew()
    QApplication.processEvents()
    assert count_pixels(picture(sidebar, 0), accent) > count_pixels(picture(sidebar, 1), accent)
    sidebar.search.clear()
    listed(sidebar)
    QApplication.processEvents()
    assert count_pixels(picture(sidebar, 1), accent) == 0


def test_rows_are_as_high_as_what_was_found_in_them(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.say("sky", title="Title")
    archive.say("sky and " + "more words " * 20, title="Long")
    archive.say("nothing", title="Sky")
    archive.say("the sky itself")
    assert search(qtbot, sidebar, "sky") == ["the sky itself", "Sky", "Long", "Title"]
    heights = [sidebar.list.visualRect(sidebar.rows.index(row)).height() for row in range(4)]
    assert heights == [32, 32, 32 + 2 * 17 + 4, 32 + 17 + 4], "a title that is the message is not repeated"
    sidebar.search.clear()
    listed(sidebar)
    QApplication.processEvents()
    assert {sidebar.list.visualRect(sidebar.rows.index(row)).height() for row in range(5)} == {32}


def test_enter_and_down_go_to_a_hit_and_enter_asks_for_its_message(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks
) -> None:
    archive.say("the sky", title="Other")
    one = archive.say("the sea", "the sky of the sea")
    message = archive.history.conversations.get(one).leaf
    asked: list[tuple[int, object]] = []
    sidebar.conversation_asked.connect(lambda *what: asked.append(what))
    sidebar.focus_search()
    qtbot.keyClicks(sidebar.search, "sky")
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Return)  # before the search has begun by itself
    assert sidebar.list.hasFocus()
    assert current(sidebar) == "the sea"
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Return)
    assert asked == [(one, message)]
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Down)
    assert current(sidebar) == "Other"


def test_a_title_alone_leads_to_no_message(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    one = archive.say("nothing", title="Sky")
    asked: list[tuple[int, object]] = []
    sidebar.conversation_asked.connect(lambda *what: asked.append(what))
    search(qtbot, sidebar, "sky")
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Down)
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Return)
    assert asked == [(one, None)]


@pytest.mark.parametrize("where", ["field", "list"])
def test_esc_brings_the_list_back_with_what_is_shown(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks, where: str
) -> None:
    archive.say("one sky")
    shown = archive.say("two")
    sidebar.mark(shown)
    assert search(qtbot, sidebar, "sky") == ["one sky"]
    if where == "list":
        qtbot.keyClick(sidebar.search, Qt.Key.Key_Down)
        qtbot.keyClick(sidebar.list, Qt.Key.Key_Escape)
    else:
        qtbot.keyClick(sidebar.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: sidebar.up_to_date)
    assert sidebar.search.text() == ""
    assert listed(sidebar) == ["Today", "two", "one sky"]
    assert not sidebar.facts.isVisible()
    assert current(sidebar) == ("two" if where == "field" else "one sky")


def test_letters_in_the_list_begin_a_search(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.say("one sky")
    listed(sidebar)
    sidebar.list.setFocus()
    sidebar.list.go_to(0)
    qtbot.keyClick(sidebar.list, Qt.Key.Key_S)
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Backspace)
    assert sidebar.search.hasFocus()
    assert sidebar.search.text() == "s"


def test_letters_on_the_conversation_that_is_shown_are_meant_for_it(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks
) -> None:
    shown, other = archive.say("one sky"), archive.say("another")
    sidebar.mark(shown)
    listed(sidebar)
    sidebar.list.setFocus()
    with qtbot.waitSignal(sidebar.typed) as typed:
        qtbot.keyClick(sidebar.list, "S", Qt.KeyboardModifier.ShiftModifier)
    assert typed.args == ["S"]
    assert sidebar.search.text() == ""
    sidebar.list.setCurrentIndex(sidebar.rows.index(sidebar.rows.row_of(other)))
    qtbot.keyClick(sidebar.list, "s")
    assert sidebar.search.text() == "s", "one is on the way to another conversation"


@pytest.mark.parametrize(
    ("query", "shown"),
    [("absent", "absent"), ("a\u202eb", "a⟨U+202E⟩b"), ('"OR *', '"OR *')],
)
def test_fault_38_nothing_found_says_for_what(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks, query: str, shown: str
) -> None:
    archive.say("one")
    sidebar.search.setText(query)
    assert listed(sidebar) == []
    assert sidebar.empty.isVisible()
    assert sidebar.empty.text() == f"Nothing found for “{shown}”."
    assert not sidebar.facts.isVisible()
    sidebar.focus_search()
    qtbot.keyClick(sidebar.search, Qt.Key.Key_Down)
    assert sidebar.search.hasFocus()
    assert archive.failures == []


def test_blanks_are_no_search(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.say("one")
    assert search(qtbot, sidebar, "   ") == ["Today", "one"]


def test_what_is_found_follows_what_changes(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    one = archive.say("the sky", title="A")
    assert search(qtbot, sidebar, "sky") == ["A"]
    archive.say("another sky", title="B")
    qtbot.waitUntil(lambda: sidebar.up_to_date)
    assert listed(sidebar) == ["B", "A"]
    sidebar.list.rename(one)
    line = editor(sidebar)
    assert line is not None
    assert line.text() == "A"
    qtbot.keyClicks(line, "C")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: listed(sidebar) == ["B", "C"])
    sidebar.list.go_to(1)
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Delete)
    assert listed(sidebar) == ["B"]


def test_fault_58_a_search_that_finds_everything_ends(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    for number in range(FOUND + 1):
        archive.say(f"number {number}")
    rows = search(qtbot, sidebar, "number")
    assert len(rows) == FOUND + 1
    assert rows[0] == f"number {FOUND}"
    assert isinstance(sidebar.rows.row_at(FOUND), Ending)
