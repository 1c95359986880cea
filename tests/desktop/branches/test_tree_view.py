"""The tree as a widget: what is under the pointer, where keys lead, what is painted."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.branches import marks
from desktop.branches.layout import lay_out
from desktop.branches.tree_view import BranchTree
from desktop.history.records import REASONS
from tests.desktop.branches.trees import tree

# 1
# 2 . 6
# 3 5 7
# 4
PARENTS = (None, 1, 2, 3, 2, 1, 6)
PATH = (1, 2, 5)


def explain(message: int) -> str:
    return f"Message {message} <b>."


@pytest.fixture
def shown(qtbot: QtBot) -> BranchTree:
    """The tree above, the branch that ends with message 5 shown."""
    apply_theme(theme.DARK)
    made = BranchTree(explain)
    qtbot.addWidget(made)
    made.resize(140, 300)
    made.show_tree(lay_out(tree(*PARENTS, reasons={5: "branched", 6: "regenerated"})), PATH)
    made.show()
    qtbot.waitExposed(made)
    return made


def emitted(shown: BranchTree) -> list[int]:
    """What is chosen from now on."""
    said: list[int] = []
    shown.chosen.connect(said.append)
    return said


def pixel(picture: QImage, place: QPointF) -> QColor:
    """The colour of the pixel that a point is in."""
    return picture.pixelColor(math.floor(place.x()), math.floor(place.y()))


def press(qtbot: QtBot, shown: BranchTree, *keys: Qt.Key) -> int:
    """Press keys one after the other; where the keyboard is then."""
    for key in keys:
        qtbot.keyClick(shown, key)
    return shown.current


def test_rows_are_below_one_another_and_columns_beside(shown: BranchTree) -> None:
    places = {number: shown.place_of(number).center() for number in range(1, 8)}
    assert places[1].x() == places[2].x() == places[3].x() == places[4].x()
    assert places[5].x() < places[6].x() == places[7].x()
    assert places[1].y() < places[2].y() == places[6].y() < places[3].y() == places[5].y() < places[4].y()


def test_a_click_chooses_a_message(qtbot: QtBot, shown: BranchTree) -> None:
    said = emitted(shown)
    place = shown.place_of(7).center().toPoint()
    qtbot.mouseMove(shown.viewport(), pos=place)
    assert shown.viewport().cursor().shape() is Qt.CursorShape.PointingHandCursor
    qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (said, shown.current) == ([7], 7)
    beside = shown.place_of(4).center().toPoint()
    beside.setX(round(shown.place_of(6).center().x()))
    qtbot.mouseMove(shown.viewport(), pos=beside)
    assert shown.viewport().cursor().shape() is Qt.CursorShape.ArrowCursor
    qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    assert said == [7]


def test_the_keyboard_begins_where_the_shown_branch_ends(shown: BranchTree) -> None:
    assert shown.current == 5
    assert shown.accessibleName() == "Tree of branches"
    assert shown.accessibleDescription() == "Message 5 <b>. On the branch that is shown."


def test_arrows_go_along_the_lines_and_beside(qtbot: QtBot, shown: BranchTree) -> None:
    assert press(qtbot, shown, Qt.Key.Key_Left) == 3
    assert press(qtbot, shown, Qt.Key.Key_Down) == 4
    assert press(qtbot, shown, Qt.Key.Key_Down) == 4, "there is nothing below"
    assert press(qtbot, shown, Qt.Key.Key_Up, Qt.Key.Key_Up) == 2
    assert press(qtbot, shown, Qt.Key.Key_Down) == 5, "along the branch that is shown"
    assert press(qtbot, shown, Qt.Key.Key_Right) == 7
    assert press(qtbot, shown, Qt.Key.Key_Right) == 7
    assert shown.accessibleDescription() == "Message 7 <b>."
    assert press(qtbot, shown, Qt.Key.Key_Home) == 1
    assert press(qtbot, shown, Qt.Key.Key_End) == 5
    assert press(qtbot, shown, Qt.Key.Key_PageUp) == 1
    assert press(qtbot, shown, Qt.Key.Key_PageDown) == 5


def test_enter_chooses_what_the_keyboard_is_at(qtbot: QtBot, shown: BranchTree) -> None:
    said = emitted(shown)
    press(qtbot, shown, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Space)
    assert said == [3, 2]


def test_an_empty_tree_has_nothing_to_go_to(qtbot: QtBot, shown: BranchTree) -> None:
    said = emitted(shown)
    shown.show_tree(lay_out(()), ())
    assert press(qtbot, shown, Qt.Key.Key_Down, Qt.Key.Key_Return) == 0
    assert not shown.grab().isNull()
    assert said == []


def test_a_message_that_is_gone_is_not_pointed_at(qtbot: QtBot, shown: BranchTree) -> None:
    qtbot.mouseMove(shown.viewport(), pos=shown.place_of(7).center().toPoint())
    press(qtbot, shown, Qt.Key.Key_Right)
    shown.show_tree(lay_out(tree(None, 1, 2)), (1, 2, 3))
    assert shown.current == 3
    assert not shown.grab().isNull()


@pytest.mark.qt_log_ignore("does not support")
def test_fault_38_a_tooltip_says_what_a_message_is_and_stays_text(shown: BranchTree) -> None:
    place = shown.place_of(7).center().toPoint()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, shown.viewport().mapToGlobal(place))
    QApplication.sendEvent(shown.viewport(), event)
    assert "Message 7 &lt;b&gt;." in QToolTip.text()
    assert "A click shows this branch." in QToolTip.text()
    place = shown.place_of(5).center().toPoint()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, shown.viewport().mapToGlobal(place))
    QApplication.sendEvent(shown.viewport(), event)
    assert "A click" not in QToolTip.text(), "it is shown already"
    QToolTip.hideText()


# ---------------------------------------------------------------- painting


@pytest.mark.parametrize("palette", theme.PALETTES, ids=lambda palette: palette.name)
def test_the_shown_branch_is_in_the_accent_colour(shown: BranchTree, palette: theme.Palette) -> None:
    apply_theme(palette)
    picture = shown.viewport().grab().toImage()
    apply_theme(theme.DARK)
    between = (shown.place_of(1).center() + shown.place_of(2).center()) / 2
    assert pixel(picture, between) == theme.colour(palette.accent)
    other = (shown.place_of(3).center() + shown.place_of(4).center()) / 2
    assert pixel(picture, other) != theme.colour(palette.accent)
    edge = shown.place_of(5).center() + QPointF(0.0, -4.5)
    assert pixel(picture, edge) == theme.colour(palette.accent), "where it ends it is filled"


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_a_mark_of_its_own(reason: str) -> None:
    def picture(why: str, role: str) -> QImage:
        made = QImage(32, 32, QImage.Format.Format_ARGB32)
        made.fill(0)
        painter = QPainter(made)
        marks.paint_message(painter, QRectF(4, 4, 24, 24), role, why, marks.Look())  # type: ignore[arg-type]
        painter.end()
        return made

    others = [one for one in REASONS if one not in (reason, "sent", "answered")]
    assert all(picture(one, "assistant") != picture(reason, "assistant") for one in others)
    assert picture(reason, "user") != picture(reason, "assistant")


def test_where_the_keyboard_is_can_be_seen(qtbot: QtBot, shown: BranchTree) -> None:
    shown.setFocus()
    QApplication.processEvents()
    assert shown.hasFocus()
    before = shown.viewport().grab().toImage()
    press(qtbot, shown, Qt.Key.Key_Left)
    assert shown.viewport().grab().toImage() != before


# ---------------------------------------------------------------- size


def test_fault_58_of_ten_thousand_messages_only_those_in_view_are_painted(
    qtbot: QtBot, shown: BranchTree
) -> None:
    long = lay_out(tree(None, *range(1, 10_000)))
    shown.show_tree(long, range(1, 10_001))
    view = QRectF(shown.viewport().rect())
    assert len(list(shown.nodes_in(view))) <= view.height() / theme.scaled(20)
    assert view.contains(shown.place_of(10_000)), "it begins where the branch ends"
    assert press(qtbot, shown, Qt.Key.Key_Home) == 1
    assert view.contains(shown.place_of(1))
    wide = lay_out(tree(None, *([1] * 9_999)))
    shown.show_tree(wide, (1, 7_000))
    assert len(list(shown.nodes_in(view))) <= 2 + view.width() / theme.scaled(15)
    assert view.contains(shown.place_of(7_000))
    assert not shown.grab().isNull()


def test_a_line_that_comes_from_beyond_the_left_edge_is_painted(shown: BranchTree) -> None:
    wide = lay_out(tree(None, *([1] * 60)))
    shown.show_tree(wide, (1, 61))
    shown.horizontalScrollBar().setValue(shown.horizontalScrollBar().maximum() // 2)
    numbers = {node.id for node in shown.nodes_in(QRectF(shown.viewport().rect()))}
    beyond = [number for number in numbers if shown.place_of(number).left() > shown.viewport().width()]
    assert beyond, "the next one to the right, whose line goes through the view"


def test_the_end_of_another_branch_is_brought_into_view(shown: BranchTree) -> None:
    shown.resize(60, 60)
    QApplication.processEvents()
    view = QRectF(shown.viewport().rect())
    for path in ((1, 2, 3, 4), (1, 6, 7), (1,)):
        shown.show_tree(lay_out(tree(*PARENTS)), path)
        assert view.contains(shown.place_of(path[-1]).center())
