"""The frame around a panel: its ground, its room, and what of the panel the window has to know."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.panel_docks import PanelDock, PanelFrame


class Layouts(QObject):
    """Counts how often a widget was to be laid out."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() is QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def label() -> QLabel:
    return QLabel("·")


@pytest.fixture
def frame(qtbot: QtBot, label: QLabel) -> PanelFrame:
    """A framed panel with a label, in a window."""
    panel = QWidget()
    row = QHBoxLayout(panel)
    row.addWidget(label)
    made = PanelFrame(lambda: panel)
    assert made.have_panel() is panel
    window = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(made)
    qtbot.addWidget(window)
    made.outside = window  # type: ignore[attr-defined]
    window.resize(400, 300)
    window.show()
    qtbot.waitExposed(window)
    return made


def test_the_panel_has_all_of_the_room(frame: PanelFrame) -> None:
    assert frame.have_panel().geometry() == frame.rect()
    assert frame.minimumSizeHint() == frame.have_panel().minimumSizeHint()


def test_a_label_that_changes_lays_out_the_panel_alone(
    qtbot: QtBot, frame: PanelFrame, label: QLabel
) -> None:
    layouts = Layouts()
    frame.parentWidget().installEventFilter(layouts)
    label.setMinimumWidth(80)
    qtbot.waitUntil(lambda: layouts.count == 1)
    label.setText("42")
    qtbot.wait(1)
    assert layouts.count == 1
    frame.parentWidget().removeEventFilter(layouts)


def test_a_panel_that_needs_more_room_gets_it(qtbot: QtBot, frame: PanelFrame, label: QLabel) -> None:
    frame.window().resize(200, 100)
    label.setMinimumSize(600, 250)
    qtbot.waitUntil(lambda: frame.width() >= 600 and frame.height() >= 250)


def test_two_panels_need_no_more_height_than_a_small_screen_has(frame: PanelFrame, label: QLabel) -> None:
    label.setMinimumSize(600, 500)
    assert frame.minimumSizeHint().width() >= 600
    assert frame.minimumSizeHint().height() == 310


def test_a_panel_is_made_when_its_dock_is_shown_for_the_first_time(qtbot: QtBot) -> None:
    made: list[QLabel] = []

    def make() -> QWidget:
        made.append(QLabel("here"))
        return made[-1]

    window = QMainWindow()
    qtbot.addWidget(window)
    dock = PanelDock("Panel", window)
    dock.setWidget(PanelFrame(make))
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    dock.hide()
    window.show()
    assert not made
    dock.toggleViewAction().trigger()
    assert made[0].isVisible()
    dock.hide()
    dock.show()
    assert len(made) == 1


def test_its_ground_is_the_windows(frame: PanelFrame) -> None:
    corner = frame.grab().toImage().pixelColor(2, 2)
    assert corner == theme.colour(theme.current().window)
