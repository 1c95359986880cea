"""The next-token panel on a distribution that can be checked by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.panels.next_token import NextTokenPanel
from desktop.panels.next_token.export import TABLE_ROWS
from desktop.phase import Phase
from desktop.plots.bar_rows import Bar
from desktop.session import Session
from inference.contract import Failed, ReadLogits
from inference.sampling.chain import run_chain
from inference.sampling.draw import draw_at, pick
from inference.sampling.settings import SamplingSettings
from tests.desktop.panels.next_token.conftest import PLAIN
from tests.desktop.panels.next_token.known_logits import (
    BLUE,
    FIRST_EIGHTH,
    RED,
    SECOND_EIGHTH,
    KnownEngine,
    known_logits,
)
from tests.desktop.scripted_engine import FIRST_BYTE, IDS, VOCABULARY

Settle = Callable[[], None]


def bars(panel: NextTokenPanel) -> list[Bar]:
    return list(panel.view.bars.source.bars(0, 20))


def figures(panel: NextTokenPanel) -> dict[str, str]:
    return {button.facts.label: button.facts.figure for button in panel.view.chain.buttons}


def go(qtbot: QtBot, panel: NextTokenPanel, session: Session, position: int) -> None:
    """Move the cursor and wait until the panel shows the whole vocabulary there."""
    session.move_cursor(position)
    wait_for(qtbot, panel, session, position)


def wait_for(qtbot: QtBot, panel: NextTokenPanel, session: Session, position: int) -> None:
    def shown() -> bool:
        session.take_events()
        scene = panel.scene
        return (
            scene is not None
            and scene.moment.position == position
            and scene.result is not None
            and scene.settings == session.settings
        )

    qtbot.waitUntil(shown)


def logits_asked(engine: KnownEngine) -> list[int]:
    return [command.position for command in engine.commands if isinstance(command, ReadLogits)]


# ---------------------------------------------------------------- what is shown


def test_the_whole_distribution_of_the_token_at_the_cursor_is_shown(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    go(qtbot, panel, known, reply_start)
    assert [(bar.id, bar.rank, round(bar.before, 6), round(bar.after or 0, 6)) for bar in bars(panel)] == [
        (BLUE, 1, 0.5, 0.5),
        (RED, 2, 0.25, 0.25),
        (FIRST_EIGHTH, 3, 0.125, 0.125),
        (SECOND_EIGHTH, 4, 0.125, 0.125),
    ]
    assert panel.header.about.text() == f"what could have come at position {reply_start}, after “⏎”"


def test_a_slider_changes_the_numbers_without_asking_the_engine(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, engine: KnownEngine, reply_start: int
) -> None:
    go(qtbot, panel, known, reply_start)
    sent = len(engine.commands)
    panel.controls.sliders["top_k"].groove.setValue(panel.controls.sliders["top_k"].groove.scale.step_of(2))
    wait_for(qtbot, panel, known, reply_start)
    assert [round(bar.after or 0, 6) for bar in bars(panel)] == [0.666667, 0.333333, 0.0, 0.0]
    assert [bar.removed_by for bar in bars(panel)] == [None, None, "top-k", "top-k"]
    assert known.settings.top_k == 2
    assert len(engine.commands) == sent


def test_the_chain_tells_how_many_survive_each_stage_as_run_chain_does(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    settings = SamplingSettings(repetition_penalty=1.2, temperature=0.7, top_k=3, top_p=0.7, min_p=0.05)
    known.change_settings(settings)
    go(qtbot, panel, known, reply_start)
    history = np.array([token.id for token in known.tokens[:reply_start]])
    result = run_chain(known_logits(), history, settings)
    kept = [4, *(record.kept for record in result.stages)]
    expected = [str(after) if after != before else "" for before, after in pairwise(kept)]
    assert [button.facts.figure for button in panel.view.chain.buttons[1:-1]] == expected
    entropies = [f"{record.entropy:.2f} nats" for record in result.stages]
    assert [button.facts.below for button in panel.view.chain.buttons[1:-1]] == entropies


def test_the_entropy_before_any_stage_is_one_and_three_quarters_bits(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    go(qtbot, panel, known, reply_start)
    first = panel.view.chain.buttons[0].facts
    assert (first.figure, first.below) == (str(len(VOCABULARY)), f"{1.75 * np.log(2):.2f} nats")


def test_a_stage_can_be_chosen_and_its_distribution_is_shown(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    known.change_settings(SamplingSettings(temperature=0.5, top_k=2, top_p=1.0))
    go(qtbot, panel, known, reply_start)
    by_name = {button.facts.label: button for button in panel.view.chain.buttons}
    by_name["temperature"].click()
    assert [round(bar.after or 0, 6) for bar in bars(panel)] == [
        round(parts / 22, 6) for parts in (16, 4, 1, 1)
    ]
    by_name["logits"].click()
    assert [bar.after for bar in bars(panel)] == [bar.before for bar in bars(panel)]
    by_name["draw"].click()
    assert [round(bar.after or 0, 6) for bar in bars(panel)] == [0.8, 0.2, 0.0, 0.0]


def test_half_a_character_is_shown_as_its_byte_fault_33(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, engine: KnownEngine, reply_start: int
) -> None:
    half = FIRST_BYTE + 0xE3
    logits = known_logits()
    logits[half] = 5.0
    engine.logits = lambda row: logits  # type: ignore[method-assign]
    go(qtbot, panel, known, reply_start)
    assert bars(panel)[0].piece == "⟨E3⟩"
    assert "\ufffd" not in panel.view.bars.source.bars(0, 1)[0].piece


# ---------------------------------------------------------------- the dice


def test_the_same_dice_pick_the_token_in_the_text(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    go(qtbot, panel, known, reply_start + 1)
    assert known.steps[reply_start + 1].draw == pytest.approx(0.625)
    assert panel.header.dice.text() == "same dice: u = 0.625"
    assert figures(panel)["draw"] == "·red"


def test_the_same_dice_pick_another_token_when_a_slider_moves(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    # ⅝ falls beyond ½ into “ red”; with two survivors “ blue” reaches ⅔.
    go(qtbot, panel, known, reply_start + 1)
    known.change_settings(SamplingSettings(temperature=1.0, top_k=2, top_p=1.0))
    wait_for(qtbot, panel, known, reply_start + 1)
    assert panel.header.dice.text() == "same dice now: ·blue"
    assert "chose ·red" in panel.header.dice.toolTip()
    assert panel.scene is not None
    assert (panel.scene.moment.chosen, panel.scene.dice) == (RED, BLUE)


def test_a_prompt_token_was_not_drawn_and_the_seeds_dice_are_shown(
    qtbot: QtBot, panel: NextTokenPanel, known: Session
) -> None:
    go(qtbot, panel, known, 2)
    assert panel.header.about.text().endswith("prompt token, not drawn")
    picked = pick(run_chain(known_logits(), np.array([], np.int64), PLAIN), draw_at(4, 2))
    assert panel.scene is not None
    assert panel.scene.dice == picked
    assert panel.header.dice.text().startswith("dice of this seed: ")


def test_another_seed_throws_other_dice_for_prompt_tokens(
    qtbot: QtBot, panel: NextTokenPanel, known: Session
) -> None:
    go(qtbot, panel, known, 2)
    known.change_seed(5, False)
    qtbot.waitUntil(lambda: panel.scene is not None and panel.scene.moment.draw == draw_at(5, 2))


# ---------------------------------------------------------------- search


def test_a_search_finds_rank_and_the_stage_that_removed_a_token(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    known.change_settings(SamplingSettings(temperature=1.0, top_k=1, top_p=1.0))
    go(qtbot, panel, known, reply_start)
    QTest.keyClicks(panel.header.search, "red")
    found = {bar.piece: (bar.rank, bar.removed_by) for bar in bars(panel)}
    assert found["·red"] == (2, "top-k")
    assert found["red"] == (0, "the model")
    assert bars(panel)[0].piece == "·red"
    for part in (f"ID {RED}", "rank 2", "logit −1.39", "p = 0.2500", "removed by top-k"):
        assert part in panel.view.foot.facts.text()


def test_a_search_by_id_and_enter_goes_to_the_list_and_back_to_all_tokens(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    go(qtbot, panel, known, reply_start)
    QTest.keyClicks(panel.header.search, str(SECOND_EIGHTH))
    QTest.keyClick(panel.header.search, Qt.Key.Key_Return)
    assert SECOND_EIGHTH in [bar.id for bar in bars(panel)]
    QTest.keyClick(panel.view.bars, Qt.Key.Key_Return)
    assert panel.header.query == ""
    assert panel.view.bars.current_token == SECOND_EIGHTH
    assert len(panel.view.bars.source) == 4


def test_a_search_without_result_says_so(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    go(qtbot, panel, known, reply_start)
    panel.header.search.setText("xyzzy")
    assert len(panel.view.bars.source) == 0
    panel.view.bars.grab()
    panel.header.search.clear()
    assert len(panel.view.bars.source) == 4


# ---------------------------------------------------------------- asking


def test_nothing_is_asked_while_hidden_and_everything_caught_up_when_shown(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, engine: KnownEngine, reply_start: int
) -> None:
    panel.hide()
    asked = len(logits_asked(engine))
    known.move_cursor(reply_start)
    known.change_settings(SamplingSettings(temperature=0.5, top_k=0, top_p=1.0))
    assert not any(timer.isActive() for timer in panel.findChildren(QTimer))
    assert len(logits_asked(engine)) == asked
    panel.show()
    wait_for(qtbot, panel, known, reply_start)
    assert panel.controls.sliders["temperature"].value == 0.5


def test_until_the_logits_are_there_the_step_gives_a_picture(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, engine: KnownEngine, reply_start: int
) -> None:
    engine.answering = False
    known.move_cursor(reply_start)
    qtbot.waitUntil(lambda: panel.scene is not None and panel.scene.moment.position == reply_start)
    assert panel.scene is not None
    assert panel.scene.result is None
    assert [(bar.id, round(bar.after or 0, 6)) for bar in bars(panel)[:2]] == [(BLUE, 0.5), (RED, 0.25)]
    known.change_settings(SamplingSettings(temperature=0.5, top_k=0, top_p=1.0))
    qtbot.waitUntil(lambda: bars(panel)[0].after is None)
    engine.answering = True
    engine.answer()
    wait_for(qtbot, panel, known, reply_start)
    assert round(bars(panel)[0].after or 0, 6) == round(16 / 22, 6)


def test_while_writing_at_most_one_question_is_in_flight(
    qtbot: QtBot, panel: NextTokenPanel, session: Session, engine: KnownEngine
) -> None:
    engine.automatic = False
    engine.answering = False
    engine.replies[0] = " blue red" * 40
    session.send("Why?")
    for _ in range(60):
        engine.advance()
        session.take_events()
        QCoreApplication.processEvents()
    assert session.phase is Phase.WRITING
    assert len(logits_asked(engine)) <= 1
    engine.answering = True
    engine.answer()
    engine.advance(200)
    session.take_events()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    wait_for(qtbot, panel, session, session.cursor)


def test_an_answer_about_a_replaced_sequence_is_not_shown(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, engine: KnownEngine, reply_start: int, settle: Settle
) -> None:
    engine.answering = False
    known.move_cursor(reply_start)
    qtbot.waitUntil(lambda: len(logits_asked(engine)) > 0)
    known.new_conversation()
    engine.answering = True
    engine.answer()
    settle()
    assert panel.scene is None
    qtbot.waitUntil(panel.empty.isVisible)
    assert "Send a message" in panel.empty.text()


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_fault_21_logits_that_are_no_numbers_are_said_not_shown(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, engine: KnownEngine, reply_start: int, wrong: float
) -> None:
    logits = known_logits()
    logits[7] = wrong
    engine.logits = lambda row: logits  # type: ignore[method-assign]
    known.move_cursor(reply_start)
    qtbot.waitUntil(lambda: known.take_events() or "token 7" in panel.empty.text())
    assert panel.scene is None


def test_a_refused_question_is_explained(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, engine: KnownEngine, reply_start: int
) -> None:
    engine.answering = False
    before = len(logits_asked(engine))
    known.move_cursor(reply_start)
    qtbot.waitUntil(lambda: len(logits_asked(engine)) > before)
    query = next(command for command in reversed(engine.commands) if isinstance(command, ReadLogits))
    engine.post(Failed("row-gone", "Row 3 is no longer kept.", "Go on.", query=query.query))
    qtbot.waitUntil(lambda: known.take_events() or panel.empty.text() == "Row 3 is no longer kept. Go on.")


def test_the_first_token_has_no_distribution(qtbot: QtBot, panel: NextTokenPanel, known: Session) -> None:
    known.move_cursor(0)
    qtbot.waitUntil(lambda: "first token" in panel.empty.text())


# ---------------------------------------------------------------- keyboard, export


def test_ctrl_f_brings_the_keyboard_to_the_search_field(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    go(qtbot, panel, known, reply_start)
    panel.view.bars.setFocus()
    QTest.keyClick(panel.view.bars, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(panel.header.search.hasFocus)


def test_the_table_and_the_arrays_hold_what_is_shown(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    known.change_settings(SamplingSettings(temperature=1.0, top_k=1, top_p=1.0))
    go(qtbot, panel, known, reply_start)
    panel.menu.copy_json()
    rows = json.loads(QGuiApplication.clipboard().text())
    assert [row["rank"] for row in rows] == [1, 2, 3, 4]
    assert rows[0]["piece"] == "·blue"
    assert rows[0]["bytes_hex"] == "20 62 6c 75 65"
    assert rows[0]["processed_p"] == 1.0
    assert [row["removed_by"] for row in rows] == [None, "top-k", "top-k", "top-k"]
    arrays = panel.arrays()
    assert arrays["logits"][BLUE] == np.float32(np.log(0.5))
    assert arrays["processed_probabilities"].sum() == pytest.approx(1.0)
    assert arrays["history"].tolist() == [token.id for token in known.tokens[:reply_start]]
    assert len(rows) <= TABLE_ROWS


def test_nothing_to_save_is_no_trouble(panel: NextTokenPanel) -> None:
    assert panel.arrays() == {}
    assert list(panel.table().rows) == []


def test_the_settings_of_the_next_token_are_those_of_the_sliders(
    panel: NextTokenPanel, session: Session
) -> None:
    QTest.keyClick(panel.controls.sliders["temperature"].groove, Qt.Key.Key_Home)
    assert session.settings.temperature == 0.0


def test_the_words_of_a_masked_vocabulary_are_found_too(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int
) -> None:
    go(qtbot, panel, known, reply_start)
    panel.header.search.setText(str(IDS[b" Paris"]))
    assert bars(panel)[-1].removed_by == "the model"


def test_a_scroll_bar_takes_no_room_from_the_numbers(qtbot: QtBot, panel: NextTokenPanel) -> None:
    panel.resize(860, 240)
    bar = panel._scroll.verticalScrollBar()
    qtbot.waitUntil(bar.isVisible)
    field = panel.controls.sliders["temperature"].field
    right = field.mapTo(panel, field.rect().topRight()).x()
    assert right < bar.mapTo(panel, bar.rect().topLeft()).x()
