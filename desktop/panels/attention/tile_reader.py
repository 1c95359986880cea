"""Reads the tiles of a large map that are in sight, the newest wish next.

Knows nothing about widgets or how tiles are painted.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from desktop.inquiry import Inquiry
from desktop.panels.attention.head_weights import HeadWeights
from desktop.plots.map_tiles import Part
from desktop.session import Session
from inference.contract import AttentionMapPart, Failed, ReadAttentionMap


class TileReader(QObject):
    """Asks for one part of a map after the other, one query in flight.

    Args:
        session: whose layer and head are read.
        weights: where the tiles go.
        parent: owner.
    """

    arrived = Signal()
    """Tiles have come in."""

    refused = Signal(object)
    """The engine's `Failed`."""

    def __init__(self, session: Session, weights: HeadWeights, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._weights = weights
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._tell)

    def want(self, wanted: tuple[int, Part] | None, hide_sink: bool = False) -> None:
        """Say what is to be read of the chosen head; it replaces what was wanted before.

        Args:
            wanted: positions of a cell, and the part; ``None`` for nothing.
            hide_sink: as `AttentionScale.hide_sink`.
        """
        if wanted is None:
            return
        stride, part = wanted
        self._inquiry.ask(
            ReadAttentionMap,
            layer=self._session.layer,
            head=self._session.head,
            stride=stride,
            start=part.start,
            stop=part.stop,
            left=part.left,
            right=part.right,
            hide_sink=hide_sink,
        )

    def forget(self) -> None:
        """Drop what is being asked: it is about another sequence."""
        self._inquiry.forget()

    @Slot(object)
    def _take(self, part: AttentionMapPart) -> None:
        asked = part.asked
        self._weights.tiles(asked.layer, asked.head, asked.hide_sink).put(part)
        self.arrived.emit()

    @Slot(object)
    def _tell(self, failed: Failed) -> None:
        if failed.case != "interrupted":
            self.refused.emit(failed)
