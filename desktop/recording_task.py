"""Records what the model made of the conversation that is shown, piece by piece, and writes it into a file.

Knows no widget; whoever asks for it says what and where.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from desktop.background import Background
from desktop.history.document import Document
from desktop.history.recording_file import write_recording
from desktop.inquiry import Inquiry
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import Failed, RecordingOutline, RecordingPiece
from inference.recorder import Recorder
from inference.recording import Recording
from models.errors import VitrineError


class Stage(Enum):
    """What is under way."""

    NONE = "none"
    """Nothing."""

    RECORDING = "recording"
    """The engine is asked."""

    WRITING = "writing"
    """The file is written."""


@dataclass(frozen=True, slots=True)
class RecordingOrder:
    """What is to be recorded, and where to.

    Args:
        outline: of the sequence that the engine holds.
        first_row: first row whose distribution is wanted.
        path: of the file.
        leaf: the message that the recorded branch ends with.
        read_document: reads the conversation, in whatever thread it is called.
    """

    outline: RecordingOutline
    first_row: int
    path: Path
    leaf: int | None
    read_document: Callable[[], Document]


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is there now.

    Args:
        path: of it.
        size: in bytes.
    """

    path: Path
    size: int


class RecordingTask(QObject):
    """One recording at a time.

    Args:
        session: whose engine is asked; it may go on, which ends the recording.
        parent: owner.
    """

    advanced = Signal()
    """`stage`, `done` or `total` changed."""
    written = Signal(object)
    """A `Written`."""
    failed = Signal(object)
    """The `VitrineError` that ended it; what was at its place before is untouched."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._order: RecordingOrder | None = None
        self._recorder: Recorder | None = None
        self.stage = Stage.NONE
        self.done = 0
        self.total = 0
        """Pieces while it is recorded, bytes while it is written."""
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._refuse)
        self._background = Background("recording to its file", self)
        for signal in (
            session.tokens_reset,
            session.conversation_chosen,
            session.reply_asked,
            session.model_changed,
        ):
            signal.connect(self._interrupt)
        session.phase_changed.connect(self._watch_phase)

    def start(self, order: RecordingOrder) -> None:
        """Begin; nothing else may be under way."""
        session = self._session
        if session.model is None:
            return
        self._order = order
        try:
            self._recorder = Recorder(order.outline, session.model, session.proof, order.first_row)
        except VitrineError as error:
            self._fail(error)
            return
        except MemoryError:
            self._fail(_no_memory())
            return
        self._go_to(Stage.RECORDING, self._recorder.total)
        self._ask()

    def stop(self) -> None:
        """End it; nothing is written. What the disk is busy with is given up at the next few megabytes."""
        self._recorder = self._order = None
        self._inquiry.forget()
        self._go_to(Stage.NONE, 0)

    def end(self) -> None:
        """End it, and wait until nothing runs any more."""
        self.stop()
        self._background.close()

    def _go_to(self, stage: Stage, total: int) -> None:
        self.stage, self.done, self.total = stage, 0, total
        self.advanced.emit()

    def _ask(self) -> None:
        assert self._recorder is not None
        question = self._recorder.question
        if question is None:
            self._write(self._recorder.recording())
            return
        kind, fields = question
        self._inquiry.ask(kind, **fields)

    @Slot(object)
    def _take(self, piece: RecordingPiece) -> None:
        if self._recorder is None:
            return
        self._recorder.take(piece)
        self.done = self._recorder.done
        self.advanced.emit()
        self._ask()

    def _write(self, recording: Recording) -> None:
        order, self._recorder = self._order, None
        assert order is not None
        # It may have become known meanwhile.
        whole = replace(recording, proof=self._session.proof)
        self._go_to(Stage.WRITING, recording.size)

        def write() -> Written | VitrineError:
            try:
                document = replace(order.read_document(), leaf=order.leaf)
                write_recording(order.path, document, whole, partial(self._take_progress, order))
                return Written(order.path, order.path.stat().st_size)
            except VitrineError as error:
                return error
            except MemoryError:
                return _no_memory()

        self._background.run(write, partial(self._finish, order))

    def _take_progress(self, order: RecordingOrder, done: int, total: int) -> None:
        """Called in the thread that writes."""
        if self._order is not order:
            raise VitrineError("stopped", "Writing was stopped.", "Export it again when you want it.")
        self.done, self.total = done, total
        self.advanced.emit()

    def _finish(self, order: RecordingOrder, result: Written | VitrineError) -> None:
        if self._order is not order:
            return
        if isinstance(result, VitrineError):
            self._fail(result)
        else:
            self.stop()
            self.written.emit(result)

    def _fail(self, error: VitrineError) -> None:
        self.stop()
        self.failed.emit(error)

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        self._fail(VitrineError(failed.case, failed.what, failed.remedy))

    @Slot()
    def _watch_phase(self) -> None:
        if self._session.busy or self._session.phase is Phase.LOST:
            self._interrupt()

    @Slot()
    def _interrupt(self) -> None:
        """What was recorded so far is of a sequence that the engine does not hold any more, or read differently."""
        if self._recorder is not None:
            self._fail(
                VitrineError(
                    "sequence-changed",
                    self.tr("The conversation has moved on while it was recorded; nothing was written."),
                    self.tr("Record it again when no reply is being written."),
                )
            )


def _no_memory() -> VitrineError:
    return VitrineError(
        "out-of-memory",
        "There is not enough memory for the recording.",
        "Record fewer distributions, or close other programs.",
    )
