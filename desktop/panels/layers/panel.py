"""The panel Layers: a tree with what each layer is made of, the same as one expression, and the graph behind.

Knows nothing about the engine's process; it asks the session.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QTreeView,
    QWidget,
)

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu
from desktop.controls.fact_cells import FactCells, prepare_view
from desktop.controls.numbers import format_count, size_text
from desktop.controls.table_text import Table
from desktop.inquiry import Inquiry
from desktop.panels.empty_state import EmptyState
from desktop.panels.late_panel import LatePanel
from desktop.panels.layers.detail import LayerDetail
from desktop.panels.layers.expression_view import ExpressionView
from desktop.panels.layers.tree_model import LayerColumn, LayerTreeModel
from desktop.panels.layers.wording import cost_explanation, flops_text, layer_title
from desktop.panels.panel_body import put_below
from desktop.session import Session
from inference.contract import Failed, Profile, ReadProfile
from inference.tensors.contract import Anatomy, ReadLayerNodes, ReadLayers, TensorRef
from models.anatomy.entries import NodeFacts

NAME_WIDTH = 190
"""Pixels that names of layers have at least; in a narrow panel the figures scroll."""


class LayersPanel(LatePanel):
    """What the model is made of.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers")
        self.setAccessibleName(self.tr("Layers"))
        self._session = session
        self._layers = Inquiry(session, self)
        self._nodes = Inquiry(session, self)
        self._times = Inquiry(session, self)
        self.rows = LayerTreeModel(self)
        self.view = QTreeView()
        self.expression = ExpressionView()
        self.detail = LayerDetail()
        self.about = ElidedLabel()
        self.tree_button = QPushButton(self.tr("Tree"))
        self.expression_button = QPushButton(self.tr("Expression"))
        self.measure = QPushButton(self.tr("Measure time"))
        self.export = QPushButton(self.tr("Export"))
        self.empty = EmptyState()
        self.menu = ExportMenu("layers", self, table=self.table, picture=self.view)
        self._arrange()
        self._connect()
        self._dress()
        self._show_state()

    def table(self) -> Table:
        """All rows."""
        columns = ("layer", "within", "parameters", "bytes", "type", "shape", "flops", "time_ms")
        entries = () if self.rows.anatomy is None else self.rows.anatomy.entries
        return Table(
            columns,
            [
                (
                    layer_title(one),
                    layer_title(entries[one.parent]) if one.parent >= 0 else None,
                    one.parameters,
                    one.nbytes,
                    one.element,
                    "x".join(map(str, one.shape)),
                    one.flops,
                    self.rows.time_of(number),
                )
                for number, one in enumerate(entries)
            ],
        )

    # ------------------------------------------------------------ Qt's virtual methods

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew, when the parts have theirs."""
        super().resizeEvent(event)
        self._share_width()

    # ------------------------------------------------------------ from the session

    @Slot()
    def _take_model(self) -> None:
        """Another model, or none: what is shown is of the one before."""
        self._layers.forget()
        self._nodes.forget()
        self.rows.show(None)
        self._forget_times()
        self.detail.show_layer(None)
        self.expression.show_anatomy(None, language_model=True)
        self._show_state()
        self._refresh_soon()

    @Slot()
    def _refresh(self) -> None:
        if self.isVisible() and self.rows.anatomy is None:
            self._layers.ask(ReadLayers)
        self._show_state()

    @Slot(object)
    def _take_layers(self, anatomy: Anatomy) -> None:
        self.detail.runs = not self._session.inside_only
        self.rows.by_token = not self._session.inside_only
        self.rows.show(anatomy)
        self.expression.show_anatomy(anatomy, language_model=not self._session.inside_only)
        self._share_width()
        self._show_state()

    @Slot()
    def _forget_times(self) -> None:
        """What was measured was of another sequence."""
        self._times.forget()
        self.rows.show_times(None)
        self._tell_times()

    @Slot(object)
    def _take_times(self, profile: Profile) -> None:
        self.rows.show_times(profile.parts)
        self._tell_times()

    @Slot(object)
    def _take_no_times(self, failed: Failed) -> None:
        self._tell_times()
        if failed.case != "interrupted":
            self._session.noticed.emit(f"{failed.what} {failed.remedy}")

    @Slot()
    def _tell_times(self) -> None:
        """Offer to measure where there is a sequence to measure on, or to stop that."""
        session, pending = self._session, self._times.pending
        self.measure.setText(self.tr("Stop measuring") if pending else self.tr("Measure time"))
        self.measure.setVisible(session.can_write)
        self.measure.setEnabled(pending or (bool(session.tokens) and not session.busy))
        self.view.setColumnHidden(LayerColumn.TIME, not self.rows.timed)
        self._share_width()

    @Slot()
    def _measure(self) -> None:
        if self._times.pending:
            self._times.forget()
            self._session.stop_measuring()
        else:
            self._times.ask(ReadProfile)
        self._tell_times()

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        self.empty.say(f"{failed.what} {failed.remedy}")

    @Slot(object)
    def _take_nodes(self, nodes: tuple[NodeFacts, ...]) -> None:
        query = self._nodes.query
        if isinstance(query, ReadLayerNodes) and query.entry == self._number():
            self.detail.show_layer(self.rows.entry(self.view.currentIndex()), nodes)

    # ------------------------------------------------------------ from a person

    @Slot(QModelIndex, QModelIndex)
    def _go(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.detail.show_layer(self.rows.entry(current))
        if current.isValid():
            self._nodes.ask(ReadLayerNodes, entry=self._number())

    @Slot(QModelIndex)
    def _open_weight(self, index: QModelIndex) -> None:
        """The largest weight of a row is looked at."""
        entry = self.rows.entry(index)
        if entry is not None and entry.weights:
            self._choose_weight(entry.graph, entry.weights[0])

    @Slot(str, str)
    def _choose_weight(self, graph: str, name: str) -> None:
        self._session.inspection.choose_tensor(TensorRef(graph, name))

    @Slot(str, str)
    def _choose_activation(self, graph: str, name: str) -> None:
        """What a node makes is looked at, for the token at the cursor."""
        if self._session.cursor < 0:
            self._session.noticed.emit(
                self.tr("Send a message first: activations are those of the token at the cursor.")
            )
            return
        self._session.inspection.choose_tensor(TensorRef(graph, name, position=self._session.cursor))

    @Slot()
    def _choose_view(self) -> None:
        self._show_state()

    def _number(self) -> int:
        index = self.view.currentIndex()
        return self.rows.number(index) if index.isValid() else -1

    # ------------------------------------------------------------ words

    def _show_state(self) -> None:
        anatomy = self.rows.anatomy
        if anatomy is None:
            if self._session.model is not None and self._session.model.recorded:
                said = self.tr("A recording holds no layers: they are in the model, which is not there.")
            elif self._session.model is None:
                said = self.tr("Here you will see what the model is made of, as soon as one is loaded.")
            else:
                said = self.tr("The layers of the model are being read.")
            self.empty.say(said)
            self._body.setCurrentWidget(self.empty)
        else:
            self._body.setCurrentWidget(self.parts)
            self._upper.setCurrentWidget(self.view if self.tree_button.isChecked() else self.expression)
        self._tell_times()
        if anatomy is None:
            self.about.say("")
        else:
            self.about.say(self._about(anatomy), cost_explanation(by_token=self.rows.by_token))
        for button in (self.tree_button, self.expression_button, self.export):
            button.setEnabled(anatomy is not None)

    def _about(self, anatomy: Anatomy) -> str:
        parts = [
            self.tr("{count} parameters").format(count=format_count(anatomy.parameters)),
            size_text(anatomy.nbytes),
        ]
        if anatomy.flops is not None:
            flops = (
                self.tr("{count}FLOPs a run")
                if self._session.inside_only
                else self.tr("{count}FLOPs a token")
            )
            parts.append(flops.format(count=flops_text(anatomy.flops)))
        return " · ".join(parts)

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        self.about.setProperty("look", "soft")
        segments = QWidget()
        segments.setObjectName("segments")
        segments.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(segments)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        for button, said in (
            (self.tree_button, self.tr("Show the layers as a tree")),
            (self.expression_button, self.tr("Show the model as one nested expression")),
        ):
            button.setCheckable(True)
            button.setProperty("look", "segment")
            button.setAccessibleName(said)
            button.setToolTip(said + ".")
            self._group.addButton(button)
            row.addWidget(button)
        self.tree_button.setChecked(True)
        self.measure.setAccessibleName(self.tr("Measure how long every layer takes for one token"))
        self.measure.setToolTip(
            self.tr(
                "Measure how long every layer takes for one token, with the runtime's own profiler, on what is read."
            )
        )
        self.export.setAccessibleName(self.tr("Copy or save the table of layers"))
        self.export.setToolTip(self.tr("Copy or save the table or its picture."))
        self.export.setMenu(self.menu)
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE * 2)
        header.addWidget(self.about, 1)
        header.addWidget(self.measure)
        header.addWidget(segments)
        header.addWidget(self.export)
        view = self.view
        view.setModel(self.rows)
        prepare_view(view, view.header(), FactCells(view))
        view.setAccessibleName(self.tr("Layers of the model"))
        view.setUniformRowHeights(True)
        view.setExpandsOnDoubleClick(False)
        view.header().setStretchLastSection(False)
        upper = QWidget()
        self._upper = QStackedLayout(upper)
        self._upper.addWidget(view)
        self._upper.addWidget(self.expression)
        self.parts = QSplitter(Qt.Orientation.Vertical)
        self.parts.addWidget(upper)
        self.parts.addWidget(self.detail)
        self.parts.setStretchFactor(0, 3)
        self.parts.setStretchFactor(1, 1)
        self.parts.setChildrenCollapsible(False)
        self._body = put_below(self, header, self.empty, self.parts)

    def _connect(self) -> None:
        self._session.model_changed.connect(self._take_model)
        self._layers.answered.connect(self._take_layers)
        self._layers.refused.connect(self._take_refusal)
        self._nodes.answered.connect(self._take_nodes)
        self._times.answered.connect(self._take_times)
        self._times.refused.connect(self._take_no_times)
        self._session.tokens_reset.connect(self._forget_times)
        self._session.phase_changed.connect(self._tell_times)
        self.measure.clicked.connect(self._measure)
        self.view.selectionModel().currentRowChanged.connect(self._go)
        self.view.activated.connect(self._open_weight)
        self.view.expanded.connect(self._share_width)
        self.detail.weight_chosen.connect(self._choose_weight)
        self.detail.value_chosen.connect(self._choose_activation)
        self._group.buttonClicked.connect(self._choose_view)
        self.menu.said.connect(self._session.noticed)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.ui_font(12))
        self.view.setFont(theme.ui_font(13))
        self._share_width()

    @Slot()
    def _share_width(self) -> None:
        """Give figures what they need and names the rest, and never less than can be read."""
        figures = 0
        for column in LayerColumn:
            if column is not LayerColumn.LAYER and not self.view.isColumnHidden(column):
                self.view.resizeColumnToContents(column)
                figures += self.view.columnWidth(column)
        room = self.view.viewport().width() - figures
        self.view.setColumnWidth(LayerColumn.LAYER, max(room, theme.scaled(NAME_WIDTH)))
