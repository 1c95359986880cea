"""A panel that follows the session in turns with others, and does nothing while it is hidden.

Knows nothing about what it shows.
"""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.phase import Phase
from desktop.session import Session

FRAME_MS = 16


class TurnPanel(QWidget):
    """What is common to panels of the present token: whatever changed while one was hidden it catches up with.

    Args:
        session: whose tokens.
        parent: the widget it lies in.
    """

    writing_ms = 250
    """Between two refreshes while a reply is written."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._frame = session.turns.turn(self._refresh)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing from now on."""
        super().hideEvent(event)
        self._frame.stop()
        self._rest()

    # No slots, so that Qt does not go on calling them when the panel is gone.

    def _schedule(self) -> None:
        """Have a turn soon; a hidden panel catches up when it is shown."""
        if self.isVisible() and not self._frame.isActive():
            self._frame.start(self.writing_ms if self._session.phase is Phase.WRITING else FRAME_MS)

    # ------------------------------------------------------------ what each panel does

    def _refresh(self) -> None:
        """Show what is known, and ask for what is not."""
        raise NotImplementedError

    def _rest(self) -> None:
        """Ask for nothing more; what is known stays."""
