"""How far a download is, with a button that stops it; and those that were interrupted.

Knows nothing about fetching; it tells what was pressed.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.model_library.download_wording import doing_text, order_name, progress_text
from desktop.model_library.wording import size_text
from models.hub.messages import Fetching, Order
from models.hub.shelf import Unfinished

_STEPS = 1000


class DownloadProgress(QWidget):
    """A card with a bar.

    Args:
        parent: the widget it lies in.
    """

    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.name = ElidedLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        self.numbers = QLabel()
        self.doing = ElidedLabel()
        self.doing.setProperty("look", "soft")
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setToolTip(self.tr("What was fetched is kept."))
        self.stop.clicked.connect(self.stop_asked)
        title = QHBoxLayout()
        title.addWidget(self.name, 1)
        title.addWidget(self.stop)
        below = QHBoxLayout()
        below.setSpacing(4 * theme.SPACE)
        below.addWidget(self.numbers)
        below.addWidget(self.doing, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * theme.SPACE, 3 * theme.SPACE, 3 * theme.SPACE, 4 * theme.SPACE)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(title)
        column.addWidget(self.bar)
        column.addLayout(below)
        theme.themed.connect(self._dress)
        self._dress()

    def show_looking(self, text: str) -> None:
        """Show that the hub is asked about something."""
        self._show(text, 0, 0, self.tr("Asking the hub …"), "")

    def show_fetching(self, order: Order, progress: Fetching | None, speed: float | None) -> None:
        """Show how far an order is."""
        done, total = (progress.done, progress.total) if progress is not None else (0, 0)
        self._show(order_name(order), done, total, progress_text(progress, speed), doing_text(progress))

    def _show(self, name: str, done: int, total: int, numbers: str, doing: str) -> None:
        self.name.say(name)
        # More than the 31 bits that the bar counts in.
        self.bar.setRange(0, _STEPS if total else 0)
        self.bar.setValue(_STEPS * done // total if total else 0)
        self.numbers.setText(numbers)
        self.doing.say(doing)
        self.setAccessibleName(f"{name}: {numbers}")

    @Slot()
    def _dress(self) -> None:
        self.name.setFont(theme.ui_font(14, QFont.Weight.DemiBold))
        self.numbers.setFont(theme.ui_font(12))
        self.doing.setFont(theme.ui_font(12))


class UnfinishedDownload(QWidget):
    """A line about a download that was interrupted, with buttons to go on and to throw it away.

    Args:
        unfinished: which.
        parent: the widget it lies in.
    """

    go_on_asked = Signal(object)
    """Its `Order`."""

    discard_asked = Signal(object)
    """Its `Order`; only after a second press."""

    def __init__(self, unfinished: Unfinished, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order = unfinished.order
        name = order_name(unfinished.order)
        said = self.tr("{done} of {total} are here").format(
            done=size_text(unfinished.done), total=size_text(unfinished.order.variant.size)
        )
        self.label = ElidedLabel()
        self.label.say(f"{name} · {said}")
        self.go_on = QPushButton(self.tr("Go on"))
        self.go_on.setProperty("look", "link")
        self.go_on.setAccessibleName(self.tr("Go on with {name}").format(name=name))
        self.go_on.clicked.connect(self._go_on)
        self.discard = QPushButton(self.tr("Discard"))
        self.discard.setProperty("look", "link")
        self.discard.setAccessibleName(self.tr("Discard what is here of {name}").format(name=name))
        self.discard.clicked.connect(self._discard)
        self._size = size_text(unfinished.done)
        self._warned = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.label, 1)
        row.addWidget(self.go_on)
        row.addWidget(self.discard)

    @Slot()
    def _go_on(self) -> None:
        self.go_on_asked.emit(self._order)

    @Slot()
    def _discard(self) -> None:
        if self._warned:
            self.discard_asked.emit(self._order)
            return
        # It cannot be taken back, and may have taken hours to come.
        self._warned = True
        self.discard.setText(self.tr("Delete {size}?").format(size=self._size))
