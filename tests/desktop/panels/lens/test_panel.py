"""The lens follows the cursor, reads what is in sight, and shows what adds up to a logit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.panels.lens import LensPanel, reader, wording
from desktop.session import Session
from inference.contract import LENS_ROWS_PER_READ, Failed, ReadAttribution, ReadLens
from tests.desktop.scripted_engine import HEADS, LAYERS, ScriptedEngine

Settle = Callable[[], None]


@pytest.fixture
def panel(qtbot: QtBot, session: Session, settle: Settle) -> LensPanel:
    """A visible panel of a session with a reply, its cursor on the reply's third token."""
    session.send("Why is the sky blue?")
    settle()
    widget = LensPanel(session)
    qtbot.addWidget(widget)
    widget.resize(700, 700)
    session.move_cursor(session.conversation.sequence.prompt_length + 2)
    widget.show()
    qtbot.waitUntil(lambda: bool(widget.lines.accessibleDescription()) and bool(widget.added.text()))
    return widget


def test_rows_in_sight_are_read_once_and_no_others(
    panel: LensPanel, session: Session, engine: ScriptedEngine
) -> None:
    read = [
        row
        for one in engine.commands
        if isinstance(one, ReadLens)
        for row in range(one.start, min(one.stop, one.start + 8))
    ]
    assert len(read) == len({*read})
    assert {*panel.grid.in_sight} <= {*panel.reader.rows}
    assert len(panel.reader.rows) < len(session.tokens) - 1
    assert session.row in panel.grid.in_sight


def test_a_cell_moves_the_cursor_to_the_token_that_its_row_chose(
    qtbot: QtBot, panel: LensPanel, session: Session
) -> None:
    position = session.row - 1
    place = panel.grid.cell_rectangle(position, 2).center().toPoint()
    qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=place)
    assert session.cursor == position + 1
    qtbot.waitUntil(lambda: "after layer 1" in panel.grid.accessibleDescription())
    qtbot.keyClick(panel.grid, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: "after layer 0" in panel.grid.accessibleDescription())
    qtbot.keyClick(panel.grid, Qt.Key.Key_Right)
    assert session.cursor == position + 2


def test_rank_and_entropy_of_the_chosen_token(panel: LensPanel) -> None:
    said = panel.lines.accessibleDescription()
    assert said.startswith("in: rank 41, entropy 4.00 nats")
    assert f"{LAYERS - 1}: rank 1, entropy 0.50 nats" in said
    assert "for the first time after layer 3" in panel.about.text()


def test_shares_add_up_to_the_logit(panel: LensPanel, session: Session, engine: ScriptedEngine) -> None:
    (question,) = [one for one in engine.commands if isinstance(one, ReadAttribution)]
    assert (question.position, question.token) == (session.row, session.tokens[session.cursor].id)
    rows = [row for row in panel.table().rows if row[9]]
    assert len(rows) == 1 + LAYERS * HEADS + LAYERS + 2
    total = 2 + 0.1 * 3 * 10 - 4 + 0.251
    assert sum(float(row[10]) for row in rows if row[10] is not None) == pytest.approx(total, abs=1e-5)
    assert "1.251" in panel.added.text()
    said = panel.shares.accessibleDescription().split("; ")
    assert said[0] == "embedding +2.000"
    assert said[-1] == "rounding +0.001"
    shown = [float(one.rsplit(" ", 1)[1]) for one in said]
    assert sum(shown) == pytest.approx(total, abs=0.01)


def test_everything_can_be_read_and_stopped(
    qtbot: QtBot, panel: LensPanel, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.answering = False
    qtbot.mouseClick(panel.read, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.read.text().startswith("Stop"))
    qtbot.mouseClick(panel.read, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.read.text() == "Read all")
    engine.answering = True
    engine.answer()
    settle()
    qtbot.mouseClick(panel.read, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(panel.reader.rows) == len(session.tokens) - 1)
    qtbot.waitUntil(lambda: panel.read.text() == "Read all")
    lines = [row for row in panel.table().rows if not row[9]]
    assert len(lines) == (len(session.tokens) - 1) * (LAYERS + 1)


def test_fault_58_of_a_long_text_the_end_is_read_and_what_is_near_is_kept(
    qtbot: QtBot, panel: LensPanel, session: Session, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every token can be looked at; memory stays that of a bounded number of rows."""
    monkeypatch.setattr(reader, "MOST_ROWS", 6)
    monkeypatch.setattr(reader, "MOST_KEPT", 18)
    total = len(session.tokens) - 1
    assert total > 20
    assert panel.reader.total == total
    assert panel.reader.all_rows == range(total - 6, total)
    for cursor in (total, 2, total // 2):
        session.move_cursor(cursor)
        qtbot.waitUntil(lambda: session.take_events() or session.row in panel.reader.rows)
        assert len(panel.reader.rows) <= 18
    qtbot.mouseClick(panel.read, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: session.take_events() or {*panel.reader.all_rows, session.row} <= {*panel.reader.rows}
    )
    qtbot.waitUntil(lambda: panel.read.text() == "Read all")
    assert all(
        one.stop - one.start <= LENS_ROWS_PER_READ for one in engine.commands if isinstance(one, ReadLens)
    )


def test_another_sequence_is_read_anew(
    qtbot: QtBot, panel: LensPanel, session: Session, settle: Settle
) -> None:
    session.new_conversation()
    assert panel.reader.rows == {}
    qtbot.waitUntil(lambda: "Send a message" in panel.empty.text())


def test_a_model_that_cannot_be_looked_into_says_so(
    qtbot: QtBot, panel: LensPanel, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.answering = False
    session.move_cursor(1)
    questions: list[ReadLens] = []

    def asked() -> bool:
        questions[:] = [one for one in engine.commands if isinstance(one, ReadLens) and one.start < 3]
        return bool(questions)

    qtbot.waitUntil(asked)
    engine.post(Failed("no-residual-stream", "It cannot be followed.", "Mend it.", query=questions[-1].query))
    settle()
    qtbot.waitUntil(lambda: panel.empty.text() == "It cannot be followed. Mend it.")


def test_no_layer_need_prefer_the_token() -> None:
    assert wording.point_name(0) == "embedding"
    assert wording.point_name(3) == "2"
