"""Defects of the window itself: written to a log, told at once if it lives on, at the next start if it does not.

Knows nothing about windows; whoever wants to tell connects to the signal.
"""

from __future__ import annotations

import faulthandler
import sys
import threading
import traceback
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, Signal

LONGEST_LOG = 1_000_000
"""Bytes; a longer log is set aside as ``crashes.old.log`` before more is written."""


class CrashLog(QObject):
    """The log of one data folder.

    Args:
        folder: where it lies.
        parent: owner.
    """

    crashed = Signal(str, str)
    """An exception that nobody caught: one sentence about it, and the path of the log."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = folder / "crashes.log"
        self._fatal_path = folder / "fatal.log"
        self._fatal: IO[str] | None = None
        self.last_run_crashed = self._take_fatal()

    def install(self) -> None:
        """From now on write down what nobody catches, and where the program was if it dies."""
        try:
            self._fatal = self._fatal_path.open("w", encoding="utf-8")
            faulthandler.enable(self._fatal)
        except OSError:
            pass  # without a writable folder there is no log, and everything else works
        sys.excepthook = self.take
        threading.excepthook = self._take_from_thread

    def uninstall(self) -> None:
        """Leave exceptions to Python again; the program ends in order."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        if self._fatal is not None:
            faulthandler.disable()
            self._fatal.close()
            self._fatal = None

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write an exception down and tell about it; Python's hook for what nobody caught."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._write("".join(traceback.format_exception(kind, error, trace)))
        said = f"{kind.__name__}: {error}" if str(error) else kind.__name__
        self.crashed.emit(said.splitlines()[0], str(self.path))

    def _take_from_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self.take(caught.exc_type, caught.exc_value, caught.exc_traceback)

    def _write(self, text: str) -> None:
        try:
            if self.path.exists() and self.path.stat().st_size > LONGEST_LOG:
                self.path.replace(self.path.with_name("crashes.old.log"))
            with self.path.open("a", encoding="utf-8", errors="backslashreplace") as log:
                log.write(f"--- {datetime.now().isoformat(timespec='seconds')}\n{text}\n")
        except OSError:
            sys.stderr.write(text)

    def _take_fatal(self) -> bool:
        """Whether the last run died of a signal; what is known of that goes into the log."""
        try:
            text = self._fatal_path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        if not text.strip():
            return False
        self._write(text)
        return True
