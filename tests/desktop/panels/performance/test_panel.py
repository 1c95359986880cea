"""The panel on a scripted engine: figures by hand, measuring, stopping, other runs, the cursor, exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.controls.table_text import csv_text
from desktop.panels.performance.export import performance_table
from desktop.panels.performance.layer_chart import layer_columns
from desktop.panels.performance.panel import PerformancePanel
from desktop.session import Session
from desktop.status_bar import StatusLine
from inference.contract import (
    CompareRun,
    MachineLimits,
    ReadCost,
    ReadMachineLimits,
    ReadProfile,
    Status,
    Stop,
)
from tests.desktop.scripted_engine import LAYERS, ScriptedEngine, scripted_profile

Settle = Callable[[], None]


@pytest.fixture
def panel(qtbot: QtBot, replied: Session, engine: ScriptedEngine) -> Iterator[PerformancePanel]:
    """The panel after a reply of ten milliseconds a token, shown."""
    made = PerformancePanel(replied)
    qtbot.addWidget(made)
    made.resize(820, 900)
    made.show()
    engine.post(Status(300_000_000, 2_000_000, 1_000_000, len(replied.tokens)))
    replied.take_events()
    qtbot.waitUntil(lambda: replied.take_events() or made.measuring.costs is not None)
    settled(qtbot, made)
    yield made
    made.hide()


def settled(qtbot: QtBot, panel: PerformancePanel) -> None:
    """Wait for the picture of what is known."""
    qtbot.waitUntil(lambda: not panel._frame.isActive())


def done(qtbot: QtBot, panel: PerformancePanel) -> None:
    """Wait for measurements."""
    qtbot.waitUntil(lambda: panel._session.take_events() or not panel.measuring.running)
    settled(qtbot, panel)


def figures(panel: PerformancePanel) -> dict[str, str]:
    """By name, of all rows."""
    rows = (*panel.limits.rows, *panel.memory.rows, *panel.operators.rows)
    return {row.name: row.figure for row in rows}


def test_speed_costs_and_memory_are_told(panel: PerformancePanel) -> None:
    """10 ms a token, 9 of them in the model: 100 MFLOP and 100 MB in 9 ms are 11.1 G a second."""
    told = figures(panel)

    assert panel.about.text().startswith("100.0 tokens/s · 10.0 ms a token")
    assert told["Operations a token"] == "100 MFLOP"
    assert told["Bytes a token"].startswith("100 MB: 100 MB weights")
    assert told["Memory"] == "11.1 GB/s"
    assert told["Arithmetic"] == "11.1 GFLOP/s"
    assert told["Weights"] == "151 MB · 50 %"
    assert told["Key/value cache"] == "1.0 MB · 0.3 %"
    assert told["Rest of the process"] == "146 MB · 49 %"


def test_it_is_said_which_operations_are_attentions_alone(panel: PerformancePanel) -> None:
    """Layers counts a token with nothing before it, and so fewer."""
    hints = {row.name: row.hint for row in panel.limits.rows}

    assert "is 80.0 MFLOP of that; Layers counts" in hints["Operations a token"]
    assert "Attention" not in hints["Bytes a token"]


def test_measuring_compares_with_the_limits(
    qtbot: QtBot, panel: PerformancePanel, engine: ScriptedEngine
) -> None:
    """11.1 of 20 GB/s are 56 %; layers take 1.5 ms, the head 2, and 0.5 is between operators."""
    assert panel.layers.isHidden()
    panel.measure.click()
    done(qtbot, panel)
    told = figures(panel)

    assert [type(one) for one in engine.commands[-2:]] == [ReadMachineLimits, ReadProfile]
    assert told["Memory"] == "11.1 GB/s of 20.0 GB/s · 56 %"
    assert told["Arithmetic, 32 bits"] == "11.1 GFLOP/s of 100 GFLOP/s · 11 %"
    assert told["Arithmetic, 8 bits"] == "11.1 GOP/s of 400 GOP/s · 2.8 %"
    assert told["Reading alone"].startswith("5.0")
    assert told["MatMulNBits × 5"] == "6.00 ms · 71 %"
    assert told["Between operators"] == "0.50 ms · 5.9 %"
    assert panel.layers.isVisible()
    assert panel.runs.columns[0].cells[2].text == "1.50 ms"
    panel.measure.click()
    done(qtbot, panel)
    assert [one.again for one in engine.commands if isinstance(one, ReadMachineLimits)] == [False, True]


def test_a_limit_that_is_exceeded_was_measured_in_a_busy_moment(
    qtbot: QtBot, panel: PerformancePanel
) -> None:
    """Nothing is faster than the machine: no share is told, and no time that reading alone would take."""
    panel.measuring.limits = MachineLimits(2, 10e9, 256 << 20, 100e9, None, 1024)
    panel._refresh()
    told = figures(panel)

    assert (
        told["Memory"] == "11.1 GB/s; the machine was busy while it was measured (10.0 GB/s): measure again"
    )
    assert "Reading alone" not in told
    assert "Arithmetic, 8 bits" not in told


def test_layers_are_split_into_attention_and_the_rest() -> None:
    """And what is outside of them comes last."""
    columns = layer_columns(scripted_profile(10, 4))

    assert [column.layer for column in columns] == [*range(LAYERS), None]
    assert columns[0].ms == (0.5, 1.0, 0.0)
    assert columns[-1].ms == (0.0, 0.0, 2.0)


def test_another_run_is_a_column(qtbot: QtBot, panel: PerformancePanel, engine: ScriptedEngine) -> None:
    """With one thread it takes twice as long and writes the same; in 32 bits its second token is another."""
    panel.run_menu.aboutToShow.emit()
    names = [action.text() for action in panel.run_menu.actions() if action.text()]
    assert "On the CPU with 1 thread" in names
    assert "On a GPU with CUDA" in names
    assert "As variant fp32" in names
    assert "As variant int8" not in names  # it is the one in use
    actions = {action.text(): action for action in panel.run_menu.actions()}
    actions["On the CPU with 1 thread"].trigger()
    done(qtbot, panel)
    panel.run_menu.aboutToShow.emit()
    next(one for one in panel.run_menu.actions() if one.text() == "As variant fp32").trigger()
    done(qtbot, panel)

    asked = [one for one in engine.commands if isinstance(one, CompareRun)]
    start = panel.times().start
    assert [(one.start, one.threads, one.variant) for one in asked] == [(start, 1, ""), (start, 0, "fp32")]
    assert len(asked[0].draws) == panel.times().count
    assert len(asked[0].settings) == 1
    written, single, wide, cuda = panel.runs.columns
    assert [cell.text for cell in single.cells] == [
        *("50.0 tokens/s", "20.0 ms", "1.50 ms", "154 MB", "0", "none", "–")
    ]
    assert [cell.text for cell in wide.cells[5:]] == ["2: “·red”", "0.2500"]
    assert [written.name, single.name, wide.name, cuda.name] == [
        *("As written (CPU, 2 threads)", "CPU, 1 thread", "CPU, 2 threads, fp32", "CUDA")
    ]


def gpu_action(panel: PerformancePanel) -> QAction:
    """The line of the menu, as it would be now."""
    panel.run_menu.aboutToShow.emit()
    return next(one for one in panel.run_menu.actions() if "CUDA" in one.text())


def test_the_column_of_cuda_says_why_it_is_empty(panel: PerformancePanel) -> None:
    """By the reason that the provider was chosen for: where there is no GPU none is offered."""
    assert panel.runs.columns[-1].cells[0].text == "–"
    assert panel.cuda.text() == "There is no run on a GPU: no CUDA driver found."
    assert not gpu_action(panel).isEnabled()
    assert gpu_action(panel).toolTip() == panel.cuda.text()
    assert panel.run_menu.toolTipsVisible()


def test_where_nobody_knows_a_gpu_is_offered_until_there_turned_out_to_be_none(
    qtbot: QtBot, panel: PerformancePanel
) -> None:
    """The CPU was chosen; once a GPU was tried the engine's own words are shown."""
    model = panel._session.model
    assert model is not None
    panel._session.model = replace(model, provider=replace(model.provider, reason="chosen"))
    assert gpu_action(panel).isEnabled()
    gpu_action(panel).trigger()
    done(qtbot, panel)

    assert panel.cuda.text() == "CUDA cannot be used: no CUDA driver found."
    assert "Choose the CPU" in panel.said.text()
    assert not gpu_action(panel).isEnabled()
    assert gpu_action(panel).toolTip() == panel.cuda.text()


def test_both_speeds_say_what_they_are_of(qtbot: QtBot, panel: PerformancePanel) -> None:
    bar = StatusLine(panel._session)
    qtbot.addWidget(bar)

    assert "mean over the last 32 tokens" in bar.speed.toolTip()
    assert "median over all tokens" in panel.about.toolTip()
    assert "last 32 tokens" in panel.about.toolTip()


def test_what_is_measured_can_be_stopped(
    qtbot: QtBot, panel: PerformancePanel, engine: ScriptedEngine, settle: Settle
) -> None:
    """The button stops while it runs, and what waited is not asked."""
    engine.answering = False
    panel.measure.click()
    settled(qtbot, panel)
    assert panel.measure.text() == "Stop"
    assert not panel.again.isEnabled()
    panel.measure.click()
    assert isinstance(engine.commands[-1], Stop)
    engine.answering = True
    engine.answer()
    done(qtbot, panel)
    assert panel.measure.text() == "Measure"
    assert not any(isinstance(one, ReadProfile) for one in engine.commands)


def test_another_sequence_makes_measurements_void(
    qtbot: QtBot, panel: PerformancePanel, settle: Settle
) -> None:
    """They were of the old one; what the machine can do stays."""
    panel.measure.click()
    done(qtbot, panel)
    panel._session.send("And why are sunsets red?")
    settle()
    qtbot.waitUntil(lambda: panel._session.take_events() or not panel._session.busy)

    assert panel.measuring.profile is None
    assert panel.measuring.runs == []
    assert panel.measuring.limits is not None


def test_a_click_moves_the_cursor_and_the_keys_too(qtbot: QtBot, panel: PerformancePanel) -> None:
    """The first column is the first token of the reply, the last its last."""
    session, chart, times = panel._session, panel.tokens, panel.times()
    room = chart._room().toRect()
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(room.left() + 1, room.center().y()))
    assert session.cursor == times.start
    settled(qtbot, panel)
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert session.cursor == times.start + 1
    settled(qtbot, panel)
    assert "Token 2: 10.0 ms (model 9.00 ms, sampling 1.00 ms" in chart.accessibleDescription()
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert session.cursor == times.start + times.count - 1
    assert chart.position_at(QPoint(0, 0)) == -1


def test_the_table_has_every_figure(qtbot: QtBot, panel: PerformancePanel) -> None:
    """As plain numbers with their units."""
    panel.measure.click()
    done(qtbot, panel)
    rows = list(csv.DictReader(io.StringIO(csv_text(performance_table(panel.shown())))))
    found = {(row["what"], row["layer"], row["part"], row["position"]): row["value"] for row in rows}

    assert float(found["token time", "", "model", str(panel.times().start)]) == 9.0
    assert float(found["limit", "", "memory", ""]) == 20e9
    assert float(found["profiled time", "2", "attention", ""]) == 0.5
    assert float(found["operations", "", "head", ""]) == 20_000_000
    panel.menu.copy_csv()
    assert "token time" in QApplication.clipboard().text()


def test_costs_are_asked_for_once_a_length(panel: PerformancePanel, engine: ScriptedEngine) -> None:
    """And only while somebody looks."""
    panel._refresh()
    panel._refresh()

    assert [one.total for one in engine.commands if isinstance(one, ReadCost)] == [len(panel._session.tokens)]
