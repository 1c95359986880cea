"""One look at the hub or one download at a time, as the window sees it: where it stands, how fast it is.

Knows nothing about the hub or the widgets that show it. The work is done in another process; what it says is taken
by a timer that runs only meanwhile.
"""

from __future__ import annotations

import time
from collections import deque
from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from inference.download import HubTask, start_fetch, start_look_up
from models.errors import VitrineError
from models.hub.identifier import parse_hub_id
from models.hub.messages import Fetched, Fetching, HubMessage, Offer, Order, Refused

TAKE_MS = 100
"""So often is what the other process says taken."""

SPEED_OVER_S = 4.0
"""The speed is that of the last seconds."""


class Stage(Enum):
    """Where it stands."""

    IDLE = auto()
    """Nothing was asked for."""
    LOOKING = auto()
    """The hub is asked what a repository offers."""
    OFFERED = auto()
    """It said so: somebody has to choose."""
    FETCHING = auto()
    """Files come."""
    REFUSED = auto()
    """Something went wrong; `Download.refusal` says what."""
    DONE = auto()
    """Everything is there."""


class Download(QObject):
    """What the window knows about it.

    Args:
        parent: owner.

    Attributes:
        stage: where it stands.
        text: what was looked up last, as it was typed.
        offer: what the hub said last.
        order: what is fetched, or was.
        progress: how far that is; ``None`` before the first word about it.
        refusal: what went wrong, if anything did.
    """

    changed = Signal()
    """Any attribute is another one."""

    downloaded = Signal(str)
    """Everything is there; the path to open."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stage = Stage.IDLE
        self.text = ""
        self.offer: Offer | None = None
        self.order: Order | None = None
        self.progress: Fetching | None = None
        self.refusal: Refused | None = None
        self._task: HubTask | None = None
        self._points: deque[tuple[float, int]] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(TAKE_MS)
        self._timer.timeout.connect(self.take_messages)

    @property
    def running(self) -> bool:
        """Whether another process works for it."""
        return self._task is not None

    @property
    def speed(self) -> float | None:
        """Bytes a second; ``None`` while that cannot be said."""
        if not self.running or self.progress is None or self.progress.phase != "fetch" or not self._points:
            return None
        began, first = self._points[0]
        seconds = time.monotonic() - began
        return (self._points[-1][1] - first) / seconds if seconds >= 0.5 else None

    def look_up(self, text: str) -> None:
        """Ask the hub what a repository offers.

        Args:
            text: ``organisation/name``, with ``@revision`` or without, or the address of its page.
        """
        self.stop()
        self.text, self.offer, self.order, self.refusal = text.strip(), None, None, None
        try:
            task = start_look_up(parse_hub_id(text))
        except VitrineError as error:
            self._refuse(Refused(error.case, error.what, error.remedy))
            return
        self._begin(task, Stage.LOOKING)

    def fetch(self, order: Order) -> None:
        """Fetch a model, or go on with it."""
        self.stop()
        self.order, self.refusal, self.progress = order, None, None
        self._begin(start_fetch(order), Stage.FETCHING)

    @Slot()
    def stop(self) -> None:
        """End what is going on, at once; what was fetched is kept."""
        if self._task is None:
            return
        self._timer.stop()
        task, self._task = self._task, None
        task.cancel()
        self._set_stage(Stage.IDLE)

    @Slot()
    def dismiss(self) -> None:
        """Forget what was offered, or went wrong."""
        self.stop()
        self.offer, self.order, self.refusal = None, None, None
        self._set_stage(Stage.IDLE)

    @Slot()
    def take_messages(self) -> None:
        """Take what was said, instead of at the timer's next beat."""
        if self._task is None:
            return
        said = self._task.receive()
        for message in said:
            self._take(message)
        # The speed falls while nothing comes.
        if said or self.stage is Stage.FETCHING:
            self.changed.emit()

    def _begin(self, task: HubTask, stage: Stage) -> None:
        self._task = task
        self._points.clear()
        self._timer.start()
        self._set_stage(stage)

    def _take(self, message: HubMessage) -> None:
        if isinstance(message, Fetching):
            self._note(message)
            self.progress = message
            return
        self._timer.stop()
        self._task = None
        match message:
            case Offer():
                self.offer = message
                self._set_stage(Stage.OFFERED)
            case Fetched():
                self._set_stage(Stage.DONE)
                self.downloaded.emit(str(message.path))
            case Refused():
                self._refuse(message)

    def _note(self, message: Fetching) -> None:
        if self.progress is None or message.phase != "fetch" or self.progress.phase != "fetch":
            self._points.clear()
        now = time.monotonic()
        self._points.append((now, message.done))
        while now - self._points[0][0] > SPEED_OVER_S and len(self._points) > 2:
            self._points.popleft()

    def _refuse(self, refusal: Refused) -> None:
        self.refusal = refusal
        self._set_stage(Stage.REFUSED)

    def _set_stage(self, stage: Stage) -> None:
        self.stage = stage
        self.changed.emit()
