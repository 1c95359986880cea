"""A picture of the whole window, taken by itself when a reply is written and everything in it has settled.

Knows nothing about the command line or files.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QImage, QImageWriter

from desktop.inquiry import Inquiry
from desktop.panels.next_token.panel import NextTokenPanel
from desktop.panels.precision.panel import PrecisionPanel
from desktop.phase import Phase
from desktop.window import Window
from inference.contract import Failed

PictureStep: TypeAlias = Callable[[Window], bool]
"""Has another reply written; whether that was possible."""

Handler: TypeAlias = Callable[[QtMsgType, QMessageLogContext, str], None]

LOOK_EVERY_MS = 50
QUIET_LOOKS = 8
"""Looks in a row at which nothing is awaited before the picture is taken: panels ask and paint a frame later."""


class WindowPicture(QObject):
    """Says something in a window and takes the picture after the reply, or after what was done then.

    Args:
        window: shown, its session not started yet.
        token: position of the token to look at; ``None`` is the last of the reply.
        steps: done after the reply, one after the other; each has another reply written, and tells whether it could.
        word: typed where a token is searched for, before the picture is taken.
        panel: that is shown; what it shows only when it is asked to is waited for.
    """

    taken = Signal(QImage)
    """The picture."""

    failed = Signal(object)
    """The `Failed` that makes it impossible."""

    def __init__(
        self,
        window: Window,
        token: int | None = None,
        steps: Sequence[PictureStep] = (),
        word: str = "",
        panel: str | None = None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._token = token
        self._steps = deque(steps)
        self._word = word
        self._panel = panel
        self._quiet = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        window.session.failed.connect(self._give_up)
        window.session.stopped.connect(self._await_panels)

    def take_after(self, text: str) -> None:
        """Start the session, say something, and take the picture after the reply."""
        self._window.session.start()
        self._window.session.send(text)

    @Slot()
    def _await_panels(self) -> None:
        if self._steps:
            # Not from inside the signal: the session is still ending the reply.
            QTimer.singleShot(0, self, self._take_step)
            return
        if self._word:
            panel = self._window.panels.panel("next-token")
            assert isinstance(panel, NextTokenPanel)
            panel.header.search.setText(self._word)
        if self._token is not None:
            self._window.session.move_cursor(self._token)
        if self._panel is not None:
            shown = self._window.panels.panel(self._panel)
            if isinstance(shown, PrecisionPanel):
                # Not from inside the signal: the session is still ending the reply.
                QTimer.singleShot(0, shown, shown.read_or_stop)
        self._timer.start()

    @Slot()
    def _take_step(self) -> None:
        if not self._steps.popleft()(self._window):
            self._give_up(
                Failed(
                    "step-impossible",
                    "The reply cannot be varied there.",
                    "Name a position inside the reply, or one past its end.",
                )
            )

    @Slot()
    def _look(self) -> None:
        session = self._window.session
        if session.phase is Phase.LOST:
            return
        inquiries = (*session.findChildren(Inquiry), *self._window.findChildren(Inquiry))
        awaited = session.proof is None or any(inquiry.pending for inquiry in inquiries)
        self._quiet = 0 if awaited else self._quiet + 1
        if self._quiet == QUIET_LOOKS:
            self._timer.stop()
            self.taken.emit(self._window.grab().toImage())

    @Slot(object)
    def _give_up(self, failed: Failed) -> None:
        self._timer.stop()
        self.failed.emit(failed)


def png_bytes(picture: QImage) -> bytes:
    """A picture as the content of a PNG file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(picture)
    return bytes(content.data())


@contextmanager
def without_size_hint_warnings() -> Iterator[None]:
    """Within it, Qt keeps to itself that its platform in memory does not pass on hints about a window's size."""
    before: Handler | None = None

    def tell(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if "propagateSizeHints" in message:
            return
        if before is not None:
            before(kind, context, message)
        else:
            sys.stderr.write(message + "\n")

    before = qInstallMessageHandler(tell)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
