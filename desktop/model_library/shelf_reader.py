"""Reads the library a few bundles at a time, so that the window goes on meanwhile.

Knows nothing about who shows them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from inference.contract import Failed
from models.bundle_shelf import ShelvedBundle, shelved_bundles
from models.errors import VitrineError

SLICE_S = 0.008
"""How long one go at it may take: half of a frame."""


class ShelfReader(QObject):
    """One reading at a time; asked again meanwhile, it begins anew.

    Args:
        parent: owner.
    """

    read = Signal(list)
    """Some `ShelvedBundle`s."""
    finished = Signal(list)
    """Folders of everything that was read."""
    failed = Signal(object)
    """The `Failed` that ended it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bundles: Iterator[ShelvedBundle] = iter(())
        self._folders: list[object] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_some)

    @property
    def reading(self) -> bool:
        """Whether there is more to come."""
        return self._timer.isActive()

    @Slot()
    def start(self) -> None:
        """Read everything, from the next turn of the loop on."""
        self._bundles, self._folders = shelved_bundles(), []
        self._timer.start()

    @Slot()
    def stop(self) -> None:
        """Read no further."""
        self._timer.stop()

    @Slot()
    def _read_some(self) -> None:
        until = time.monotonic() + SLICE_S
        some: list[ShelvedBundle] = []
        try:
            for bundle in self._bundles:
                some.append(bundle)
                if time.monotonic() > until:
                    break
            else:
                self._timer.stop()
        except VitrineError as error:
            self._timer.stop()
            self.failed.emit(Failed(error.case, error.what, error.remedy))
            return
        self._folders += [bundle.folder for bundle in some]
        if some:
            self.read.emit(some)
        if not self.reading:
            self.finished.emit(self._folders)
