"""What is known of a reply in each format, and which is being read now: one format after the other.

Knows no widget; the engine reads.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from desktop.inquiry import Inquiry
from desktop.session import Session
from inference.contract import Failed, Progress
from inference.precision.contract import FORMAT_NAMES, REFERENCE, FormatName, FormatRun, ReplayReply


class Replays(QObject):
    """Asks for a reply in every format, and keeps what came as long as it is of the sequence that is shown.

    Args:
        session: whose engine reads.
        parent: owner.
    """

    changed = Signal()
    """Something became known or void, began, advanced or ended."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._inquiry = Inquiry(session, self)
        self._waiting: list[FormatName] = []
        self.span = (0, 0)
        """Of the reply: position of its first token, one past the last."""
        self.runs: dict[FormatName, FormatRun] = {}
        self.refusals: dict[FormatName, str] = {}
        """Why a format could not be had, in sentences."""
        self.reading: FormatName | None = None
        """The format that the reply is being read in."""
        self.progress: Progress | None = None
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._take_refusal)
        session.progressed.connect(self._take_progress)
        session.tokens_reset.connect(self.forget)
        session.tokens_appended.connect(self.forget)
        session.model_changed.connect(self.forget)

    @property
    def reference(self) -> FormatRun | None:
        """The run that the others are compared with."""
        return self.runs.get(REFERENCE)

    @property
    def complete(self) -> bool:
        """Whether every format was read."""
        return len(self.runs) == len(FORMAT_NAMES)

    def read(self, start: int, stop: int) -> None:
        """Read a reply in the formats that are not known yet, or in all of them again where all are.

        Args:
            start: position of its first token.
            stop: one past the position of the last.
        """
        if self.reading is not None or self._session.model is None:
            return
        if (start, stop) != self.span or self.complete:
            self.runs = {}
        self.span = (start, stop)
        self.refusals = {}
        self._waiting = [name for name in FORMAT_NAMES if name not in self.runs]
        self._go_on()

    @Slot()
    def stop(self) -> None:
        """Read no more; what is known stays."""
        self._waiting.clear()
        if self.reading is not None:
            self._session.stop_measuring()

    @Slot()
    def forget(self) -> None:
        """The reply, or the model, is another one."""
        if not (self.runs or self.refusals or self.reading):
            return
        self._inquiry.forget()
        self._waiting.clear()
        self.runs, self.refusals = {}, {}
        self.reading = self.progress = None
        self.span = (0, 0)
        self.changed.emit()

    # ------------------------------------------------------------ one after the other

    def _go_on(self) -> None:
        self.progress = None
        self.reading = self._waiting.pop(0) if self._waiting else None
        if self.reading is not None:
            start, stop = self.span
            self._inquiry.ask(ReplayReply, format=self.reading, start=start, stop=stop)
        self.changed.emit()

    @Slot(object)
    def _take(self, run: FormatRun) -> None:
        self.runs[run.format] = run
        self._go_on()

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        name, sentences = self.reading, f"{failed.what} {failed.remedy}"
        if failed.case == "interrupted":
            self._waiting.clear()
        elif name is not None:
            self.refusals[name] = sentences
            if name == REFERENCE:
                # Without it there is nothing to compare the others with.
                self.refusals |= dict.fromkeys(self._waiting, sentences)
                self._waiting.clear()
        self._go_on()

    @Slot(object)
    def _take_progress(self, progress: Progress) -> None:
        if self.reading is not None and progress.task == "precision":
            self.progress = progress
            self.changed.emit()
