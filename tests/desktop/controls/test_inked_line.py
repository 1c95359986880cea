"""A line of words that changes without its surroundings being laid out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.controls.inked_line import InkedLine, soft, strong


class Layouts(QObject):
    """Counts how often a widget was to be laid out."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() is QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def line(qtbot: QtBot) -> Iterator[InkedLine]:
    frame = QWidget()
    row = QHBoxLayout(frame)
    made = InkedLine()
    made.dress(theme.ui_font(13))
    row.addWidget(made)
    row.addStretch(1)
    qtbot.addWidget(frame)
    frame.resize(400, 40)
    frame.show()
    qtbot.waitExposed(frame)
    yield made
    frame.hide()


def test_it_says_what_it_is_told(line: InkedLine) -> None:
    line.say([strong("126.3"), soft(" tok/s")])
    assert line.text() == "126.3 tok/s"
    assert line.accessibleName() == "126.3 tok/s"


def test_a_few_figures_more_or_less_lay_out_nothing(qtbot: QtBot, line: InkedLine) -> None:
    line.say([strong("1000.0"), soft(" tok/s")])
    qtbot.wait(1)
    layouts = Layouts()
    line.parentWidget().installEventFilter(layouts)
    line.say([strong("99.0"), soft(" tok/s")])
    line.say([strong("111.1"), soft(" tok/s")])
    qtbot.wait(1)
    assert layouts.count == 0
    line.say([strong("111.1"), soft(" tok/s · first token 1,110 ms")])
    qtbot.wait(1)
    assert layouts.count > 0
    line.parentWidget().removeEventFilter(layouts)


def test_it_has_room_for_all_it_says(qtbot: QtBot, line: InkedLine) -> None:
    said = [soft("engine "), strong("412 MB"), soft(" · captures "), strong("3.1 MB")]
    line.say(said)
    qtbot.waitUntil(lambda: line.width() >= line.advance(line.text()))
    line.say([soft("no")])
    qtbot.waitUntil(lambda: line.width() < 80)


def test_its_words_are_painted_in_their_inks(qtbot: QtBot, line: InkedLine) -> None:
    line.say([strong("MMMM"), soft("MMMM")])
    qtbot.waitUntil(lambda: line.width() >= line.advance(line.text()))
    image = line.grab().toImage()
    row = [image.pixelColor(x, image.height() // 2) for x in range(image.width())]
    half = round(line.advance("MMMM"))
    for part, ink in ((row[:half], "text"), (row[half:], "text_soft")):
        assert theme.colour(getattr(theme.current(), ink)) in part
