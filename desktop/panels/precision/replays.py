"""What is known of a reply in each format, and which is being read now: one format after the other.

Knows no widget; the engine reads.
"""

from __future__ import annotations

from typing import Literal

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
        self.kept: dict[FormatName, str] = {}
        """Why a format that is known could not be read again, in sentences."""
        self.ended: Literal["", "message", "other"] = ""
        """What ended a reading that nobody stopped here."""
        self._stopping = False
        self.reading: FormatName | None = None
        """The format that the reply is being read in."""
        self.making = False
        """Whether the model is still being made in it."""
        self._wanted = 0
        self._share = 0.0
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._take_refusal)
        session.progressed.connect(self._take_progress)
        session.tokens_reset.connect(self.forget)
        session.tokens_appended.connect(self.forget)
        session.conversation_chosen.connect(self._leave)
        session.model_changed.connect(self._leave)

    @property
    def reference(self) -> FormatRun | None:
        """The run that the others are compared with."""
        return self.runs.get(REFERENCE)

    @property
    def complete(self) -> bool:
        """Whether every format was read."""
        return len(self.runs) == len(FORMAT_NAMES)

    @property
    def place(self) -> tuple[int, int]:
        """Which of the formats that are wanted is being read now, from 1, and how many those are."""
        return self._wanted - len(self._waiting), self._wanted

    @property
    def share(self) -> float:
        """How far reading is in all those formats together, from 0 to 1."""
        place, wanted = self.place
        return (place - 1 + self._share) / wanted if wanted else 0.0

    def read(self, start: int, stop: int) -> None:
        """Read a reply in the formats that are not known yet, or in all of them again where all are.

        What is known stays until what is read again takes its place.

        Args:
            start: position of its first token.
            stop: one past the position of the last.
        """
        if self.reading is not None or self._session.model is None:
            return
        if (start, stop) != self.span:
            self.runs = {}
        self.span = (start, stop)
        self.refusals, self.kept = {}, {}
        self.ended, self._stopping = "", False
        self._waiting = [name for name in FORMAT_NAMES if self.complete or name not in self.runs]
        self._wanted = len(self._waiting)
        self._go_on()

    @Slot()
    def stop(self) -> None:
        """Read no more; what is known stays."""
        self._waiting.clear()
        if self.reading is not None:
            self._stopping = True
            self._session.stop_measuring()

    @Slot()
    def forget(self) -> None:
        """The reply is another one."""
        if not (self.runs or self.refusals or self.reading):
            return
        self._note_end()
        self._inquiry.forget()
        self._waiting.clear()
        self.runs, self.refusals, self.kept = {}, {}, {}
        self.reading = None
        self.span = (0, 0)
        self.changed.emit()

    @Slot()
    def _leave(self) -> None:
        """The conversation, or the model, is another one: what ended there is of no interest here."""
        self.forget()
        if self.ended:
            self.ended = ""
            self.changed.emit()

    def _note_end(self) -> None:
        """Remember what ends a reading, unless somebody has stopped it here."""
        if self.reading is not None and not self._stopping:
            self.ended = "message" if self._session.busy else "other"

    # ------------------------------------------------------------ one after the other

    def _go_on(self) -> None:
        self.making, self._share = True, 0.0
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
            self._note_end()
            self._waiting.clear()
        elif name in self.runs:
            self.kept[name] = sentences
            if name == REFERENCE:
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
            self.making = not progress.done
            # The file's own numbers may have to be imported first, which is counted by itself.
            self._share = max(self._share, min(progress.done / max(progress.total, 1), 1.0))
            self.changed.emit()
