"""The panel Formula, on the network of the talk in place of a model, and on a tiny language model."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.panels.formula.choice import Wanted
from desktop.panels.formula.panel import FormulaPanel
from desktop.panels.formula.terms_model import TermColumn
from desktop.panels.formula.wording import number_text, subscript, word_of
from desktop.phase import Phase
from desktop.session import Session
from inference.formula.contract import Formula, ReadFormula
from inference.intervention import Intervention
from inference.process import EngineThread
from inference.tensors.contract import TensorRef
from models.directories import DATA_DIRECTORY_VARIABLE
from models.errors import VitrineError
from tests.desktop.scripted_engine import ScriptedEngine
from tests.desktop.scripted_inside import RUNTIME_DIFFERS
from tests.models.tiny_gguf import write_tiny_llama

LAST, DENSE, CONVOLUTION = 4, 3, 0
"""Layers of the network."""

KERNEL = TensorRef("graph", "dense_1/kernel")


@pytest.fixture
def panel(qtbot: QtBot, replied: Session) -> Iterator[FormulaPanel]:
    shown = FormulaPanel(replied)
    qtbot.addWidget(shown)
    shown.resize(760, 760)
    shown.show()
    qtbot.waitUntil(lambda: replied.take_events() or shown.formula is not None)
    yield shown
    shown.hide()


@pytest.fixture
def settled(qtbot: QtBot, replied: Session, panel: FormulaPanel) -> Callable[[], Formula]:
    """Waits until what is wanted is shown."""

    def wait() -> Formula:
        qtbot.waitUntil(
            lambda: (
                replied.take_events()
                or (panel.formula is not None and panel.settled and not panel._frame.isActive())
            )
        )
        assert panel.formula is not None
        return panel.formula

    return wait


def cells(panel: FormulaPanel, row: int) -> list[str]:
    return [str(panel.rows.index(row, column).data()) for column in TermColumn]


def weights_of(engine: ScriptedEngine, neuron: int) -> np.ndarray:
    stored = engine.inspector().graphs["graph"].weights[KERNEL.name].stored
    found: np.ndarray = stored.values(0, stored.count).reshape(stored.shape)[:, neuron]
    return found


def test_a_neuron_is_spelled_out_with_its_sum_and_the_runtimes(
    settled: Callable[[], Formula], engine: ScriptedEngine, panel: FormulaPanel, replied: Session
) -> None:
    panel.choice.neuron.setValue(2)
    found = settled()
    assert (found.layer, found.neuron, found.position) == (LAST, 2, replied.row)
    value = replied.row + 1
    products = value * weights_of(engine, 2)[:3].astype(np.float64)
    assert sorted(found.indices[:3].tolist()) == [0, 1, 2]
    assert sorted(found.products[:3]) == pytest.approx(sorted(products))
    assert found.difference == pytest.approx(RUNTIME_DIFFERS, abs=1e-5)
    assert "Difference +0.250" in panel.check.accessibleDescription()
    assert "order of its own" in panel.check.reason.text()
    assert panel.figure.accessibleDescription().startswith("Y = ")
    assert panel.about.text().startswith(f"Neuron 2 · after token {replied.row} “")
    assert cells(panel, 0)[1] == f"{value}.00000"[: len(cells(panel, 0)[1])]


def test_nothing_is_cut_off_where_the_panel_is_as_narrow_as_it_can_be(
    settled: Callable[[], Formula], panel: FormulaPanel
) -> None:
    settled()
    panel.resize(panel.minimumSizeHint().width(), 700)
    panel.grab()
    assert panel._filled.width() == panel._body.viewport().width()
    assert panel.check.width() >= panel.check.minimumSizeHint().width()
    assert panel.check.reason.height() >= panel.check.reason.heightForWidth(panel.check.reason.width())
    shown = [column for column in TermColumn if not panel.view.isColumnHidden(column)]
    assert sum(map(panel.view.columnWidth, shown)) == panel.view.viewport().width()
    assert {TermColumn.INPUT, TermColumn.VALUE, TermColumn.WEIGHT, TermColumn.PRODUCT} <= set(shown)
    panel.resize(1200, 700)
    panel.grab()
    assert not any(panel.view.isColumnHidden(column) for column in TermColumn)


def test_the_rows_add_up_to_the_sum(settled: Callable[[], Formula], panel: FormulaPanel) -> None:
    found = settled()
    assert panel.rows.rowCount() == 64 + 2
    assert cells(panel, 64)[0] == "64 more"
    assert cells(panel, 65)[0] == "β"
    rows = {row[0]: row for row in panel.table().rows}
    assert rows["sum"][4] == found.sum
    assert rows["runtime"][4] == found.computed
    parts = [row[3] for row in panel.table().rows if isinstance(row[0], int) or row[0] in ("rest", "offset")]
    assert sum(float(one) for one in parts if one is not None) == pytest.approx(found.sum)
    panel.all.click()
    settled()
    assert panel.rows.rowCount() == 128 + 1


def test_the_range_of_the_number_is_said(settled: Callable[[], Formula], panel: FormulaPanel) -> None:
    settled()
    assert panel.choice.neuron.suffix() == " of 5"
    assert "from 0 to 4" in panel.choice.neuron.toolTip()


def test_it_follows_the_cursor(settled: Callable[[], Formula], panel: FormulaPanel, replied: Session) -> None:
    replied.move_cursor(5)
    assert settled().position == 4
    assert float(panel.formula.inputs[0]) == 5.0  # type: ignore[union-attr]
    replied.move_cursor(0)
    assert settled().position == 0


def test_a_click_on_a_term_chooses_its_weight_for_all_panels(
    qtbot: QtBot, settled: Callable[[], Formula], panel: FormulaPanel, replied: Session
) -> None:
    panel.choice.neuron.setValue(3)
    found = settled()
    panel.grab()
    area, tile = panel.figure._placed[1]
    qtbot.mouseClick(panel.figure, Qt.MouseButton.LeftButton, pos=area.center().toPoint())
    assert tile.term == int(found.indices[1])
    assert replied.inspection.tensor == KERNEL
    assert replied.inspection.index == tile.term * 5 + 3
    assert panel.view.currentIndex().row() == 1
    qtbot.keyClick(panel.figure, Qt.Key.Key_Right)
    assert replied.inspection.index == int(found.indices[2]) * 5 + 3
    assert settled().neuron == 3


def test_a_row_and_a_bar_choose_it_too(
    qtbot: QtBot, settled: Callable[[], Formula], panel: FormulaPanel, replied: Session
) -> None:
    found = settled()
    panel.view.setCurrentIndex(panel.rows.index(2, 0))
    assert replied.inspection.index == int(found.indices[2]) * 5 + found.neuron
    room = panel.steps._room()
    qtbot.mouseMove(panel.steps, QPoint(round(room.left()) + 2, 20))
    assert "in" in panel.steps.toolTip()
    qtbot.mouseClick(panel.steps, Qt.MouseButton.LeftButton, pos=QPoint(round(room.left()) + 2, 20))
    assert replied.inspection.index == int(found.indices[0]) * 5 + found.neuron


def test_a_weight_chosen_elsewhere_leads_to_its_neuron(
    settled: Callable[[], Formula], panel: FormulaPanel, replied: Session
) -> None:
    replied.inspection.choose_value(KERNEL, 7 * 5 + 1)
    assert (settled().layer, panel.formula.neuron) == (LAST, 1)  # type: ignore[union-attr]
    assert panel._term == 7
    replied.inspection.choose_value(TensorRef("graph", "dense/kernel"), 9 * 128 + 100)
    assert (settled().layer, panel.formula.neuron) == (DENSE, 100)  # type: ignore[union-attr]
    assert panel.choice.groups.currentText() == "dense/MatMul"


def test_an_activation_chosen_elsewhere_leads_to_its_neuron_at_its_token(
    settled: Callable[[], Formula], panel: FormulaPanel, replied: Session
) -> None:
    replied.inspection.choose_value(TensorRef("graph", "dense/BiasAdd:0", position=6), 40)
    found = settled()
    assert (found.layer, found.neuron, found.position) == (DENSE, 40, 6)
    replied.move_cursor(4)
    assert settled().position == 3


def test_the_largest_neuron_is_the_largest_at_every_token(
    settled: Callable[[], Formula], panel: FormulaPanel, replied: Session
) -> None:
    panel.choice.neuron.setValue(0)
    settled()
    panel.choice.largest.click()
    first = settled()
    assert panel.choice.wanted is Wanted.LARGEST
    assert panel.choice.neuron.value() == first.neuron
    replied.move_cursor(3)
    assert settled().position == 2


def test_what_happens_to_the_sum_is_shown(settled: Callable[[], Formula], panel: FormulaPanel) -> None:
    panel.choice.groups.setCurrentIndex(DENSE)
    panel.choice.groups.activated.emit(DENSE)
    found = settled()
    assert found.applied is not None
    assert "ReLU(Y)" in panel.figure.accessibleDescription()
    assert "The runtime's ReLU(Y)" in panel.check.accessibleDescription()


def test_a_layer_that_cannot_be_spelled_out_says_why(
    qtbot: QtBot, panel: FormulaPanel, replied: Session
) -> None:
    panel.choice.groups.setCurrentIndex(CONVOLUTION)
    panel.choice.groups.activated.emit(CONVOLUTION)
    qtbot.waitUntil(lambda: replied.take_events() or panel.empty.isVisible())
    assert "because only a run tells how large its pictures are." in panel.empty.text()
    assert not panel.choice.neuron.isEnabled()


def test_what_the_engine_refuses_is_said_once(
    qtbot: QtBot,
    settled: Callable[[], Formula],
    engine: ScriptedEngine,
    panel: FormulaPanel,
    replied: Session,
) -> None:
    settled()

    def refuse(graph: str, names: tuple[str, ...], position: int) -> dict[str, np.ndarray]:
        raise VitrineError("position-not-read", "The model has not read position 3.", "Wait for it.")

    assert engine._formulas is not None
    engine._formulas._observe = refuse
    replied.move_cursor(4)
    qtbot.waitUntil(lambda: replied.take_events() or "Wait for it." in panel.empty.text())
    asked = sum(isinstance(one, ReadFormula) for one in engine.commands)
    for _ in range(5):
        panel._refresh()
        replied.take_events()
    assert sum(isinstance(one, ReadFormula) for one in engine.commands) == asked


def test_while_a_reply_is_written_neurons_inside_wait(
    qtbot: QtBot, panel: FormulaPanel, replied: Session, engine: ScriptedEngine
) -> None:
    engine.automatic = False
    replied.send("And why are sunsets red?")
    engine.advance(3)
    qtbot.waitUntil(lambda: replied.take_events() or replied.phase is Phase.WRITING)
    qtbot.waitUntil(lambda: replied.take_events() or "when the reply is written" in panel.empty.text())
    engine.advance(100)
    qtbot.waitUntil(lambda: replied.take_events() or replied.phase is Phase.READY)
    qtbot.waitUntil(lambda: replied.take_events() or panel.settled)


def test_what_the_runtime_has_stands_below_each_sum(
    settled: Callable[[], Formula], panel: FormulaPanel
) -> None:
    found = settled()
    assert f"Y, sum here {number_text(found.sum, 6)} runtime {number_text(found.computed, 6)}" in (
        panel.figure.accessibleDescription()
    )


def test_flipped_bits_are_said_and_their_rows_marked(
    qtbot: QtBot, settled: Callable[[], Formula], panel: FormulaPanel, replied: Session
) -> None:
    panel.choice.neuron.setValue(3)
    settled()
    assert panel.changed.isHidden()
    term = panel.rows.term(0)
    replied.flip_bit(KERNEL, term * 5 + 3, 0)
    qtbot.waitUntil(lambda: replied.take_events() or bool(replied.inspection.bits))
    settled()
    assert panel.changed.text() == "A bit of a weight is flipped in memory."
    assert not panel.changed.isHidden()
    titles = [cells(panel, row)[0] for row in range(64)]
    assert [title for title in titles if "flipped" in title] == [f"in{subscript(term)} · bit flipped"]
    replied.restore_weights()
    qtbot.waitUntil(lambda: replied.take_events() or not replied.inspection.bits)
    settled()
    assert panel.changed.isHidden()


def test_what_is_muted_later_is_said_not_to_count(
    qtbot: QtBot, settled: Callable[[], Formula], panel: FormulaPanel, replied: Session
) -> None:
    settled()
    replied.muting.mute(Intervention(heads=((0, 1),)), replied.tokens)
    qtbot.waitUntil(lambda: replied.take_events() or not panel.changed.isHidden())
    assert panel.changed.text() == (
        "The next reply is written without head 0 · 1; what is shown was read before."
    )


def test_terms_are_copied_as_a_table(settled: Callable[[], Formula], panel: FormulaPanel) -> None:
    found = settled()
    panel.menu.copy_csv()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "input,value,weight,product,running_sum"
    assert lines[1].split(",")[0] == str(int(found.indices[0]))
    assert lines[-1].startswith("runtime,")


def strange(value: float) -> Formula:
    """A formula with a term that is no number."""
    products = np.array([value, 1.0])
    return Formula(
        0, 0, 0, np.array([3, 1]), np.array([value, 1.0]), np.array([1.0, 1.0]), products, 2, 0.0,
        abs(value) + 1, None, value, value, "single",
    )  # fmt: skip


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_numbers_are_shown_as_what_they_are(
    settled: Callable[[], Formula], panel: FormulaPanel, value: float
) -> None:
    """Fault 21: NaN and infinities are shown, and nothing stumbles over them."""
    settled()
    panel._show(strange(value))
    shown = "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    assert cells(panel, 0)[TermColumn.PRODUCT] == shown
    assert "infinite or no numbers" in panel.check.reason.text()
    assert not panel.grab().isNull()


# ---------------------------------------------------------------- a language model


@pytest.fixture
def tiny(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session of a real engine with a tiny random model that has replied."""
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    session = Session(EngineThread, str(write_tiny_llama(tmp_path / "tiny.gguf")), "cpu")
    session.change_seed(1, False)
    session.start()
    qtbot.waitUntil(lambda: session.take_events() or session.phase is Phase.READY, timeout=60_000)
    session.send("Hello")
    qtbot.waitUntil(lambda: session.take_events() or session.phase is Phase.WRITING, timeout=60_000)
    session.stop()
    qtbot.waitUntil(lambda: session.take_events() or session.phase is Phase.READY, timeout=60_000)
    yield session
    session.close()
    session.deleteLater()


def test_the_logit_of_the_word_in_the_text_comes_first_and_parts_of_blocks_are_found(
    qtbot: QtBot, tiny: Session
) -> None:
    panel = FormulaPanel(tiny)
    qtbot.addWidget(panel)
    panel.resize(760, 760)
    panel.show()

    def settle() -> Formula:
        qtbot.waitUntil(
            lambda: tiny.take_events() or panel.settled,
            timeout=30_000,
        )
        assert panel.formula is not None
        return panel.formula

    found = settle()
    assert panel.choice.wanted is Wanted.WORD
    assert found.neuron == tiny.tokens[tiny.cursor].id
    assert panel.about.text().startswith("Logit of “")
    assert "accuracy level 4" in panel.check.reason.text()
    panel.choice.other.setText("e")
    qtbot.keyClick(panel.choice.other, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tiny.take_events() or panel.choice.wanted is Wanted.NUMBER, timeout=30_000)
    assert tiny.model is not None
    assert tiny.model.vocabulary[settle().neuron].strip() == b"e"
    assert panel.about.text().startswith("Logit of “e”") or panel.about.text().startswith("Logit of “·e”")
    assert panel.choice.other.text() == "e"
    assert panel.note.isHidden()
    panel.choice.other.setText("xyzzy")
    qtbot.keyClick(panel.choice.other, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tiny.take_events() or "xyzzy" in panel.note.text(), timeout=30_000)
    first = settle().neuron
    assert not panel.note.isHidden()
    assert panel.note.text().endswith("the logit of the first is shown.")
    assert panel.about.text().startswith(f"Logit of “{word_of(tiny, first)}”")
    assert panel.choice.other.text() == "xyzzy"
    panel.choice.largest.click()
    assert settle().neuron == panel.choice.neuron.value()
    titles = [panel.choice.groups.itemText(row) for row in range(panel.choice.groups.count())]
    assert titles[0] == "Block 0"
    assert titles[-1] == "Logits (head)"
    panel.choice.groups.setCurrentIndex(1)
    panel.choice.groups.activated.emit(1)
    parts = [panel.choice.parts.itemText(row) for row in range(panel.choice.parts.count())]
    assert parts[-3:] == ["Gate projection", "Up projection", "Down projection"]
    panel.choice.parts.setCurrentIndex(len(parts) - 1)
    panel.choice.parts.activated.emit(len(parts) - 1)
    down = settle()
    assert panel.about.text().startswith(f"Entry {down.neuron} of the residual stream · ")
    term = panel.rows.term(0)
    panel.view.activated.emit(panel.rows.index(0, 0))
    gate = settle()
    assert panel.choice.chosen is not None
    assert (panel.choice.chosen.part, panel.choice.chosen.block, gate.neuron) == ("gate projection", 1, term)
    assert panel.about.text().startswith(f"Neuron {term} · ")
    assert gate.applied is not None
    assert gate.applied.product == pytest.approx(float(down.inputs[0]), abs=1e-6)
    assert "SiLU(Y)" in panel.figure.accessibleDescription()
    panel.hide()
