"""The panel Tensors, on the network of the talk in place of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.panels.tensors.panel import TensorsPanel
from desktop.panels.tensors.slice_choice import SliceChoice
from desktop.session import Session
from desktop.window import Window
from inference.tensors.contract import ReadTensorStatistics, TensorRef
from tests.desktop.scripted_engine import ScriptedEngine

KERNEL = TensorRef("graph", "conv2d_1/kernel")
DENSE = TensorRef("graph", "dense/kernel")


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[TensorsPanel]:
    shown = TensorsPanel(session)
    qtbot.addWidget(shown)
    shown.resize(820, 640)
    shown.show()
    qtbot.waitUntil(lambda: session.take_events() or shown.picture.shown is not None)
    yield shown
    shown.hide()


@pytest.fixture
def look(qtbot: QtBot, session: Session, panel: TensorsPanel) -> Callable[[TensorRef], None]:
    """Chooses a tensor and waits for everything about it."""

    def choose(tensor: TensorRef) -> None:
        session.inspection.choose_tensor(tensor)
        qtbot.waitUntil(
            lambda: (
                session.take_events()
                or (panel.picture.shown is not None and panel._known is not None and panel._known.complete)
            )
        )

    return choose


def test_the_largest_weight_is_shown_first_with_what_is_known_of_it(
    qtbot: QtBot, session: Session, panel: TensorsPanel
) -> None:
    assert session.inspection.tensor == DENSE
    assert panel.title.text() == "dense/kernel"
    qtbot.waitUntil(lambda: session.take_events() or "deviation" in panel.facts.text())
    assert "FP32 · 1,024 × 128 · 524\u00a0kB · RAM, in the graph" in panel.facts.text()
    assert panel.about.text() == "12 of 12 tensors"
    assert panel.picture.shown is not None
    assert panel.picture.shown.shape == (1024, 128)


def test_statistics_are_those_of_the_array(
    look: Callable[[TensorRef], None], panel: TensorsPanel, engine: ScriptedEngine
) -> None:
    look(KERNEL)
    stored = engine.inspector().graphs["graph"].weights[KERNEL.name].stored
    assert panel._known is not None
    values = stored.numbers(0, stored.count).astype(np.float64)
    assert panel._known.mean == pytest.approx(values.mean())
    assert panel._known.deviation == pytest.approx(values.std())
    assert panel._known.counts.sum() == values.size


def test_places_on_outer_axes_choose_the_part_and_a_click_the_value(
    qtbot: QtBot, session: Session, look: Callable[[TensorRef], None], panel: TensorsPanel
) -> None:
    look(KERNEL)
    fields = [field for field in panel.choice._fields if field.isVisible()]
    assert [field.maximum() for field in fields] == [31, 15]
    fields[0].setValue(3)
    fields[1].setValue(2)
    qtbot.waitUntil(lambda: session.take_events() or not panel._slice.pending)
    place = panel.picture._cell(1, 2).center()
    qtbot.mouseClick(panel.picture, Qt.MouseButton.LeftButton, pos=place.toPoint())
    # Of 32 × 16 × 3 × 3 values: the fourth block of 16, the third of those, its second row and third column.
    assert session.inspection.index == (3 * 16 + 2) * 9 + 1 * 3 + 2
    assert "row 1, column 2:" in panel.hint.text()
    qtbot.keyClick(panel.picture, Qt.Key.Key_Left)
    assert session.inspection.index == (3 * 16 + 2) * 9 + 1 * 3 + 1


def test_zooming_asks_for_a_smaller_part_and_zero_for_all(
    qtbot: QtBot, session: Session, panel: TensorsPanel
) -> None:
    session.inspection.choose_value(DENSE, 500 * 128 + 64)
    qtbot.keyClick(panel.picture, Qt.Key.Key_Plus)
    qtbot.waitUntil(lambda: session.take_events() or not panel._slice.pending)
    assert panel.picture.shown is not None
    assert panel.choice.rows[1] - panel.choice.rows[0] == 512
    assert panel.choice.rows[0] <= 500 < panel.choice.rows[1]
    qtbot.keyClick(panel.picture, Qt.Key.Key_0)
    assert panel.choice.rows == (0, 1024)


def test_a_value_chosen_elsewhere_is_outlined(
    look: Callable[[TensorRef], None], session: Session, panel: TensorsPanel
) -> None:
    look(DENSE)
    session.inspection.choose_value(DENSE, 130)
    assert panel.picture._chosen == (1, 2)


def test_the_filter_takes_words_in_any_order(panel: TensorsPanel) -> None:
    panel.filter.setText("bias dense")
    assert [row[0] for row in panel.table().rows] == ["dense/bias", "dense_1/bias"]
    panel.filter.setText("")
    assert len(panel.table().rows) == 12


def test_a_tensor_is_saved_as_numpy_reads_it(
    qtbot: QtBot,
    tmp_path: Path,
    session: Session,
    look: Callable[[TensorRef], None],
    panel: TensorsPanel,
    engine: ScriptedEngine,
) -> None:
    look(KERNEL)
    path = tmp_path / "kernel.npy"
    panel.choose_path = lambda *_: str(path)
    said: list[str] = []
    panel.saving.said.connect(said.append)
    panel.save.click()
    qtbot.waitUntil(lambda: session.take_events() or bool(said))
    stored = engine.inspector().graphs["graph"].weights[KERNEL.name].stored
    np.testing.assert_array_equal(np.load(path), stored.values(0, stored.count).reshape(32, 16, 3, 3))
    assert said == [f"Saved as {path}."]
    assert list(tmp_path.iterdir()) == [path]


def test_where_it_cannot_be_saved_that_is_said(
    qtbot: QtBot, tmp_path: Path, session: Session, look: Callable[[TensorRef], None], panel: TensorsPanel
) -> None:
    look(KERNEL)
    said: list[str] = []
    panel.saving.said.connect(said.append)
    panel.choose_path = lambda *_: str(tmp_path / "gone" / "kernel.npy")
    panel.save.click()
    qtbot.waitUntil(lambda: session.take_events() or bool(said))
    assert "could not be written" in said[0]
    assert panel.save.text() == "Save .npy"


def test_hidden_it_asks_no_more(session: Session, engine: ScriptedEngine, panel: TensorsPanel) -> None:
    panel.hide()
    asked = sum(isinstance(one, ReadTensorStatistics) for one in engine.commands)
    session.take_events()
    session.inspection.choose_tensor(KERNEL)
    session.take_events()
    assert sum(isinstance(one, ReadTensorStatistics) for one in engine.commands) == asked


def test_places_and_values_of_many_axes_find_each_other(qtbot: QtBot) -> None:
    choice = SliceChoice()
    qtbot.addWidget(choice)
    choice.show_shape((2, 2, 3, 2, 2))
    for field, place in zip(choice._fields, (1, 0, 2), strict=False):
        field.setValue(place)
    assert choice.leading == (1, 0, 2)
    index = choice.index_of(1, 0)
    assert index == int(np.ravel_multi_index((1, 0, 2, 1, 0), (2, 2, 3, 2, 2)))
    assert choice.cell_of(index) == (1, 0)
    assert choice.cell_of(0) is None
    choice.show_shape(())
    assert (choice.rows, choice.columns, choice.index_of(0, 0)) == ((0, 1), (0, 1), 0)


def test_an_empty_part_is_no_trouble(qtbot: QtBot, panel: TensorsPanel) -> None:
    panel.picture.show_slice(None)
    qtbot.mouseMove(panel.picture, QPointF(5, 5).toPoint())
    qtbot.keyClick(panel.picture, Qt.Key.Key_Plus)
    assert not panel.picture.grab().isNull()


def test_an_activation_is_that_of_the_token_at_the_cursor(
    qtbot: QtBot, replied: Session, panel: TensorsPanel
) -> None:
    replied.move_cursor(3)
    replied.inspection.choose_tensor(TensorRef("graph", "conv2d/Relu:0", position=3))
    qtbot.waitUntil(lambda: replied.take_events() or "max 15" in panel.facts.text())
    assert panel.title.text().startswith("conv2d/Relu:0 at token 3 “")
    assert "RAM" in panel.facts.text()
    replied.move_cursor(5)
    qtbot.waitUntil(lambda: replied.take_events() or "max 25" in panel.facts.text())
    assert replied.inspection.tensor == TensorRef("graph", "conv2d/Relu:0", position=5)


def test_an_activation_of_another_sequence_is_computed_anew_when_the_reply_is_written(
    qtbot: QtBot, replied: Session, panel: TensorsPanel, engine: ScriptedEngine
) -> None:
    replied.move_cursor(3)
    replied.inspection.choose_tensor(TensorRef("graph", "conv2d/Relu:0", position=3))
    qtbot.waitUntil(lambda: replied.take_events() or "max 15" in panel.facts.text())
    engine.automatic = False
    replied.new_conversation()
    replied.send("Hello")
    replied.take_events()
    assert panel.facts.text() == ""
    assert panel.hint.text() == "Activations are computed when the reply is written."
    engine.advance(100)
    qtbot.waitUntil(lambda: replied.take_events() or "max" in panel.facts.text())


def test_an_activation_that_cannot_be_had_is_explained(
    qtbot: QtBot, replied: Session, panel: TensorsPanel
) -> None:
    replied.inspection.choose_tensor(TensorRef("graph", "nothing", position=3))
    qtbot.waitUntil(lambda: replied.take_events() or "No node of the model makes" in panel.hint.text())


def test_in_its_dock_its_words_have_the_fonts_they_were_given(window: Window) -> None:
    window.show()
    window.choose_workspace("inside")
    panel = window.panels.panel("tensors")
    assert isinstance(panel, TensorsPanel)
    assert panel.facts.font().pixelSize() == panel.about.font().pixelSize() == 12
    assert panel.title.font().families() == theme.mono_font(13).families()
