"""The lens panel: follows the cursor, asks for the rows in sight and for the shares of one logit, and shows them.

Knows nothing about how anything is computed or painted.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu
from desktop.controls.numbers import format_count
from desktop.controls.table_text import Table
from desktop.inquiry import Inquiry
from desktop.panels.empty_state import EmptyState
from desktop.panels.lens import wording
from desktop.panels.lens.reader import LensReader
from desktop.panels.turn_panel import TurnPanel
from desktop.phase import Phase
from desktop.plots.layer_lines import LayerLines
from desktop.plots.lens_grid import LensCell, LensGrid
from desktop.plots.lens_legend import LensLegend
from desktop.plots.share_bars import ShareBars
from desktop.session import Session
from inference.contract import Attribution, Failed, ReadAttribution
from models.tokenizer.pieces import render_piece


class LensPanel(TurnPanel):
    """The grid, the lines of the token at the cursor, and the shares of its logit.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("lens")
        self.setAccessibleName(self.tr("Lens"))
        self._point = -1
        self._refusal = ""
        self._attribution: Attribution | None = None
        self._no_shares = ""
        self.reader = LensReader(session, self)
        self.grid = LensGrid()
        self.legend = LensLegend()
        self.lines = LayerLines()
        self.shares = ShareBars()
        self.about = ElidedLabel()
        self.added = ElidedLabel()
        self.read = QPushButton(self.tr("Read all"))
        self.export = QPushButton(self.tr("Export"))
        self.empty = EmptyState()
        self.menu = ExportMenu("lens", self, table=self.table, picture=self)
        self._inquiry = Inquiry(session, self)
        self.grid.show_source(self._cell, self._heading, wording.point_name)
        self.lines.name_points(wording.short_point_name)
        self._arrange()
        self._connect()
        self._dress()
        self._refresh()

    def table(self) -> Table:
        """Every row that was read, point by point; then every share of the logit at the cursor."""
        pieces = self._session.model.vocabulary if self._session.model is not None else ()
        rows: list[tuple[str | int | float | bool | None, ...]] = []
        for position, row in sorted(self.reader.rows.items()):
            for point in range(len(row.top)):
                piece = wording.cell(row, point, pieces).text
                rows.append(
                    (
                        position, point, int(row.top[point]), piece, float(row.top_p[point]), row.chosen,
                        float(row.chosen_p[point]), int(row.ranks[point]), float(row.entropies[point]), "", None,
                    )
                )  # fmt: skip
        if self._attribution is not None:
            position = self._attribution.position
            rows += [
                (
                    position,
                    None,
                    None,
                    "",
                    None,
                    self._attribution.token,
                    None,
                    None,
                    None,
                    one.name,
                    one.value,
                )
                for one in wording.shares(self._attribution)
            ]
        return Table(
            (
                "position", "point", "top_id", "top_piece", "top_probability", "chosen_id", "chosen_probability",
                "chosen_rank", "entropy_nats", "part", "logit_share",
            ),
            rows,
        )  # fmt: skip

    def _rest(self) -> None:
        self.reader.want(range(0))
        self.reader.stop()
        self._inquiry.forget()

    # ------------------------------------------------------------ from the session

    @Slot()
    def _take_cursor(self) -> None:
        self._attribution, self._no_shares = None, ""
        self._schedule()

    @Slot()
    def _take_reset(self) -> None:
        self._refusal = ""
        self._inquiry.forget()
        self.reader.forget()
        self._take_cursor()

    @Slot(object)
    def _take_attribution(self, found: Attribution) -> None:
        if found.position == self._session.row:
            self._attribution = found
            self._show_shares()

    @Slot(object)
    def _take_no_shares(self, failed: Failed) -> None:
        if failed.case != "interrupted":
            self._no_shares = f"{failed.what} {failed.remedy}"
        self._schedule()

    @Slot(str)
    def _take_refusal(self, sentence: str) -> None:
        self._refusal = sentence
        self._schedule()

    # ------------------------------------------------------------ from a person

    @Slot(int, int)
    def _choose(self, position: int, point: int) -> None:
        self._point = point
        # The row of a position chose the token that follows it.
        self._session.move_cursor(position + 1)
        self._schedule()

    @Slot()
    def _toggle_reading(self) -> None:
        if self.reader.reading_all:
            self.reader.stop()
        else:
            self.reader.read_all()

    # ------------------------------------------------------------ showing

    @Slot()
    def _refresh(self) -> None:
        session = self._session
        sentence = wording.why_empty(session) or self._refusal
        self.read.setEnabled(not sentence and session.phase is Phase.READY)
        if sentence or session.model is None:
            self.about.say("")
            self.empty.say(sentence)
            self._stack.setCurrentWidget(self.empty)
            return
        self._stack.setCurrentWidget(self._body)
        points = session.model.layers + 1
        if not 0 <= self._point < points:
            self._point = points - 1
        self.grid.set_shape(self.reader.total, points)
        self.grid.set_chosen(session.row, self._point)
        row = self.reader.rows.get(session.row)
        self.about.say(wording.headline(session, row))
        if row is None:
            self.lines.show_lines((), (), -1)
        else:
            self.lines.show_lines(row.ranks.tolist(), row.entropies.tolist(), self._point)
        self._show_reading()
        self._show_shares()
        if self.isVisible() and session.phase is Phase.READY:
            self.reader.want(self.grid.in_sight)
            if session.row >= 0 and self._attribution is None and not self._no_shares:
                self._inquiry.ask(
                    ReadAttribution, position=session.row, token=session.tokens[session.cursor].id
                )

    def _show_reading(self) -> None:
        if self.reader.reading_all:
            sentence = self.tr("Stop ({done} of {total})")
            wanted = self.reader.all_rows
            done = format_count(sum(row in wanted for row in self.reader.rows))
            total = format_count(len(wanted))
            self.read.setText(sentence.format(done=done, total=total))
        else:
            self.read.setText(self.tr("Read all"))

    def _show_shares(self) -> None:
        found = self._attribution
        if found is None:
            self.added.say(self._no_shares)
            self.shares.show_shares(())
            return
        self.added.say(wording.total(found, render_piece(self._session.tokens[self._session.cursor].piece)))
        self.shares.show_shares(wording.shown_shares(wording.shares(found)))

    def _cell(self, position: int, point: int) -> LensCell | None:
        row, model = self.reader.rows.get(position), self._session.model
        return (
            None if row is None or model is None or point < 0 else wording.cell(row, point, model.vocabulary)
        )

    def _heading(self, position: int) -> str:
        tokens = self._session.tokens
        return render_piece(tokens[position].piece) if position < len(tokens) else ""

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        for label in (self.about, self.added):
            label.setProperty("look", "soft")
        self.read.setToolTip(self.tr("Read the layers of every token, to save them all as a table."))
        self.export.setToolTip(self.tr("Copy or save the table or its picture."))
        for button in (self.read, self.export):
            button.setAccessibleName(button.text())
            button.setAccessibleDescription(button.toolTip())
        self.export.setMenu(self.menu)
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE * 2)
        header.addWidget(self.about, 1)
        header.addWidget(self.read)
        header.addWidget(self.export)
        scroll = QScrollArea()
        scroll.setWidget(self.shares)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        beside = QVBoxLayout()
        beside.setSpacing(theme.SPACE)
        beside.addWidget(self.added)
        beside.addWidget(scroll, 1)
        below = QHBoxLayout()
        below.setSpacing(theme.SPACE * 4)
        below.addWidget(self.lines, 2)
        below.addLayout(beside, 3)
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE * 2)
        column.addWidget(self.grid, 3)
        column.addWidget(self.legend)
        column.addLayout(below, 2)
        shown = QWidget()
        self._stack = QStackedLayout(shown)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.SPACE * 4, theme.SPACE, theme.SPACE * 4, theme.SPACE * 3)
        whole.setSpacing(theme.SPACE * 2)
        whole.addLayout(header)
        whole.addWidget(shown, 1)

    def _connect(self) -> None:
        session = self._session
        session.cursor_changed.connect(self._take_cursor)
        session.tokens_appended.connect(self._schedule)
        session.tokens_reset.connect(self._take_reset)
        session.model_changed.connect(self._take_reset)
        session.phase_changed.connect(self._schedule)
        session.reading_changed.connect(self._take_reset)
        self.reader.changed.connect(self._schedule)
        self.reader.refused.connect(self._take_refusal)
        self._inquiry.answered.connect(self._take_attribution)
        self._inquiry.refused.connect(self._take_no_shares)
        self.grid.cell_chosen.connect(self._choose)
        self.grid.sight_changed.connect(self._schedule)
        self.read.clicked.connect(self._toggle_reading)
        self.menu.said.connect(session.noticed)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        for widget in (self.about, self.added, self.read, self.export):
            widget.setFont(theme.ui_font(12))
