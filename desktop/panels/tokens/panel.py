"""The tokens panel: a table of the whole sequence, a filter, and what can be taken away.

Knows nothing about the engine; the session fetches what is not known yet about the prompt's tokens.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu
from desktop.controls.numbers import format_count
from desktop.controls.search_field import SearchField
from desktop.controls.table_text import Table
from desktop.panels.empty_state import EmptyState
from desktop.panels.panel_body import put_below
from desktop.panels.tokens.table_model import TokenTableModel
from desktop.panels.tokens.table_view import TokenTable
from desktop.panels.turn_panel import TurnPanel
from desktop.session import Session
from models.tokenizer.pieces import render_piece


class TokensPanel(TurnPanel):
    """Every token of prompt and reply.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    writing_ms = 200
    """Between two batches of rows while the model writes: nobody reads a table faster."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("tokens")
        self.setAccessibleName(self.tr("Tokens"))
        self.rows = TokenTableModel(session, self)
        self.view = TokenTable(self.rows)
        self.about = ElidedLabel()
        self.filter = SearchField()
        self.bytes = QPushButton(self.tr("Bytes"))
        self.export = QPushButton(self.tr("Export"))
        self.empty = EmptyState()
        self.menu = ExportMenu("tokens", self, table=self.table, picture=self.view)
        self._arrange()
        self._connect()
        self._refresh()

    def table(self) -> Table:
        """All rows that the filter lets through."""
        columns = (
            "position",
            "part",
            "id",
            "piece",
            "bytes_hex",
            "special",
            "probability",
            "logprob",
            "rank",
            "entropy_nats",
        )
        rows = []
        for row in range(self.rows.rowCount()):
            facts = self.rows.facts_at(row)
            token = facts.token
            rows.append(
                (
                    facts.position,
                    token.part,
                    token.id,
                    render_piece(token.piece),
                    token.piece.hex(" "),
                    token.special,
                    facts.probability,
                    facts.logprob,
                    facts.rank or None,
                    None if math.isnan(facts.entropy) else facts.entropy,
                )
            )
        return Table(columns, rows)

    # ------------------------------------------------------------ from the session

    @Slot(int, int)
    def _take_statistics(self, start: int, stop: int) -> None:
        if self.isVisible():
            self.rows.tell_statistics(start, stop)

    @Slot()
    def _refresh(self) -> None:
        """Show the sequence as it is now, and the row at the cursor."""
        self.rows.catch_up()
        self._body.setCurrentWidget(self.view if self.rows.token_count else self.empty)
        self.empty.say(self._empty_sentence())
        self.about.say(self._about())
        self.view.show_row(self.rows.row_of(self._session.cursor))

    # ------------------------------------------------------------ from a person

    @Slot(int)
    def _choose_row(self, row: int) -> None:
        self._session.move_cursor(self.rows.position_of(row))

    @Slot(str)
    def _filter(self, text: str) -> None:
        self.rows.set_query(text)
        self._refresh()

    @Slot()
    def _enter_table(self) -> None:
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.view.selectionModel().hasSelection() and self.rows.rowCount():
            self._choose_row(0)

    @Slot(QPoint)
    def _open_menu(self, point: QPoint) -> None:
        self.menu.popup(self.view.viewport().mapToGlobal(point))

    # ------------------------------------------------------------ words

    def _about(self) -> str:
        total = self.rows.token_count
        if not total:
            return ""
        if self.rows.query:
            sentence = self.tr("{count} of {total} tokens")
            return sentence.format(count=format_count(self.rows.rowCount()), total=format_count(total))
        written = self.rows.written_count
        sentence = self.tr("{total} tokens: {prompt} of the prompt, {written} written by the model")
        return sentence.format(
            total=format_count(total), prompt=format_count(total - written), written=format_count(written)
        )

    def _empty_sentence(self) -> str:
        if self._session.model is None:
            return self.tr("Here you will see every token of the conversation, as soon as a model is loaded.")
        return self.tr(
            "Send a message: every token of the prompt and of the reply appears here with its ID, its bytes and "
            "how likely the model found it."
        )

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        self.about.setProperty("look", "soft")
        self.filter.setPlaceholderText(self.tr("Filter by text or ID"))
        self.filter.setAccessibleName(self.tr("Filter tokens by text or ID"))
        self.bytes.setCheckable(True)
        self.bytes.setAccessibleName(self.tr("Show the bytes of every token"))
        self.bytes.setToolTip(self.tr("Show the bytes of every token in hexadecimal."))
        self.export.setAccessibleName(self.tr("Copy or save the table"))
        self.export.setToolTip(self.tr("Copy or save the table or its picture."))
        self.export.setMenu(self.menu)
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE * 2)
        header.addWidget(self.about, 1)
        header.addWidget(self.filter)
        header.addWidget(self.bytes)
        header.addWidget(self.export)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._body = put_below(self, header, self.empty, self.view)

    def _connect(self) -> None:
        session = self._session
        session.tokens_appended.connect(self._schedule)
        session.tokens_reset.connect(self.rows.expect_another_sequence)
        session.tokens_reset.connect(self._schedule)
        session.cursor_changed.connect(self._schedule)
        session.model_changed.connect(self._schedule)
        session.statistics_changed.connect(self._take_statistics)
        self.view.row_chosen.connect(self._choose_row)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.filter.textChanged.connect(self._filter)
        self.filter.entered.connect(self._enter_table)
        self.bytes.toggled.connect(self.view.show_bytes)
        self.menu.said.connect(session.noticed)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.filter.take_focus)
        theme.themed.connect(self._dress)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.ui_font(12))
