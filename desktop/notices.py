"""What went wrong or is under way, said above the chat: banners that can be dismissed, a line of progress.

Knows nothing about what an action does; it only tells that it was chosen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.buttons import IconButton
from desktop.controls.folding import fold
from inference.contract import Progress

MOST_BANNERS = 3
"""More are never shown at once: the oldest goes."""

WIDEST_BESIDE = 0.3
"""Share of a banner that its button takes at most while it stands beside the text."""

PREFILL_DELAY_MS = 400
"""Reading a prompt shows its progress only when it takes longer than this."""


class Banner(QWidget):
    """One sentence about what happened, one about what to do, and perhaps a button that does it.

    Args:
        case: what it is about; a newer banner of the same case takes its place.
        what: what happened.
        remedy: what to do.
        action: label of the button, empty for none.
        kind: ``"failure"`` or ``"notice"``.
        parent: the widget it lies in.
    """

    acted = Signal(str)
    dismissed = Signal(object)

    def __init__(
        self, case: str, what: str, remedy: str, action: str, kind: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.case = case
        self.setObjectName("banner")
        self.setProperty("kind", kind)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(f"{what} {remedy}".strip())
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setText(f"{what} {remedy}".strip())
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        self._said = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._said.addWidget(self.text, 1)
        self.button = QPushButton(action)
        self.button.clicked.connect(self._act)
        self._said.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        row.addLayout(self._said, 1)
        # Not before it lies in the banner: for a moment it would be a window of its own, and take the keyboard away.
        self.button.setVisible(bool(action))
        self.close_button = IconButton("close", self.tr("Dismiss"), 24)
        self.close_button.clicked.connect(self._dismiss)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A button that would take much of the width from the text goes below it."""
        super().resizeEvent(event)
        fold(self._said, self.button.sizeHint().width() > self.width() * WIDEST_BESIDE)

    @Slot()
    def _act(self) -> None:
        self.acted.emit(self.case)
        self.dismissed.emit(self)

    @Slot()
    def _dismiss(self) -> None:
        self.dismissed.emit(self)


class ProgressLine(QWidget):
    """What is under way, how far it is, and a button that stops it.

    Args:
        parent: the widget it lies in.
    """

    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel()
        self.label.setProperty("look", "soft")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setProperty("look", "link")
        self.stop.clicked.connect(self.stop_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * theme.SPACE, theme.SPACE, 3 * theme.SPACE, theme.SPACE)
        row.setSpacing(3 * theme.SPACE)
        row.addWidget(self.label)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop)
        self._shown: Progress | None = None
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(PREFILL_DELAY_MS)
        self._late.timeout.connect(self._show_late)
        self.setVisible(False)

    @Slot(object)
    def show_progress(self, progress: Progress) -> None:
        """Show how far something is; nothing once it is done.

        Of other tasks nothing is shown: a proof runs in the background and says nothing; what a panel has measured,
        that panel tells, and ends.
        """
        if progress.task not in self._names():
            return
        if 0 < progress.total <= progress.done:
            self.finish()
            return
        self._shown = progress
        if progress.task == "prefill" and not self.isVisible():
            if not self._late.isActive():
                self._late.start()
            return
        self._fill(progress)

    @Slot()
    def finish(self) -> None:
        """Nothing is under way any more."""
        self._late.stop()
        self._shown = None
        self.setVisible(False)

    @Slot()
    def _show_late(self) -> None:
        if self._shown is not None:
            self._fill(self._shown)

    def _names(self) -> dict[str, str]:
        """Of the tasks that this line tells of, for people."""
        return {
            "import": self.tr("Preparing the model for its first use"),
            "load": self.tr("Loading the model"),
            "recording": self.tr("Opening the recording"),
            "prefill": self.tr("Reading the prompt"),
        }

    def _fill(self, progress: Progress) -> None:
        name = self._names()[progress.task]
        if progress.total:
            share = 100 * progress.done // progress.total
            self.label.setText(f"{name} · {share} %")
        else:
            self.label.setText(name)
        # Both can be larger than the 31 bits that the bar counts in.
        self.bar.setRange(0, 1000 if progress.total else 0)
        self.bar.setValue(1000 * progress.done // progress.total if progress.total else 0)
        self.setVisible(True)


class Notices(QWidget):
    """Banners and the line of progress.

    Args:
        parent: the widget it lies in.
    """

    acted = Signal(str)
    """A banner's button was pressed; its case."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = ProgressLine()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SPACE)
        self._column.addWidget(self.progress)
        self.banners: list[Banner] = []

    def say(self, case: str, what: str, remedy: str, action: str = "", kind: str = "failure") -> None:
        """Show a banner; parameters as in `Banner`."""
        for banner in [one for one in self.banners if one.case == case]:
            self.dismiss(banner)
        if len(self.banners) == MOST_BANNERS:
            self.dismiss(self.banners[0])
        banner = Banner(case, what, remedy, action, kind)
        banner.acted.connect(self.acted)
        banner.dismissed.connect(self.dismiss)
        self.banners.append(banner)
        self._column.addWidget(banner)

    @Slot(object)
    def dismiss(self, banner: Banner) -> None:
        """Take a banner away."""
        if banner in self.banners:
            self.banners.remove(banner)
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()

    def dismiss_case(self, case: str) -> None:
        """Take the banner of a case away, for it is settled."""
        for banner in [one for one in self.banners if one.case == case]:
            self.dismiss(banner)
