"""The column beside the transcript: there while there are branches, folded on demand, never in the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.branches.column import RAIL, WIDTH, BranchColumn
from desktop.branches.tree_view import BranchTree
from desktop.history.messages import Messages
from desktop.session import Session
from tests.desktop.scripted_engine import DEFAULT_REPLY, ScriptedEngine

Settle = Callable[[], None]


@pytest.fixture
def frame(qtbot: QtBot) -> QWidget:
    """A window that is shown."""
    apply_theme(theme.DARK)
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(200, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def column(frame: QWidget, session: Session) -> BranchColumn:
    """The column of the session, in that window."""
    made = BranchColumn(session, frame)
    made.resize(WIDTH, 400)
    return made


def drawn(column: BranchColumn) -> BranchTree:
    """The tree as it is drawn now."""
    QApplication.processEvents()
    return column.tree


def reasons(column: BranchColumn) -> list[str]:
    """Why the messages exist that are drawn, by number."""
    nodes = drawn(column)._layout.nodes
    return [nodes[number].reason for number in sorted(nodes)]


def test_it_is_there_while_there_are_branches(column: BranchColumn, replied: Session, settle: Settle) -> None:
    assert column.isHidden()
    replied.regenerate()
    settle()
    assert column.isVisible()
    assert reasons(column) == ["sent", "answered", "regenerated"]
    assert drawn(column)._shown == {1, 3}
    replied.new_conversation()
    assert column.isHidden()
    replied.open_conversation(1)
    assert column.isVisible()


def test_every_way_to_branch_is_drawn(column: BranchColumn, replied: Session, settle: Settle) -> None:
    first = replied.messages[1].id
    start = replied.conversation.sequence.prompt_length
    assert replied.branch(start + 2, replied.tokens[start].id)
    settle()
    assert replied.force(replied.conversation.sequence.prompt_length + 1, " of course")
    settle()
    assert replied.replay(first, replied.settings)
    settle()
    replied.edit(0, "And why are sunsets red?")
    settle()
    assert reasons(column) == ["sent", "answered", "branched", "forced", "replayed", "edited", "answered"]
    assert drawn(column)._shown == {6, 7}


def test_a_reply_that_is_not_kept_yet_does_not_make_it_come_and_go(
    column: BranchColumn, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    replied.regenerate()
    settle()
    shown: list[bool] = []
    replied.conversation_changed.connect(lambda: shown.append(column.isVisible()))
    engine.automatic = False
    replied.regenerate()
    settle()
    engine.advance(99)
    settle()
    assert shown
    assert all(shown)


def test_it_says_what_a_message_is(column: BranchColumn, replied: Session, settle: Settle) -> None:
    replied.regenerate()
    settle()
    drawn(column)
    assert column.explain(1) == "You: Why is the sky blue?\nIt was sent."
    assert column.explain(3) == f"Reply: {DEFAULT_REPLY}\nWritten anew in place of another reply."
    assert column.tree.accessibleDescription() == (
        f"Reply: {DEFAULT_REPLY} — Written anew in place of another reply. On the branch that is shown."
    )


def test_fault_33_a_running_reply_says_nothing_yet_rather_than_half_a_character(
    column: BranchColumn, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.replies.clear()
    engine.replies.append("🎉 one")
    engine.automatic = False
    replied.regenerate()
    engine.advance(2)
    settle()
    drawn(column)
    assert column.explain(3).startswith("Reply: nothing yet\n")


def test_a_message_is_chosen_by_mouse_and_keyboard(
    qtbot: QtBot, column: BranchColumn, replied: Session, settle: Settle
) -> None:
    replied.regenerate()
    settle()
    chosen: list[int] = []
    column.message_chosen.connect(chosen.append)
    place = drawn(column).place_of(2).center().toPoint()
    qtbot.mouseClick(column.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(column.tree, Qt.Key.Key_Up)
    qtbot.keyClick(column.tree, Qt.Key.Key_Return)
    assert chosen == [2, 1]


# ---------------------------------------------------------------- folding


def test_it_folds_to_a_rail_and_opens_again(
    qtbot: QtBot, column: BranchColumn, replied: Session, settle: Settle
) -> None:
    replied.regenerate()
    settle()
    assert column.sizeHint().width() == WIDTH
    qtbot.mouseClick(column.fold, Qt.MouseButton.LeftButton)
    assert (column.choice, column.sizeHint().width()) == ("hidden", RAIL)
    assert not column.tree.isVisible()
    assert column.unfold.isVisible()
    qtbot.mouseClick(column.unfold, Qt.MouseButton.LeftButton)
    assert (column.choice, column.tree.isVisible()) == ("shown", True)
    assert reasons(column) == ["sent", "answered", "regenerated"]


def test_without_room_it_is_a_rail_unless_somebody_wants_it(column: BranchColumn) -> None:
    column.give_room(WIDTH - 1)
    assert not column.is_open
    column.give_room(WIDTH)
    assert column.is_open
    column.choose("hidden")
    assert not column.is_open
    column.choose("shown")
    column.give_room(0)
    assert column.is_open
    column.choose("nonsense")
    assert (column.choice, column.is_open) == ("", False)


def test_everything_in_it_has_a_name(column: BranchColumn) -> None:
    named = [column, column.tree, column.fold, column.unfold]
    assert [widget.accessibleName() for widget in named] == [
        "Branches",
        "Tree of branches",
        "Hide the branches",
        "Show the branches",
    ]
    focusable = Qt.FocusPolicy.NoFocus
    assert all(widget.focusPolicy() is not focusable for widget in named[1:])


# ---------------------------------------------------------------- work


def test_fault_58_the_tree_is_read_when_it_changed_and_somebody_looks(
    column: BranchColumn, replied: Session, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    tree = Messages.tree

    def counted(messages: Messages, conversation: int) -> object:
        read.append(conversation)
        return tree(messages, conversation)

    monkeypatch.setattr(Messages, "tree", counted)
    replied.send("And red?")
    settle()
    drawn(column)
    assert read == [], "there are no branches"
    replied.regenerate()
    settle()
    drawn(column)
    assert len(read) == 1
    replied.archive.rename(replied.conversation.id, "Sky")
    replied.choose_variant(3, -1)
    settle()
    assert drawn(column)._leaf == 4
    assert len(read) == 1, "the same tree, another branch"
    column.choose("hidden")
    replied.regenerate()
    settle()
    drawn(column)
    assert len(read) == 1, "nobody looks"
    column.choose("shown")
    drawn(column)
    assert len(read) == 2
