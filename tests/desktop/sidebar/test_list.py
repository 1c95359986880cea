"""The list: its order and headings, what is current, what keys, clicks and the menu do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.history.conversations import LISTED
from desktop.sidebar import Sidebar
from desktop.sidebar.rows import Ending, conversation_of
from tests.desktop.sidebar.conftest import TODAY, Talks, current, editor, listed

YESTERDAY = TODAY - timedelta(days=1)
pytestmark = pytest.mark.qt_log_ignore("does not support")
NO_KEY = Qt.KeyboardModifier.NoModifier


def click(qtbot: QtBot, sidebar: Sidebar, title: str) -> None:
    place = sidebar.list.visualRect(sidebar.rows.index(listed(sidebar).index(title))).center()
    qtbot.mouseClick(sidebar.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def ask_for_menu(sidebar: Sidebar, title: str = "") -> QMenu:
    """The menu of a conversation, or of the room below all of them."""
    view = sidebar.list
    place = QPoint(20, view.viewport().height() - 3)
    if title:
        place = view.visualRect(sidebar.rows.index(listed(sidebar).index(title))).center()
    asked = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place), NO_KEY
    )
    QApplication.sendEvent(view.viewport(), asked)
    return sidebar.findChildren(QMenu)[-1]


def act(menu: QMenu, text: str) -> None:
    """Choose an entry of a menu."""
    next(action for action in menu.actions() if action.text().partition("\t")[0] == text).trigger()
    menu.close()


def finish(qtbot: QtBot, sidebar: Sidebar, line: QLineEdit, key: Qt.Key = Qt.Key.Key_Return) -> None:
    """End writing a title, which Qt does a moment after the key."""
    qtbot.keyClick(line, key)
    qtbot.waitUntil(lambda: editor(sidebar) is None)


def offers(menu: QMenu) -> list[str]:
    return [action.text().partition("\t")[0] for action in menu.actions() if action.text()]


# ---------------------------------------------------------------- what is listed


def test_empty_it_says_what_will_appear(sidebar: Sidebar) -> None:
    assert sidebar.empty.isVisible()
    assert sidebar.empty.text() == "Your conversations appear here."
    assert sidebar.rows.rowCount() == 0


def test_where_nothing_is_kept_it_says_so(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.opened = type(archive.opened)(archive.history, None)
    sidebar.renew()
    assert sidebar.empty.text() == "Your conversations appear here until you close the window."


def test_conversations_stand_under_their_days_the_last_changed_first(
    sidebar: Sidebar, archive: Talks
) -> None:
    pinned = archive.say("kept", day=date(2024, 5, 1))
    archive.say("old", day=date(2024, 12, 31))
    archive.say("older this week", day=date(2025, 7, 27))
    archive.say("yesterday one", day=YESTERDAY)
    archive.say("yesterday two", day=YESTERDAY)
    archive.say("now")
    archive.pin(pinned, True)
    assert listed(sidebar) == [
        "Pinned", "kept", "Today", "now", "Yesterday", "yesterday two", "yesterday one",
        "Sunday", "older this week", "December 31, 2024", "old",
    ]  # fmt: skip
    assert not sidebar.empty.isVisible()


def test_fault_55_a_day_has_one_heading_whatever_the_clock_did(sidebar: Sidebar, archive: Talks) -> None:
    archive.say("first")
    archive.say("by a clock gone back", day=date(2024, 1, 1))
    archive.say("third")
    assert listed(sidebar) == ["Today", "third", "first", "January 1, 2024", "by a clock gone back"]


def test_what_changes_is_listed_by_itself_and_once(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    resets: list[None] = []
    sidebar.rows.layoutChanged.connect(lambda: resets.append(None))
    for number in range(20):
        archive.say(f"number {number}")
    assert not sidebar.up_to_date
    qtbot.waitUntil(lambda: sidebar.up_to_date)
    assert len(resets) == 1
    assert listed(sidebar)[:2] == ["Today", "number 19"]


def test_what_is_hidden_reads_nothing_until_it_is_shown(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks
) -> None:
    sidebar.hide()
    archive.say("meanwhile")
    QApplication.processEvents()
    assert sidebar.rows.rowCount() == 0
    sidebar.show()
    assert sidebar.rows.rowCount() == 2


def test_the_model_keeps_the_rules_of_models(sidebar: Sidebar, archive: Talks) -> None:
    tester = QAbstractItemModelTester(
        sidebar.rows, QAbstractItemModelTester.FailureReportingMode.Warning, sidebar
    )
    first, second = archive.say("one"), archive.say("two")
    listed(sidebar)
    archive.pin(first, True)
    listed(sidebar)
    archive.delete(second)
    assert listed(sidebar) == ["Pinned", "one"]
    tester.deleteLater()


def test_headings_and_the_ending_cannot_be_chosen(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.say("one")
    listed(sidebar)
    flags = [sidebar.rows.flags(sidebar.rows.index(row)) for row in range(2)]
    wanted = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
    assert [bool(each & wanted) for each in flags] == [False, True]
    asked: list[object] = []
    sidebar.conversation_asked.connect(lambda *what: asked.append(what))
    click(qtbot, sidebar, "Today")
    assert asked == []


def test_texts_for_screen_readers(sidebar: Sidebar, archive: Talks) -> None:
    archive.pin(archive.say("one"), True)
    listed(sidebar)
    role = Qt.ItemDataRole.AccessibleTextRole
    assert [sidebar.rows.index(row).data(role) for row in range(2)] == ["Pinned", "one, pinned"]
    for widget in (sidebar, sidebar.list, sidebar.search, sidebar.new, sidebar.import_button):
        assert widget.accessibleName() or widget.text()


def test_fault_58_of_10_000_conversations_5_000_are_listed_and_a_window_of_them_is_painted(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks
) -> None:
    history = archive.history
    with history.database.saving("make conversations") as connection:
        prompt = history.database.fact_id("system_prompt", "")
        for number in range(1, 10_001):
            connection.execute(
                "INSERT INTO conversations (id, created_ms, updated_ms, touched, system_prompt, title, draft) "
                "VALUES (?, ?, ?, ?, ?, ?, 'x')",
                (number, archive.clock(), archive.clock(), number, prompt, f"Number {number}"),
            )
    asked: list[int] = []
    original = type(sidebar.rows).row_at

    def counted(row: int) -> object:
        asked.append(row)
        return original(sidebar.rows, row)

    sidebar.rows.row_at = counted  # type: ignore[method-assign, assignment]
    archive.changed.emit()
    qtbot.waitUntil(lambda: sidebar.up_to_date)
    sidebar.grab()
    assert len(set(asked)) < 40, "rows that nobody sees were asked for"
    del sidebar.rows.row_at
    titles = listed(sidebar)
    assert titles[:2] == ["Today", "Number 10000"]
    assert titles[-2:] == ["Number 5001", "The last 5,000 are listed; search finds all."]
    assert len(titles) == LISTED + 2
    assert isinstance(sidebar.rows.row_at(LISTED + 1), Ending)
    assert sidebar.list.viewport().findChildren(QLineEdit) == []
    sidebar.list.setFocus()
    qtbot.keyClick(sidebar.list, Qt.Key.Key_End)
    assert current(sidebar) == "Number 5001"
    assert sidebar.list.visualRect(sidebar.list.currentIndex()).intersects(sidebar.list.viewport().rect())


# ---------------------------------------------------------------- titles


def test_fault_38_a_long_title_gives_way_and_its_tooltip_has_all_of_it(
    sidebar: Sidebar, archive: Talks
) -> None:
    archive.say("x", title="short")
    archive.say("x", title="<b>Long</b> \u202e" + "word " * 30)
    assert "⟨U+202E⟩" in listed(sidebar)[1]
    index = sidebar.rows.index(1)
    tooltip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert tooltip.startswith('<span style="white-space: pre-wrap">&lt;b&gt;Long&lt;/b&gt; ⟨U+202E⟩word ')
    cells = sidebar.list.itemDelegate()
    assert [cells.is_elided(sidebar.rows.row_at(row)) for row in (1, 2)] == [True, False]
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(), QPoint())
    assert cells.helpEvent(event, sidebar.list, QStyleOptionViewItem(), sidebar.rows.index(2))
    assert not sidebar.grab().isNull()


def test_fault_32_marks_stacked_on_a_letter_stay_in_their_row(sidebar: Sidebar, archive: Talks) -> None:
    archive.say("x", title="quiet")
    listed(sidebar)
    before = sidebar.list.viewport().grab(sidebar.list.visualRect(sidebar.rows.index(0))).toImage()
    archive.say("x", title="o" + "\u0301" * 300)
    listed(sidebar)
    after = sidebar.list.viewport().grab(sidebar.list.visualRect(sidebar.rows.index(0))).toImage()
    assert before == after


@pytest.mark.parametrize("zoom", [0.8, 2.0])
def test_it_grows_with_the_zoom(sidebar: Sidebar, archive: Talks, zoom: float) -> None:
    archive.say("one")
    listed(sidebar)
    try:
        apply_theme(theme.LIGHT, zoom)
        QApplication.processEvents()
        assert sidebar.width() == round(216 * zoom)
        assert sidebar.list.visualRect(sidebar.rows.index(1)).height() == theme.scaled(32)
    finally:
        apply_theme(theme.DARK)


# ---------------------------------------------------------------- going to one


def test_a_click_and_enter_ask_for_a_conversation(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    one, two = archive.say("one"), archive.say("two")
    asked: list[tuple[int, object]] = []
    sidebar.conversation_asked.connect(lambda *what: asked.append(what))
    click(qtbot, sidebar, "one")
    sidebar.list.setFocus()
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Up)
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Return)
    assert asked == [(one, None), (two, None)]


def test_arrows_go_over_headings_and_up_leads_to_the_search(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks
) -> None:
    archive.say("old", day=YESTERDAY)
    archive.say("new")
    listed(sidebar)
    sidebar.list.setFocus()
    sidebar.list.go_to(0)
    seen = [current(sidebar)]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Up):
        qtbot.keyClick(sidebar.list, key)
        seen.append(current(sidebar))
    assert seen == ["new", "old", "old", "new", "old", "new"]
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Up)
    assert sidebar.search.hasFocus()


def test_the_conversation_that_is_shown_is_marked_also_when_it_is_listed_later(
    sidebar: Sidebar, archive: Talks
) -> None:
    one = archive.say("one")
    listed(sidebar)
    sidebar.mark(one)
    assert (sidebar.rows.marked, current(sidebar)) == (one, "one")
    two = archive.say("two")
    sidebar.mark(two)
    assert current(sidebar) == ""
    assert listed(sidebar)[1] == current(sidebar) == "two"
    sidebar.mark(0)
    assert current(sidebar) == ""


def test_what_is_current_stays_when_the_list_changes(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.say("one")
    two = archive.say("two")
    archive.say("three")
    listed(sidebar)
    sidebar.list.setFocus()
    sidebar.list.go_to(2)
    archive.pin(two, True)
    listed(sidebar)
    assert current(sidebar) == "two"
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Delete)
    listed(sidebar)
    assert current(sidebar) == "three", "the next one takes its place"


@pytest.mark.parametrize("palette", theme.PALETTES, ids=lambda one: one.name)
def test_it_lies_on_the_surface_and_the_shown_conversation_is_raised(
    sidebar: Sidebar, archive: Talks, palette: theme.Palette
) -> None:
    sidebar.mark(archive.say("one"))
    listed(sidebar)
    try:
        apply_theme(palette)
        QApplication.processEvents()
        image = sidebar.grab().toImage()
        row = sidebar.list.visualRect(sidebar.rows.index(1))
        inside = sidebar.list.viewport().mapTo(sidebar, row.center() + QPoint(60, 0))
        assert image.pixelColor(3, image.height() - 3).name() == palette.surface
        assert image.pixelColor(inside).name() == palette.raised
    finally:
        apply_theme(theme.DARK)


def test_new_chat_asks(qtbot: QtBot, sidebar: Sidebar) -> None:
    with qtbot.waitSignal(sidebar.new_asked, timeout=1000):
        sidebar.new.click()


# ---------------------------------------------------------------- renaming


def test_f2_writes_over_the_title_in_its_place(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    one = archive.say("what was said first")
    archive.say("another")
    listed(sidebar)
    sidebar.list.setFocus()
    sidebar.list.go_to(2)
    qtbot.keyClick(sidebar.list, Qt.Key.Key_F2)
    line = editor(sidebar)
    assert line is not None
    assert line.text() == line.selectedText() == "what was said first"
    qtbot.keyClicks(line, "A name")
    finish(qtbot, sidebar, line)
    assert archive.history.conversations.get(one).title_edited
    assert listed(sidebar) == ["Today", "another", "A name"]
    assert sidebar.list.hasFocus()
    assert current(sidebar) == "A name"


def test_an_empty_title_goes_back_to_what_was_said_first(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks
) -> None:
    one = archive.say("what was said first", title="A name")
    listed(sidebar)
    sidebar.list.rename(one)
    line = editor(sidebar)
    assert line is not None
    qtbot.keyClick(line, Qt.Key.Key_Delete)
    finish(qtbot, sidebar, line)
    assert listed(sidebar) == ["Today", "what was said first"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_a_title_that_nobody_changed_stays_as_it_was_made(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks, key: Qt.Key
) -> None:
    one = archive.say("made \u202e of this")
    listed(sidebar)
    sidebar.list.rename(one)
    line = editor(sidebar)
    assert line is not None
    if key == Qt.Key.Key_Escape:
        qtbot.keyClicks(line, "something")
    finish(qtbot, sidebar, line, key)
    record = archive.history.conversations.get(one)
    assert (record.title, record.title_edited) == ("made \u202e of this", False)


def test_what_is_typed_outlives_a_list_that_changes_meanwhile(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks
) -> None:
    one = archive.say("one")
    listed(sidebar)
    sidebar.list.rename(one)
    line = editor(sidebar)
    assert line is not None
    qtbot.keyClicks(line, "half a na")
    archive.say("two")
    archive.pin(one, True)
    listed(sidebar)
    sidebar.mark(one)
    QApplication.processEvents()
    assert editor(sidebar) is line
    assert line.text() == "half a na"
    qtbot.keyClicks(line, "me")
    finish(qtbot, sidebar, line)
    assert listed(sidebar)[:2] == ["Pinned", "half a name"]


def test_the_keys_of_the_title_do_nothing_to_the_list(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    one, two = archive.say("one"), archive.say("two")
    archive.delete(two)
    listed(sidebar)
    asked: list[object] = []
    sidebar.conversation_asked.connect(lambda *which: asked.append(which))
    sidebar.list.rename(one)
    line = editor(sidebar)
    assert line is not None
    for key, modifier in ((Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier), (Qt.Key.Key_Up, NO_KEY)):
        qtbot.keyClick(line, key, modifier)
        assert editor(sidebar) is line
    assert listed(sidebar) == ["Today", "one"], "the line has nothing to undo, and the list is not asked"
    qtbot.keyClicks(line, "un")
    finish(qtbot, sidebar, line)
    assert listed(sidebar) == ["Today", "un"]
    assert asked == [], "the Enter that ends it opens nothing"


def test_tab_ends_writing_and_begins_no_other(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.say("one")
    two = archive.say("two")
    listed(sidebar)
    sidebar.list.rename(two)
    line = editor(sidebar)
    assert line is not None
    qtbot.keyClicks(line, "deux")
    finish(qtbot, sidebar, line, Qt.Key.Key_Tab)
    assert listed(sidebar) == ["Today", "deux", "one"]


def test_losing_the_keyboard_keeps_what_was_typed(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    one = archive.say("one")
    listed(sidebar)
    sidebar.list.rename(one)
    line = editor(sidebar)
    assert line is not None
    qtbot.keyClicks(line, "kept")
    sidebar.focus_search()
    assert listed(sidebar) == ["Today", "kept"]


# ---------------------------------------------------------------- the menu


def test_the_menu_of_a_conversation_does_what_it_says(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    one = archive.say("one")
    archive.say("two")
    menu = ask_for_menu(sidebar, "one")
    assert offers(menu) == ["Rename", "Pin", "Duplicate", "Export…", "Delete", "Import…"]
    act(menu, "Pin")
    assert listed(sidebar) == ["Pinned", "one", "Today", "two"]
    menu = ask_for_menu(sidebar, "one")
    assert "Unpin" in offers(menu)
    act(menu, "Unpin")
    assert listed(sidebar) == ["Today", "two", "one"]
    act(ask_for_menu(sidebar, "one"), "Rename")
    line = editor(sidebar)
    assert line is not None
    assert line.text() == "one"
    finish(qtbot, sidebar, line, Qt.Key.Key_Escape)
    asked: list[tuple[int, object]] = []
    sidebar.conversation_asked.connect(lambda *what: asked.append(what))
    act(ask_for_menu(sidebar, "one"), "Duplicate")
    assert listed(sidebar) == ["Today", "one", "two", "one"]
    copy = conversation_of(sidebar.rows.row_at(1))
    assert asked == [(copy, None)]
    act(ask_for_menu(sidebar, "one"), "Delete")
    assert listed(sidebar) == ["Today", "two", "one"]
    assert conversation_of(sidebar.rows.row_at(2)) == one


def test_what_was_seen_inside_is_exported_of_the_conversation_that_is_shown(
    sidebar: Sidebar, archive: Talks
) -> None:
    one, _ = archive.say("one"), archive.say("two")
    sidebar.mark(one)
    menu = ask_for_menu(sidebar, "two")
    assert all("inside" not in offer for offer in offers(menu))
    menu.close()
    asked: list[int] = []
    sidebar.recording_asked.connect(asked.append)
    act(ask_for_menu(sidebar, "one"), "Export with what was seen inside…")
    assert asked == [one]


def test_below_the_list_and_on_headings_there_is_import(sidebar: Sidebar, archive: Talks) -> None:
    archive.say("one")
    for title in ("", "Today"):
        menu = ask_for_menu(sidebar, title)
        assert offers(menu) == ["Import…"]
        menu.close()


def test_the_menu_key_asks_for_the_current_conversation(
    qtbot: QtBot, sidebar: Sidebar, archive: Talks
) -> None:
    one = archive.say("one")
    listed(sidebar)
    sidebar.list.go_to(0)
    asked: list[int] = []
    sidebar.list.menu_asked.disconnect()
    sidebar.list.menu_asked.connect(lambda conversation, _: asked.append(conversation))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint(), NO_KEY)
    QApplication.sendEvent(sidebar.list.viewport(), event)
    assert asked == [one]


# ---------------------------------------------------------------- deleting


def test_what_is_deleted_can_be_taken_back(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    archive.say("one")
    archive.say("two")
    listed(sidebar)
    sidebar.list.setFocus()
    sidebar.list.go_to(0)
    qtbot.keyClick(sidebar.list, Qt.Key.Key_Delete)
    assert listed(sidebar) == ["Today", "one"]
    assert sidebar.undo.isVisible()
    assert sidebar.undo.label.text() == "“two” deleted"
    sidebar.undo.button.click()
    assert listed(sidebar) == ["Today", "two", "one"]
    assert current(sidebar) == "two"
    assert sidebar.list.hasFocus()
    assert not sidebar.undo.isVisible()


def test_ctrl_z_takes_deletions_back_one_by_one(qtbot: QtBot, sidebar: Sidebar, archive: Talks) -> None:
    for text in ("one", "two", "three"):
        archive.say(text)
    listed(sidebar)
    sidebar.list.setFocus()
    sidebar.list.go_to(0)
    for _ in range(3):
        qtbot.keyClick(sidebar.list, Qt.Key.Key_Delete)
        sidebar.renew()
    assert sidebar.empty.isVisible()
    assert sidebar.list.hasFocus()
    sidebar.undo.dismiss()
    for _ in range(4):
        qtbot.keyClick(sidebar.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sorted(listed(sidebar)) == ["Today", "one", "three", "two"]
    assert archive.failures == []


def test_somebody_elses_deletion_is_told_too_and_a_failure_can_be_tried_again(
    sidebar: Sidebar, archive: Talks, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = archive.say("one \u202e")
    archive.delete(one)
    assert sidebar.undo.label.accessibleName() == "“one ⟨U+202E⟩” deleted"
    with monkeypatch.context() as broken:
        broken.setattr(archive, "restore", lambda conversation: None)
        sidebar.undo.button.click()
    assert listed(sidebar) == []
    sidebar.undo.button.click()
    assert listed(sidebar) == ["Today", "one ⟨U+202E⟩"]


def test_an_entry_that_is_gone_is_told_by_the_archive(sidebar: Sidebar, archive: Talks) -> None:
    one = archive.say("one")
    listed(sidebar)
    archive.history.conversations.purge(one)
    sidebar.list.delete_asked.emit(one)
    assert [failure.case for failure in archive.failures] == ["no-conversation"]
    assert not sidebar.undo.isVisible()
