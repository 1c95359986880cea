"""A person mutes heads, blocks and words, sees what changes, ranks heads and writes again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.panels.knife import KnifePanel
from desktop.session import Session
from inference.contract import Failed, Generate, ReadEffect, ReadHeadEffects
from inference.intervention import NOTHING, Intervention
from tests.desktop.scripted_engine import HEADS, LAYERS, ScriptedEngine

Settle = Callable[[], None]


@pytest.fixture
def panel(qtbot: QtBot, session: Session, settle: Settle) -> KnifePanel:
    """A visible panel of a session with a reply, its cursor on the reply's third token."""
    session.send("Why is the sky blue?")
    settle()
    widget = KnifePanel(session)
    qtbot.addWidget(widget)
    widget.resize(900, 700)
    widget.show()
    session.move_cursor(session.conversation.sequence.prompt_length + 2)
    qtbot.waitUntil(widget.controls.rank.isEnabled)
    return widget


def asked(engine: ScriptedEngine, kind: type) -> list[object]:
    return [one for one in engine.commands if isinstance(one, kind)]


def test_a_click_mutes_a_head_and_another_one_no_more(
    qtbot: QtBot, panel: KnifePanel, session: Session
) -> None:
    for column, expected in (
        (1, Intervention(heads=((2, 1),))),
        (HEADS, Intervention(heads=((2, 1),), attention=(2,))),
        (HEADS + 1, Intervention(heads=((2, 1),), attention=(2,), mlp=(2,))),
    ):
        place = panel.grid.cell_rectangle(2, column).center().toPoint()
        qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=place)
        assert session.muting.intervention == expected
    place = panel.grid.cell_rectangle(2, 1).center().toPoint()
    qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=place)
    assert session.muting.intervention.heads == ()


def test_the_keyboard_goes_to_every_cell_and_mutes_it(
    qtbot: QtBot, panel: KnifePanel, session: Session
) -> None:
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Space):
        qtbot.keyClick(panel.grid, key)
    assert session.muting.intervention == Intervention(heads=((1, 2),))
    assert "muted" in panel.grid.accessibleDescription()
    for _ in range(9):
        qtbot.keyClick(panel.grid, Qt.Key.Key_Right)
    qtbot.keyClick(panel.grid, Qt.Key.Key_Return)
    assert session.muting.intervention.mlp == (1,)


def test_what_gained_and_what_lost_is_shown_for_the_token_at_the_cursor(
    qtbot: QtBot, panel: KnifePanel, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    assert not asked(engine, ReadEffect)
    session.mute(Intervention(heads=((0, 0),)))
    qtbot.waitUntil(lambda: bool(asked(engine, ReadEffect)))
    settle()
    (question,) = asked(engine, ReadEffect)
    assert isinstance(question, ReadEffect)
    assert (question.position, question.intervention) == (session.row, Intervention(heads=((0, 0),)))
    before, after = (
        np.exp(engine.logits(row) - np.logaddexp.reduce(engine.logits(row)))
        for row in (session.row, session.row - 1)
    )
    lost = int((after - before).argmin())
    said = panel.bars.accessibleDescription()
    assert "Gained" in said
    assert "Lost" in said
    assert panel.table().rows[0][0] == int((after - before).argmax())
    assert any(row[0] == lost for row in panel.table().rows)
    assert "nats apart" in panel.body.told.text()
    session.mute(NOTHING)
    qtbot.waitUntil(lambda: "Click a head" in panel.body.told.text())
    assert panel.bars.accessibleDescription() == ""


def test_a_refusal_is_a_sentence(
    qtbot: QtBot, panel: KnifePanel, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.answering = False
    session.mute(Intervention(covered=(3,)))
    qtbot.waitUntil(lambda: bool(asked(engine, ReadEffect)))
    (question,) = asked(engine, ReadEffect)
    assert isinstance(question, ReadEffect)
    engine.post(Failed("cannot-cover", "Words cannot be covered.", "Mute heads.", query=question.query))
    settle()
    assert panel.body.told.text() == "Words cannot be covered. Mute heads."


def test_a_word_is_covered_and_uncovered(qtbot: QtBot, panel: KnifePanel, session: Session) -> None:
    at = session.cursor
    qtbot.mouseClick(panel.controls.cover, Qt.MouseButton.LeftButton)
    assert session.muting.intervention == Intervention(covered=(at,))
    qtbot.waitUntil(lambda: panel.controls.cover.text() == "Uncover this word")
    qtbot.mouseClick(panel.controls.cover, Qt.MouseButton.LeftButton)
    assert session.muting.intervention == NOTHING


@pytest.mark.parametrize(("scope", "factor"), [("everywhere", 2), ("here", 1)])
def test_all_heads_are_ranked_piece_by_piece(
    qtbot: QtBot, panel: KnifePanel, session: Session, engine: ScriptedEngine, scope: str, factor: int
) -> None:
    panel.controls.scope.choose(scope)
    qtbot.mouseClick(panel.controls.rank, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not panel.ranking.running)
    ranked = panel.ranking.ranked
    assert ranked is not None
    assert (ranked.done, ranked.total) == (LAYERS * HEADS, LAYERS * HEADS)
    expected = factor * (np.arange(HEADS) - np.arange(LAYERS)[:, None]) / 10
    np.testing.assert_allclose(ranked.effects, expected, atol=1e-6)
    assert ranked.largest(1)[0][:2] == (3, 0)
    assert panel.table().columns == ("layer", "head", "logprob_change_nats")
    questions = asked(engine, ReadHeadEffects)
    assert len(questions) > 1
    heads = [head for one in questions for head in one.heads]  # type: ignore[attr-defined]
    assert len(heads) == len({*heads}) == LAYERS * HEADS
    assert "head 3 · 0" in panel.body.legend.text()


def test_a_ranking_can_be_stopped(
    qtbot: QtBot, panel: KnifePanel, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.answering = False
    qtbot.mouseClick(panel.controls.rank, Qt.MouseButton.LeftButton)
    assert panel.controls.rank.text() == "Stop"
    engine.answer()
    settle()
    qtbot.mouseClick(panel.controls.rank, Qt.MouseButton.LeftButton)
    assert panel.controls.rank.text() == "Rank heads"
    engine.answer()
    settle()
    assert "Stopped after 1 of 12 heads" in panel.body.legend.text()
    assert panel.ranking.ranked is not None
    assert panel.ranking.ranked.done == 1


def test_a_ranking_begins_anew_when_something_else_is_muted(
    qtbot: QtBot, panel: KnifePanel, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    muted = Intervention(heads=((1, 1),))
    session.mute(muted)
    qtbot.waitUntil(lambda: panel.controls.rank.isEnabled())
    engine.answering = False
    qtbot.mouseClick(panel.controls.rank, Qt.MouseButton.LeftButton)
    for _ in range(2):
        engine.answer()
        settle()
    ranked = panel.ranking.ranked
    assert ranked is not None
    assert (ranked.done, ranked.intervention) == (3, muted)  # one head, then two
    session.mute(NOTHING)
    ranked = panel.ranking.ranked
    assert ranked is not None
    assert (panel.ranking.running, ranked.done, ranked.intervention) == (True, 0, NOTHING)
    engine.answering = True
    engine.answer()
    qtbot.waitUntil(lambda: session.take_events() or not panel.ranking.running)
    questions = [one for one in asked(engine, ReadHeadEffects) if isinstance(one, ReadHeadEffects)]
    under = [one for one in questions if one.intervention == NOTHING]
    assert sum(len(one.heads) for one in under) == LAYERS * HEADS
    assert "were ranked" not in panel.body.legend.text()


def test_a_ranking_stays_while_heads_are_muted_and_says_what_it_was_compared_with(
    qtbot: QtBot, panel: KnifePanel, session: Session
) -> None:
    qtbot.mouseClick(panel.controls.rank, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not panel.ranking.running)
    session.mute(Intervention(heads=((3, 0),)))
    qtbot.waitUntil(lambda: "Heads were ranked with nothing muted" in panel.body.legend.text())
    assert panel.ranking.ranked is not None
    session.mute(NOTHING)
    qtbot.waitUntil(lambda: "were ranked" not in panel.body.legend.text())


def test_written_again_with_the_same_dice_and_what_is_muted(
    qtbot: QtBot, panel: KnifePanel, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    first = session.messages[-1].id
    seed = session.archive.history.messages.record(first).reply.seed  # type: ignore[union-attr]
    muted = Intervention(heads=((1, 1),))
    session.mute(muted)
    qtbot.waitUntil(panel.controls.write.isEnabled)
    qtbot.mouseClick(panel.controls.write, Qt.MouseButton.LeftButton)
    settle()
    last = asked(engine, Generate)[-1]
    assert isinstance(last, Generate)
    assert (last.intervention, last.seed, last.written) == (muted, seed, ())
    assert session.messages[-1].id != first
    assert session.messages[-1].model.intervention == muted


def test_nothing_can_be_muted_before_there_is_something(qtbot: QtBot, session: Session) -> None:
    widget = KnifePanel(session)
    qtbot.addWidget(widget)
    widget.show()
    assert "Send a message" in widget.empty.text()
    assert not widget.controls.rank.isEnabled()
