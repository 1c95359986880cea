"""The precision panel: has the newest reply read in every format; shows figures, lines, and the token at the cursor.

Knows nothing about how a reply is read again; its parts paint and tell.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QItemSelection, Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.buttons import Segments
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu
from desktop.controls.numbers import format_count, format_percent
from desktop.controls.table_text import Table
from desktop.newest_reply import newest_reply
from desktop.panels.empty_state import EmptyState
from desktop.panels.panel_body import put_below
from desktop.panels.precision import wording
from desktop.panels.precision.export import precision_table
from desktop.panels.precision.figure import PrecisionFigure
from desktop.panels.precision.format_chart import FormatChart
from desktop.panels.precision.format_table import FormatTable
from desktop.panels.precision.replays import Replays
from desktop.panels.precision.table_model import PrecisionRows
from desktop.panels.precision.token_rows import TokenRow, TokenRows
from desktop.panels.turn_panel import TurnPanel
from desktop.phase import Phase
from desktop.session import Session
from inference.precision.contract import FORMAT_NAMES, REFERENCE
from models.tokenizer.pieces import render_piece


class PrecisionPanel(TurnPanel):
    """Table, plot over the text, and one token in every format.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("precision")
        self.setAccessibleName(self.tr("Precision"))
        self._pointed = -1
        self.replays = Replays(session, self)
        self.rows = PrecisionRows(self.replays, self)
        self.view = FormatTable(self.rows)
        self.chart = FormatChart()
        self.token = TokenRows()
        self.about = ElidedLabel()
        self.named = ElidedLabel()
        self.notes = QLabel()
        self.before = QLabel()
        self.no_lines = QLabel()
        self.read = QPushButton(self.tr("Read in five formats"))
        self.export = QPushButton(self.tr("Export"))
        self.measure = Segments(
            self.tr("What the lines show"),
            (
                (
                    "divergence",
                    self.tr("Divergence"),
                    self.tr(
                        "How far each format’s distribution is from that of FP32, on a logarithmic scale."
                    ),
                ),
                (
                    "probability",
                    self.tr("Probability"),
                    self.tr("How probable the token that was written is in each format."),
                ),
            ),
        )
        self.empty = EmptyState()
        self.menu = ExportMenu("precision", self, table=self.table, picture=self.figure)
        self.chart.name_tokens(self._label)
        self._arrange()
        self._connect()
        self._dress()
        self._refresh()

    def table(self) -> Table:
        """What was read: a row for each format, then one for each token in each format."""
        tokens, model = self._session.tokens, self._session.model
        return precision_table(
            self.replays,
            lambda position: tokens[position].id if position < len(tokens) else -1,
            lambda token: wording.piece(model, token),
        )

    def figure(self) -> PrecisionFigure:
        """What is shown as a picture of the panel's width, without its controls."""
        model, count = self._session.model, self._span()[1] - self._span()[0]
        made = PrecisionFigure(
            model.name if model is not None else "",
            wording.compared(self.replays, count),
            self.rows,
            self.chart,
            self.named.text(),
            self.token.rows,
        )
        return made.compose(self.width())

    @Slot()
    def read_or_stop(self) -> None:
        """Read the newest reply in every format that is not known yet; or stop reading."""
        if self.replays.reading is not None:
            self.replays.stop()
        else:
            self.replays.read(*self._span())

    # ------------------------------------------------------------ from the session and from a person

    @Slot(int)
    def _point(self, position: int) -> None:
        self._pointed = position
        self._show_token()

    @Slot(int)
    def _choose(self, position: int) -> None:
        self._session.move_cursor(position)

    @Slot(str)
    def _take_measure(self, measure: str) -> None:
        self.chart.show_measure("probability" if measure == "probability" else "divergence")
        self._show_chart()

    @Slot(QItemSelection, QItemSelection)
    def _take_selection(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        rows = {index.row() for index in selected.indexes()}
        names = [FORMAT_NAMES[row] for row in rows if FORMAT_NAMES[row] in self.replays.runs]
        self.chart.emphasize(names[0] if names and names[0] != REFERENCE else None)

    # ------------------------------------------------------------ showing

    def _span(self) -> tuple[int, int]:
        """Of the newest reply; a token with nothing before it has no distribution that it came from."""
        start, stop = newest_reply(self._session)
        return max(start, 1), stop

    @Slot()
    def _refresh(self) -> None:
        session, replays = self._session, self.replays
        start, stop = self._span()
        sentence = wording.why_empty(session, stop - start if stop > start else 0)
        running = replays.reading is not None
        self.read.setEnabled(running or (not sentence and session.phase is Phase.READY))
        self._show_button(running)
        self.export.setEnabled(bool(replays.runs))
        self.measure.setEnabled(bool(replays.runs))
        if sentence:
            self.about.say("")
            self.empty.say(sentence)
            self._body.setCurrentWidget(self.empty)
            return
        self._body.setCurrentWidget(self._content)
        self.about.say(wording.headline(replays, stop - start))
        self.before.setText(wording.before(session))
        self.notes.setText(wording.notes(session))
        self.notes.setVisible(bool(replays.runs))
        self.rows.tell()
        self.view.fit()
        self.chart.show_runs(replays.runs, start, stop - start, session.cursor)
        self.chart.setAccessibleDescription(self.chart.describe())
        self._show_chart()
        self._lower.setCurrentWidget(self._drawn if replays.runs else self.before)
        self._show_token()

    def _show_chart(self) -> None:
        self.no_lines.setText("" if self.chart.has_lines else wording.no_lines())
        self._plot.setCurrentWidget(self.chart if self.chart.has_lines else self.no_lines)

    def _show_button(self, running: bool) -> None:
        if running:
            text = self.tr("Stop")
        elif self.replays.complete:
            text = self.tr("Read again")
        elif self.replays.runs:
            text = self.tr("Read the others")
        else:
            text = self.tr("Read in five formats")
        self.read.setText(text)
        self.read.setAccessibleName(self.tr("Stop reading in other formats") if running else text)

    def _show_token(self) -> None:
        replays, session = self.replays, self._session
        position = self._pointed if self._pointed >= 0 else session.cursor
        start, stop = replays.span
        if not replays.runs or not start <= position < min(stop, len(session.tokens)):
            hint = self.tr("Choose a token of the reply to see it in every format.") if replays.runs else ""
            self.named.say(hint)
            self.token.show_rows(())
            return
        piece = render_piece(session.tokens[position].piece)
        sentence = self.tr("“{piece}” at position {position}: probability, KL in nats, most probable instead")
        self.named.say(sentence.format(piece=piece, position=format_count(position)))
        self.token.show_rows(self._token_rows(position - start))

    def _token_rows(self, index: int) -> list[TokenRow]:
        replays, model, rows = self.replays, self._session.model, []
        for name, run in replays.runs.items():
            reference = replays.reference
            flipped = reference is not None and run.top[index] != reference.top[index]
            instead = ""
            if flipped:
                share = format_percent(math.exp(run.top_logprobs[index]))
                instead = f"→ {wording.piece(model, int(run.top[index]))}  {share} %"
            probability = math.exp(run.logprobs[index])
            rows.append(
                TokenRow(
                    name,
                    probability,
                    f"{format_percent(probability)} %",
                    "" if name == REFERENCE else wording.nats(float(run.divergence[index])),
                    instead,
                    wording.token_sentence(model, name, run, reference, index),
                )
            )
        return rows

    def _label(self, position: int) -> str:
        tokens = self._session.tokens
        return render_piece(tokens[position].piece) if position < len(tokens) else ""

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        for label in (self.about, self.named):
            label.setProperty("look", "soft")
        self.notes.setProperty("look", "faint")
        self.notes.setWordWrap(True)
        for sentence in (self.before, self.no_lines):
            sentence.setProperty("look", "soft")
            sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
            sentence.setContentsMargins(theme.SPACE * 6, 0, theme.SPACE * 6, 0)
            sentence.setWordWrap(True)
        self.read.setToolTip(
            self.tr(
                "Open the model beside the one in use, in one format after the other, and read this reply."
            )
        )
        self.read.setAccessibleDescription(self.read.toolTip())
        self.export.setToolTip(self.tr("Copy or save the table or its picture."))
        self.export.setAccessibleName(self.tr("Copy or save what was read"))
        self.export.setMenu(self.menu)
        self.measure.choose("divergence")
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE * 2)
        header.addWidget(self.about, 1)
        for widget in (self.measure, self.read, self.export):
            header.addWidget(widget)
        self._drawn, lower, plot = QWidget(), QWidget(), QWidget()
        self._plot = QStackedLayout(plot)
        self._plot.addWidget(self.no_lines)
        self._plot.addWidget(self.chart)
        below = QVBoxLayout(self._drawn)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(theme.SPACE * 2)
        below.addWidget(plot, 1)
        below.addWidget(self.named)
        below.addWidget(self.token)
        self._lower = QStackedLayout(lower)
        self._lower.addWidget(self.before)
        self._lower.addWidget(self._drawn)
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE * 2)
        column.addWidget(self.view)
        column.addWidget(self.notes)
        column.addWidget(lower, 1)
        self._body = put_below(self, header, self.empty, self._content)

    def _connect(self) -> None:
        session = self._session
        for signal in (
            session.cursor_changed,
            session.tokens_appended,
            session.tokens_reset,
            session.model_changed,
            session.phase_changed,
            session.conversation_changed,
            session.muting.changed,
            session.inspection.weights_changed,
            self.replays.changed,
        ):
            signal.connect(self._schedule)
        self.read.clicked.connect(self.read_or_stop)
        self.measure.chosen.connect(self._take_measure)
        self.view.selectionModel().selectionChanged.connect(self._take_selection)
        self.chart.pointed.connect(self._point)
        self.chart.chosen.connect(self._choose)
        self.menu.said.connect(session.noticed)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        for widget in (self.about, self.named, self.read, self.export):
            widget.setFont(theme.ui_font(12))
