"""The panel Numbers: values, typed numbers, errors by format, and flipped bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.controls.numbers import number_text
from desktop.panels.numbers.bit_cells import boxes
from desktop.panels.numbers.panel import NumbersPanel
from desktop.panels.numbers.rows import BITS_ROLE, FormatColumn, neighbour_text
from desktop.phase import Phase
from desktop.session import Session
from desktop.window import Window
from inference.contract import Failed, Generate, IdsPrompt
from inference.tensors.contract import FlipBit, ReadFormatErrors, ReadTensorValue, RestoreWeights, TensorRef
from tests.desktop.scripted_engine import ScriptedEngine

BIAS = TensorRef("graph", "dense/bias")


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[NumbersPanel]:
    shown = NumbersPanel(session)
    qtbot.addWidget(shown)
    shown.resize(820, 640)
    shown.show()
    yield shown
    shown.hide()


@pytest.fixture
def look(qtbot: QtBot, session: Session, panel: NumbersPanel) -> Callable[[int], None]:
    """Chooses a value of the bias and waits for it."""

    def choose(index: int) -> None:
        session.inspection.choose_value(BIAS, index)
        qtbot.waitUntil(lambda: session.take_events() or f"[{index}]" in panel.about.text())

    return choose


def test_a_chosen_value_is_shown_in_every_format(look: Callable[[int], None], panel: NumbersPanel) -> None:
    look(3)
    assert [one.name or one.element for one in panel.rows.facts] == [
        "FP32",
        "FP32",
        "TF32",
        "FP16",
        "BF16",
        "FP8 E4M3",
        "FP8 E5M2",
        "INT8",
        "INT4",
    ]
    assert panel.about.text().startswith("dense/bias[3] = ")
    assert panel.rows.index(0, FormatColumn.FORMAT).data() == "stored as FP32"
    assert panel.table().columns[0] == "format"


def test_32_bits_are_told_apart_where_the_panel_is_as_narrow_as_it_can_be(
    look: Callable[[int], None], panel: NumbersPanel
) -> None:
    look(3)
    panel.resize(panel.minimumSizeHint())
    panel.grab()
    index = panel.rows.index(0, FormatColumn.BITS)
    fields = index.data(BITS_ROLE)
    assert sum(map(len, fields)) == 32
    digit = QFontMetricsF(theme.mono_font(11)).horizontalAdvance("0")
    assert min(box.width() for _, box in boxes(QRectF(panel.view.visualRect(index)), fields)) > digit
    assert panel.view.isColumnHidden(FormatColumn.ABOVE)
    explained = panel.rows.index(1, FormatColumn.VALUE).data(Qt.ItemDataRole.ToolTipRole)
    assert f"Next above {panel.rows.index(1, FormatColumn.ABOVE).data()}" in explained


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("0,5", "0.500000000"),
        ("1e-9", "1.00000000 × 10⁻⁹"),
        ("nan", "NaN"),
        ("-inf", "−∞"),
        ("65504", "65,504"),
    ],
)
def test_a_typed_number_is_shown(qtbot: QtBot, panel: NumbersPanel, typed: str, shown: str) -> None:
    panel.number.setText(typed)
    qtbot.keyClick(panel.number, Qt.Key.Key_Return)
    assert panel.about.text() == f"typed = {shown}"
    assert len(panel.rows.facts) == 8


def test_what_is_no_number_is_said_and_nothing_lost(qtbot: QtBot, panel: NumbersPanel) -> None:
    panel.number.setText("a lot")
    qtbot.keyClick(panel.number, Qt.Key.Key_Return)
    assert "“a lot” is not a number" in panel.about.text()
    assert panel.number.text() == "a lot"
    panel.number.setText("1e999999")
    qtbot.keyClick(panel.number, Qt.Key.Key_Return)
    assert "is not a number" in panel.about.text()


def test_errors_of_a_tensor_and_of_the_model_are_measured_and_stopped(
    qtbot: QtBot, session: Session, look: Callable[[int], None], panel: NumbersPanel, engine: ScriptedEngine
) -> None:
    look(0)
    panel.of_tensor.click()
    qtbot.waitUntil(lambda: session.take_events() or "128 numbers" in panel.measured.text())
    assert panel.errors.rowCount() == 8
    assert not panel.stop.isVisible()
    engine.answering = False
    panel.of_model.click()
    assert panel.stop.isVisible()
    panel.stop.click()
    assert not panel.stop.isVisible()
    engine.answering = True
    engine.answer()
    session.take_events()
    panel.of_model.click()
    qtbot.waitUntil(lambda: session.take_events() or "155,429 numbers" in panel.measured.text())
    asked = [one for one in engine.commands if isinstance(one, ReadFormatErrors) and one.tensor is None]
    assert len(asked) > 1  # a part at a time


def test_what_was_stopped_says_how_far_it_came(
    qtbot: QtBot, session: Session, panel: NumbersPanel, engine: ScriptedEngine
) -> None:
    panel.of_model.click()
    engine.answering = False  # the first part was answered already
    session.take_events()
    panel.stop.click()
    assert panel.measured.text().startswith("Stopped: ")
    assert panel.measured.text().endswith(" % of the whole model seen")
    assert panel.errors.rowCount() == 8


def test_errors_of_an_activation_wait_for_the_reply_and_come_by_themselves(
    qtbot: QtBot, replied: Session, panel: NumbersPanel, engine: ScriptedEngine
) -> None:
    noticed: list[str] = []
    replied.noticed.connect(noticed.append)
    replied.inspection.choose_value(TensorRef("graph", "conv2d/Relu:0", position=3), 1)
    engine.automatic = False
    replied.send("And why is it red?")
    replied.take_events()
    before = len([one for one in engine.commands if isinstance(one, ReadFormatErrors | ReadTensorValue)])
    assert panel.about.text() == "Activations are computed when the reply is written."
    panel.of_tensor.click()
    assert panel.measured.text() == "conv2d/Relu:0: measured when the reply is written"
    assert panel.stop.isVisible()
    engine.advance(3)
    replied.take_events()
    asked = [one for one in engine.commands if isinstance(one, ReadFormatErrors | ReadTensorValue)]
    assert len(asked) == before
    engine.advance(100)
    qtbot.waitUntil(lambda: replied.take_events() or "6 numbers" in panel.measured.text())
    qtbot.waitUntil(lambda: replied.take_events() or panel.about.text() == "conv2d/Relu:0[1] = 3")
    assert panel.errors.rowCount() == 8
    # The first token of another conversation is another one.
    replied.new_conversation()
    replied.send("Hello")
    replied.take_events()
    assert panel.measured.text() == "conv2d/Relu:0: measured when the reply is written"
    assert panel.errors.rowCount() == 0
    assert noticed == []
    engine.advance(100)


def test_where_errors_cannot_be_had_that_is_said_and_the_measuring_ends(
    qtbot: QtBot, replied: Session, panel: NumbersPanel
) -> None:
    noticed: list[str] = []
    replied.noticed.connect(noticed.append)
    replied.inspection.choose_tensor(TensorRef("graph", "nothing", position=3))
    panel.of_tensor.click()
    qtbot.waitUntil(lambda: replied.take_events() or bool(noticed))
    assert noticed[0].startswith("No node of the model makes “nothing”.")
    assert not panel.stop.isVisible()
    assert panel.measured.text().startswith("What each format would make")


def test_a_bit_is_chosen_flipped_seen_and_undone(
    qtbot: QtBot, session: Session, look: Callable[[int], None], panel: NumbersPanel, engine: ScriptedEngine
) -> None:
    look(3)
    before = panel.rows.facts[0].value
    index = panel.rows.index(0, FormatColumn.BITS)
    sign = boxes(QRectF(panel.view.visualRect(index)), index.data(BITS_ROLE))[0][1]
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=sign.center().toPoint())
    assert panel.flipping.bit.value() == 31
    panel.flipping.flip.click()
    qtbot.waitUntil(lambda: session.take_events() or panel.rows.facts[0].value == -before)
    (bit,) = session.inspection.bits
    assert (bit.before, bit.after) == (before, -before)
    assert panel.flipping.about.text() == "Flipped: 1"
    assert session.identity.precision.endswith(", 1 bit flipped")
    panel.flipping.undo.click()
    qtbot.waitUntil(lambda: session.take_events() or panel.rows.facts[0].value == before)
    assert session.inspection.bits == ()
    assert not panel.flipping.undo.isEnabled()
    kinds = [type(one) for one in engine.commands if isinstance(one, FlipBit | RestoreWeights)]
    assert kinds == [FlipBit, RestoreWeights]


def test_flipped_and_back_the_conversation_is_read_anew_with_progress_and_can_be_stopped(
    replied: Session, panel: NumbersPanel, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    engine.automatic = False
    tokens = [token.id for token in replied.tokens]
    for act in (lambda: replied.flip_bit(BIAS, 3, 31), replied.restore_weights):
        act()
        replied.take_events()
        asked = engine.commands[-1]
        assert isinstance(asked, Generate)
        assert isinstance(asked.prompt, IdsPrompt)
        assert (list(asked.prompt.ids), asked.max_tokens) == (tokens, 0)
        assert replied.phase is Phase.PREFILLING
        settle()
        assert replied.phase is Phase.READY
    assert [token.id for token in replied.tokens] == tokens


def test_where_a_bit_cannot_be_flipped_the_conversation_is_read_as_it_was(
    replied: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    """Fault 40: the model was opened anew for nothing, and has read nothing."""
    failures: list[Failed] = []
    replied.failed.connect(failures.append)
    replied.flip_bit(BIAS, 1 << 40, 0)
    settle()
    assert [one.case for one in failures] == ["no-such-bit"]
    last = engine.commands[-1]
    assert isinstance(last, Generate)
    assert last.max_tokens == 0
    assert replied.phase is Phase.READY


def test_what_is_asked_meanwhile_is_not_given_up_for_reading_anew(
    replied: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    engine.answering = False
    replied.flip_bit(BIAS, 3, 31)
    replied.send("And why is it red?")
    engine.answering = True
    engine.answer()
    settle()
    assert len(replied.messages) == 4
    assert replied.messages[-1].text
    assert len(replied.inspection.bits) == 1


def test_the_reply_is_written_again_with_the_same_dice(
    qtbot: QtBot, replied: Session, panel: NumbersPanel, settle: Callable[[], None]
) -> None:
    assert panel.flipping.again.isEnabled()
    first = replied.messages[-1].id
    panel.flipping.again.click()
    settle()
    assert replied.messages[-1].id != first
    assert len(replied.messages) == 2


def test_the_window_says_so_and_undoes_it_with_one_click(
    qtbot: QtBot, window: Window, session: Session, settle: Callable[[], None]
) -> None:
    session.flip_bit(BIAS, 0, 31)
    settle()
    (banner,) = window.chat.notices.banners
    assert "A bit of dense/bias is flipped in memory" in banner.text.text()
    assert len(session.inspection.bits) == 1
    banner.button.click()
    settle()
    assert session.inspection.bits == ()
    assert window.chat.notices.banners == []


def test_numbers_are_written_as_people_write_them() -> None:
    assert [number_text(one) for one in (float("nan"), float("inf"), -0.0, 3.0, 0.125)] == [
        "NaN",
        "∞",
        "−0",
        "3",
        "0.12500000",
    ]


def test_neighbours_are_told_apart() -> None:
    # 2⁻²⁴ above 0.5, and 2⁻²⁵ below it.
    assert neighbour_text(0.5 + 2**-24, 0.5) == "0.50000006"
    assert neighbour_text(0.5 - 2**-25, 0.5) == "0.499999970"
    assert neighbour_text(0.09375, 0.1015625) == "0.093750"
    assert neighbour_text(float("nan"), 1.0) == ""
    assert neighbour_text(float("inf"), 1.0) == "∞"
