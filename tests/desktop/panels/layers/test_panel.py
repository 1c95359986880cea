"""The panel Layers, on the network of the talk in place of a model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QUrl
from pytestqt.qtbot import QtBot

from desktop.controls.fact_cells import SHARE_ROLE
from desktop.panels.layers.panel import LayersPanel
from desktop.panels.layers.tree_model import LayerColumn, LayerTreeModel
from desktop.panels.layers.wording import flops_text, part_title, shape_text
from desktop.session import Session
from inference.contract import PartTime
from inference.tensors.contract import Anatomy, ReadLayers, TensorRef
from models.anatomy.entries import LayerEntry
from models.anatomy.parts import Part
from tests.desktop.scripted_engine import ScriptedEngine
from tests.models.convolutional import PARAMETERS


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[LayersPanel]:
    shown = LayersPanel(session)
    qtbot.addWidget(shown)
    shown.resize(820, 600)
    shown.show()
    qtbot.waitUntil(lambda: session.take_events() or shown.rows.anatomy is not None)
    yield shown
    shown.hide()


def texts(panel: LayersPanel, column: LayerColumn) -> list[str]:
    rows = panel.rows
    return [rows.index(row, column).data() for row in range(rows.rowCount())]


def test_every_layer_is_a_row_with_its_parameters(panel: LayersPanel) -> None:
    names = texts(panel, LayerColumn.LAYER)
    learnt = texts(panel, LayerColumn.PARAMETERS)
    assert names[1:3] == ["conv2d", "max_pooling2d"]
    assert learnt[names.index("dropout")] == "none"
    assert learnt[names.index("dense")] == f"{PARAMETERS['dense']:,}"
    assert "155,429 parameters" in panel.about.text()


def test_it_is_said_how_to_see_what_is_behind_a_layer(panel: LayersPanel) -> None:
    assert panel.detail.toPlainText().startswith("Choose a layer: ")


def test_it_is_said_what_operations_are_counted(panel: LayersPanel) -> None:
    """Performance counts more: attention over what was said before."""
    assert "Performance counts it at the length" in panel.about.toolTip()
    header = panel.rows.headerData(LayerColumn.FLOPS, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "nothing before it" in header


def test_a_layer_unfolds_into_its_nodes_and_the_graph_behind_is_shown(
    qtbot: QtBot, session: Session, panel: LayersPanel
) -> None:
    conv = panel.rows.index(1, 0)
    assert [panel.rows.index(row, 0, conv).data() for row in range(panel.rows.rowCount(conv))] == [
        "conv2d/Conv2D",
        "conv2d/Relu",
    ]
    assert panel.rows.parent(panel.rows.index(0, 0, conv)) == conv
    panel.view.setCurrentIndex(panel.rows.index(0, 0, conv))
    qtbot.waitUntil(lambda: session.take_events() or "pads" in panel.detail.toPlainText())
    text = panel.detail.toPlainText()
    assert "Conv conv2d/Conv2D" in text
    assert "conv2d/kernel [16, 3, 3, 3]" in text


def test_a_weight_of_a_layer_is_looked_at(qtbot: QtBot, session: Session, panel: LayersPanel) -> None:
    panel.view.setCurrentIndex(panel.rows.index(0, 0, panel.rows.index(1, 0)))
    panel.detail.anchorClicked.emit(QUrl("#0"))
    assert session.inspection.tensor == TensorRef("graph", "conv2d/kernel")
    panel.view.activated.emit(panel.rows.index(0, 0, panel.rows.index(3, 0)))
    assert session.inspection.tensor == TensorRef("graph", "conv2d_1/kernel")


def test_the_expression_unfolds_where_it_is_clicked(panel: LayersPanel) -> None:
    panel.expression_button.click()
    assert panel.expression.isVisible()
    folded = panel.expression.toPlainText()
    assert folded.startswith("logits = Output(Dense1(… Rescaling(ids")
    assert "Click “…” to see all steps" in folded
    panel.expression.anchorClicked.emit(QUrl("#whole"))
    assert "Click “…”" not in panel.expression.toPlainText()
    assert "Conv2d(Rescaling(ids))" in panel.expression.toPlainText()
    number = panel.rows.number(panel.rows.index(1, 0))
    panel.expression.anchorClicked.emit(QUrl(f"#{number}"))
    assert "Conv2d(x) = Conv2dRelu(Conv2dConv2D(x))" in panel.expression.toPlainText()
    panel.expression.anchorClicked.emit(QUrl(f"#{number}"))
    assert "Conv2d(x)" not in panel.expression.toPlainText()


def test_it_is_asked_once_and_exported(session: Session, engine: ScriptedEngine, panel: LayersPanel) -> None:
    panel.hide()
    panel.show()
    assert sum(isinstance(one, ReadLayers) for one in engine.commands) == 1
    table = panel.table()
    assert table.columns[:3] == ("layer", "within", "parameters")
    assert ("conv2d/Relu", "conv2d", 0) in [row[:3] for row in table.rows]


def test_every_part_of_a_language_model_has_a_title() -> None:
    assert all(part_title(one.value) for one in Part)
    assert shape_text((49152, 576)) == "49,152 × 576"
    assert [flops_text(one) for one in (None, 0, 950, 1_500_000, 12_000_000_000)] == [
        "?",
        "",
        "950",
        "1.50\u00a0M",
        "12.0\u00a0G",
    ]


def test_what_a_node_makes_is_looked_at_for_the_token_at_the_cursor(
    qtbot: QtBot, replied: Session, panel: LayersPanel
) -> None:
    panel.view.setCurrentIndex(panel.rows.index(0, 0, panel.rows.index(1, 0)))
    qtbot.waitUntil(lambda: replied.take_events() or "makes" in panel.detail.toPlainText())
    replied.move_cursor(4)
    panel.detail.anchorClicked.emit(QUrl("#value0"))
    assert replied.inspection.tensor == TensorRef("graph", "conv2d/Conv2D:0", position=4)


def test_times_are_measured_on_request_and_shown_by_layer_and_part() -> None:
    rows = LayerTreeModel()
    entries = (
        LayerEntry(-1, "part", part="embedding"),
        LayerEntry(-1, "block", layer=0),
        LayerEntry(1, "part", part="attention", layer=0, parameters=3),
        LayerEntry(1, "part", part="down projection", layer=0),
    )
    rows.show(Anatomy(entries, 3, 0, None, False))
    assert rows.time_of(1) is None
    rows.show_times(
        (PartTime(None, "embedding", 1.0), PartTime(0, "attention", 2.0), PartTime(0, "down projection", 1.0))
    )
    assert [rows.time_of(number) for number in range(4)] == [1.0, 3.0, 2.0, 1.0]
    block = rows.index(1, LayerColumn.TIME)
    assert (block.data(), block.data(SHARE_ROLE)) == ("3.000 ms", 0.75)
    rows.show_times(None)
    assert not rows.timed


def test_the_button_asks_the_profiler_and_the_column_comes(
    qtbot: QtBot, replied: Session, panel: LayersPanel, engine: ScriptedEngine
) -> None:
    assert panel.view.isColumnHidden(LayerColumn.TIME)
    panel.measure.click()
    qtbot.waitUntil(lambda: replied.take_events() or panel.rows.timed)
    assert not panel.view.isColumnHidden(LayerColumn.TIME)
    assert panel.measure.text() == "Measure time"
    replied.new_conversation()
    assert panel.view.isColumnHidden(LayerColumn.TIME)
