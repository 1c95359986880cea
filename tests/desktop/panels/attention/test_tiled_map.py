"""A long conversation in the panel: its map in tiles of the screen, exact numbers where somebody points."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from desktop.panels.attention import AttentionPanel
from desktop.session import Session
from inference.attention_map import pooled
from inference.contract import ReadAttention, ReadAttentionMap
from tests.desktop.plots.pictures import point_at
from tests.desktop.scripted_engine import ScriptedEngine, attention_weights


@pytest.fixture
def panel(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, session: Session, engine: ScriptedEngine
) -> AttentionPanel:
    """A visible panel whose map is one of many rows."""
    # What makes a map a large one.
    monkeypatch.setattr("desktop.plots.attention_chart.EXACT_ROWS", 8)
    session.choose_head(2, 1)
    widget = AttentionPanel(session)
    qtbot.addWidget(widget)
    widget.resize(800, 520)
    widget.show()
    engine.automatic = False
    session.send("Why is the sky blue?")
    engine.advance(4)
    session.take_events()
    qtbot.waitUntil(lambda: widget.map.tiled and widget.map.missing() is None)
    return widget


def asked_maps(engine: ScriptedEngine) -> list[ReadAttentionMap]:
    return [command for command in engine.commands if isinstance(command, ReadAttentionMap)]


def test_what_is_in_sight_is_read_as_pooled_weights(
    panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    asked = asked_maps(engine)[0]
    assert (asked.layer, asked.head, asked.start, asked.left) == (2, 1, 0, 0)
    tile = panel.weights.tiles(2, 1, False).tile(asked.stride, 0, 0)
    assert tile is not None
    rows = len(session.tokens) - 1
    assert tile.rows == rows
    exact = pooled(attention_weights(2, 1, range(rows), rows), asked.stride, 0, rows)
    np.testing.assert_allclose(tile.weights[: len(exact), : exact.shape[1]], exact, atol=5e-4)


def test_growing_reads_the_new_rows_only(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    before = len(asked_maps(engine))
    rows = len(session.tokens) - 1
    engine.advance(3)
    session.take_events()
    qtbot.waitUntil(lambda: len(asked_maps(engine)) > before and panel.map.missing() is None)
    assert all(asked.start >= rows - 1 for asked in asked_maps(engine)[before:])


def test_while_it_writes_only_the_row_at_the_cursor_is_read_exactly(
    panel: AttentionPanel, engine: ScriptedEngine
) -> None:
    exact = [command for command in engine.commands if isinstance(command, ReadAttention)]
    assert exact
    assert all(command.stop - command.start <= 8 for command in exact)


def test_the_pointer_reads_the_exact_row_below_it(
    qtbot: QtBot, panel: AttentionPanel, engine: ScriptedEngine
) -> None:
    assert panel.weights.matrix(2, 1).row(3) is None
    point_at(panel.map, panel.map.centre_of(3, 2))
    qtbot.waitUntil(lambda: panel.weights.matrix(2, 1).row(3) is not None)
    weight = attention_weights(2, 1, range(3, 4), 4)[0, 2]
    assert str(np.float32(weight)) in panel.map.hover_text()
    point_at(panel.map, QPointF(0, 0))
    assert panel.map.hover_text() == ""


def test_hiding_the_sink_reads_the_map_that_is_displayed(
    qtbot: QtBot, panel: AttentionPanel, engine: ScriptedEngine
) -> None:
    panel.controls.hide_sink.click()
    qtbot.waitUntil(lambda: any(asked.hide_sink for asked in asked_maps(engine)))
    qtbot.waitUntil(lambda: panel.map.missing() is None)
    tile = panel.weights.tiles(2, 1, True).tile(1, 0, 0)
    assert tile is not None
    assert not tile.weights[:, 0].any()


def test_another_head_has_tiles_of_its_own(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    session.choose_head(0, 2)
    qtbot.waitUntil(lambda: (asked_maps(engine)[-1].layer, asked_maps(engine)[-1].head) == (0, 2))
    qtbot.waitUntil(lambda: panel.map.missing() is None)
    count = len(asked_maps(engine))
    session.choose_head(2, 1)
    qtbot.waitUntil(lambda: not panel._frame.isActive())
    assert all(asked.start > 0 for asked in asked_maps(engine)[count:])


def test_what_the_next_conversation_does_not_share_is_forgotten(
    qtbot: QtBot, panel: AttentionPanel, session: Session, engine: ScriptedEngine
) -> None:
    tiles = panel.weights.tiles(2, 1, False)
    session.stop()
    session.take_events()
    session.new_conversation()
    session.send("Hello world")
    engine.advance(1)
    session.take_events()
    qtbot.waitUntil(lambda: not panel._replaced)
    tile = tiles.tile(1, 0, 0)
    assert tile is not None
    assert tile.rows < 30
