"""The panel Tensors: a table of every weight; of the chosen one statistics, distribution, a picture, and a file.

Knows nothing about the engine's process; it asks the session.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, QStandardPaths, Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu, ask_for_path
from desktop.controls.fact_cells import ROW_HEIGHT, FactCells, prepare_view
from desktop.controls.numbers import format_count, format_exact, format_percent, size_text
from desktop.controls.search_field import SearchField
from desktop.controls.table_text import Table
from desktop.inquiry import Inquiry
from desktop.panels.empty_state import EmptyState
from desktop.panels.late_panel import LatePanel
from desktop.panels.panel_body import put_below
from desktop.panels.tensors.export import TensorExport
from desktop.panels.tensors.histogram import Histogram
from desktop.panels.tensors.picture import MOST_CELLS, TensorPicture
from desktop.panels.tensors.slice_choice import SliceChoice
from desktop.panels.tensors.table_model import TensorColumn, TensorTableModel
from desktop.panels.tensors.wording import place_sentence, shown_shape, type_text
from desktop.session import Session
from inference.contract import Failed
from inference.tensors.contract import (
    ReadTensor,
    ReadTensors,
    ReadTensorSlice,
    ReadTensorStatistics,
    TensorInfo,
    TensorRef,
    TensorSlice,
    TensorStatistics,
)
from models.escaping import escape_text
from models.tokenizer.pieces import render_piece


class TensorsPanel(LatePanel):
    """Every weight of the model.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tensors")
        self.setAccessibleName(self.tr("Tensors"))
        self._session = session
        self._list = Inquiry(session, self)
        self._computed = Inquiry(session, self)
        self._activation: TensorInfo | None = None
        self._statistics = Inquiry(session, self)
        self._slice = Inquiry(session, self)
        self._known: TensorStatistics | None = None
        self.rows = TensorTableModel(self)
        self.view = QTableView()
        self.filter = SearchField()
        self.about = ElidedLabel()
        self.export = QPushButton(self.tr("Export"))
        self.menu = ExportMenu("tensors", self, table=self.table, picture=self.view)
        self.title = ElidedLabel()
        self.stored = QPushButton(self.tr("As stored"))
        self.save = QPushButton(self.tr("Save .npy"))
        self.facts = QLabel()
        self.histogram = Histogram()
        self.picture = TensorPicture()
        self.choice = SliceChoice()
        self.hint = ElidedLabel()
        self.empty = EmptyState()
        self.saving = TensorExport(session, self)
        self.choose_path = ask_for_path
        self._arrange()
        self._connect()
        self._dress()
        self._show_state()

    def table(self) -> Table:
        """All tensors that the filter lets through."""
        columns = ("name", "graph", "type", "shape", "bytes", "parameters", "lives", "file", "offset")
        infos = [self.rows.info(row) for row in range(self.rows.rowCount())]
        return Table(
            columns,
            [
                (
                    one.name, one.graph, one.element, "x".join(map(str, one.shape)), one.nbytes, one.parameters,
                    one.lives, one.file, one.offset,
                )
                for one in infos
                if one is not None
            ],
        )  # fmt: skip

    # ------------------------------------------------------------ hidden

    def _rest(self) -> None:
        self._statistics.forget()

    # ------------------------------------------------------------ from the session

    @Slot()
    def _take_model(self) -> None:
        """Another model, or none: what is shown is of the one before."""
        for inquiry in (self._list, self._computed, self._statistics, self._slice):
            inquiry.forget()
        self.saving.stop()
        self.rows.show(None)
        self._session.inspection.choose_tensor(None)
        self._take_tensor()
        self._show_state()
        self._refresh_soon()

    @Slot()
    def _refresh(self) -> None:
        if self.isVisible():
            if self.rows.tensors is None:
                self._list.ask(ReadTensors)
            else:
                self._ask_about_tensor()
        self._show_state()

    @Slot(object)
    def _take_list(self, tensors: tuple[TensorInfo, ...]) -> None:
        self.rows.show(tensors)
        self._share_width()
        self._show_state()
        if self._session.inspection.tensor is None:
            largest = max(tensors, key=lambda one: one.parameters, default=None)
            if largest is not None:
                self._session.inspection.choose_tensor(TensorRef(largest.graph, largest.name))
                return
        self._take_tensor()

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        self.empty.say(f"{failed.what} {failed.remedy}")

    @Slot()
    def _take_tensor(self) -> None:
        """Show the tensor that is chosen."""
        tensor, info = self._session.inspection.tensor, self._info()
        if info is None or tensor is None or not tensor.computed:
            self._activation = None
        self._known = None
        self.histogram.show_statistics(None)
        self.picture.show_slice(None)
        self.picture.choose(None)
        self.hint.say("")
        self._show_row(-1 if tensor is None else self.rows.row_of(tensor))
        if tensor is None or info is None:
            self.title.say("" if tensor is None else self._title_of(tensor))
            self.facts.setText("")
        else:
            self.title.say(self._title_of(tensor))
            stored = tensor.stored or info.meant_shape is None
            self.choice.show_shape(info.shape if stored else info.meant_shape or ())
            self._tell_facts(info)
        self.stored.setVisible(info is not None and info.meant_shape is not None)
        self.stored.setChecked(tensor is not None and tensor.stored)
        self.save.setEnabled(info is not None and info.numeric)
        if self.isVisible():
            self._ask_about_tensor()

    @Slot()
    def _take_changes(self) -> None:
        """Weights are others now: so are their numbers, and where they live."""
        if self.isVisible():
            self._list.ask(ReadTensors)
        else:
            self.rows.show(None)

    def _info(self) -> TensorInfo | None:
        """What is known of the tensor that is chosen."""
        tensor = self._session.inspection.tensor
        if tensor is None or not tensor.computed:
            return None if tensor is None else self.rows.known(tensor)
        known = self._activation
        return (
            known if known is not None and (known.graph, known.name) == (tensor.graph, tensor.name) else None
        )

    def _title_of(self, tensor: TensorRef) -> str:
        name = escape_text(tensor.name, 300)
        if not tensor.computed:
            return name
        tokens = self._session.tokens
        piece = render_piece(tokens[tensor.position].piece) if tensor.position < len(tokens) else ""
        return self.tr("{name} at token {position} {piece}").format(
            name=name, position=format_count(tensor.position), piece=f"“{piece}”" if piece else ""
        )

    @Slot()
    def _follow_cursor(self) -> None:
        """An activation is that of the token at the cursor."""
        tensor, cursor = self._session.inspection.tensor, self._session.cursor
        if (
            tensor is not None
            and tensor.computed
            and cursor >= 0
            and self.isVisible()
            and not self._session.busy
        ):
            self._activation = None
            self._session.inspection.choose_tensor(replace(tensor, position=cursor))
            # The same place of another sequence is another value.
            self._take_tensor()

    @Slot()
    def _take_sequence(self) -> None:
        """At the same place of another sequence the model computes something else."""
        tensor = self._session.inspection.tensor
        if tensor is not None and tensor.computed and self._activation is not None:
            self._activation = None
            self._take_tensor()

    @Slot(object)
    def _take_activation(self, info: TensorInfo) -> None:
        query, tensor = self._computed.query, self._session.inspection.tensor
        if isinstance(query, ReadTensor) and query.tensor == tensor:
            self._activation = info
            self._take_tensor()

    def _ask_about_tensor(self) -> None:
        tensor, info = self._session.inspection.tensor, self._info()
        if tensor is not None and tensor.computed and info is None:
            if self._session.busy:
                self.hint.say(self.tr("Activations are computed when the reply is written."))
            else:
                self.hint.say(self.tr("Computing …"))
                self._computed.ask(ReadTensor, tensor=tensor)
            return
        if tensor is None or info is None or not info.numeric:
            return
        if self._known is None or not self._known.complete:
            self._statistics.ask(ReadTensorStatistics, tensor=tensor)
        if self.picture.shown is None:
            self._ask_slice()

    @Slot(object)
    def _take_statistics(self, found: TensorStatistics) -> None:
        query, tensor = self._statistics.query, self._session.inspection.tensor
        if not isinstance(query, ReadTensorStatistics) or tensor is None or query.tensor != tensor:
            return
        self._known = found
        self.histogram.show_statistics(found)
        info = self._info()
        if info is not None:
            self._tell_facts(info)
        if not found.complete and self.isVisible():
            self._statistics.ask(ReadTensorStatistics, tensor=tensor)

    @Slot(object)
    def _take_slice(self, part: TensorSlice) -> None:
        query = self._slice.query
        if isinstance(query, ReadTensorSlice) and query.tensor == self._session.inspection.tensor:
            self.picture.show_slice(part)
            self._show_value()

    @Slot(object)
    def _take_slice_refusal(self, failed: Failed) -> None:
        self.hint.say(f"{failed.what} {failed.remedy}")

    @Slot()
    def _show_value(self) -> None:
        """Outline the value that is chosen, where it is in the part that is shown."""
        index = self._session.inspection.index
        self.picture.choose(None if index < 0 else self.choice.cell_of(index))

    # ------------------------------------------------------------ from a person

    @Slot(QModelIndex, QModelIndex)
    def _go(self, current: QModelIndex, _previous: QModelIndex) -> None:
        info = self.rows.info(current.row()) if current.isValid() else None
        if info is not None:
            self._session.inspection.choose_tensor(TensorRef(info.graph, info.name))

    @Slot(bool)
    def _choose_stored(self, stored: bool) -> None:
        tensor = self._session.inspection.tensor
        if tensor is not None and tensor.stored != stored:
            self._session.inspection.choose_tensor(TensorRef(tensor.graph, tensor.name, stored))

    @Slot(object, object)
    def _choose_range(self, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        self.choice.show_range(rows, columns)
        self._ask_slice()

    @Slot()
    def _ask_slice(self) -> None:
        tensor = self._session.inspection.tensor
        if tensor is not None and self.isVisible():
            self._slice.ask(
                ReadTensorSlice,
                tensor=tensor,
                leading=self.choice.leading,
                rows=self.choice.rows,
                columns=self.choice.columns,
                most_rows=MOST_CELLS,
                most_columns=MOST_CELLS,
            )

    @Slot(int, int)
    def _choose_value(self, row: int, column: int) -> None:
        tensor = self._session.inspection.tensor
        if tensor is not None:
            self._session.inspection.choose_value(tensor, self.choice.index_of(row, column))

    @Slot(str)
    def _filter(self, text: str) -> None:
        self.rows.set_query(text)
        tensor = self._session.inspection.tensor
        self._show_row(-1 if tensor is None else self.rows.row_of(tensor))
        self._show_state()

    @Slot()
    def _save(self) -> None:
        tensor = self._session.inspection.tensor
        if self.saving.busy:
            self.saving.stop()
            self._tell_saving(0, 0)
            return
        if tensor is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = re.sub(r"[^\w.-]+", "_", tensor.name)[:80] or "tensor"
        chosen = self.choose_path(
            self, self.tr("Save tensor"), str(Path(folder) / f"{name}.npy"), self.tr("NumPy array (*.npy)")
        )
        if chosen:
            path = Path(chosen)
            self.saving.start(tensor, path if path.suffix else path.with_suffix(".npy"))
            self.save.setText(self.tr("Stop saving"))

    @Slot(int, int)
    def _tell_saving(self, done: int, total: int) -> None:
        if done < total:
            self.hint.say(self.tr("{share} % is saved.").format(share=round(100 * done / total)))
            return
        self.save.setText(self.tr("Save .npy"))
        self.hint.say("")

    # ------------------------------------------------------------ words

    def _tell_facts(self, info: TensorInfo) -> None:
        parts = [type_text(info), shown_shape(info), size_text(info.nbytes), place_sentence(info)]
        if info.same_as:
            parts.append(self.tr("the same bytes as {name}").format(name=escape_text(info.same_as, 100)))
        lines = [" · ".join(part for part in parts if part)]
        if not info.numeric:
            lines.append(self.tr("It holds no numbers that could be drawn."))
        found = self._known
        if found is not None:
            lines.append(self._statistics_line(found))
        self.facts.setText("\n".join(lines))

    def _statistics_line(self, found: TensorStatistics) -> str:
        said = self.tr(
            "min {minimum} · max {maximum} · mean {mean} · deviation {deviation} · zeros {zeros} %"
        ).format(
            minimum=format_exact(found.minimum),
            maximum=format_exact(found.maximum),
            mean=format_exact(found.mean),
            deviation=format_exact(found.deviation),
            zeros=format_percent(found.zeros / found.done if found.done else 0.0),
        )
        if found.no_numbers:
            said += " · " + self.tr("{count} NaN").format(count=format_count(found.no_numbers))
        if found.infinities:
            said += " · " + self.tr("{count} infinite").format(count=format_count(found.infinities))
        if not found.complete:
            share = round(100 * found.done / found.total)
            said = self.tr("{share} % seen:").format(share=share) + " " + said
        return said

    def _show_state(self) -> None:
        tensors = self.rows.tensors
        model = self._session.model
        if tensors is None:
            if model is not None and model.recorded:
                said = self.tr("A recording holds no weights: they are in the model, which is not there.")
            elif model is None:
                said = self.tr("Here you will see every weight of the model, as soon as one is loaded.")
            else:
                said = self.tr("The weights of the model are being listed.")
            self.empty.say(said)
        self._body.setCurrentWidget(self.empty if tensors is None else self.parts)
        self.about.say(
            ""
            if tensors is None
            else self.tr("{shown} of {count} tensors").format(
                shown=format_count(self.rows.rowCount()), count=format_count(len(tensors))
            )
        )
        self.export.setEnabled(tensors is not None)

    def _show_row(self, row: int) -> None:
        selection = self.view.selectionModel()
        selection.blockSignals(True)
        if row < 0:
            self.view.clearSelection()
            self.view.setCurrentIndex(QModelIndex())
        else:
            self.view.selectRow(row)
            self.view.scrollTo(self.rows.index(row, 0))
        selection.blockSignals(False)
        self.view.viewport().update()

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        self.about.setProperty("look", "soft")
        self.filter.setPlaceholderText(self.tr("Filter by name or type"))
        self.filter.setAccessibleName(self.tr("Filter tensors by name or type"))
        self.export.setAccessibleName(self.tr("Copy or save the table of tensors"))
        self.export.setToolTip(self.tr("Copy or save the table or its picture."))
        self.export.setMenu(self.menu)
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE * 2)
        header.addWidget(self.about, 1)
        header.addWidget(self.filter)
        header.addWidget(self.export)
        view = self.view
        view.setModel(self.rows)
        prepare_view(view, view.horizontalHeader(), FactCells(view))
        view.setAccessibleName(self.tr("Tensors of the model"))
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setCornerButtonEnabled(False)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.horizontalHeader().setSectionResizeMode(TensorColumn.NAME, QHeaderView.ResizeMode.Stretch)
        self.parts = QSplitter(Qt.Orientation.Vertical)
        self.parts.addWidget(view)
        self.parts.addWidget(self._detail())
        self.parts.setStretchFactor(0, 1)
        self.parts.setStretchFactor(1, 2)
        self.parts.setChildrenCollapsible(False)
        self._body = put_below(self, header, self.empty, self.parts)

    def _detail(self) -> QWidget:
        self.stored.setCheckable(True)
        self.stored.setAccessibleName(self.tr("Show the whole numbers as they are stored"))
        self.stored.setToolTip(
            self.tr("The whole numbers as they are stored, instead of the numbers they mean.")
        )
        self.save.setAccessibleName(self.tr("Save the tensor as a NumPy array"))
        self.save.setToolTip(self.tr("Save all its values as a NumPy array (.npy)."))
        self.facts.setProperty("look", "soft")
        self.facts.setWordWrap(True)
        self.hint.setProperty("look", "faint")
        detail = QWidget()
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE * 2)
        top.addWidget(self.title, 1)
        top.addWidget(self.stored)
        top.addWidget(self.save)
        pictures = QHBoxLayout()
        pictures.setSpacing(theme.SPACE * 4)
        pictures.addWidget(self.picture, 3)
        pictures.addWidget(self.histogram, 2)
        below = QHBoxLayout()
        below.addWidget(self.choice)
        below.addWidget(self.hint, 1)
        column = QVBoxLayout(detail)
        column.setContentsMargins(0, theme.SPACE * 2, 0, 0)
        column.setSpacing(theme.SPACE * 2)
        column.addLayout(top)
        column.addWidget(self.facts)
        column.addLayout(pictures, 1)
        column.addLayout(below)
        return detail

    def _connect(self) -> None:
        session, looked = self._session, self._session.inspection
        session.model_changed.connect(self._take_model)
        looked.tensor_changed.connect(self._take_tensor)
        looked.value_changed.connect(self._show_value)
        looked.weights_changed.connect(self._take_changes)
        self._list.answered.connect(self._take_list)
        self._list.refused.connect(self._take_refusal)
        self._computed.answered.connect(self._take_activation)
        self._computed.refused.connect(self._take_slice_refusal)
        session.tokens_reset.connect(self._take_sequence)
        session.cursor_changed.connect(self._follow_cursor)
        session.phase_changed.connect(self._follow_cursor)
        self._statistics.answered.connect(self._take_statistics)
        self._slice.answered.connect(self._take_slice)
        self._slice.refused.connect(self._take_slice_refusal)
        self.view.selectionModel().currentRowChanged.connect(self._go)
        self.filter.textChanged.connect(self._filter)
        self.stored.toggled.connect(self._choose_stored)
        self.save.clicked.connect(self._save)
        self.picture.range_wanted.connect(self._choose_range)
        self.picture.value_chosen.connect(self._choose_value)
        self.picture.pointed.connect(self.hint.say)
        self.choice.changed.connect(self._ask_slice)
        self.menu.said.connect(session.noticed)
        self.saving.said.connect(session.noticed)
        self.saving.progressed.connect(self._tell_saving)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        for label in (self.about, self.facts, self.hint):
            label.setFont(theme.ui_font(12))
        self.title.setFont(theme.mono_font(13))
        self.view.verticalHeader().setDefaultSectionSize(theme.scaled(ROW_HEIGHT))
        self._share_width()

    def _share_width(self) -> None:
        for column in TensorColumn:
            if column is not TensorColumn.NAME:
                self.view.resizeColumnToContents(column)
