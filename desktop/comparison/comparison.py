"""The comparison of a window: up to four columns about the reply one looks at, and how they come to be written.

Knows no widget, and nothing of how far apart distributions are.

What is compared follows the transcript: the reply at the cursor with everything written with its dice, or the columns
that were put beside it in this run.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from desktop.comparison.alignment import Alignment, align
from desktop.comparison.column import MOST_COLUMNS, Column, ColumnState
from desktop.comparison.family import family_of, root_of, variants_of
from desktop.comparison.replay_queue import ReplayQueue, Wanted
from desktop.comparison.side import Side, read_side, same_prompt
from desktop.history.records import MessageRecord, ModelIdentity
from desktop.session import Session
from inference.sampling.settings import SamplingSettings


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
        self._boards: dict[int, list[Column]] = {}
        self._board: list[Column] = []
        self._root = 0
        self._roots: dict[int, int] = {}
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
        shown = {message.id: at for at, message in enumerate(self._session.messages) if message.id}
        at = next((shown[column.reply] for column in self._board if column.reply in shown), 0)
        return self._session.messages[at - 1].text if at > 0 else ""

    def shown_column(self) -> Column | None:
        """The column whose reply stands in the transcript."""
        shown = {message.id for message in self._session.messages if message.id}
        return next((column for column in self._board if column.reply in shown), None)

    def others(self) -> tuple[MessageRecord, ...]:
        """Replies to the same question that have no column, and could: finished, and to the same prompt."""
        first = self.first
        if first is None:
            return ()
        there = {column.reply for column in self._board}
        history = self._session.archive.history

        def act() -> tuple[MessageRecord, ...]:
            found = []
            for record in variants_of(history, first.reply):
                if record.id in there or record.reply is None or record.reply.end_reason is None:
                    continue
                prompt = history.replies.prompt_table(record.id)
                if prompt.ids == tuple(first.prompt.tolist()):
                    found.append(record)
            return tuple(found)

        return self._session.archive.attempt(act, ())

    # ------------------------------------------------------------ what can be done

    @property
    def can_add(self) -> bool:
        """Whether there is room for a column, and something to put beside it."""
        return self.first is not None and len(self._board) < MOST_COLUMNS

    def why_not_write(self) -> str:
        """Why no reply can be written now, one sentence; empty where one can."""
        model, first = self._session.model, self._origin()
        if model is None:
            return self.tr("A model has to be loaded first.")
        if first is None:
            return self.tr("There is no finished reply to begin with.")
        if self._session.busy or self.queue.running:
            return self.tr("A reply is being written.")
        if ModelIdentity.of(model).bundle != first.model.bundle:
            return self.tr("{name} wrote this reply; load it to write it again.").format(
                name=first.model.name
            )
        return ""

    def planned(self) -> tuple[Column, ...]:
        """The columns that are still to be written."""
        return tuple(column for column in self._board if column.state is ColumnState.PLANNED)

    def add_settings(self, settings: SamplingSettings, name: str = "") -> Column | None:
        """Put settings beside the others, to be written later; ``None`` where there is no room."""
        if not self.can_add:
            return None
        column = Column(settings, name)
        self._board.append(column)
        self._tell()
        return column

    def add_reply(self, reply: int) -> None:
        """Put a reply that is there beside the others."""
        if self.can_add and reply not in [column.reply for column in self._board]:
            column = self._column_of(reply)
            first = self.first
            if column is not None and column.side is not None and first is not None:
                if same_prompt(column.side, first):
                    self._board.append(column)
                self._tell()

    def remove(self, column: Column) -> None:
        """Take a column away; its reply stays a branch of the conversation. The last one stays."""
        if self.can_remove(column):
            self._board.remove(column)
            # A column without a reply cannot be what others are compared with.
            self._board.sort(key=lambda one: one.side is None)
            self._tell()

    def can_remove(self, column: Column) -> bool:
        """Whether a column can go: it is not being written, and a reply is left."""
        idle = column.state in (ColumnState.PLANNED, ColumnState.WRITTEN)
        return idle and any(one.side is not None for one in self._board if one is not column)

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

    def write(self) -> None:
        """Write every planned column, one after the other, with the dice of the first."""
        self._start(self.planned())

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

    def show_branch(self, column: Column) -> None:
        """Have the transcript show a column's reply, with what was said after it."""
        archive = self._session.archive
        if column.reply:
            leaf = archive.attempt(lambda: archive.history.messages.newest_leaf(column.reply), 0)
            if leaf:
                self._session.choose_branch(leaf)

    def _origin(self) -> Side | None:
        """The reply whose prompt and dice the next ones share."""
        finished = [one for one in self._board if one.state is ColumnState.WRITTEN and one.side is not None]
        return finished[0].side if finished else None

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
        """Number of the reply at the cursor, else of one that has a column, else of the last; 0 where there is none."""
        session = self._session
        replies = {}
        for message, span in zip(session.messages, session.conversation.spans(), strict=True):
            if message.role == "assistant" and message.id:
                replies[message.id] = span
        at_cursor = [one for one, (start, stop) in replies.items() if start <= session.cursor < stop]
        beside = [column.reply for column in self._board if column.reply in replies]
        return next(iter((*at_cursor, *beside, *reversed(replies))), 0)

    def _adopt(self) -> None:
        """Know the reply that is being written as that of its column."""
        column = self._column(self.queue.writing)
        last = self._session.messages[-1] if self._session.messages else None
        if column is not None and not column.reply and last is not None and last.writing and last.id:
            column.reply = last.id
            self._tell()

    def _turn_to(self, reply: int) -> None:
        """Compare another reply."""
        if not reply:
            if self._board:
                self._root, self._board = 0, []
                self._tell()
            return
        history = self._session.archive.history
        if self._roots.get(reply) == self._root:
            return  # its own column was taken away
        variants = self._session.archive.attempt(lambda: variants_of(history, reply), ())
        root = self._roots[reply] = root_of(variants, reply)
        if root == self._root:
            return
        if root not in self._boards:
            columns = [self._column_of(one) for one in family_of(variants, reply, MOST_COLUMNS)]
            self._boards[root] = [column for column in columns if column is not None]
        self._root, self._board = root, self._boards[root]
        self._tell()

    def _column_of(self, reply: int) -> Column | None:
        side = self._session.archive.attempt(lambda: read_side(self._session.archive.history, reply), None)
        if side is None:
            return None
        state = ColumnState.WRITTEN if side.end_reason is not None else ColumnState.WRITING
        return Column(side.first_settings, "", reply, side, state)

    def _grow(self) -> None:
        """Take the tokens that were written since."""
        session = self._session
        last = session.messages[-1] if session.messages else None
        column = next((one for one in self._board if last is not None and one.reply == last.id), None)
        if column is None or last is None:
            return
        if not last.writing:
            if column.state is ColumnState.WRITING:
                self._read_again(column)
            return
        if column.side is None:
            self._read_again(column)
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

    def _read_again(self, column: Column) -> None:
        found = self._column_of(column.reply)
        if found is not None:
            column.side, column.state = found.side, found.state
            self._tell()

    # ------------------------------------------------------------ the queue

    @Slot()
    def _mark(self) -> None:
        """Show in the columns what the queue does."""
        for board in self._boards.values():
            for column in board:
                if column.key == self.queue.writing:
                    column.state = ColumnState.WRITING
                elif column.key in self.queue.waiting:
                    column.state = ColumnState.WAITING
                elif column.state is not ColumnState.WRITTEN and not column.length:
                    column.reply, column.state = 0, ColumnState.PLANNED
        self._tell()

    @Slot(int, int)
    def _take_written(self, key: int, reply: int) -> None:
        column = self._column(key)
        if column is not None:
            column.reply = reply
            self._read_again(column)

    @Slot(int)
    def _reply_ended(self, reply: int) -> None:
        """A reply is complete, or as far as it gets; also where the queue had to let go of it."""
        for board in self._boards.values():
            for column in board:
                if reply and column.reply == reply:
                    self._read_again(column)

    @Slot(str)
    def _queue_ended(self, why: str) -> None:
        if why:
            self.said.emit(why)
        self._tell()

    def _column(self, key: int) -> Column | None:
        every = (column for board in self._boards.values() for column in board)
        return next((column for column in every if column.key == key), None)

    def _tell(self) -> None:
        self._alignment = None
        self.changed.emit()
