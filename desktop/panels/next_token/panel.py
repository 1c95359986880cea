"""The next-token panel: asks for logits, runs the chain on them when a slider moves, shows what came of it.

Knows nothing about painting or about how logits come to be.

While the model writes, a picture is asked for and painted some fifteen times a second, each of one token; in
between the engine is left alone. A token that is looked at gets its picture as soon as its logits are there,
and at once from what its step brought along.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.export_menu import ExportMenu
from desktop.controls.table_text import Table
from desktop.inquiry import Inquiry
from desktop.panels.empty_state import EmptyState
from desktop.panels.next_token.answering import Answering
from desktop.panels.next_token.export import arrays_of, table_of
from desktop.panels.next_token.header import Header
from desktop.panels.next_token.moment import Moment, moment_at
from desktop.panels.next_token.reading import Reading
from desktop.panels.next_token.sampling_controls import SamplingControls
from desktop.panels.next_token.scene import Scene
from desktop.panels.next_token.view import DistributionView
from desktop.panels.next_token.vocabulary import Vocabulary
from desktop.phase import Phase
from desktop.reproduction import reproduction_at
from desktop.session import Session
from inference.contract import Failed, ReadLogits
from inference.sampling.distribution import check_logits
from inference.sampling.settings import SamplingSettings
from models.errors import VitrineError

FRAME_MS = 16
LIVE_MS = 200
"""Between two pictures while the model writes: more would only flicker, and cost the engine time."""


class NextTokenPanel(QWidget):
    """Distribution of the token at the cursor, before and after each stage of the chain.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("next-token")
        self.setAccessibleName(self.tr("Next token"))
        self._session = session
        self._vocabulary = Vocabulary(session.model)
        self._reading: Reading | None = None
        self._moment: Moment | None = None
        self._link: int | None = None
        self._scene: Scene | None = None
        self._refreshed = 0.0
        self._inquiry = Inquiry(session, self)
        self._timer = session.turns.turn(self._refresh)
        self.header = Header()
        self.controls = SamplingControls(session.settings, self._vocabulary.size)
        self.view = DistributionView()
        self.answering = Answering(session, self.view.why_not)
        self.empty = EmptyState()
        self.menu = ExportMenu("next-token", self, table=self.table, picture=self.view, arrays=self.arrays)
        self._arrange()
        self._connect()
        self.controls.show_seed(session.seed, session.new_seed_each_reply)
        self._take_guessing()
        self._refresh()

    # ------------------------------------------------------------ what is given away

    @property
    def scene(self) -> Scene | None:
        """What is shown at the moment, ``None`` while there is nothing to show."""
        return self._scene

    def table(self) -> Table:
        """The rows that the list shows, from the most probable on."""
        return table_of(self.view.bars.source, self._vocabulary)

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """Everything about the position shown, over the whole vocabulary, by name."""
        return arrays_of(self._scene) if self._scene is not None else {}

    # ------------------------------------------------------------ Qt's virtual methods

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        self.controls.show_settings(self._session.settings)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing from now on."""
        super().hideEvent(event)
        self._timer.stop()
        self._inquiry.forget()
        self.answering.rest()

    # ------------------------------------------------------------ from the session

    @Slot()
    def _schedule(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            since = (time.monotonic() - self._refreshed) * 1000
            self._timer.start(max(0, round((LIVE_MS if self._live else FRAME_MS) - since)))

    @Slot()
    def _take_model(self) -> None:
        self._vocabulary = Vocabulary(self._session.model)
        self.controls.set_vocabulary(self._vocabulary.size)
        self.header.set_vocabulary(self._vocabulary.size)
        self._take_reset()

    @Slot()
    def _take_reset(self) -> None:
        self._reading = None
        self._moment = None
        self._scene = None
        self._inquiry.forget()
        self._schedule()

    @Slot()
    def _take_settings(self) -> None:
        self.controls.show_settings(self._session.settings)
        self.controls.show_seed(self._session.seed, self._session.new_seed_each_reply)
        self._take_guessing()
        self._moment = None
        self._schedule()

    @Slot()
    def _take_guessing(self) -> None:
        model = self._session.model
        self.controls.show_guessing(self._session.guess_ahead, "" if model is None else model.guess_refused)

    @Slot(object)
    def _take_logits(self, logits: NDArray[np.float32]) -> None:
        query = self._inquiry.query
        if not isinstance(query, ReadLogits) or query.position + 1 >= len(self._session.tokens):
            return
        try:
            check_logits(logits, self._vocabulary.size)
        except VitrineError as error:
            self._say_empty(f"{error.what} {error.remedy}")
            return
        position = query.position + 1
        if position == self._session.cursor or self._live:
            self._reading = Reading(position, logits)
            self._show(position)

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        self._say_empty(f"{failed.what} {failed.remedy}")

    # ------------------------------------------------------------ from a person

    @Slot(object)
    def _choose_settings(self, settings: SamplingSettings) -> None:
        self._session.change_settings(settings)

    @Slot(object, bool)
    def _choose_seed(self, seed: int, new_each_reply: bool) -> None:
        self._session.change_seed(seed, new_each_reply)

    @Slot(int)
    def _choose_link(self, link: int) -> None:
        self._link = None if link == Scene.last_link() else link
        self._show_again()

    @Slot(str)
    def _search(self, text: str) -> None:
        self._show_again()
        if text and len(self.view.bars.source):
            self.view.bars.set_current_row(0)
        elif not text:
            self.view.bars.set_current_row(-1)

    @Slot(int)
    def _show_meant(self, token: int) -> None:
        """Single out the row of the token that the word means, where it has one."""
        row = self.view.bars.source.place_of(token)
        if self.header.query and row >= 0 and token != self.view.bars.current_token:
            self.view.bars.set_current_row(row)

    @Slot(int)
    def _pick(self, token: int) -> None:
        # Rows that a search singles out are nobody's choice; who chooses one has the keyboard there.
        if self.header.query and token >= 0 and self.view.bars.hasFocus():
            self.answering.pick(token)

    @Slot()
    def _enter_list(self) -> None:
        if len(self.view.bars.source):
            self.view.bars.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.view.bars.set_current_row(
                max(self.view.bars.source.place_of(self.view.bars.current_token), 0)
            )

    @Slot(int)
    def _activate(self, token: int) -> None:
        """Find a token among all; there, go on from it."""
        if self.header.query:
            self.header.clear_search()
            self.view.bars.set_current_row(self.view.bars.source.place_of(token))
        else:
            self._go_on()

    @Slot()
    def _go_on(self) -> None:
        """Write a variant of the reply that goes on from the chosen row's token."""
        token, moment = self.view.bars.current_token, self._moment
        if token >= 0 and moment is not None and token != moment.chosen:
            self._session.branch(moment.position, token)

    @Slot()
    def _leave_word(self) -> None:
        """The reply goes on with the word: back to the list, where its tokens appear."""
        self.view.bars.setFocus(Qt.FocusReason.OtherFocusReason)
        self.header.clear_search()

    @Slot(QPoint)
    def _open_menu(self, point: QPoint) -> None:
        self.menu.popup(self.view.mapToGlobal(point))

    # ------------------------------------------------------------ showing

    @property
    def _live(self) -> bool:
        return self._session.phase is Phase.WRITING and self._session.following

    @Slot()
    def _refresh(self) -> None:
        """Show the token at the cursor, and ask for its logits where they are not at hand."""
        self._refreshed = time.monotonic()
        session = self._session
        if session.model is None or session.cursor < 1:
            self._say_empty(self._empty_sentence())
            return
        if self._reading is not None and self._reading.position == session.cursor:
            self._show(session.cursor)
            return
        late = self._inquiry.pending
        if self.isVisible():
            self._inquiry.ask(ReadLogits, position=session.row)
        if session.recorded:
            return  # the answer is here in a moment, or that there is none
        # While writing, the answer is here in a moment, and two pictures of one token would flicker.
        if not self._live or late or self._scene is None:
            self._show(session.cursor)
        elif self._scene.settings != session.settings:
            self._show_again()

    def _show_again(self) -> None:
        if self._scene is not None:
            self._show(self._scene.moment.position)

    def _show(self, position: int) -> None:
        """Show what is known about a position."""
        if self._moment is None or self._moment.position != position:
            self._moment = moment_at(self._session, position)
        known = self._reading is not None and self._reading.position == position
        self._scene = Scene(
            self._moment, self._reading if known else None, self._session.settings, self._vocabulary
        )
        self.header.show_moment(self._scene)
        self._compare()
        self.controls.show_effects(self._scene.effects())
        self._scene.show_in(self.view, self._link, self.header.query)
        self.view.allow_going_on(not self._live and self._session.can_vary(position))
        self.answering.look_at(self.header.query, self._scene, self._vocabulary)
        self._body.setCurrentWidget(self.view)

    def _compare(self) -> None:
        """Say whether the token comes out as it did when it was written."""
        found = None
        # What was recorded is the same: nothing computes it anew.
        computed = not self._live and not self._session.recorded
        if self._moment is not None and self._scene is not None and computed:
            reading = self._scene.reading
            if reading is not None:
                now = reading.raw.log_probability_of(self._moment.chosen)
                found = reproduction_at(self._session, self._moment.position, now)
        self.header.reproduction.show_reproduction(found)

    @Slot()
    def _read_again(self) -> None:
        found = self._session.read_differently
        if found is not None:
            self._reading = None
            self._session.read_as_written()

    def _say_empty(self, sentence: str) -> None:
        self._scene = None
        self.empty.say(sentence)
        self.header.show_moment(None)
        self.header.reproduction.show_reproduction(None)
        self.controls.show_effects(Scene.effects_without_logits(self._session.settings))
        self._body.setCurrentWidget(self.empty)

    def _empty_sentence(self) -> str:
        if self._session.model is None:
            return self.tr(
                "Here you will see how likely every possible next token is, as soon as a model is loaded."
            )
        if self._session.cursor == 0:
            return self.tr(
                "This is the first token of the sequence: nothing comes before it to predict it from."
            )
        return self.tr(
            "Send a message: while the model writes, every token it could have chosen appears here with its "
            "probability."
        )

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE * 4, 0, theme.SPACE * 4, theme.SPACE * 3)
        column.setSpacing(theme.SPACE * 2)
        column.addWidget(self.header)
        self._row = row = QHBoxLayout()
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.controls)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        row.addWidget(self._scroll)
        shown = QWidget()
        self._body = QStackedLayout(shown)
        self._body.addWidget(self.empty)
        self._body.addWidget(self.view)
        row.addWidget(shown, 1)
        column.addLayout(row, 1)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header.set_menu(self.menu)
        self.header.set_vocabulary(self._vocabulary.size)
        self._dress()

    def _connect(self) -> None:
        session = self._session
        self._inquiry.answered.connect(self._take_logits)
        self._inquiry.refused.connect(self._take_refusal)
        session.cursor_changed.connect(self._schedule)
        session.phase_changed.connect(self._schedule)
        session.following_changed.connect(self._schedule)
        session.tokens_reset.connect(self._take_reset)
        session.model_changed.connect(self._take_model)
        session.settings_changed.connect(self._take_settings)
        self.controls.settings_chosen.connect(self._choose_settings)
        self.controls.seed_chosen.connect(self._choose_seed)
        self.controls.guessing_chosen.connect(session.change_guessing)
        session.model_changed.connect(self._take_guessing)
        self.view.link_chosen.connect(self._choose_link)
        self.view.token_activated.connect(self._activate)
        self.view.foot.go_on_asked.connect(self._go_on)
        self.view.bars.current_changed.connect(self._pick)
        self.answering.answered.connect(self.view.show_answer)
        self.answering.meant.connect(self._show_meant)
        self.answering.went_on.connect(self._leave_word)
        self.view.why_not.said.connect(session.noticed)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.header.searched.connect(self._search)
        self.header.entered.connect(self._enter_list)
        self.menu.said.connect(session.noticed)
        self.header.reproduction.clicked.connect(self._read_again)
        session.reading_changed.connect(self._take_reset)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.header.search.take_focus)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        # The scroll bar lies between the controls and what is shown, not on the numbers.
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        self._scroll.setFixedWidth(self.controls.width() + bar)
        self._row.setSpacing(max(theme.SPACE * 5 - bar, 0))
