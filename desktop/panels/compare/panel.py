"""The compare panel: replies to one prompt in columns, and what each one's settings made of the same dice.

Knows nothing about how replies are written or measured, and nothing about painting.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from desktop import theme
from desktop.comparison.column import MOST_COLUMNS, Column
from desktop.comparison.comparison import Comparison
from desktop.comparison.divergence_reader import DivergenceReader
from desktop.comparison.presets import Presets
from desktop.comparison.shown_sequence import ShownSequence
from desktop.controls.export_menu import ExportMenu
from desktop.controls.table_text import Table
from desktop.panels.compare.comparison_board import ComparisonBoard
from desktop.panels.compare.export import table_of
from desktop.panels.compare.facts_line import FactsLine
from desktop.panels.compare.header import CompareHeader
from desktop.panels.compare.legend import CompareLegend
from desktop.panels.compare.menus import ColumnActions, ColumnMenu, PresetMenu
from desktop.panels.compare.preset_naming import PresetNaming
from desktop.panels.compare.same_dice import SameDice
from desktop.panels.compare.scene import Scene
from desktop.panels.compare.wording import seed_words
from desktop.panels.empty_state import EmptyState
from desktop.panels.next_token.vocabulary import Vocabulary
from desktop.phase import Phase
from desktop.session import Session
from inference.sampling.settings import SamplingSettings
from models.escaping import escape_text

FRAME_MS = 16
WRITING_MS = 200
"""Between two pictures while the model writes: nobody reads four columns faster."""


class ComparePanel(QWidget):
    """Columns of replies, and everything that makes new ones.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare")
        self.setAccessibleName(self.tr("Compare"))
        self._session = session
        self._shown = ShownSequence(session)
        self._followed: tuple[object, ...] = ()
        self._offered: tuple[Column, int] | None = None
        self.comparison = Comparison(session, self)
        self.reader = DivergenceReader(session, self)
        self.presets = Presets(session.archive, self)
        self.scene = Scene(self.comparison, self.reader.known, self.presets)
        self.same_dice = SameDice(Vocabulary(session.model).size)
        self.naming = PresetNaming(self._is_kept)
        self.header = CompareHeader(self.same_dice, self.naming)
        self.board = ComparisonBoard(session, self.comparison, self.reader.known, self.scene)
        self.facts = FactsLine()
        self.legend = CompareLegend(self.reader)
        self.empty = EmptyState()
        self.add_menu = ColumnMenu(session, self.comparison, self.presets, self)
        self.preset_menu = PresetMenu(session, self.presets, self)
        self.menu = ExportMenu("comparison", self, table=self.table, picture=self.board)
        self.frame = session.turns.turn(self._refresh)
        self._arrange()
        self._connect()
        self._take_model()
        self._refresh()

    def table(self) -> Table:
        """Every token of every column."""
        return table_of(self.comparison, self.reader.known)

    def column_menu(self, column: Column) -> ColumnActions:
        """What can be done with a column, as a menu that is gone when it closes."""
        menu = ColumnActions(column, self.comparison, self._session, self)
        menu.keep_asked.connect(self._ask_for_name)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    # ------------------------------------------------------------ Qt's virtual methods

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        self.reader.wake(True)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask and show nothing from now on; what is being written goes on."""
        super().hideEvent(event)
        self.frame.stop()
        self.reader.wake(False)

    # ------------------------------------------------------------ showing

    @Slot()
    def _schedule(self) -> None:
        if self.isVisible() and not self.frame.isActive():
            self.frame.start(WRITING_MS if self._session.phase is Phase.WRITING else FRAME_MS)

    @Slot()
    def _take_model(self) -> None:
        vocabulary = Vocabulary(self._session.model)
        self.same_dice.set_vocabulary(vocabulary.size)
        self.board.set_vocabulary(vocabulary)
        self._schedule()

    @Slot()
    def _refresh(self) -> None:
        """Show what is compared as it is now."""
        comparison = self.comparison
        comparison.catch_up()
        sides = [column.side for column in comparison.written if column.side is not None]
        followed = tuple((side.reply, len(side), side.end_reason) for side in sides)
        if followed != self._followed:
            self._followed = followed
            self.reader.follow(sides, comparison.alignment)
        self.scene.clip_parting()
        self._show_header()
        if comparison.columns:
            self.board.refresh()
        else:
            self.empty.say(self._empty_sentence())
        self._body.setCurrentWidget(self._filled if comparison.columns else self.empty)

    def _show_header(self) -> None:
        comparison, first = self.comparison, self.comparison.first
        question = escape_text(" ".join(comparison.question[:300].split()), 300)
        parts = [f"“{question}”"] if question else []
        if first is not None:
            parts.append(seed_words(first))
            self.same_dice.show_first(first.first_settings)
        self.header.about.say(" · ".join(parts))
        self.same_dice.setVisible(first is not None)
        refusal = comparison.why_not_write()
        self.header.show_plan(len(comparison.planned), comparison.queue.running, refusal)
        full = len(comparison.columns) >= MOST_COLUMNS
        no_room = self.tr("Four columns are the most; remove one first.") if full else ""
        nothing = "" if first is not None else self.tr("There is no reply to put anything beside.")
        self.header.allow_adding(no_room or nothing)
        self.same_dice.allow(no_room or refusal)

    def _empty_sentence(self) -> str:
        if self._session.model is None:
            return self.tr(
                "Here you will see replies to one question beside each other, as soon as a model is loaded."
            )
        return self.tr(
            "Send a message: its reply appears here, and beside it what the same dice write with other settings."
        )

    # ------------------------------------------------------------ from a person

    @Slot(bool)
    def _turn(self, forward: bool) -> None:
        self.scene.forward = forward
        self._refresh()

    @Slot(object, int)
    def _choose(self, column: Column, index: int) -> None:
        """Look at a token, or offer to show its reply."""
        if column.side is None:
            return
        position = self._shown.position_of(column.side, index)
        self._offered = None if position >= 0 else (column, index)
        self.facts.make_offer("" if position >= 0 else self.scene.letter_of(column))
        if position >= 0:
            self._session.move_cursor(position)

    @Slot()
    def _take_offer(self) -> None:
        offered, self._offered = self._offered, None
        self.facts.make_offer("")
        if offered is not None and offered[0] in self.comparison.columns:
            column, index = offered
            self.comparison.show_branch(column)
            self._choose(column, index)

    @Slot(object, QPoint)
    def _open_column_menu(self, column: Column, place: QPoint) -> None:
        self.column_menu(column).popup(place)

    @Slot()
    def _keep_present(self) -> None:
        self._ask_for_name(self._session.settings)

    @Slot(object)
    def _ask_for_name(self, settings: SamplingSettings) -> None:
        self.naming.ask(settings)

    @Slot(str, object)
    def _keep(self, name: str, settings: SamplingSettings) -> None:
        # What could not be kept stays typed.
        if self.presets.keep(name, settings):
            self.naming.hide()

    def _is_kept(self, name: str) -> bool:
        preset = self.presets.named(name)
        return preset is not None and preset.kept

    @Slot(int, int)
    def _look(self, start: int, stop: int) -> None:
        self.reader.look_at(range(start, stop))

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        self.header.set_menus(self.add_menu, self.preset_menu, self.menu)
        self._filled = QWidget()
        filled = QVBoxLayout(self._filled)
        filled.setContentsMargins(0, 0, 0, 0)
        filled.setSpacing(2 * theme.SPACE)
        filled.addWidget(self.board, 1)
        filled.addWidget(self.facts)
        filled.addWidget(self.legend)
        body = QWidget()
        self._body = QStackedLayout(body)
        self._body.addWidget(self.empty)
        self._body.addWidget(self._filled)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE * 4, 0, theme.SPACE * 4, theme.SPACE * 3)
        column.setSpacing(theme.SPACE * 3)
        column.addWidget(self.header)
        column.addWidget(body, 1)

    def _connect(self) -> None:
        session = self._session
        for signal in (
            session.conversation_changed,
            session.tokens_reset,
            session.tokens_appended,
            session.cursor_changed,
            session.phase_changed,
            self.comparison.changed,
            self.comparison.grown,
            self.reader.changed,
            self.presets.changed,
            theme.themed,
        ):
            signal.connect(self._schedule)
        session.model_changed.connect(self._take_model)
        self.comparison.said.connect(session.noticed)
        self.header.write_asked.connect(self.comparison.write)
        self.header.stop_asked.connect(self.comparison.stop)
        self.same_dice.replay_asked.connect(self.comparison.replay)
        self.naming.named.connect(self._keep)
        self.preset_menu.keep_asked.connect(self._keep_present)
        self.menu.said.connect(session.noticed)
        self.board.sight_changed.connect(self._look)
        self.board.pointed.connect(self.facts.show_facts)
        self.board.token_chosen.connect(self._choose)
        self.board.menu_asked.connect(self._open_column_menu)
        self.facts.taken.connect(self._take_offer)
        self.legend.turned.connect(self._turn)
