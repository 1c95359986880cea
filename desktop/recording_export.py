"""The dialog that exports the shown conversation with what was seen inside: how much of it, where to, how far it is.

Knows nothing about how a recording is made or written.
"""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.history.container import SUFFIX
from desktop.inquiry import Inquiry
from desktop.model_library.wording import size_text
from desktop.recording_options import RecordingOptions, wrapped_label
from desktop.recording_task import RecordingOrder, RecordingTask, Stage, Written
from desktop.session import Session
from desktop.sidebar.files import suggested_name
from inference.contract import Failed, ReadRecordingOutline, RecordingOutline
from models.errors import VitrineError
from models.escaping import escape_text

WIDTH = 520
"""In pixels at a zoom of 1."""

FRAME_MS = 33
"""Between two pictures of how far it is."""

_STEPS = 1000


class RecordingExport(QDialog):
    """A window of its own: one can go on while it is open.

    Args:
        session: whose conversation is exported.
        parent: the window it belongs to.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._outline: RecordingOutline | None = None
        self._ordered: RecordingOutline | None = None
        self._asked = (0, -1)
        self._folder = ""
        self._again = False
        self.setWindowTitle(self.tr("Export with what was seen inside"))
        self.task = RecordingTask(session, self)
        self.name = ElidedLabel()
        self.options = RecordingOptions(session)
        self.doing = wrapped_label("soft")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.said = wrapped_label("")
        self.leave = QPushButton()
        self.go_on = QPushButton()
        self._compose()
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take_outline)
        self._inquiry.refused.connect(self._refuse)
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._frame.timeout.connect(self._tell)
        self.task.advanced.connect(self._tell_soon)
        self.task.written.connect(self._tell_written)
        self.task.failed.connect(self._tell_failure)
        for signal in (
            session.phase_changed,
            session.model_changed,
            session.tokens_reset,
            session.conversation_chosen,
        ):
            signal.connect(self._look_again)
        theme.themed.connect(self._dress)
        self._dress()

    @Slot()
    def ask(self) -> None:
        """Let a person decide about the conversation that is shown; what is under way already is shown instead."""
        if self.task.stage is Stage.NONE:
            self._say("")
            self._look()
        self.show()
        self.raise_()
        self.activateWindow()

    def end(self) -> None:
        """Close, and wait until nothing runs any more."""
        self.task.end()
        self.close()

    def done(self, result: int) -> None:
        """Closed by whatever means: what is under way is stopped."""
        self.task.stop()
        self._inquiry.forget()
        super().done(result)

    # ------------------------------------------------------------ what there is to record

    @Slot()
    def _look_again(self) -> None:
        """Something else may be shown now, or the engine may have read it by now."""
        if self.isVisible() and self.task.stage is Stage.NONE and not self.said.text():
            self._look()

    def _look(self) -> None:
        self._outline = None
        self._inquiry.forget()
        if not self._problem() and not self._session.busy:
            self._asked = self._place()
            self._inquiry.ask(ReadRecordingOutline)
        self._tell()

    def _place(self) -> tuple[int, int]:
        """Which conversation is shown, in which state."""
        return self._session.conversation.id, self._session.epoch

    def _problem(self) -> str:
        """Why nothing can be recorded, in one sentence; empty where that can."""
        session = self._session
        if session.model is None:
            return self.tr("Nothing can be recorded before a model is loaded.")
        if not session.messages:
            return self.tr("Nothing was said yet: there is nothing to record.")
        if not session.tokens and not session.busy:
            return self.tr(
                "The tokens of this conversation are not those of the model in use: open the model that wrote it."
            )
        return ""

    @Slot(object)
    def _take_outline(self, outline: RecordingOutline) -> None:
        session = self._session
        if outline.ids.tolist() != [token.id for token in session.tokens]:
            self._say(self.tr("The model has not read what is shown. Try again in a moment."), again=True)
            return
        self._outline = outline
        self.options.describe(outline)
        self._tell()
        if not self.options.isAncestorOf(self.focusWidget() or self):
            self.options.take_focus()

    # ------------------------------------------------------------ what a person does

    @Slot()
    def _press(self) -> None:
        if self._outline is None:
            self._say("")
            self._look()
        else:
            self._ask_where()

    def _ask_where(self) -> None:
        self._ordered = self._outline
        history, number = self._session.archive.history, self._session.conversation.id
        record = self._session.archive.attempt(lambda: history.conversations.get(number), None)
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self, self.tr("Export with what was seen inside"), self._folder or documents)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Vitrine, with what was seen inside") + f" (*{SUFFIX})"])
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        dialog.selectFile(suggested_name(record.title if record is not None else "") + SUFFIX)
        dialog.fileSelected.connect(self._export)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _export(self, path: str) -> None:
        session, outline = self._session, self._outline
        if not path:
            return
        self._folder = str(Path(path).parent)
        if outline is None or outline is not self._ordered or self._asked != self._place():
            self._say(self.tr("Something else is shown by now; nothing was written."), again=True)
            return
        read = session.archive.document_reader(session.conversation.id)
        leaf = session.conversation.leaf
        self.task.start(RecordingOrder(outline, self.options.first_row, Path(path), leaf, read))
        self.leave.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------ what is shown

    @Slot()
    def _tell_soon(self) -> None:
        if not self._frame.isActive():
            self._frame.start()

    @Slot()
    def _tell(self) -> None:
        task = self.task
        running, said = task.stage is not Stage.NONE, bool(self.said.text())
        problem = "" if running or said else self._problem()
        ready = self._outline is not None and not said and not problem
        waits = not (running or said or ready or problem)
        self.name.say(self._title())
        self.options.setVisible(ready and not running)
        self.bar.setVisible(running or waits)
        self.doing.setVisible(running or waits or bool(problem))
        self.doing.setText(problem or self._what_is_done())
        self.said.setVisible(said)
        self.bar.setRange(0, _STEPS if running and task.total else 0)
        self.bar.setValue(_STEPS * task.done // task.total if task.total else 0)
        self.leave.setText(self.tr("Stop") if running else self.tr("Close") if said else self.tr("Cancel"))
        again = said and self._again
        self.go_on.setVisible((ready and not running) or again)
        self.go_on.setText(self.tr("Try again") if again else self.tr("Export…"))
        self.go_on.setEnabled(again or self.options.possible)
        self._fit()

    def _what_is_done(self) -> str:
        task = self.task
        share = 100 * task.done // task.total if task.total else 0
        if task.stage is Stage.RECORDING:
            return self.tr("Recording what the model computed · {share} %").format(share=share)
        if task.stage is Stage.WRITING:
            return self.tr("Writing the file · {share} %").format(share=share)
        if self._session.busy:
            return self.tr("Waiting until the reply is complete …")
        return self.tr("Asking the model what there is …")

    def _title(self) -> str:
        messages = self._session.messages
        return escape_text(messages[0].text) if messages else ""

    def _say(self, sentence: str, again: bool = False, failed: bool = False) -> None:
        """Say how it ended; an empty sentence begins anew.

        Args:
            sentence: said.
            again: whether it can be tried again.
            failed: whether that is bad news.
        """
        self._outline = None if sentence else self._outline
        self.said.setText(sentence)
        self.said.setProperty("look", "refusal" if failed else "")
        self.said.style().polish(self.said)
        self._again = again
        self._tell()

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        if failed.case == "interrupted":
            self._look_again()
        else:
            self._say(f"{failed.what} {failed.remedy}", again=True, failed=True)

    @Slot(object)
    def _tell_written(self, written: Written) -> None:
        said = self.tr(
            "Written to {path}: {size}. Dropped on a window of Vitrine, it opens without the model."
        )
        place = escape_text(os.path.abspath(written.path), 400)
        self._say(said.format(path=place, size=size_text(written.size)))

    @Slot(object)
    def _tell_failure(self, error: VitrineError) -> None:
        self._say(f"{error.what} {error.remedy}", again=True, failed=True)

    # ------------------------------------------------------------ how it is made

    def _compose(self) -> None:
        self.go_on.setProperty("look", "primary")
        self.go_on.setDefault(True)
        self.go_on.clicked.connect(self._press)
        self.leave.setAutoDefault(False)
        self.leave.clicked.connect(self._leave)
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(5 * theme.SPACE, 4 * theme.SPACE, 5 * theme.SPACE, 4 * theme.SPACE)
        column.setSpacing(3 * theme.SPACE)
        for widget in (self.name, self.options, self.doing, self.bar, self.said):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(row)

    @Slot()
    def _leave(self) -> None:
        """Stop what runs and let a person decide anew; where nothing runs, close."""
        if self.task.stage is Stage.NONE:
            self.reject()
            return
        self.task.stop()
        self._look()

    def _fit(self) -> None:
        """As high as what is shown."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.setFixedHeight(layout.heightForWidth(self.width()))

    @Slot()
    def _dress(self) -> None:
        self.setFixedWidth(theme.scaled(WIDTH))
        self.name.setFont(theme.ui_font(16, QFont.Weight.DemiBold))
        self._fit()
