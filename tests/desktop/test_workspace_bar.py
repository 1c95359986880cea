"""Workspaces that find no room are in a menu; the chosen one is always seen."""

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


def leave_room_for_one(bar: WorkspaceBar, name: str) -> None:
    """Make the bar as narrow as one workspace and the menu."""
    bar.resize(bar._width_of([bar._buttons[name], bar.more]), bar.height())


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


@pytest.mark.parametrize("name", [NAMES[0], NAMES[-1]])
def test_the_chosen_one_is_seen_however_narrow_it_is(bar: WorkspaceBar, name: str) -> None:
    bar.show_workspace(name)
    leave_room_for_one(bar, name)
    assert bar.hidden == [other for other in NAMES if other != name]
    bar.resize(bar.minimumSizeHint())
    assert name not in bar.hidden


def test_one_is_chosen_in_the_menu(qtbot: QtBot, bar: WorkspaceBar) -> None:
    leave_room_for_one(bar, NAMES[0])
    bar._menu.aboutToShow.emit()
    actions = bar._menu.actions()
    assert [action.data() for action in actions] == NAMES[1:]
    assert actions[0].text() == f"{WORKSPACES[1].shown_title}\tCtrl+2"
    assert "Ctrl" not in actions[-1].text()
    assert len(WITH_SHORTCUT) == 9
    with qtbot.waitSignal(bar.workspace_chosen) as told:
        actions[-1].trigger()
    assert told.args == [NAMES[-1]]
