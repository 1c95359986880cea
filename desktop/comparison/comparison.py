"""The comparison of a window: up to four columns about the reply one looks at, and how they come to be written.

Knows no widget, and nothing of how far apart distributions are.

What is compared follows the transcript: the reply at the cursor with everything written with its dice, or the columns
that were put beside it in this run.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from desktop.comparison.alignment import Alignment, align
from desktop.comparison.boards import Boards
from desktop.comparison.column import MOST_COLUMNS, Column, ColumnState
from desktop.comparison.replay_queue import ReplayQueue, Wanted
from desktop.comparison.side import Side, same_prompt
from desktop.history.records import MessageRecord
from desktop.phase import Phase
from desktop.session import Session
from inference.sampling.settings import SamplingSettings
from models.escaping import escape_text


class Comparison(QObject):
    """Columns, and the queue that fills them.

    Args:
        session: the window's state.
        parent: owner.
    """

    changed = Signal()
    """Other columns, another order, or what there is of one changed."""

    grown = Signal()
    """The reply that is being written has more tokens."""

    said = Signal(str)
    """A sentence for the person: why something was not written."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._boards = Boards(session.archive)
        self._board: list[Column] = []
        self._root = 0
        self._alignment: Alignment | None = None
        session.reply_ended.connect(self._reply_ended)
        self.queue = ReplayQueue(session, self)
        self.queue.changed.connect(self._mark)
        self.queue.written.connect(self._take_written)
        self.queue.ended.connect(self._queue_ended)

    # ------------------------------------------------------------ what is compared

    @property
    def columns(self) -> tuple[Column, ...]:
        """From left to right; the first is what the others are compared with."""
        return tuple(self._board)

    @property
    def written(self) -> tuple[Column, ...]:
        """The columns that have tokens, in order: the sides of `alignment`."""
        return tuple(column for column in self._board if column.length)

    @property
    def alignment(self) -> Alignment:
        """How the replies lie beside each other."""
        if self._alignment is None:
            self._alignment = align([column.side.ids for column in self.written if column.side is not None])
        return self._alignment

    @property
    def first(self) -> Side | None:
        """The reply that the others are compared with."""
        return next((column.side for column in self._board if column.side is not None), None)

    @property
    def question(self) -> str:
        """What the replies answer, as it was typed; empty where that is not known."""
        shown = self.shown_column()
        before = ""
        for message in self._session.messages:
            if shown is not None and message.id == shown.reply:
                return before
            before = message.text
        return ""

    def shown_column(self) -> Column | None:
        """The column whose reply stands in the transcript."""
        shown = {message.id for message in self._session.messages if message.id}
        return next((column for column in self._board if column.reply in shown), None)

    def others(self) -> tuple[MessageRecord, ...]:
        """Replies to the same question that have no column, and could: finished, and to the same prompt."""
        first = self.first
        if first is None:
            return ()
        return self._boards.others(first, {column.reply for column in self._board})

    # ------------------------------------------------------------ columns

    @property
    def can_add(self) -> bool:
        """Whether there is room for a column, and something to put beside it."""
        return self.first is not None and len(self._board) < MOST_COLUMNS

    def add_settings(self, settings: SamplingSettings, name: str = "") -> Column | None:
        """Put settings beside the others, to be written later; ``None`` where there is no room."""
        if not self.can_add:
            return None
        column = Column(settings, name)
        self._board.append(column)
        self._tell()
        return column

    def add_reply(self, reply: int) -> None:
        """Put a reply to the same prompt beside the others."""
        first = self.first
        if first is None or not self.can_add or reply in [column.reply for column in self._board]:
            return
        column = self._boards.read(reply)
        if column is not None and column.side is not None and same_prompt(column.side, first):
            self._board.append(column)
            self._tell()

    def can_remove(self, column: Column) -> bool:
        """Whether a column can go: it is not being written, and a reply is left."""
        idle = column.state in (ColumnState.PLANNED, ColumnState.WRITTEN)
        return idle and any(one.side is not None for one in self._board if one is not column)

    def remove(self, column: Column) -> None:
        """Take a column away; its reply stays a branch of the conversation. The last one stays."""
        if column in self._board and self.can_remove(column):
            self._board.remove(column)
            # A column without a reply cannot be what others are compared with.
            self._board.sort(key=lambda one: one.side is None)
            self._tell()

    def make_first(self, column: Column) -> None:
        """Compare the others with this one."""
        if column.side is not None and column in self._board:
            self._board.remove(column)
            self._board.insert(0, column)
            self._tell()

    def rewrite(self, column: Column, settings: SamplingSettings, name: str = "") -> None:
        """Plan other settings for a column that is not written yet."""
        if column.state is ColumnState.PLANNED:
            column.planned, column.name = settings, name
            self._tell()

    def show_branch(self, column: Column) -> None:
        """Have the transcript show a column's reply, with what was said after it."""
        archive = self._session.archive
        if column.reply:
            leaf = archive.attempt(lambda: archive.history.messages.newest_leaf(column.reply), 0)
            if leaf:
                self._session.choose_branch(leaf)

    # ------------------------------------------------------------ writing

    @property
    def planned(self) -> tuple[Column, ...]:
        """The columns that are still to be written."""
        return tuple(column for column in self._board if column.state is ColumnState.PLANNED)

    def why_not_write(self) -> str:
        """Why no reply can be written now, one sentence; empty where one can."""
        origin = self._origin()
        if self._session.model is None or self._session.phase is Phase.LOST:
            return self.tr("A model has to be loaded first.")
        if self._session.model.recorded:
            return self.tr("Only what was recorded is here; load the model to write with it.")
        if self._session.busy or self.queue.running:
            return self.tr("Something is being written or read; wait for it, or stop it.")
        if origin is None:
            return self.tr("There is no finished reply to begin with.")
        if self._session.identity.bundle != origin.model.bundle:
            sentence = self.tr("{name} wrote this reply; load it to write it again.")
            return sentence.format(name=escape_text(origin.model.name))
        return ""

    def write(self) -> None:
        """Write every planned column, one after the other, with the dice of the first."""
        self._start(self.planned)

    def replay(self, settings: SamplingSettings) -> None:
        """Put settings beside the others and write them at once."""
        if not self.why_not_write():
            column = self.add_settings(settings)
            if column is not None:
                self._start((column,))

    @Slot()
    def stop(self) -> None:
        """Stop writing; what is written stays."""
        self.queue.stop()

    def _origin(self) -> Side | None:
        """The reply whose prompt and dice the next ones share."""
        return next((one.side for one in self._board if one.state is ColumnState.WRITTEN), None)

    def _start(self, columns: tuple[Column, ...]) -> None:
        origin = self._origin()
        if origin is not None and not self.why_not_write():
            self.queue.start(origin.reply, [Wanted(column.key, column.planned) for column in columns])

    # ------------------------------------------------------------ following

    @Slot()
    def catch_up(self) -> None:
        """Take over what the transcript shows now: another reply, or more tokens of the one that is written."""
        self._adopt()
        reply = self._reply_looked_at()
        if not self._unsettled() and (not reply or reply not in [column.reply for column in self._board]):
            self._turn_to(reply)
        self._grow()

    def _unsettled(self) -> bool:
        """Whether a reply is on its way: until it is there, what is compared stays."""
        last = self._session.messages[-1] if self._session.messages else None
        return self.queue.running or (last is not None and last.writing and not last.id)

    def _reply_looked_at(self) -> int:
        """The reply at the cursor, else one that has a column, else the last; 0 where there is none."""
        session = self._session
        replies = {}
        for message, span in zip(session.messages, session.conversation.spans(), strict=True):
            if message.role == "assistant" and message.id:
                replies[message.id] = span
        at_cursor = [one for one, (start, stop) in replies.items() if start <= session.cursor < stop]
        beside = [column.reply for column in self._board if column.reply in replies]
        return next(iter((*at_cursor, *beside, *reversed(replies))), 0)

    def _turn_to(self, reply: int) -> None:
        """Compare another reply; the same where its column was only taken away."""
        root = self._boards.root_of(reply) if reply else 0
        if root != self._root:
            self._root, self._board = root, self._boards.board_of(reply) if reply else []
            self._tell()

    def _adopt(self) -> None:
        """Know the reply that is being written as that of its column."""
        column = self._boards.column(self.queue.writing)
        last = self._session.messages[-1] if self._session.messages else None
        if column is not None and not column.reply and last is not None and last.writing and last.id:
            column.reply = last.id
            self._tell()

    def _grow(self) -> None:
        """Take the tokens that were written since."""
        session = self._session
        last = session.messages[-1] if session.messages else None
        column = next((one for one in self._board if last is not None and one.reply == last.id), None)
        if column is None or last is None or not last.writing:
            return
        if column.side is None:
            self._boards.read_again(column)
            self._tell()
        side = column.side
        if side is None:
            return
        position, steps = len(side.prompt) + len(side), []
        while (step := session.steps.get(position)) is not None:
            steps.append(step)
            position += 1
        if steps:
            column.side = side.grown(steps)
            self._alignment = None
            self.grown.emit()

    # ------------------------------------------------------------ what was written

    @Slot()
    def _mark(self) -> None:
        """Show in the columns what the queue does."""
        for column in self._boards:
            if column.key == self.queue.writing:
                column.state = ColumnState.WRITING
            elif column.key in self.queue.waiting:
                column.state = ColumnState.WAITING
            elif column.state is not ColumnState.WRITTEN and not column.length:
                column.reply, column.state = 0, ColumnState.PLANNED
        self._tell()

    @Slot(int, int)
    def _take_written(self, key: int, reply: int) -> None:
        column = self._boards.column(key)
        if column is not None:
            column.reply = reply
            self._reply_ended(reply)

    @Slot(int)
    def _reply_ended(self, reply: int) -> None:
        """A reply is complete, or as far as it gets; also where the queue had to let go of it."""
        ended = [column for column in self._boards if reply and column.reply == reply]
        for column in ended:
            self._boards.read_again(column)
        if ended:
            self._tell()

    @Slot(str)
    def _queue_ended(self, why: str) -> None:
        if why:
            self.said.emit(why)
        self._tell()

    def _tell(self) -> None:
        self._alignment = None
        self.changed.emit()
