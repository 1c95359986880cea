"""The knife panel: mute heads, blocks and words, and see what that does to the token at the cursor.

Knows nothing about how anything is muted; its parts paint, rank and tell tokens that gained and lost.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.buttons import Segments
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu
from desktop.controls.table_text import Table
from desktop.inquiry import Inquiry
from desktop.panels.empty_state import EmptyState
from desktop.panels.knife import wording
from desktop.panels.knife.changes import Changes, changes_between
from desktop.panels.knife.ranking import HeadRanking
from desktop.phase import Phase
from desktop.plots.change_bars import ChangeBars
from desktop.plots.head_grid import HeadGrid
from desktop.session import Session
from inference.contract import Effect, Failed, ReadEffect
from inference.sampling.settings import SamplingSettings

FRAME_MS = 16
MOST_CHANGES = 8
"""Tokens that gained, and as many that lost, at most."""

WIDEST_GRID = 420
"""Pixels of the grid at most, at a zoom of 1; a wider one scrolls."""

EVERYWHERE, HERE = "everywhere", "here"


class KnifePanel(QWidget):
    """Grid of heads and blocks, the distribution before and after, and a ranking of all heads.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("knife")
        self.setAccessibleName(self.tr("Knife"))
        self._session = session
        self._changes: Changes | None = None
        self._as_written = True
        self._refusal = ""
        self.grid = HeadGrid()
        self.bars = ChangeBars()
        self.about = ElidedLabel()
        self.told = QLabel()
        self.legend = QLabel()
        self.cover = QPushButton(self.tr("Cover this word"))
        self.write = QPushButton(self.tr("Write again"))
        self.rank = QPushButton(self.tr("Rank heads"))
        self.export = QPushButton(self.tr("Export"))
        self.scope = Segments(
            self.tr("Where heads are muted for the ranking"),
            (
                (
                    EVERYWHERE,
                    self.tr("Everywhere"),
                    self.tr("At every token of the text, as muting does: exact."),
                ),
                (
                    HERE,
                    self.tr("Here only"),
                    self.tr(
                        "At this token alone, which finds what earlier ones left as it was: much faster."
                    ),
                ),
            ),
        )
        self.empty = EmptyState()
        self.ranking = HeadRanking(session, self)
        self.menu = ExportMenu("knife", self, table=self.table, picture=self)
        self._inquiry = Inquiry(session, self)
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._arrange()
        self._connect()
        self._dress()
        self._refresh()

    def table(self) -> Table:
        """The ranking where there is one, the largest change first; otherwise the tokens that gained and lost."""
        ranked = self.ranking.ranked
        if ranked is not None:
            return Table(("layer", "head", "logprob_change_nats"), ranked.largest(ranked.total))
        found = self._changes
        rows = [] if found is None else [*found.gained, *found.lost]
        pieces = self._session.model.vocabulary if self._session.model is not None else ()
        return Table(
            ("id", "piece", "probability_before", "probability_after"),
            [(one.token, wording.piece(pieces, one.token), one.before, one.after) for one in rows],
        )

    # ------------------------------------------------------------ Qt's virtual methods

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask nothing from now on."""
        super().hideEvent(event)
        self._frame.stop()
        self.ranking.stop()
        self._inquiry.forget()

    # ------------------------------------------------------------ from the session

    @Slot()
    def _schedule(self) -> None:
        if self.isVisible() and not self._frame.isActive():
            self._frame.start()

    @Slot()
    def _take_cursor(self) -> None:
        self._refusal, self._changes = "", None
        ranked = self.ranking.ranked
        if ranked is not None and ranked.position != self._session.row:
            self.ranking.forget()
        self._schedule()

    @Slot()
    def _take_muted(self) -> None:
        self._refusal, self._changes = "", None
        self.grid.show_muted(self._session.muting.intervention)
        self._schedule()

    @Slot()
    def _take_reset(self) -> None:
        self._inquiry.forget()
        self.ranking.forget()
        self._take_cursor()

    @Slot(object)
    def _take_effect(self, effect: Effect) -> None:
        if effect.position != self._session.row or effect.intervention != self._session.muting.intervention:
            return
        self._changes = changes_between(effect.before, effect.after, MOST_CHANGES)
        self._as_written = effect.as_written
        self._show_changes()

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        # What interrupted it comes next, and when that is done all is asked anew.
        if failed.case != "interrupted":
            self._say_refusal(f"{failed.what} {failed.remedy}")

    @Slot(str)
    def _say_refusal(self, sentence: str) -> None:
        self._refusal = sentence
        self._show_changes()

    # ------------------------------------------------------------ from a person

    @Slot(int, int)
    def _toggle_head(self, layer: int, head: int) -> None:
        self._session.mute(self._session.muting.intervention.toggled_heads([(layer, head)]))

    @Slot(int)
    def _toggle_attention(self, layer: int) -> None:
        self._session.mute(self._session.muting.intervention.toggled_attention(layer))

    @Slot(int)
    def _toggle_mlp(self, layer: int) -> None:
        self._session.mute(self._session.muting.intervention.toggled_mlp(layer))

    @Slot()
    def _toggle_cover(self) -> None:
        if self._session.cursor >= 0:
            self._session.mute(self._session.muting.intervention.toggled_cover(self._session.cursor))

    @Slot()
    def _toggle_ranking(self) -> None:
        if self.ranking.running:
            self.ranking.stop()
        else:
            self._refusal = ""
            self.ranking.start(self._session.row, everywhere=self.scope.value == EVERYWHERE)

    @Slot()
    def _write_again(self) -> None:
        """Write the reply at the cursor, or the last one, once more with the same dice and what is muted now."""
        session, history = self._session, self._session.archive.history
        found = session.reply_at(session.cursor)
        replies = [one.id for one in session.messages if one.role == "assistant" and one.id]
        number = found[0] if found is not None else (replies[-1] if replies else 0)
        if not number:
            return
        nothing: tuple[tuple[int, SamplingSettings], ...] = ()
        settings = session.archive.attempt(lambda: history.replies.settings(number), nothing)
        if settings and session.replay(number, settings[0][1]):
            session.noticed.emit(
                self.tr("Written as a branch with the same dice. Compare shows both side by side.")
            )

    # ------------------------------------------------------------ showing

    @Slot()
    def _refresh(self) -> None:
        session = self._session
        sentence = wording.why_empty(session)
        for button in (self.cover, self.write, self.rank):
            button.setEnabled(not sentence)
        if sentence or session.model is None:
            self.about.say("")
            self.empty.say(sentence)
            self._stack.setCurrentWidget(self.empty)
            return
        self._stack.setCurrentWidget(self._body)
        self.grid.set_shape(session.model.layers, session.model.heads)
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        wide = self.grid.sizeHint().width() + bar + theme.SPACE
        self._scroll.setFixedWidth(min(wide, theme.scaled(WIDEST_GRID)))
        self.grid.show_muted(session.muting.intervention)
        self.about.say(wording.headline(session))
        covered = session.cursor in session.muting.intervention.covered
        self.cover.setText(self.tr("Uncover this word") if covered else self.tr("Cover this word"))
        self.cover.setAccessibleName(self.cover.text())
        can_write = session.can_write and session.phase is Phase.READY
        self.write.setEnabled(can_write and any(one.role == "assistant" for one in session.messages))
        self.rank.setEnabled(session.row >= 0 and (session.phase is Phase.READY or self.ranking.running))
        self._show_ranking()
        self._show_changes()
        wanted = session.muting.intervention
        readable = self.isVisible() and session.row >= 0 and session.phase is Phase.READY
        if wanted and readable and self._changes is None and not self._refusal:
            self._inquiry.ask(ReadEffect, position=session.row, intervention=wanted)

    def _show_changes(self) -> None:
        session = self._session
        pieces = session.model.vocabulary if session.model is not None else ()
        if self._changes is None or self._refusal:
            self.bars.show_sections(())
            self.told.setText(self._refusal or wording.hint(session))
            return
        self.bars.show_sections(wording.sections(self._changes, pieces))
        self.told.setText(wording.outcome(self._changes, pieces, as_written=self._as_written))

    @Slot()
    def _show_ranking(self) -> None:
        ranked, running = self.ranking.ranked, self.ranking.running
        self.rank.setText(self.tr("Stop") if running else self.tr("Rank heads"))
        self.rank.setAccessibleName(self.tr("Stop ranking heads") if running else self.tr("Rank heads"))
        self.scope.setEnabled(not running)
        self.grid.show_effects(None if ranked is None else ranked.effects)
        self.legend.setText(wording.ranking(ranked, running=running))

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        for label, look in ((self.about, "soft"), (self.told, "soft"), (self.legend, "faint")):
            label.setProperty("look", look)
        for label in (self.told, self.legend):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.cover.setToolTip(
            self.tr("No later token sees the word at the cursor; the others keep their places.")
        )
        self.write.setToolTip(
            self.tr("Write this reply again with the same dice and with what is muted now.")
        )
        self.rank.setToolTip(self.tr("Mute each head alone and see how much that changes the chosen token."))
        self.export.setToolTip(self.tr("Copy or save the tokens or the ranking, or the picture."))
        for button in (self.cover, self.write, self.rank, self.export):
            button.setAccessibleName(button.text())
            button.setAccessibleDescription(button.toolTip())
        self.scope.choose(EVERYWHERE)
        self.export.setMenu(self.menu)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE * 2)
        buttons.addWidget(self.cover)
        buttons.addWidget(self.write)
        buttons.addStretch(1)
        buttons.addWidget(self.scope)
        buttons.addWidget(self.rank)
        buttons.addWidget(self.export)
        scroll = QScrollArea()
        scroll.setWidget(self.grid)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.grid.current_moved.connect(self._show_current)
        self._scroll = scroll
        told = QWidget()
        right = QVBoxLayout(told)
        right.setContentsMargins(0, 0, theme.SPACE * 2, 0)
        right.setSpacing(theme.SPACE * 3)
        right.addWidget(self.told)
        right.addWidget(self.bars)
        right.addWidget(self.legend)
        right.addStretch(1)
        beside = QScrollArea()
        beside.setWidget(told)
        beside.setWidgetResizable(True)
        beside.setFrameShape(QFrame.Shape.NoFrame)
        beside.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        beside.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget()
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE * 4)
        row.addWidget(scroll)
        row.addWidget(beside, 1)
        shown = QWidget()
        self._stack = QStackedLayout(shown)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._body)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE * 4, theme.SPACE, theme.SPACE * 4, theme.SPACE * 3)
        column.setSpacing(theme.SPACE * 2)
        column.addWidget(self.about)
        column.addLayout(buttons)
        column.addWidget(shown, 1)

    def _connect(self) -> None:
        session = self._session
        self._frame.timeout.connect(self._refresh)
        session.cursor_changed.connect(self._take_cursor)
        session.tokens_reset.connect(self._take_reset)
        session.model_changed.connect(self._take_reset)
        session.phase_changed.connect(self._schedule)
        session.reading_changed.connect(self._take_cursor)
        session.muting.changed.connect(self._take_muted)
        self._inquiry.answered.connect(self._take_effect)
        self._inquiry.refused.connect(self._take_refusal)
        self.grid.head_toggled.connect(self._toggle_head)
        self.grid.attention_toggled.connect(self._toggle_attention)
        self.grid.mlp_toggled.connect(self._toggle_mlp)
        self.cover.clicked.connect(self._toggle_cover)
        self.write.clicked.connect(self._write_again)
        self.rank.clicked.connect(self._toggle_ranking)
        self.ranking.changed.connect(self._show_ranking)
        self.ranking.refused.connect(self._say_refusal)
        self.menu.said.connect(session.noticed)
        theme.themed.connect(self._dress)

    @Slot(int, int)
    def _show_current(self, layer: int, column: int) -> None:
        place = self.grid.cell_rectangle(layer, column).center().toPoint()
        self._scroll.ensureVisible(place.x(), place.y())

    @Slot()
    def _dress(self) -> None:
        for widget in (self.about, self.told, self.cover, self.write, self.rank, self.export):
            widget.setFont(theme.ui_font(12))
        self.legend.setFont(theme.ui_font(11))
