"""The panel Formula: follows the cursor, asks for the neuron that is chosen, and shows it spelled out.

Knows nothing about how anything is computed or painted.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu
from desktop.controls.fact_cells import ROW_HEIGHT, prepare_view
from desktop.controls.fitted_table import FittedTable
from desktop.controls.table_text import Table
from desktop.inquiry import Inquiry
from desktop.panels.attention.wording import model_change
from desktop.panels.empty_state import EmptyState
from desktop.panels.formula import wording
from desktop.panels.formula.choice import NeuronChoice, Wanted
from desktop.panels.formula.figure import FormulaFigure
from desktop.panels.formula.finding import gate_of, layers_of, neuron_of
from desktop.panels.formula.steps import ProductSteps
from desktop.panels.formula.sum_check import SumCheck
from desktop.panels.formula.term_cells import TermCells
from desktop.panels.formula.terms_model import TermColumn, TermRows
from desktop.panels.next_token.word import WordReader
from desktop.panels.panel_body import put_below
from desktop.panels.turn_panel import TurnPanel
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import Failed
from inference.formula.contract import (
    LARGEST,
    TERMS_PER_READ,
    Formula,
    NeuronLayer,
    ReadFormula,
    ReadNeuronLayers,
)
from inference.tensors.contract import TensorRef
from models.anatomy.parts import Part

ROWS_FOR_WIDTH = 24
LEAST_ROWS = 5
"""Rows of the table that are seen at least, its head counted; there is more to see by scrolling."""
BAR_WIDTH, TABLE_WIDTH = 60, 560
"""Pixels of the column of bars, and of the table, at least."""

Asked = tuple[int, int, int, int]
"""Layer, neuron, position, and how many terms."""


class FormulaPanel(TurnPanel):
    """One neuron.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("formula")
        self.setAccessibleName(self.tr("Formula"))
        self._layers: tuple[NeuronLayer, ...] | None = None
        self.formula: Formula | None = None
        """What is shown."""
        self._answered: Asked | None = None
        self._refused: Asked | None = None
        self._refusal = ""
        self._had_tensor = False
        self._chosen_at = -1
        """Where the cursor was when a tensor was chosen."""
        self._term = -1
        self._list = Inquiry(session, self)
        self._inquiry = Inquiry(session, self)
        self._word = WordReader(session, self)
        self.about = ElidedLabel()
        self.choice = NeuronChoice()
        self.note = ElidedLabel()
        self.changed = QLabel()
        self._typed = ""
        self._note_of = -1
        """The token that the note is about."""
        self.all = QPushButton(self.tr("All terms"))
        self.export = QPushButton(self.tr("Export"))
        self.figure = FormulaFigure()
        self.steps = ProductSteps()
        self.check = SumCheck()
        self.source = QLabel()
        self.rows = TermRows(self)
        self.view = FittedTable(TermColumn.BAR, BAR_WIDTH, TABLE_WIDTH, (TermColumn.SHARE, TermColumn.SUM))
        self.empty = EmptyState()
        self.menu = ExportMenu("formula", self, table=self.table, picture=self)
        self._arrange()
        self._connect()
        self._dress()
        self._refresh()

    @property
    def settled(self) -> bool:
        """Whether what is shown is what is wanted."""
        known = self.choice.chosen is not None and not self.choice.chosen.why_not
        return known and self.formula is not None and self._answered == self._wanted()

    def table(self) -> Table:
        """The terms that are shown, what all others add up to, and the sums."""
        return self.rows.table()

    # ------------------------------------------------------------ Qt's virtual methods

    def minimumSizeHint(self) -> QSize:
        """As wide as what it scrolls up and down needs, so that nothing is cut off."""
        layout = self.layout()
        assert layout is not None
        hint, margins = super().minimumSizeHint(), layout.contentsMargins()
        bar = self._body.verticalScrollBar().sizeHint().width()
        width = self._filled.minimumSizeHint().width() + bar + margins.left() + margins.right()
        return QSize(max(width, hint.width()), hint.height())

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up, in the window's fonts."""
        self._dress()
        super().showEvent(event)

    def _rest(self) -> None:
        self._inquiry.forget()

    # ------------------------------------------------------------ from the session

    @Slot()
    def _take_model(self) -> None:
        """Another model, or none: its layers are others."""
        self._list.forget()
        self._layers = None
        self._note_of = -1
        self.choice.show_layers(())
        self._take_reset()

    @Slot()
    def _take_reset(self) -> None:
        """What was computed is of another sequence, or of other weights."""
        self._inquiry.forget()
        self._answered = self._refused = None
        self._show(None)
        self._schedule()

    @Slot()
    def _take_phase(self) -> None:
        self._refused = None
        self._schedule()

    @Slot(object)
    def _take_layers(self, layers: tuple[NeuronLayer, ...]) -> None:
        self._layers = layers
        self.choice.show_layers(layers)
        self._take_chosen_value()
        self._schedule()

    @Slot(object)
    def _take_no_layers(self, failed: Failed) -> None:
        self._layers = ()
        self._refusal = f"{failed.what} {failed.remedy}"
        self._schedule()

    @Slot(object)
    def _take_formula(self, formula: Formula) -> None:
        query = self._inquiry.query
        if not isinstance(query, ReadFormula) or query.layer != self.choice.layer:
            return
        self._answered = (query.layer, query.neuron, query.position, query.most)
        self._refused, self._refusal = None, ""
        self._show(formula)

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        query = self._inquiry.query
        if failed.case == "interrupted" or not isinstance(query, ReadFormula):
            self._schedule()
            return
        self._refused = (query.layer, query.neuron, query.position, query.most)
        self._refusal = f"{failed.what} {failed.remedy}"
        self._show(None)
        self._schedule()

    @Slot()
    def _take_tensor(self) -> None:
        """Another tensor was chosen: one that a person chose leads to its neurons."""
        tensor = self._session.inspection.tensor
        first, self._had_tensor = not self._had_tensor, tensor is not None
        self._chosen_at = self._session.cursor
        # The first one is chosen by nobody: Tensors shows the largest.
        if tensor is None or first or self._layers is None:
            return
        chosen = self.choice.chosen
        if chosen is None or tensor.name not in (chosen.weights, chosen.made, chosen.given):
            found = layers_of(self._layers, tensor, self.choice.layer)
            if found:
                self.choice.choose(found[0], Wanted.LARGEST)
        self._schedule()

    @Slot()
    def _take_chosen_value(self) -> None:
        """A value was chosen, here or elsewhere: its neuron is shown, and its term marked."""
        looked, shown = self._session.inspection, self.choice.layer
        self._term = -1
        if looked.tensor is not None and looked.index >= 0 and self._layers is not None:
            found = neuron_of(self._layers, looked.tensor, looked.index, shown, self.formula)
            if found is not None:
                self._term = found.term
                if found.neuron is not None:
                    self.choice.choose(found.layer, Wanted.NUMBER, found.neuron)
                elif found.layer != shown:
                    self.choice.choose(found.layer, Wanted.LARGEST)
        self._show_term()
        self._schedule()

    # ------------------------------------------------------------ from a person

    @Slot()
    def _choose(self) -> None:
        self._refused = None
        self._term = -1
        self._schedule()

    @Slot(str)
    def _read_word(self, word: str) -> None:
        self._typed = word
        self._word.read(word)

    @Slot()
    def _take_word(self) -> None:
        """Spell out the logit of the word that was typed: of its first token, where it has several."""
        if self._word.refusal:
            self._session.noticed.emit(self._word.refusal)
        layer, spellings = self.choice.chosen, self._word.spellings
        if spellings and layer is not None and layer.part == Part.HEAD.value:
            whole = next((one for one in spellings if len(one) == 1), spellings[0])
            said = wording.several_tokens(self._session, self._typed, whole)
            self.note.say(said)
            self._note_of = whole[0]
            self.choice.choose(self.choice.layer, Wanted.NUMBER, whole[0])
            self._choose()

    @Slot(int)
    def _choose_term(self, term: int) -> None:
        """A weight is chosen for all panels that look at values."""
        layer, formula = self.choice.chosen, self.formula
        if layer is None or formula is None or formula.layer != self.choice.layer:
            return
        tensor = TensorRef(layer.graph, layer.weights)
        self._session.inspection.choose_value(tensor, layer.weight_place(formula.neuron, term))
        if self._term != term:
            self._term = term
            self._show_term()

    @Slot(QModelIndex, QModelIndex)
    def _go(self, current: QModelIndex, _previous: QModelIndex) -> None:
        term = self.rows.term(current.row()) if current.isValid() else -1
        if term >= 0:
            self._choose_term(term)

    @Slot(QModelIndex)
    def _go_back(self, index: QModelIndex) -> None:
        """See where an input comes from: the gate of the MLP, where it is one of its neurons."""
        term = self.rows.term(index.row())
        if self._layers and term >= 0:
            gate = gate_of(self._layers, self.choice.layer)
            if gate is not None:
                self.choice.choose(gate, Wanted.NUMBER, term)
                self._choose()

    # ------------------------------------------------------------ showing

    @Slot()
    def _refresh(self) -> None:
        session, layer = self._session, self.choice.chosen
        sentence = wording.why_empty(session)
        usable = not sentence and layer is not None
        self._show_change()
        for widget in (self.choice, self.all, self.export):
            widget.setEnabled(usable)
        if sentence:
            self._say(sentence)
            return
        if self._layers is None:
            self._say(self.tr("Looking for the model's layers …"))
            if self.isVisible():
                self._list.ask(ReadNeuronLayers)
            return
        if layer is None:
            self._say(self._refusal or self.tr("This model has no layer that multiplies with weights."))
            return
        if layer.why_not:
            said = self.tr("This layer cannot be spelled out, because {why}.")
            self._say(said.format(why=layer.why_not))
            return
        if self.settled:
            self._show_formula()
            return
        asked = self._wanted()
        if asked == self._refused:
            self._say(self._refusal)
            return
        if session.busy and layer.part != Part.HEAD.value:
            if self.formula is None or self._answered is None or self._answered[0] != asked[0]:
                self._say(self.tr("What is inside the model is computed when the reply is written."))
            return
        if self.formula is None:
            self._say(self.tr("Computing …"))
        if self.isVisible() and session.phase in (Phase.READY, Phase.WRITING):
            number, neuron, position, most = asked
            self._inquiry.ask(ReadFormula, layer=number, neuron=neuron, position=position, most=most)

    def _wanted(self) -> Asked:
        """What is to be asked for."""
        layer, session = self.choice.chosen, self._session
        assert layer is not None
        match self.choice.wanted:
            case Wanted.LARGEST:
                neuron = LARGEST
            case Wanted.NUMBER:
                neuron = self.choice.neuron.value()
            case Wanted.WORD:
                neuron = session.tokens[session.cursor].id if session.row >= 0 else LARGEST
        most = layer.inputs if self.all.isChecked() else TERMS_PER_READ
        return self.choice.layer, neuron, self._position(layer), most

    def _position(self, layer: NeuronLayer) -> int:
        """The token that is read when the one at the cursor is chosen.

        Of an activation that was chosen it is the activation's own, until the cursor goes on without it.
        """
        tensor, cursor = self._session.inspection.tensor, self._session.cursor
        activation = tensor is not None and tensor.computed and tensor.name in (layer.made, layer.given)
        if tensor is not None and activation and cursor in (tensor.position, self._chosen_at):
            return tensor.position
        return max(self._session.row, 0)

    def _show(self, formula: Formula | None) -> None:
        self.formula = formula
        layer = self.choice.chosen
        in_mlp = layer is not None and layer.part in (Part.GATE.value, Part.UP.value)
        self.figure.show_formula(formula, in_mlp=in_mlp)
        self.steps.show_formula(formula)
        self.check.show_formula(formula)
        self.rows.show(layer, formula, self._flipped(layer))
        if formula is not None and layer is not None:
            self.choice.show_neuron(formula.neuron)
            self.view.share_width()
            self._show_formula()
            self._show_term()

    def _flipped(self, layer: NeuronLayer | None) -> set[int]:
        """Places of the layer's weights with a bit turned over."""
        weights = None if layer is None else TensorRef(layer.graph, layer.weights)
        return {one.index for one in self._session.inspection.bits if one.tensor == weights}

    def _show_formula(self) -> None:
        layer, formula = self.choice.chosen, self.formula
        if layer is None or formula is None:
            return
        self.about.say(wording.headline(self._session, layer, formula))
        is_word = layer.part == Part.HEAD.value and formula.neuron == self._note_of
        self.note.setVisible(is_word and bool(self.note.text()))
        self.source.setText(wording.source_sentence(layer))
        self._stack.setCurrentWidget(self._body)

    def _show_term(self) -> None:
        self.figure.show_term(self._term)
        self.steps.show_term(self._term)
        row = self.rows.row_of(self._term) if self._term >= 0 else -1
        selection = self.view.selectionModel()
        selection.blockSignals(True)
        if row >= 0:
            self.view.setCurrentIndex(self.rows.index(row, 0))
        else:
            self.view.clearSelection()
            selection.clearCurrentIndex()
        selection.blockSignals(False)
        self.view.viewport().update()

    def _show_change(self) -> None:
        """Say how the model that is shown differs from the one in its file, and from the one that writes next."""
        change = model_change(self._session)
        said = " ".join(filter(None, (change.now, change.next)))
        if said != self.changed.text():
            self.changed.setText(said)
        self.changed.setVisible(bool(said))

    def _say(self, sentence: str) -> None:
        """Show a sentence in place of a formula."""
        self.about.say("")
        self.note.hide()
        self.empty.say(sentence)
        self._stack.setCurrentWidget(self.empty)

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        self.source.setProperty("look", "faint")
        self.source.setTextFormat(Qt.TextFormat.PlainText)
        self.source.setWordWrap(True)
        self.all.setCheckable(True)
        self.all.setAccessibleName(self.tr("List all terms"))
        self.all.setToolTip(self.tr("List all terms, and not only those of the largest magnitude."))
        self.export.setAccessibleName(self.tr("Copy or save the terms"))
        self.export.setToolTip(self.tr("Copy or save the table or its picture."))
        self.export.setMenu(self.menu)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE * 2)
        top.addWidget(self.about, 1)
        top.addWidget(self.all)
        top.addWidget(self.export)
        header = QVBoxLayout()
        header.setSpacing(theme.SPACE * 2)
        header.addLayout(top)
        header.addWidget(self.choice)
        header.addWidget(self.note)
        header.addWidget(self.changed)
        self.changed.setProperty("look", "soft")
        self.changed.setTextFormat(Qt.TextFormat.PlainText)
        self.changed.setWordWrap(True)
        self.changed.hide()
        self.note.setProperty("look", "soft")
        self.note.hide()
        view = self.view
        view.setModel(self.rows)
        prepare_view(view, view.horizontalHeader(), TermCells(view))
        view.setAccessibleName(self.tr("Terms of the formula"))
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setCornerButtonEnabled(False)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        # All terms may be thousands; the largest come first, and are as wide as any.
        view.horizontalHeader().setResizeContentsPrecision(ROWS_FOR_WIDTH)
        middle = QHBoxLayout()
        middle.setSpacing(theme.SPACE * 4)
        middle.addWidget(self.steps, 3)
        middle.addWidget(self.check, 2)
        self._filled = QWidget()
        column = QVBoxLayout(self._filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE * 3)
        column.addWidget(self.figure)
        column.addLayout(middle, 2)
        column.addWidget(view, 3)
        column.addWidget(self.source)
        self._body = QScrollArea()
        self._body.setWidget(self._filled)
        self._body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body.setWidgetResizable(True)
        self._body.setFrameShape(QFrame.Shape.NoFrame)
        self._body.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = put_below(self, header, self.empty, self._body)

    def _connect(self) -> None:
        session, looked = self._session, self._session.inspection
        session.model_changed.connect(self._take_model)
        session.cursor_changed.connect(self._schedule)
        session.tokens_appended.connect(self._schedule)
        session.tokens_reset.connect(self._take_reset)
        session.reading_changed.connect(self._take_reset)
        session.muting.changed.connect(self._schedule)
        session.phase_changed.connect(self._take_phase)
        looked.tensor_changed.connect(self._take_tensor)
        looked.value_changed.connect(self._take_chosen_value)
        looked.weights_changed.connect(self._take_reset)
        self._list.answered.connect(self._take_layers)
        self._list.refused.connect(self._take_no_layers)
        self._inquiry.answered.connect(self._take_formula)
        self._inquiry.refused.connect(self._take_refusal)
        self.choice.changed.connect(self._choose)
        self.choice.word_typed.connect(self._read_word)
        self._word.changed.connect(self._take_word)
        self.all.toggled.connect(self._choose)
        self.figure.term_chosen.connect(self._choose_term)
        self.steps.term_chosen.connect(self._choose_term)
        self.view.selectionModel().currentRowChanged.connect(self._go)
        self.view.activated.connect(self._go_back)
        self.menu.said.connect(session.noticed)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.ui_font(13))
        self.source.setFont(theme.ui_font(12))
        for label in (self.note, self.changed):
            label.setFont(theme.ui_font(12))
        for button in (self.all, self.export, self.choice.largest, self.choice.word):
            button.setFont(theme.ui_font(12))
        self.view.verticalHeader().setDefaultSectionSize(theme.scaled(ROW_HEIGHT))
        self.view.setMinimumHeight(theme.scaled(ROW_HEIGHT) * LEAST_ROWS)
        self.view.share_width()
