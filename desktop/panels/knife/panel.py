"""The knife panel: mute heads, blocks and words, and see what that does to the token at the cursor.

Knows nothing about how anything is muted; its parts paint, rank and tell tokens that gained and lost.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu
from desktop.controls.table_text import Table
from desktop.inquiry import Inquiry
from desktop.panels.empty_state import EmptyState
from desktop.panels.knife import wording
from desktop.panels.knife.body import KnifeBody
from desktop.panels.knife.changes import Changes, changes_between
from desktop.panels.knife.controls import KnifeControls
from desktop.panels.knife.ranking import HeadRanking
from desktop.panels.turn_panel import TurnPanel
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import Effect, Failed, ReadEffect
from inference.sampling.settings import SamplingSettings

MOST_CHANGES = 8
"""Tokens that gained, and as many that lost, at most."""


class KnifePanel(TurnPanel):
    """Grid of heads and blocks, the distribution before and after, and a ranking of all heads.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("knife")
        self.setAccessibleName(self.tr("Knife"))
        self._changes: Changes | None = None
        self._as_written = True
        self._refusal = ""
        self.controls = KnifeControls()
        self.body = KnifeBody()
        self.grid, self.bars = self.body.grid, self.body.bars
        self.about = ElidedLabel()
        self.empty = EmptyState()
        self.ranking = HeadRanking(session, self)
        self.menu = ExportMenu("knife", self, table=self.table, picture=self)
        self._inquiry = Inquiry(session, self)
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

    def _rest(self) -> None:
        self.ranking.stop()
        self._inquiry.forget()

    # ------------------------------------------------------------ from the session

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
            self.ranking.start(self._session.row, everywhere=self.controls.everywhere)

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
        for button in (self.controls.cover, self.controls.write, self.controls.rank):
            button.setEnabled(not sentence)
        if sentence or session.model is None:
            self.about.say("")
            self.empty.say(sentence)
            self._stack.setCurrentWidget(self.empty)
            return
        self._stack.setCurrentWidget(self.body)
        self.body.set_shape(session.model.layers, session.model.heads)
        self.grid.show_muted(session.muting.intervention)
        self.about.say(wording.headline(session))
        self.controls.show_covered(session.cursor in session.muting.intervention.covered)
        can_write = session.can_write and session.phase is Phase.READY
        self.controls.write.setEnabled(can_write and any(one.role == "assistant" for one in session.messages))
        self.controls.rank.setEnabled(
            session.row >= 0 and (session.phase is Phase.READY or self.ranking.running)
        )
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
            self.body.told.setText(self._refusal or wording.hint(session))
            return
        self.bars.show_sections(wording.sections(self._changes, pieces))
        self.body.told.setText(wording.outcome(self._changes, pieces, as_written=self._as_written))

    @Slot()
    def _show_ranking(self) -> None:
        ranked, running = self.ranking.ranked, self.ranking.running
        self.controls.show_ranking(running)
        self.grid.show_effects(None if ranked is None else ranked.effects)
        self.body.legend.setText(wording.ranking(ranked, self._session.muting.intervention, running=running))

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        self.about.setProperty("look", "soft")
        self.controls.export.setMenu(self.menu)
        shown = QWidget()
        self._stack = QStackedLayout(shown)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.body)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE * 4, theme.SPACE, theme.SPACE * 4, theme.SPACE * 3)
        column.setSpacing(theme.SPACE * 2)
        column.addWidget(self.about)
        column.addWidget(self.controls)
        column.addWidget(shown, 1)

    def _connect(self) -> None:
        session = self._session
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
        self.controls.cover.clicked.connect(self._toggle_cover)
        self.controls.write.clicked.connect(self._write_again)
        self.controls.rank.clicked.connect(self._toggle_ranking)
        self.ranking.changed.connect(self._show_ranking)
        self.ranking.refused.connect(self._say_refusal)
        self.menu.said.connect(session.noticed)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.ui_font(12))
