"""The panel Numbers: one value in every format, ranges on one scale, and what formats cost a tensor or the model.

Knows nothing about the engine's process; it asks the session.
"""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu
from desktop.controls.fact_cells import ROW_HEIGHT, FactCells, prepare_view
from desktop.controls.fitted_table import FittedTable
from desktop.controls.numbers import number_text, parse_number
from desktop.controls.table_text import Table
from desktop.inquiry import Inquiry
from desktop.panels.empty_state import EmptyState
from desktop.panels.late_panel import LatePanel
from desktop.panels.numbers.bit_cells import BitCells
from desktop.panels.numbers.facts import facts_of, place_text, typed_value
from desktop.panels.numbers.flipping import FlippingLine
from desktop.panels.numbers.format_table import FormatTable
from desktop.panels.numbers.measuring import FormatMeasuring
from desktop.panels.numbers.range_scale import RangeScale
from desktop.panels.numbers.rows import ErrorColumn, ErrorRows, FormatRows
from desktop.panels.panel_body import put_below
from desktop.session import Session
from inference.contract import Failed
from inference.tensors.contract import ReadTensorValue, TensorRef, TensorValue
from models.errors import VitrineError
from models.escaping import escape_text

FIRST_NUMBER = 0.1
"""Shown before a value is chosen: no binary format has it exactly."""
FORMAT_WIDTH, ERRORS_WIDTH = 90, 480
"""Pixels of the names of formats in the table of errors, and of the table, at least."""


class NumbersPanel(LatePanel):
    """A value bit by bit.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("numbers")
        self.setAccessibleName(self.tr("Numbers"))
        self._session = session
        self._value = Inquiry(session, self)
        self.measuring = FormatMeasuring(session, self)
        self._found = typed_value(FIRST_NUMBER)
        self.rows = FormatRows(self)
        self.view = FormatTable()
        self.about = ElidedLabel()
        self.number = QLineEdit()
        self.export = QPushButton(self.tr("Export"))
        self.menu = ExportMenu("numbers", self, table=self.table, picture=self.view)
        self.scale = RangeScale()
        self.flipping = FlippingLine()
        self.errors = ErrorRows(self)
        self.errors_view = FittedTable(
            ErrorColumn.FORMAT, FORMAT_WIDTH, ERRORS_WIDTH, (ErrorColumn.LARGEST, ErrorColumn.VANISHED)
        )
        self.measured = QLabel()
        self.of_tensor = QPushButton(self.tr("This tensor"))
        self.of_model = QPushButton(self.tr("Whole model"))
        self.stop = QPushButton(self.tr("Stop"))
        self.empty = EmptyState()
        self._arrange()
        self._connect()
        self._dress()
        self._show_found()
        self._show_state()

    def table(self) -> Table:
        """The value in every format."""
        columns = ("format", "bits", "value", "error", "next_below", "next_above", "scale")
        return Table(
            columns,
            [
                (
                    one.name or one.element,
                    one.bits,
                    one.value,
                    one.error,
                    one.below,
                    one.above,
                    one.scale or None,
                )
                for one in self.rows.facts
            ],
        )

    # ------------------------------------------------------------ hidden

    def _rest(self) -> None:
        self.measuring.look(False)

    # ------------------------------------------------------------ from the session

    @Slot()
    def _take_model(self) -> None:
        self._value.forget()
        self.measuring.forget()
        self._show_found()
        self._show_state()
        self._refresh_soon()

    @Slot()
    def _refresh(self) -> None:
        if self.isVisible():
            self._take_choice()
            self.measuring.look(True)
        self._show_state()

    @Slot()
    def _take_choice(self) -> None:
        """Ask about the value that is chosen."""
        looked = self._session.inspection
        self.of_tensor.setEnabled(looked.tensor is not None)
        if self.isVisible() and looked.tensor is not None and looked.index >= 0:
            if self._waits_for_reply(looked.tensor):
                self.about.say(self.tr("Activations are computed when the reply is written."))
                return
            self._value.ask(ReadTensorValue, tensor=looked.tensor, index=looked.index)

    @Slot(object)
    def _take_value(self, found: TensorValue) -> None:
        query, looked = self._value.query, self._session.inspection
        if isinstance(query, ReadTensorValue) and (query.tensor, query.index) == (
            looked.tensor,
            looked.index,
        ):
            self._found = found
            self._show_found(escape_text(query.tensor.name, 120) + place_text(query.index, found.shape))

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        if failed.case == "interrupted":
            self._take_choice()
        else:
            self._session.noticed.emit(f"{failed.what} {failed.remedy}")

    @Slot()
    def _show_errors(self) -> None:
        errors = self.measuring.errors
        if errors is not self.errors.errors:
            self.errors.show(errors)
            self._share_width()
        self.stop.setVisible(self.measuring.running)
        self.measured.setText(self.measuring.sentence())

    @Slot()
    def _take_phase(self) -> None:
        """A reply begins or ends: the model computes activations between replies alone."""
        if not self._session.busy:
            self._take_activation()
        self._show_flipping()

    @Slot()
    def _take_activation(self) -> None:
        """Ask about the value that is chosen if it is computed at a token."""
        tensor = self._session.inspection.tensor
        if tensor is not None and tensor.computed:
            self._take_choice()

    def _waits_for_reply(self, tensor: TensorRef | None) -> bool:
        """Whether nothing can be known of a tensor before the reply is written."""
        return tensor is not None and tensor.computed and self._session.busy

    # ------------------------------------------------------------ from a person

    @Slot()
    def _type(self) -> None:
        """Show a number that was typed."""
        text = self.number.text().strip().lower()
        special = {"nan": math.nan, "inf": math.inf, "∞": math.inf, "-inf": -math.inf, "-∞": -math.inf}
        try:
            value = special[text] if text in special else _parsed(text)
        except VitrineError as error:
            self.about.say(f"{error.what} {error.remedy}")
            return
        self._value.forget()
        self._found = typed_value(value)
        self._show_found(self.tr("typed"))

    @Slot()
    def _measure_tensor(self) -> None:
        self.measuring.measure(self._session.inspection.tensor)

    @Slot()
    def _measure_model(self) -> None:
        self.measuring.measure(None)

    @Slot(int)
    def _flip(self, bit: int) -> None:
        looked = self._session.inspection
        if looked.tensor is not None and looked.index >= 0:
            self._session.flip_bit(looked.tensor, looked.index, bit)

    @Slot()
    def _undo(self) -> None:
        self._session.restore_weights()

    @Slot()
    def _write_again(self) -> None:
        reply = self._last_reply()
        if reply:
            self._session.replay(reply, self._session.settings)

    def _last_reply(self) -> int:
        """Number of the last reply, 0 where there is none to be written again."""
        messages = self._session.messages
        last = messages[-1] if messages else None
        done = last is not None and last.role == "assistant" and not last.writing
        return last.id if done and last is not None and self._session.can_write else 0

    @Slot()
    def _take_changes(self) -> None:
        """Weights are others now: so is the value, and what was measured."""
        self.measuring.forget()
        self._take_choice()
        self._show_flipping()

    @Slot()
    def _show_flipping(self) -> None:
        looked, own = self._session.inspection, self._found
        weight = (
            looked.tensor is not None and not looked.tensor.computed and looked.index >= 0 and own.bits > 0
        )
        self.flipping.setVisible(self._session.can_write)
        self.flipping.show_bits(own.bits if weight else 0)
        self.flipping.show_changes(len(looked.bits), can_write_again=bool(self._last_reply()))
        self.view.show_bit(self.flipping.bit.value() if weight else -1)

    # ------------------------------------------------------------ words

    def _show_found(self, origin: str = "") -> None:
        self.rows.show(facts_of(self._found))
        self.scale.show_value(self._found.value)
        said = number_text(self._found.value, 9)
        kept = self._found.quantized
        if kept is not None:
            origin += " = " + self.tr("({integer} − {zero}) × {scale}").format(
                integer=kept.integer, zero=number_text(kept.zero_point, 4), scale=number_text(kept.scale, 7)
            )
        self.about.say(f"{origin} = {said}" if origin else said)
        self._show_flipping()
        self._share_width()

    def _show_state(self) -> None:
        model = self._session.model
        there = model is not None and not model.recorded
        if model is None:
            self.empty.say(
                self.tr("Here you will see any number of the model bit by bit, as soon as one is loaded.")
            )
        elif model.recorded:
            self.empty.say(
                self.tr("A recording holds no weights: they are in the model, which is not there.")
            )
        self._body.setCurrentWidget(self.parts if there else self.empty)
        self._show_flipping()
        for control in (self.number, self.export, self.of_model):
            control.setEnabled(there)
        self._show_errors()

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        self.number.setPlaceholderText(self.tr("Type a number"))
        self.number.setAccessibleName(self.tr("A number to be shown in every format"))
        self.number.setMaxLength(60)
        self.export.setAccessibleName(self.tr("Copy or save the table of formats"))
        self.export.setToolTip(self.tr("Copy or save the table or its picture."))
        self.export.setMenu(self.menu)
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE * 2)
        header.addWidget(self.about, 1)
        header.addWidget(self.number)
        header.addWidget(self.export)
        _prepare(self.view, self.rows, BitCells(self.view))
        self.view.setAccessibleName(self.tr("The number in every format"))
        _prepare(self.errors_view, self.errors, FactCells(self.errors_view))
        self.errors_view.setAccessibleName(self.tr("Error and memory by format"))
        self.measured.setProperty("look", "soft")
        self.measured.setWordWrap(True)
        self.of_tensor.setAccessibleName(self.tr("Measure the formats on the chosen tensor"))
        self.of_model.setAccessibleName(self.tr("Measure the formats on the whole model"))
        self.stop.setAccessibleName(self.tr("Stop measuring"))
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE * 2)
        buttons.addWidget(self.measured, 1)
        for button in (self.stop, self.of_tensor, self.of_model):
            buttons.addWidget(button)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, theme.SPACE * 2, 0, 0)
        below.setSpacing(theme.SPACE * 2)
        below.addLayout(buttons)
        below.addWidget(self.errors_view, 1)
        upper = QWidget()
        above = QVBoxLayout(upper)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(theme.SPACE * 2)
        above.addWidget(self.view, 1)
        above.addWidget(self.flipping)
        above.addWidget(self.scale)
        self.parts = QSplitter(Qt.Orientation.Vertical)
        self.parts.addWidget(upper)
        self.parts.addWidget(lower)
        self.parts.setStretchFactor(0, 3)
        self.parts.setStretchFactor(1, 2)
        self.parts.setChildrenCollapsible(False)
        self._body = put_below(self, header, self.empty, self.parts)

    def _connect(self) -> None:
        session = self._session
        session.model_changed.connect(self._take_model)
        session.inspection.tensor_changed.connect(self._take_choice)
        session.inspection.value_changed.connect(self._take_choice)
        session.inspection.weights_changed.connect(self._take_changes)
        session.phase_changed.connect(self._take_phase)
        session.tokens_reset.connect(self._take_activation)
        session.phase_changed.connect(self.measuring.take_phase)
        session.tokens_reset.connect(self.measuring.take_sequence)
        session.conversation_changed.connect(self._show_flipping)
        self.view.bit_chosen.connect(self.flipping.bit.setValue)
        self.flipping.bit_chosen.connect(self.view.show_bit)
        self.flipping.flip_asked.connect(self._flip)
        self.flipping.undo_asked.connect(self._undo)
        self.flipping.again_asked.connect(self._write_again)
        self._value.answered.connect(self._take_value)
        self._value.refused.connect(self._take_refusal)
        self.measuring.changed.connect(self._show_errors)
        self.measuring.refused.connect(session.noticed)
        self.number.returnPressed.connect(self._type)
        self.of_tensor.clicked.connect(self._measure_tensor)
        self.of_model.clicked.connect(self._measure_model)
        self.stop.clicked.connect(self.measuring.stop)
        self.menu.said.connect(session.noticed)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.mono_font(13))
        self.measured.setFont(theme.ui_font(12))
        self.number.setFixedWidth(theme.scaled(150))
        for view in (self.view, self.errors_view):
            view.verticalHeader().setDefaultSectionSize(theme.scaled(ROW_HEIGHT))
        self._share_width()

    def _share_width(self) -> None:
        self.view.share_width()
        self.errors_view.share_width()


def _prepare(view: FittedTable, rows: FormatRows | ErrorRows, cells: FactCells) -> None:
    """Give a table its rows and the looks of all tables."""
    view.setModel(rows)
    prepare_view(view, view.horizontalHeader(), cells)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setCornerButtonEnabled(False)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)


def _parsed(text: str) -> float:
    """A typed number; with an exponent too (``1e-9``)."""
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        try:
            return float(mantissa.replace(",", ".")) * 10.0 ** int(exponent)
        except (ValueError, OverflowError):
            return parse_number(text)
    return parse_number(text)
