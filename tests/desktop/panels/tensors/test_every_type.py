"""Tensors of every type, odd shapes and odd numbers in the panels that show them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.panels.layers.panel import LayersPanel
from desktop.panels.numbers.panel import NumbersPanel
from desktop.panels.tensors.panel import TensorsPanel
from desktop.session import Session
from inference.tensors.contract import TensorRef
from inference.tensors.inspector import Inspector
from models.weights.inspected_graph import file_graphs
from tests.desktop.scripted_engine import ScriptedEngine
from tests.models.every_type import NUMERIC, write_every_type

NUMBERS = [*(one.name for one in NUMERIC), "scalar", "five", "odd"]


@pytest.fixture
def inspected(tmp_path: Path, session: Session, engine: ScriptedEngine) -> Session:
    """A session whose model has every type of tensor."""
    engine.open_file(Inspector(file_graphs(write_every_type(tmp_path / "types.onnx")), "file"))
    return session


@pytest.fixture
def tensors(qtbot: QtBot, inspected: Session) -> Iterator[TensorsPanel]:
    shown = TensorsPanel(inspected)
    qtbot.addWidget(shown)
    shown.resize(820, 640)
    shown.show()
    qtbot.waitUntil(lambda: inspected.take_events() or shown.rows.tensors is not None)
    yield shown
    shown.hide()


@pytest.fixture
def numbers(qtbot: QtBot, inspected: Session) -> Iterator[NumbersPanel]:
    shown = NumbersPanel(inspected)
    qtbot.addWidget(shown)
    shown.resize(820, 640)
    shown.show()
    yield shown
    shown.hide()


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_of_every_type_are_drawn_counted_and_shown_bit_by_bit(
    qtbot: QtBot, inspected: Session, tensors: TensorsPanel, numbers: NumbersPanel, name: str
) -> None:
    ref = TensorRef("graph", name)
    inspected.inspection.choose_tensor(ref)
    qtbot.waitUntil(lambda: inspected.take_events() or "deviation" in tensors.facts.text())
    qtbot.waitUntil(lambda: inspected.take_events() or tensors.picture.shown is not None)
    inspected.inspection.choose_value(ref, 0)
    qtbot.waitUntil(lambda: inspected.take_events() or numbers.about.text().startswith(name))
    assert numbers.rows.facts[0].element
    numbers.of_tensor.click()
    qtbot.waitUntil(lambda: inspected.take_events() or "as they are stored" in numbers.measured.text())
    assert not tensors.grab().isNull()
    assert not numbers.grab().isNull()
    qtbot.keyClick(tensors.picture, Qt.Key.Key_Right)
    assert tensors.save.isEnabled()


def test_what_is_no_number_infinite_or_tiny_is_told(
    qtbot: QtBot, inspected: Session, tensors: TensorsPanel, numbers: NumbersPanel
) -> None:
    ref = TensorRef("graph", "odd")
    inspected.inspection.choose_tensor(ref)
    qtbot.waitUntil(lambda: inspected.take_events() or "1 NaN · 2 infinite" in tensors.facts.text())
    for index, said in enumerate(("NaN", "∞", "−∞", "1.40129846 × 10⁻⁴⁵", "−0")):
        inspected.inspection.choose_value(ref, index)
        place = f"odd[{index // 3}, {index % 3}]"
        qtbot.waitUntil(lambda place=place: inspected.take_events() or place in numbers.about.text())
        assert numbers.about.text() == f"{place} = {said}"


def test_texts_and_nothing_are_said_to_be_that(
    qtbot: QtBot, inspected: Session, tensors: TensorsPanel, numbers: NumbersPanel
) -> None:
    noticed: list[str] = []
    inspected.noticed.connect(noticed.append)
    inspected.inspection.choose_tensor(TensorRef("graph", "texts"))
    assert "It holds no numbers that could be drawn." in tensors.facts.text()
    assert not tensors.save.isEnabled()
    numbers.of_tensor.click()
    qtbot.waitUntil(lambda: inspected.take_events() or bool(noticed))
    assert "holds texts" in noticed[0]
    assert not numbers.stop.isVisible()
    inspected.inspection.choose_tensor(TensorRef("graph", "empty"))
    numbers.of_tensor.click()
    qtbot.waitUntil(lambda: inspected.take_events() or "empty: 0 numbers" in numbers.measured.text())
    assert not tensors.grab().isNull()
    assert tensors.picture.shown is None or tensors.picture.shown.values.size == 0


def test_layers_of_such_a_file_are_listed(qtbot: QtBot, inspected: Session) -> None:
    panel = LayersPanel(inspected)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(lambda: inspected.take_events() or panel.rows.anatomy is not None)
    assert panel.rows.rowCount() == 1
    panel.hide()
