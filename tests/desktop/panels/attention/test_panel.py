"""The panel follows the session, and a person moves the session with it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.panels.attention import AttentionPanel
from desktop.phase import Phase
from desktop.session import Head, Session
from inference.contract import Failed, Proof, Proved, ReadAtlas, ReadAttention
from inference.intervention import NOTHING, Intervention
from inference.tensors.contract import TensorRef
from models.tokenizer.pieces import render_piece
from tests.desktop.plots.pictures import click, point_at
from tests.desktop.scripted_engine import HEADS, LAYERS, ScriptedEngine, attention_weights


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> AttentionPanel:
    """A visible panel of a session whose model is loaded, layer 2, head 1."""
    session.choose_head(2, 1)
    widget = AttentionPanel(session)
    qtbot.addWidget(widget)
    widget.resize(800, 520)
    widget.show()
    return widget


def reads(engine: ScriptedEngine, layer: int = 2, head: Head = 1) -> list[tuple[int, int]]:
    """Rows of a head that were asked for."""
    return [
        (command.start, command.stop)
        for command in engine.commands
        if isinstance(command, ReadAttention) and (command.layer, command.head) == (layer, head)
    ]


def known(panel: AttentionPanel, layer: int = 2, head: Head = 1) -> int:
    """How many rows of a head the panel has."""
    matrix = panel.weights.matrix(layer, head)
    return sum(stop - start for start, stop in matrix.runs(0, 512, known=True))


def write(session: Session, engine: ScriptedEngine, tokens: int) -> None:
    """Let the engine write some tokens and the session take them."""
    engine.advance(tokens)
    session.take_events()


# ---------------------------------------------------------------- rows


def test_rows_arrive_while_the_model_writes_and_are_what_the_engine_computed(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    engine.automatic = False
    session.send("Why is the sky blue?")
    session.take_events()
    for _ in range(5):
        write(session, engine, 1)
        rows = len(session.tokens) - 1
        qtbot.waitUntil(lambda rows=rows: known(panel) == rows)
    expected = attention_weights(2, 1, range(rows), rows)
    for row in range(rows):
        np.testing.assert_array_equal(panel.weights.matrix(2, 1).row(row), expected[row, : row + 1])
    # Each row was asked for once.
    assert sum(stop - start for start, stop in reads(engine)) == rows


def test_nothing_is_asked_about_a_prompt_that_is_still_being_read(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    engine.automatic = False
    session.send("Why is the sky blue?")
    session.take_events()
    assert session.phase is Phase.PREFILLING
    panel._refresh()
    assert not reads(engine)
    write(session, engine, 1)
    qtbot.waitUntil(lambda: known(panel) == len(session.tokens) - 1)


def test_another_head_reads_only_what_is_missing(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    session.send("Why is the sky blue?")
    qtbot.waitUntil(lambda: session.phase is Phase.READY and known(panel) == len(session.tokens) - 1)
    asked = len(reads(engine))
    session.choose_head(3, 0)
    qtbot.waitUntil(lambda: known(panel, 3, 0) == len(session.tokens) - 1)
    session.choose_head(2, 1)
    qtbot.waitUntil(lambda: panel.about.text().startswith("layer 2, head 1"))
    assert len(reads(engine)) == asked


def test_the_next_turn_keeps_the_rows_of_the_common_prefix(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    session.send("Why is the sky blue?")
    qtbot.waitUntil(lambda: session.phase is Phase.READY and known(panel) == len(session.tokens) - 1)
    before = len(session.tokens) - 1
    session.send("And why are sunsets red?")
    qtbot.waitUntil(lambda: session.phase is Phase.READY and known(panel) == len(session.tokens) - 1)
    rows = len(session.tokens) - 1
    assert rows > before
    assert sum(stop - start for start, stop in reads(engine)) == rows
    expected = attention_weights(2, 1, range(rows), rows)
    for row in range(rows):
        np.testing.assert_array_equal(panel.weights.matrix(2, 1).row(row), expected[row, : row + 1])


def test_a_new_conversation_keeps_only_the_rows_that_it_shares(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    session.send("Why is the sky blue?")
    qtbot.waitUntil(lambda: session.phase is Phase.READY and known(panel) == len(session.tokens) - 1)
    first = [token.id for token in session.tokens]
    session.new_conversation()
    engine.automatic = False
    session.send("Hello world")
    session.take_events()
    panel._refresh()
    second = [token.id for token in session.tokens]
    shared = next(at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b)
    assert known(panel) <= shared
    assert panel.atlas._weights is None


def test_answers_about_a_sequence_that_is_gone_are_ignored(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    engine.answering = False
    session.send("Why is the sky blue?")
    qtbot.waitUntil(lambda: bool(reads(engine)))
    session.new_conversation()
    session.send("Hello world")
    engine.answering = True
    engine.answer()
    qtbot.waitUntil(lambda: session.phase is Phase.READY and known(panel) == len(session.tokens) - 1)
    rows = len(session.tokens) - 1
    expected = attention_weights(2, 1, range(rows), rows)
    for row in range(rows):
        np.testing.assert_array_equal(panel.weights.matrix(2, 1).row(row), expected[row, : row + 1])


def test_a_hidden_panel_asks_for_nothing_and_catches_up(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    panel.hide()
    session.send("Why is the sky blue?")
    settle()
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    assert not [c for c in engine.commands if isinstance(c, ReadAttention | ReadAtlas)]
    assert not panel._frame.isActive()
    panel.show()
    qtbot.waitUntil(lambda: known(panel) == len(session.tokens) - 1)
    assert panel.map.rows_in_sight() == (0, len(session.tokens) - 1)


# ---------------------------------------------------------------- atlas


def test_the_atlas_shows_every_head_of_every_layer(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    session.send("Why is the sky blue?")
    qtbot.waitUntil(lambda: panel.atlas._weights is not None)
    assert panel.atlas._weights is not None
    assert panel.atlas._weights.shape[:2] == (LAYERS, HEADS)
    asked = [command for command in engine.commands if isinstance(command, ReadAtlas)]
    assert asked[0].cells == panel.atlas.side


def test_a_click_in_the_atlas_chooses_the_head(qtbot: QtBot, panel: AttentionPanel, session: Session) -> None:
    session.send("Why is the sky blue?")
    qtbot.waitUntil(lambda: panel.atlas._weights is not None)
    session.choose_head(2, "mean")
    click(panel.atlas, panel.atlas.cell_rectangle(3, 2).center())
    assert (session.layer, session.head) == (3, 2)
    assert panel.controls.this_head.isChecked()
    for _ in range(2):
        qtbot.keyClick(panel.atlas, Qt.Key.Key_Left)
    assert (session.layer, session.head) == (3, 0)


# ---------------------------------------------------------------- cursor


def ready(qtbot: QtBot, panel: AttentionPanel, session: Session) -> None:
    """Ask, and wait until all rows are there."""
    session.send("Why is the sky blue?")
    qtbot.waitUntil(lambda: session.phase is Phase.READY and known(panel) == len(session.tokens) - 1)


def test_a_click_on_a_row_moves_the_cursor_to_the_token_it_chose(
    qtbot: QtBot, panel: AttentionPanel, session: Session
) -> None:
    ready(qtbot, panel, session)
    click(panel.map, panel.map.centre_of(9, 4))
    assert session.cursor == 10
    assert session.row == 9
    assert not session.following
    query = render_piece(session.tokens[9].piece).removeprefix("·")
    qtbot.waitUntil(lambda: panel.about.text() == f"layer 2, head 1 · query “{query}” looks at keys →")


def test_hovering_tells_both_tokens_and_the_weight(
    qtbot: QtBot, panel: AttentionPanel, session: Session
) -> None:
    ready(qtbot, panel, session)
    point_at(panel.map, panel.map.centre_of(9, 4))
    query, key = (render_piece(session.tokens[position].piece) for position in (9, 4))
    weight = str(attention_weights(2, 1, range(9, 10), 10)[0, 4])
    assert panel.map.hover_text() == f"query {query} → key {key} · positions 9 → 4 · weight {weight}"


def test_the_list_shows_the_keys_of_the_row_at_the_cursor(
    qtbot: QtBot, panel: AttentionPanel, session: Session
) -> None:
    ready(qtbot, panel, session)
    session.move_cursor(10)
    row = attention_weights(2, 1, range(9, 10), 10)[0]
    order = np.argsort(-row, kind="stable")
    qtbot.waitUntil(lambda: [line.position for line in panel.keys.model.lines][:3] == order[:3].tolist())
    assert panel.keys.model.lines[0].weight == row[order[0]]


def test_much_weight_on_the_first_token_is_explained(
    qtbot: QtBot, panel: AttentionPanel, session: Session
) -> None:
    ready(qtbot, panel, session)
    session.move_cursor(4)
    assert attention_weights(2, 1, range(3, 4), 4)[0, 0] > 0.25
    qtbot.waitUntil(lambda: "attention sink" in panel.keys.sentence.text())


def test_keys_pressed_within_a_frame_all_count(qtbot: QtBot, panel: AttentionPanel, session: Session) -> None:
    ready(qtbot, panel, session)
    session.move_cursor(10)
    for _ in range(3):
        qtbot.keyClick(panel.map, Qt.Key.Key_Up)
    assert session.cursor == 7


def test_while_the_cursor_runs_ahead_the_newest_row_that_was_read_is_shown(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    engine.automatic = False
    session.send("Why is the sky blue?")
    session.take_events()
    write(session, engine, 2)
    row = session.row
    qtbot.waitUntil(lambda: known(panel) == row + 1)
    engine.answering = False
    write(session, engine, 3)
    panel._refresh()
    query = render_piece(session.tokens[row].piece).removeprefix("·")
    assert f"“{query}”" in panel.about.text()
    assert panel.keys.model.lines
    session.move_cursor(session.cursor)
    panel._refresh()
    assert panel.keys.model.lines == []


def test_choosing_a_key_moves_the_cursor_there(qtbot: QtBot, panel: AttentionPanel, session: Session) -> None:
    ready(qtbot, panel, session)
    panel.keys.key_chosen.emit(4)
    assert session.cursor == 4


def test_the_first_token_was_chosen_by_no_row(qtbot: QtBot, panel: AttentionPanel, session: Session) -> None:
    ready(qtbot, panel, session)
    session.move_cursor(0)
    qtbot.waitUntil(lambda: panel.about.text() == "layer 2, head 1")
    assert panel.keys.model.lines == []


# ---------------------------------------------------------------- heads and scale


@pytest.mark.parametrize(("button", "head"), [("mean", "mean"), ("maximum", "max")])
def test_mean_and_maximum_are_read_from_the_engine(
    qtbot: QtBot, panel: AttentionPanel, session: Session, button: str, head: Head
) -> None:
    ready(qtbot, panel, session)
    getattr(panel.controls, button).click()
    assert (session.layer, session.head) == (2, head)
    qtbot.waitUntil(lambda: known(panel, 2, head) == len(session.tokens) - 1)
    every = np.stack([attention_weights(2, number, range(5, 6), 6)[0] for number in range(HEADS)])
    expected = every.mean(axis=0) if head == "mean" else every.max(axis=0)
    np.testing.assert_array_equal(panel.weights.matrix(2, head).row(5), expected)
    panel.controls.this_head.click()
    assert session.head == 1


def test_hiding_the_sink_is_said_and_lists_the_others(
    qtbot: QtBot, panel: AttentionPanel, session: Session
) -> None:
    ready(qtbot, panel, session)
    session.move_cursor(10)
    panel.controls.hide_sink.click()
    row = attention_weights(2, 1, range(9, 10), 10)[0]
    qtbot.waitUntil(lambda: "is hidden" in panel.keys.sentence.text())
    first = panel.keys.model.lines[0]
    assert first.position != 0
    assert first.weight == pytest.approx(row[first.position] / (1 - row[0]), rel=1e-5)


def test_the_whole_map_button_is_for_a_zoomed_map(
    qtbot: QtBot, panel: AttentionPanel, session: Session
) -> None:
    ready(qtbot, panel, session)
    qtbot.waitUntil(lambda: not panel.controls.fit.isEnabled())
    panel.map.zoom(3)
    assert panel.controls.fit.isEnabled()
    panel.controls.fit.click()
    assert panel.map.fitted
    assert not panel.controls.fit.isEnabled()


# ---------------------------------------------------------------- what there is to say


def test_an_empty_panel_says_what_will_appear(qtbot: QtBot, panel: AttentionPanel) -> None:
    assert panel.empty.isVisible()
    assert panel.empty.text().startswith("Send a message")


def test_the_badge_shows_the_proof(qtbot: QtBot, panel: AttentionPanel) -> None:
    assert panel.badge.text() == "reconstructed · max |Δ| 2.4 × 10⁻⁷"


def test_a_refused_proof_shows_no_attention(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    ready(qtbot, panel, session)
    engine.post(Proved(Proof("refused", None, None, 64, "the numbers differ by 0.3.")))
    qtbot.waitUntil(panel.empty.isVisible)
    assert "the numbers differ by 0.3." in panel.empty.text()
    assert panel.badge.text() == "refused, because the numbers differ by 0.3."
    asked = len(reads(engine))
    session.send("And why are sunsets red?")
    qtbot.waitUntil(lambda: session.phase is Phase.READY)
    panel._refresh()
    assert len(reads(engine)) == asked


def test_what_the_engine_refuses_is_said_until_something_changes(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    engine.answering = False
    session.send("Why is the sky blue?")
    qtbot.waitUntil(lambda: bool(reads(engine)))
    query = next(c.query for c in engine.commands if isinstance(c, ReadAttention))
    engine.post(Failed("position-not-read", "Row 9 is not read.", "Wait for it.", query=query))
    qtbot.waitUntil(panel.empty.isVisible)
    assert panel.empty.text() == "Row 9 is not read. Wait for it."
    engine.answering = True
    engine.answer()
    session.choose_head(1, 1)
    qtbot.waitUntil(lambda: known(panel, 1, 1) == len(session.tokens) - 1)
    assert not panel.empty.isVisible()


def test_a_lost_engine_leaves_what_was_read(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    ready(qtbot, panel, session)
    rows = len(session.tokens) - 1
    engine.crash()
    qtbot.waitUntil(lambda: session.phase is Phase.LOST)
    panel._refresh()
    assert known(panel) == rows
    assert not panel.empty.isVisible()


def test_the_panel_has_a_name_for_screen_readers(panel: AttentionPanel) -> None:
    assert panel.accessibleName() == "Attention"
    assert panel.objectName() == "attention"


# ---------------------------------------------------------------- muting


def test_a_head_is_muted_by_a_key_and_crossed_out(
    qtbot: QtBot, panel: AttentionPanel, session: Session, settle: Callable[[], None]
) -> None:
    session.send("Why is the sky blue?")
    settle()
    qtbot.waitUntil(lambda: panel.atlas.accessibleDescription() == "layer 2, head 1")
    room = panel.atlas.cell_rectangle(2, 1).toRect()
    before = panel.atlas.grab(room).toImage()
    qtbot.keyClick(panel.atlas, Qt.Key.Key_M)
    assert session.muting.intervention.heads == ((2, 1),)
    assert panel.atlas.grab(room).toImage() != before
    qtbot.keyClick(panel.atlas, Qt.Key.Key_M)
    assert not session.muting.intervention


def test_the_proof_is_of_the_model_in_its_file_and_a_changed_one_says_so(
    panel: AttentionPanel, session: Session, settle: Callable[[], None]
) -> None:
    session.send("Why is the sky blue?")
    settle()
    proved = "reconstructed · max |Δ| 2.4 × 10⁻⁷"
    assert panel.badge.text() == proved
    session.flip_bit(TensorRef("graph", "dense/bias"), 3, 31)
    settle()
    assert panel.badge.text() == "model changed, not proved"
    assert "A bit of a weight is flipped in memory." in panel.badge.toolTip()
    assert panel.badge.palette().color(panel.badge.foregroundRole()) == theme.colour(theme.current().warning)
    assert panel.shown_head().proof is None
    session.restore_weights()
    settle()
    assert panel.badge.text() == proved
    assert panel.shown_head().proof == session.proof


def test_what_is_muted_counts_from_the_next_reply_on(
    qtbot: QtBot, panel: AttentionPanel, session: Session, settle: Callable[[], None]
) -> None:
    session.send("Why is the sky blue?")
    settle()
    proved = panel.badge.text()
    session.mute(Intervention(heads=((1, 2),)))
    assert panel.badge.text() == f"{proved} · before muting"
    assert "The next reply is written without head 1 · 2" in panel.badge.toolTip()
    session.mute(NOTHING)
    assert panel.badge.text() == proved
    session.mute(Intervention(heads=((1, 2),)))
    session.send("And why is it red?")
    settle()
    qtbot.waitUntil(lambda: panel.badge.text() == "model changed, not proved")
    assert "What is shown was read without head 1 · 2." in panel.badge.toolTip()
    session.mute(NOTHING)
    session.send("And at night?")
    settle()
    qtbot.waitUntil(lambda: panel.badge.text() == proved)
