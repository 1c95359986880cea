"""The text caret, which stops blinking when nobody has typed for a while: a window at rest does nothing at all.

Knows nothing about which fields there are.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget

BLINKING_MS = 10_000
"""So long it blinks after a key was pressed or the focus has moved."""

_WAKING = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.InputMethod)


class RestingCaret(QObject):
    """Watches whichever widget has the focus, and no other.

    Args:
        application: whose carets these are.
        parent: owns it.
    """

    def __init__(self, application: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._application = application
        self._blink_ms = application.cursorFlashTime()
        self._watched: QWidget | None = None
        self.rest = QTimer(self, singleShot=True, interval=BLINKING_MS)
        """Ends the blinking."""
        self.rest.timeout.connect(self._stop)
        application.focusChanged.connect(self._follow)
        self._follow(None, application.focusWidget())

    def close(self) -> None:
        """Leave the caret as it was found."""
        self._application.focusChanged.disconnect(self._follow)
        self._follow(None, None)
        self.rest.stop()
        self._application.setCursorFlashTime(self._blink_ms)

    @Slot(QWidget, QWidget)
    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched.destroyed.disconnect(self._forget)
        self._watched = now
        if now is not None:
            now.installEventFilter(self)
            now.destroyed.connect(self._forget)
            self._blink()

    @Slot()
    def _forget(self) -> None:
        self._watched = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See that somebody types."""
        if event.type() in _WAKING:
            self._blink()
        return False

    def _blink(self) -> None:
        if self._application.cursorFlashTime() != self._blink_ms:
            self._application.setCursorFlashTime(self._blink_ms)
        self.rest.start()

    @Slot()
    def _stop(self) -> None:
        # Zero is Qt's word for a caret that stands still.
        self._application.setCursorFlashTime(0)
