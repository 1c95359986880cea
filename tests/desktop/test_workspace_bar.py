"""Workspaces that find no room are in a menu, the same ones whichever is chosen; its button names the chosen one."""

from __future__ import annotations

import itertools

import pytest
from pytestqt.qtbot import QtBot

from desktop.workspace_bar import WorkspaceBar
from desktop.workspaces import WITH_SHORTCUT, WORKSPACES

NAMES = [workspace.name for workspace in WORKSPACES]


@pytest.fixture
def bar(qtbot: QtBot) -> WorkspaceBar:
    made = WorkspaceBar()
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    made.show_workspace(NAMES[0])
    made.show()
    return made


def test_with_room_all_are_seen(bar: WorkspaceBar) -> None:
    assert bar.hidden == []
    assert bar.more.isHidden()
    assert all(bar.rect().contains(button.geometry()) for button in bar._buttons.values())


def test_with_less_the_last_are_in_the_menu_and_none_is_cut(bar: WorkspaceBar) -> None:
    bar.resize(bar.width() // 2, bar.height())
    assert bar.hidden == NAMES[len(NAMES) - len(bar.hidden) :]
    assert bar.hidden
    seen = [button for button in (*bar._buttons.values(), bar.more) if button.isVisible()]
    assert all(button.width() >= button.sizeHint().width() for button in seen)
    assert all(bar.rect().contains(button.geometry()) for button in seen)
    assert not any(one.geometry().intersects(other.geometry()) for one, other in itertools.pairwise(seen))


def places(bar: WorkspaceBar) -> dict[str, int]:
    """Where each workspace that is seen begins, and the menu."""
    seen = {name: button.x() for name, button in bar._buttons.items() if button.isVisible()}
    return seen | {"more": bar.more.x()}


def test_which_are_seen_and_where_depends_on_the_width_alone(bar: WorkspaceBar) -> None:
    bar.resize(bar.width() * 2 // 3, bar.height())
    before, hidden = places(bar), bar.hidden
    assert len(hidden) > 1
    for name in NAMES:
        bar.show_workspace(name)
        assert (places(bar), bar.hidden) == (before, hidden)
        assert bar.rect().contains(bar.more.geometry())


def test_one_chosen_from_the_menu_is_named_and_lit_there(bar: WorkspaceBar) -> None:
    bar.resize(bar.width() // 2, bar.height())
    assert (bar.more.text(), bar.more.isChecked()) == ("More", False)
    bar.show_workspace(NAMES[-1])
    assert (bar.more.text(), bar.more.isChecked()) == (WORKSPACES[-1].shown_title, True)
    assert bar.more.accessibleName() == f"{WORKSPACES[-1].shown_title}, More workspaces"
    bar.show_workspace(NAMES[0])
    assert (bar.more.text(), bar.more.isChecked()) == ("More", False)
    # Opening the menu and choosing nothing chooses nothing, though Qt toggles the button.
    bar.more.setChecked(True)
    bar.more.clicked.emit()
    assert not bar.more.isChecked()
    # With room for all it is one of them.
    bar.show_workspace(NAMES[-1])
    bar.resize(bar.sizeHint())
    assert bar.hidden == []
    assert bar._buttons[NAMES[-1]].isChecked()


def test_no_room_is_left_that_one_more_would_fit_in(bar: WorkspaceBar) -> None:
    for width in range(bar.minimumSizeHint().width(), bar.sizeHint().width(), 7):
        bar.resize(width, bar.height())
        count, widths = len(NAMES) - len(bar.hidden), bar._widths_with_more()
        assert widths[count] <= width
        assert [wide for wide in widths[count + 1 :] if wide <= width] == []


@pytest.mark.parametrize("name", [NAMES[0], NAMES[-1]])
def test_the_chosen_one_is_named_however_narrow_it_is(bar: WorkspaceBar, name: str) -> None:
    bar.show_workspace(name)
    bar.resize(bar.minimumSizeHint())
    assert bar.hidden == NAMES
    assert bar.more.text() == bar._buttons[name].text()
    assert bar.rect().contains(bar.more.geometry())
    assert bar.more.width() >= bar.more.sizeHint().width()


def test_one_is_chosen_in_the_menu(qtbot: QtBot, bar: WorkspaceBar) -> None:
    bar.resize(bar.minimumSizeHint())
    bar.show_workspace(NAMES[2])
    bar._menu.aboutToShow.emit()
    actions = bar._menu.actions()
    assert [action.data() for action in actions] == NAMES
    assert [action.data() for action in actions if action.isChecked()] == [NAMES[2]]
    assert actions[1].text() == f"{WORKSPACES[1].shown_title}\tCtrl+2"
    assert "Ctrl" not in actions[-1].text()
    assert len(WITH_SHORTCUT) == 9
    with qtbot.waitSignal(bar.workspace_chosen) as told:
        actions[-1].trigger()
    assert told.args == [NAMES[-1]]
