"""A panel that asks when it is shown, and for nothing while it is hidden.

Knows nothing about what it asks for or shows.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget


class LatePanel(QWidget):
    """What is common to panels of the model: whatever changed while one was hidden it catches up with.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._refresh)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        # What lies in a splitter loses its own font when the panel is put into its dock.
        self._dress()
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing from now on."""
        super().hideEvent(event)
        self._soon.stop()
        self._rest()

    def _refresh_soon(self) -> None:
        """Catch up when whatever is going on is over; a hidden panel does when it is shown."""
        if self.isVisible():
            self._soon.start()

    # ------------------------------------------------------------ what each panel does

    # Slots are declared where they are written: Qt would go on calling one that is declared here too when the panel
    # is gone.

    def _refresh(self) -> None:
        """Ask for what is shown and not known."""
        raise NotImplementedError

    def _dress(self) -> None:
        """Give everything its fonts."""
        raise NotImplementedError

    def _rest(self) -> None:
        """Ask for nothing more; what is known stays."""
