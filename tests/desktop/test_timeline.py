"""The timeline: facts, scrubbing, following, thinning."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.phase import Phase
from desktop.session import Session
from desktop.timeline import Timeline, thinned
from tests.desktop.scripted_engine import ScriptedEngine

Settle = Callable[[], None]


@pytest.fixture
def timeline(qtbot: QtBot, session: Session) -> Timeline:
    """The timeline of the session, shown."""
    made = Timeline(session)
    qtbot.addWidget(made)
    made.resize(500, 80)
    made.show()
    qtbot.waitExposed(made)
    return made


def plain(timeline: Timeline) -> str:
    """The facts without their colours."""

    return " ".join(timeline.facts.text().split())


def test_empty_it_says_what_will_appear(timeline: Timeline) -> None:
    assert "appear here" in plain(timeline)
    assert not timeline.follow.isEnabled()


def test_the_token_at_the_cursor_is_described(timeline: Timeline, replied: Session) -> None:
    first, last = replied.conversation.spans()[1]
    replied.move_cursor(first + 1)
    said = plain(timeline)
    assert said.startswith(f"token 2 / {last - first} “·answer” p ")
    assert "nats" in said
    assert "rank 1" in said


def test_a_token_of_the_template_has_a_position(timeline: Timeline, replied: Session) -> None:
    replied.move_cursor(0)
    assert plain(timeline).startswith("token 0 (template) <|im_start|> p – entropy –")


def test_pressing_and_dragging_go_through_the_tokens(
    qtbot: QtBot, timeline: Timeline, replied: Session
) -> None:
    plot, last = timeline.plot, len(replied.tokens) - 1
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(0, 20))
    assert replied.cursor == 0
    assert not replied.following
    qtbot.mouseMove(plot, pos=QPoint(plot.width() // 2, 20))
    middle = replied.cursor
    assert abs(middle - last / 2) <= 1
    qtbot.mouseMove(plot, pos=QPoint(plot.width() + 50, 20))
    assert replied.cursor == last
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton)


def test_keys_go_through_the_tokens(qtbot: QtBot, timeline: Timeline, replied: Session) -> None:
    plot, last = timeline.plot, len(replied.tokens) - 1
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert replied.cursor == last - 1
    qtbot.keyClick(plot, Qt.Key.Key_PageUp)
    assert replied.cursor == last - 11
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert replied.cursor == last - 10
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert replied.cursor == 0
    qtbot.keyClick(plot, Qt.Key.Key_End)
    assert replied.cursor == last
    assert replied.following


def test_the_button_follows_again(
    timeline: Timeline, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why?")
    engine.advance(3)
    settle()
    assert "live" in timeline.follow.text()
    session.move_cursor(2)
    assert timeline.follow.isEnabled()
    timeline.follow.click()
    assert session.following
    assert session.cursor == len(session.tokens) - 1
    assert "live" in timeline.follow.text()


def test_it_can_be_painted_with_and_without_numbers(
    timeline: Timeline, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    timeline.grab()
    engine.automatic = False
    session.send("Why?")
    settle()
    timeline.grab()  # a prompt of which nothing is known
    engine.advance(1)
    settle()
    timeline.grab()  # one number alone
    engine.advance(99)
    settle()
    timeline.grab()


def test_while_a_reply_is_written_the_words_are_of_the_newest_token(
    timeline: Timeline, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.automatic = False
    session.send("Why is the sky blue?")
    for count in range(1, 5):
        engine.advance(1)
        session.take_events()
        assert session.phase is Phase.WRITING
        assert f"token {count} / {count} " in plain(timeline)
    engine.automatic = True
    engine.advance(100)
    settle()


def test_guessed_tokens_are_marked_and_told(timeline: Timeline, session: Session, settle: Settle) -> None:
    timeline.resize(900, 80)
    session.send("Why is the sky blue?")
    settle()
    assert "guessed" not in timeline.plot.toolTip()
    session.move_cursor(0)
    without = timeline.plot.grab().toImage()
    session.change_guessing(True)
    session.regenerate()
    settle()
    first, last = session.conversation.spans()[1]
    assert session.guessed[first:last].sum() == (last - first + 1) // 2
    session.move_cursor(first)
    assert plain(timeline).endswith("guessed") == bool(session.guessed[first])
    session.move_cursor(first + 1)
    assert plain(timeline).endswith("guessed") == bool(session.guessed[first + 1])
    assert "guessed before they were written" in timeline.plot.toolTip()
    session.move_cursor(0)
    marked = timeline.plot.grab().toImage()
    row, mark = marked.height() - 4, theme.colour(theme.current().text_soft).rgba()

    def coloured(image: QImage) -> int:
        return sum(image.pixel(x, row) == mark for x in range(image.width()))

    assert coloured(without) == 0
    assert coloured(marked) > 20


def test_few_values_are_all_shown() -> None:
    values = np.array([0.1, np.nan, 0.3])
    indices, shown = thinned(values, 3, highest=True)
    assert indices.tolist() == [0, 1, 2]
    assert np.array_equal(shown, values, equal_nan=True)


def test_of_many_values_the_telling_ones_are_shown() -> None:
    values = np.array([0.5, 0.1, 0.9, 0.8, np.nan, np.nan, 0.3])
    indices, shown = thinned(values, 4, highest=False)
    assert indices.tolist() == [1, 3, 4, 6]
    assert np.array_equal(shown, [0.1, 0.8, np.nan, 0.3], equal_nan=True)
    indices, shown = thinned(values, 4, highest=True)
    assert indices.tolist()[:2] == [0, 2]
