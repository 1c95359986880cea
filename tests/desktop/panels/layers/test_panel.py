"""The panel Layers, on the network of the talk in place of a model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from desktop.panels.layers.panel import LayersPanel
from desktop.panels.layers.tree_model import LayerColumn
from desktop.panels.layers.wording import flops_text, part_title, shape_text
from desktop.session import Session
from inference.tensors.contract import ReadLayers, TensorRef
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
    panel.expression.anchorClicked.emit(QUrl("#whole"))
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
