"""Columns: what stands in them, how they come and go, and how replies get into them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from desktop.comparison.column import Column, ColumnState
from desktop.comparison.comparison import Comparison
from desktop.session import Session
from inference.sampling.settings import SamplingSettings
from tests.desktop.drawing_engine import DrawingEngine

Settle = Callable[[], None]
HOT = SamplingSettings(temperature=1.8, top_k=0, top_p=1.0)
COLD = SamplingSettings(temperature=0.0)


@pytest.fixture
def finish(qtbot: QtBot, replied: Session, comparison: Comparison) -> Callable[[], None]:
    """Wait until everything that was asked for is written."""

    def wait() -> None:
        qtbot.waitUntil(lambda: replied.take_events() or not comparison.queue.running)
        comparison.catch_up()

    return wait


def letters(comparison: Comparison) -> list[tuple[int, str]]:
    return [(column.reply, column.state.value) for column in comparison.columns]


def test_the_reply_that_is_looked_at_is_the_first_column(replied: Session, comparison: Comparison) -> None:
    (column,) = comparison.columns
    assert column.reply == replied.messages[-1].id
    assert column.state is ColumnState.WRITTEN
    assert column.length == 13
    assert comparison.question == "Why is the sky blue?"
    assert comparison.shown_column() is column
    assert comparison.alignment.agreeing == (0,)


def test_the_same_dice_with_one_setting_changed(
    replied: Session, comparison: Comparison, finish: Settle
) -> None:
    """The same draws fall on other tokens, and only there."""
    first = comparison.columns[0]
    comparison.replay(replied.settings.changed("temperature", 1.25))
    finish()
    second = comparison.columns[1]
    assert (first.side is not None, second.side is not None) == (True, True)
    assert first.side is not None
    assert second.side is not None
    assert second.side.seed == first.side.seed == 104
    assert second.side.draws.tolist() == first.side.draws[: len(second.side)].tolist()
    (parting,) = comparison.alignment.partings
    assert (parting.index, parting.sides) == (5, (0, 1))
    assert comparison.shown_column() is second, "the branch that was written last is shown"


def test_the_same_settings_write_the_same_reply(
    replied: Session, comparison: Comparison, finish: Settle
) -> None:
    comparison.replay(replied.settings)
    finish()
    first, second = comparison.columns
    assert first.side is not None
    assert second.side is not None
    assert first.side.ids == second.side.ids
    assert comparison.alignment.partings == ()


def test_presets_are_written_one_after_the_other(
    qtbot: QtBot, replied: Session, engine: DrawingEngine, comparison: Comparison, finish: Settle
) -> None:
    comparison.add_settings(HOT, "Hot")
    comparison.add_settings(COLD, "Cold")
    assert [column.state for column in comparison.planned] == [ColumnState.PLANNED] * 2
    engine.automatic = False
    comparison.write()
    assert [column.state.value for column in comparison.columns] == ["written", "writing", "waiting"]
    engine.advance(4)
    replied.take_events()
    comparison.catch_up()
    assert comparison.columns[1].length == 4, "it is seen while it grows"
    assert comparison.columns[1].reply == replied.messages[-1].id
    engine.automatic = True
    engine.advance(20)
    finish()
    assert [column.state.value for column in comparison.columns] == ["written"] * 3
    assert [column.settings for column in comparison.columns[1:]] == [HOT, COLD]
    assert [column.name for column in comparison.columns] == ["", "Hot", "Cold"]


def test_there_is_room_for_four(comparison: Comparison, finish: Settle) -> None:
    for settings in (HOT, COLD, HOT.changed("top_k", 3)):
        assert comparison.add_settings(settings) is not None
    assert not comparison.can_add
    assert comparison.add_settings(HOT) is None
    comparison.replay(COLD)
    assert len(comparison.columns) == 4
    comparison.write()
    finish()
    assert [column.state.value for column in comparison.columns] == ["written"] * 4


def test_columns_go_and_the_last_reply_stays(comparison: Comparison, finish: Settle) -> None:
    first = comparison.columns[0]
    planned = comparison.add_settings(HOT)
    assert planned is not None
    assert not comparison.can_remove(first), "nothing would be left to write with"
    comparison.replay(COLD)
    finish()
    cold = comparison.columns[2]
    comparison.remove(first)
    assert comparison.columns == (cold, planned), "what is not written cannot be the first"
    assert not comparison.can_remove(cold)
    comparison.remove(cold)
    comparison.remove(planned)
    assert comparison.columns == (cold,)


def test_any_reply_can_be_the_one_that_others_are_compared_with(
    comparison: Comparison, finish: Settle
) -> None:
    comparison.replay(COLD)
    finish()
    first, second = comparison.columns
    comparison.make_first(second)
    assert comparison.columns == (second, first)
    assert comparison.first is second.side


def test_a_plan_can_be_changed_and_a_reply_cannot(comparison: Comparison) -> None:
    column = comparison.add_settings(HOT)
    assert column is not None
    comparison.rewrite(column, COLD, "Cold")
    assert (column.settings, column.name) == (COLD, "Cold")
    first = comparison.columns[0]
    before = first.settings
    comparison.rewrite(first, HOT)
    assert first.settings == before


def test_stop_keeps_what_is_written_and_plans_the_rest_again(
    qtbot: QtBot, replied: Session, engine: DrawingEngine, comparison: Comparison, finish: Settle
) -> None:
    comparison.add_settings(HOT)
    comparison.add_settings(COLD)
    engine.automatic = False
    comparison.write()
    engine.advance(5)
    replied.take_events()
    comparison.catch_up()
    comparison.stop()
    finish()
    assert [column.state.value for column in comparison.columns] == ["written", "written", "planned"]
    hot = comparison.columns[1].side
    assert hot is not None
    assert (len(hot), hot.end_reason) == (5, "stopped")
    assert comparison.why_not_write() == ""


def test_another_conversation_in_the_middle_and_back(
    qtbot: QtBot, replied: Session, engine: DrawingEngine, comparison: Comparison
) -> None:
    """Fault 52: what was written is there when one comes back, and what was not is planned."""
    conversation, said = replied.conversation.id, []
    comparison.said.connect(said.append)
    comparison.add_settings(HOT)
    comparison.add_settings(COLD)
    engine.automatic = False
    comparison.write()
    engine.advance(4)
    replied.take_events()
    comparison.catch_up()
    replied.new_conversation()
    comparison.catch_up()
    assert comparison.columns == ()
    assert len(said) == 1
    engine.automatic = True
    replied.open_conversation(conversation)
    qtbot.waitUntil(lambda: replied.take_events() or not replied.busy)
    comparison.catch_up()
    assert [column.state.value for column in comparison.columns] == ["written", "written", "planned"]
    assert comparison.columns[1].length == 4


def test_after_a_start_the_replays_stand_beside_their_reply_again(
    qtbot: QtBot, replied: Session, comparison: Comparison, finish: Settle
) -> None:
    comparison.replay(COLD)
    finish()
    comparison.replay(HOT)
    finish()
    again = Comparison(replied, replied)
    again.catch_up()
    assert letters(again) == letters(comparison)


def test_a_reply_written_anew_is_compared_alone_and_can_be_put_beside(
    qtbot: QtBot, replied: Session, comparison: Comparison, finish: Settle
) -> None:
    first = comparison.columns[0]
    replied.change_seed(8, False)
    replied.regenerate()
    qtbot.waitUntil(lambda: replied.take_events() or not replied.busy)
    comparison.catch_up()
    (anew,) = comparison.columns
    assert anew.reply == replied.messages[-1].id
    assert [record.id for record in comparison.others()] == [first.reply]
    comparison.add_reply(first.reply)
    assert [column.reply for column in comparison.columns] == [anew.reply, first.reply]
    assert comparison.others() == ()
    comparison.add_reply(first.reply)
    assert len(comparison.columns) == 2


def test_a_column_that_was_taken_away_stays_away_while_its_reply_is_shown(
    comparison: Comparison, finish: Settle
) -> None:
    comparison.replay(COLD)
    finish()
    comparison.remove(comparison.columns[1])
    comparison.catch_up()
    assert len(comparison.columns) == 1


def test_the_reply_at_the_cursor_is_compared(qtbot: QtBot, replied: Session, comparison: Comparison) -> None:
    first = comparison.columns[0].reply
    replied.send("And why are sunsets red?")
    qtbot.waitUntil(lambda: replied.take_events() or not replied.busy)
    comparison.catch_up()
    second = comparison.columns[0].reply
    assert second == replied.messages[-1].id != first
    start = replied.conversation.spans()[1][0]
    replied.move_cursor(start)
    comparison.catch_up()
    assert comparison.columns[0].reply == first
    replied.move_cursor(0)
    comparison.catch_up()
    assert comparison.columns[0].reply == first, "a token of the prompt changes nothing"


def test_an_earlier_reply_is_replayed_with_what_it_was_given(
    qtbot: QtBot, replied: Session, comparison: Comparison, finish: Settle
) -> None:
    replied.send("And why are sunsets red?")
    qtbot.waitUntil(lambda: replied.take_events() or not replied.busy)
    replied.move_cursor(replied.conversation.spans()[1][0])
    comparison.catch_up()
    first = comparison.columns[0]
    comparison.replay(HOT)
    finish()
    second = comparison.columns[1].side
    assert first.side is not None
    assert second is not None
    assert second.prompt.tolist() == first.side.prompt.tolist()
    assert len(replied.messages) == 2, "its branch is shown, which ends there"
    comparison.show_branch(first)
    assert len(replied.messages) == 4


def test_while_something_is_written_no_other_reply_is_begun(
    replied: Session, engine: DrawingEngine, comparison: Comparison, settle: Settle
) -> None:
    engine.automatic = False
    comparison.replay(HOT)
    assert "being written" in comparison.why_not_write()
    comparison.replay(COLD)
    assert len(comparison.columns) == 2
    replied.stop()
    settle()


def test_with_no_model_or_another_one_a_sentence_says_why(
    replied: Session, engine: DrawingEngine, comparison: Comparison, settle: Settle
) -> None:
    engine.folder = "another"
    replied.open_model("another")
    assert comparison.why_not_write() == "A model has to be loaded first."
    settle()
    comparison.catch_up()
    assert comparison.columns[0].reply, "what is kept can be compared all the same"
    assert "Scripted-4x3 wrote this reply" in comparison.why_not_write()


def test_a_recording_writes_nothing(replied: Session, comparison: Comparison) -> None:
    assert replied.model is not None
    replied.model = replace(replied.model, recorded=True)
    assert "Only what was recorded" in comparison.why_not_write()


def test_settings_changed_while_it_was_written_are_seen(
    qtbot: QtBot, replied: Session, engine: DrawingEngine, comparison: Comparison, finish: Settle
) -> None:
    engine.automatic = False
    comparison.replay(HOT)
    engine.advance(3)
    replied.take_events()
    replied.change_settings(COLD)
    engine.advance(20)
    finish()
    side = comparison.columns[1].side
    assert side is not None
    assert side.settings == ((0, HOT), (3, COLD))


def test_columns_are_told_apart() -> None:
    one, other = Column(HOT), Column(HOT)
    assert one.key != other.key
    assert one != other
