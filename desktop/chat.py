"""The column in the middle: notices, the transcript with its branches, the timeline, the composer.

Knows nothing about panels or engines.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop import theme
from desktop.branches.column import BranchColumn
from desktop.buttons import Segments
from desktop.composer import Composer
from desktop.model_library.import_card import ImportCard
from desktop.muted_bar import MutedBar
from desktop.notices import Notices
from desktop.session import Session
from desktop.timeline import Timeline
from desktop.tint_legend import TintLegend
from desktop.transcript.bodies import Reading
from desktop.transcript.page import WIDEST
from desktop.transcript.tint import Tint, TintMode
from desktop.transcript.view import Transcript

NARROWEST = 360
"""Pixels that one can still chat in."""

_SIDE = 6 * theme.SPACE


class Chat(QWidget):
    """Everything one needs to chat.

    Args:
        session: what is talked to.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self.tint = Tint(session, self)
        self.notices = Notices()
        self.import_card = ImportCard(session)
        self.muted = MutedBar(session)
        self.transcript = Transcript(session, self.tint)
        self.timeline = Timeline(session)
        self.composer = Composer(session)
        self.reading = Segments(
            self.tr("Replies"),
            (
                (
                    Reading.RENDERED.value,
                    self.tr("Rendered"),
                    self.tr("Replies with their Markdown rendered"),
                ),
                (Reading.EXACT.value, self.tr("Exact"), self.tr("Replies exactly as their tokens are")),
            ),
        )
        self.reading.choose(Reading.RENDERED.value)
        self.reading.chosen.connect(self._choose_reading)
        self._attention_explained = self.tr(
            "Tint each token by how much the token at the cursor looked at it, with the chosen head"
        )
        self.tints = Segments(
            self.tr("Tint"),
            (
                (TintMode.NONE.value, self.tr("Plain"), self.tr("No tint")),
                (
                    TintMode.PROBABILITY.value,
                    self.tr("Probability"),
                    self.tr("Tint each token by how probable the model thought it"),
                ),
                (TintMode.ATTENTION.value, self.tr("Attention"), self._attention_explained),
            ),
        )
        self.tints.choose(self.tint.mode.value)
        self.tints.chosen.connect(self._choose_tint)
        self.legend = TintLegend(self.tint, session)
        head = QHBoxLayout()
        head.setContentsMargins(_SIDE, 2 * theme.SPACE, _SIDE, 0)
        head.setSpacing(2 * theme.SPACE)
        head.addWidget(self.reading)
        head.addStretch(1)
        head.addWidget(self.legend)
        head.addWidget(self.tints)
        below = QWidget()
        below.setMaximumWidth(theme.scaled(WIDEST) + 2 * _SIDE)
        foot = QVBoxLayout(below)
        foot.setContentsMargins(_SIDE, 2 * theme.SPACE, _SIDE, 4 * theme.SPACE)
        foot.setSpacing(3 * theme.SPACE)
        foot.addWidget(self.timeline)
        foot.addWidget(self.composer)
        said = QVBoxLayout()
        said.setContentsMargins(_SIDE, theme.SPACE, _SIDE, 0)
        said.setSpacing(2 * theme.SPACE)
        said.addWidget(self.notices)
        said.addWidget(self.import_card)
        said.addWidget(self.muted)
        column = self._column = QVBoxLayout()
        column.setSpacing(theme.SPACE)
        column.addLayout(head)
        column.addLayout(said)
        column.addWidget(self.transcript, 1)
        centred = QHBoxLayout()
        centred.addWidget(below)
        column.addLayout(centred)
        self.branches = BranchColumn(session)
        self.branches.message_chosen.connect(session.look_at)
        beside = QHBoxLayout(self)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addLayout(column, 1)
        beside.addWidget(self.branches)
        self.branches.resized.connect(self._give_room)
        self._give_room()
        session.reply_asked.connect(self.import_card.fold)
        self.composer.typed.connect(self.import_card.fold)
        self.transcript.text_returned.connect(self.composer.give_back)
        session.model_changed.connect(self._allow_attention)
        session.proof_changed.connect(self._allow_attention)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The transcript has room first, what stands beside it then."""
        super().resizeEvent(event)
        self.branches.give_room(event.size().width() - self._column.minimumSize().width())

    @Slot()
    def _give_room(self) -> None:
        """What a person wants to see beside the transcript takes nothing of what that needs."""
        wanted = not self.branches.isHidden() and self.branches.choice == "shown"
        needed = self._column.minimumSize().width() + self.branches.sizeHint().width()
        self.setMinimumWidth(max(NARROWEST, needed) if wanted else NARROWEST)

    def choose_tint(self, mode: TintMode) -> None:
        """Tint the transcript differently."""
        self.tints.choose(mode.value)
        self.tint.choose(mode)

    def choose_reading(self, reading: Reading) -> None:
        """Show finished replies differently."""
        self.reading.choose(reading.value)
        self.transcript.choose_reading(reading)

    @Slot()
    def _allow_attention(self) -> None:
        """Attention that cannot be shown cannot tint."""
        refusal = self._session.attention_refusal
        self.tints.allow(TintMode.ATTENTION.value, not refusal, refusal or self._attention_explained)
        if refusal and self.tint.mode is TintMode.ATTENTION:
            self.choose_tint(TintMode.PROBABILITY)

    @Slot(str)
    def _choose_reading(self, value: str) -> None:
        self.transcript.choose_reading(Reading(value))

    @Slot(str)
    def _choose_tint(self, value: str) -> None:
        self.tint.choose(TintMode(value))
