"""The bar that says what was deleted: it gives way, and it goes away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.sidebar.undo_bar import UndoBar

pytestmark = pytest.mark.qt_log_ignore("does not support")


@pytest.fixture
def bar(qtbot: QtBot) -> UndoBar:
    """A bar as wide as in the sidebar."""
    made = UndoBar()
    qtbot.addWidget(made)
    made.resize(192, 32)
    return made


def test_a_long_title_gives_way_and_the_rest_of_the_sentence_stays(bar: UndoBar) -> None:
    title = "a very long title that nobody can read here"
    bar.show_deleted(title)
    QApplication.processEvents()
    assert bar.label.text().startswith("“a ")
    assert bar.label.text().endswith("…” deleted")
    assert bar.label.toolTip() == bar.label.accessibleName() == f"“{title}” deleted"
    assert bar.button.accessibleName() == f"Undo: “{title}” deleted"


def test_it_goes_away_by_itself_and_then_nothing_runs(qtbot: QtBot, bar: UndoBar) -> None:
    assert not bar.waiting
    bar.show_deleted("one")
    assert bar.waiting
    bar.timer.setInterval(0)
    qtbot.waitUntil(bar.isHidden)
    assert not bar.waiting


def test_it_stays_while_the_pointer_is_over_it(bar: UndoBar) -> None:
    bar.show_deleted("one")
    QApplication.sendEvent(bar, QEnterEvent(QPointF(1, 1), QPointF(1, 1), QPointF(1, 1)))
    assert not bar.waiting
    assert not bar.isHidden()
    QApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))
    assert bar.waiting
    bar.dismiss()
    QApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))
    assert not bar.waiting


def test_undo_is_asked_for(qtbot: QtBot, bar: UndoBar) -> None:
    bar.show_deleted("one")
    with qtbot.waitSignal(bar.undo_asked, timeout=1000):
        bar.button.click()
