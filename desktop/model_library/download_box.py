"""The part of the library in which a model of the hub is named, looked at and fetched.

Knows nothing about what becomes of a model that was fetched.
"""

from __future__ import annotations

import contextlib

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop import theme
from desktop.model_library.download import Download, Stage
from desktop.model_library.download_offer import DownloadOffer
from desktop.model_library.download_progress import DownloadProgress, UnfinishedDownload
from desktop.model_library.download_wording import order_name
from desktop.notices import Banner
from models.errors import VitrineError
from models.hub import shelf
from models.hub.messages import Order

LONGEST_TEXT = 300
"""Characters of a name or address."""


class DownloadBox(QWidget):
    """A line to type into, and below it what belongs to it: offer, progress, what went wrong, what was interrupted.

    A download goes on while the box is hidden.

    Args:
        parent: the widget it lies in.
    """

    downloaded = Signal(str)
    """A model is there, whole and verified; the path to open, of a folder or a file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.download = Download(self)
        self.field = QLineEdit()
        self.field.setMaxLength(LONGEST_TEXT)
        self.field.setClearButtonEnabled(True)
        self.field.setPlaceholderText(self.tr("organisation/model, or the address of its page"))
        self.field.setAccessibleName(self.tr("Model on the hub"))
        self.field.setToolTip(self.tr("Behind an @, a branch, a tag or a commit can be named."))
        self.field.textChanged.connect(self._enable)
        self.field.returnPressed.connect(self._look_up)
        self.button = QPushButton(self.tr("Look up"))
        self.button.setToolTip(self.tr("Shows what would be fetched; fetches nothing yet."))
        self.button.clicked.connect(self._look_up)
        self.offer = DownloadOffer()
        self.offer.chosen.connect(self.fetch)
        self.offer.dismissed.connect(self._dismiss)
        self.progress = DownloadProgress()
        self.progress.stop_asked.connect(self.download.stop)
        self.banner: Banner | None = None
        self.unfinished: list[UnfinishedDownload] = []
        self._heading = QLabel(self.tr("INTERRUPTED"))
        self._heading.setProperty("look", "section")
        self._column = QVBoxLayout(self)
        self._compose()
        self._shown = Stage.IDLE
        self.download.changed.connect(self._tell)
        self.download.downloaded.connect(self.downloaded)
        self._tell_stage()

    # ------------------------------------------------------------ what a person does

    @Slot()
    def take_focus(self) -> None:
        """Bring the keyboard to the line."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    @Slot(object)
    def fetch(self, order: Order) -> None:
        """Fetch a model, or go on with it."""
        self.download.fetch(order)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves the offer or the failure; a download that runs is stopped by its button alone."""
        if event.key() == Qt.Key.Key_Escape and self._shown in (
            Stage.LOOKING,
            Stage.OFFERED,
            Stage.REFUSED,
            Stage.DONE,
        ):
            self._dismiss()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """What another window left unfinished may be here now."""
        super().showEvent(event)
        self._list_unfinished()

    def hideEvent(self, event: QHideEvent) -> None:
        """A question whose answer nobody would see is not worth a process."""
        super().hideEvent(event)
        if self.download.stage is Stage.LOOKING and not event.spontaneous():
            self.download.stop()

    @Slot()
    def _look_up(self) -> None:
        if self.button.isEnabled():
            self.download.look_up(self.field.text())

    @Slot()
    def _dismiss(self) -> None:
        self.download.dismiss()
        self.take_focus()

    @Slot()
    def _again(self) -> None:
        """What the banner's button does: go on with the download, or look up again."""
        if self.download.order is not None:
            self.download.fetch(self.download.order)
        else:
            self.download.look_up(self.download.text)

    @Slot(object)
    def _discard(self, order: Order) -> None:
        shelf.discard(order)
        self._list_unfinished()

    # ------------------------------------------------------------ what is shown

    @Slot()
    def _tell(self) -> None:
        download, stage = self.download, self.download.stage
        if stage is Stage.LOOKING:
            self.progress.show_looking(download.text)
        elif stage is Stage.FETCHING and download.order is not None:
            self.progress.show_fetching(download.order, download.progress, download.speed)
        if stage is not self._shown:
            self._shown = stage
            self._tell_stage()

    def _tell_stage(self) -> None:
        download, stage = self.download, self._shown
        with_keyboard = QApplication.focusWidget()
        had_keyboard = with_keyboard is not None and self.isAncestorOf(with_keyboard)
        busy = stage in (Stage.LOOKING, Stage.FETCHING)
        self.progress.setVisible(busy)
        if stage is Stage.OFFERED and download.offer is not None:
            self.offer.show_offer(download.offer)
        self.offer.setVisible(stage is Stage.OFFERED)
        self._show_banner()
        self.field.setEnabled(not busy)
        self._enable()
        self._list_unfinished()
        if had_keyboard:
            self._place_keyboard()

    def _place_keyboard(self) -> None:
        """Where a person would go on, when what had the keyboard is gone."""
        if self._shown is Stage.OFFERED:
            self.offer.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._shown in (Stage.LOOKING, Stage.FETCHING):
            self.progress.stop.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.banner is not None and self.banner.button.isVisibleTo(self.banner):
            self.banner.button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_banner(self) -> None:
        if self.banner is not None:
            self._column.removeWidget(self.banner)
            self.banner.hide()
            self.banner.deleteLater()
            self.banner = None
        download = self.download
        if download.stage is Stage.DONE and download.order is not None:
            what = self.tr("{name} is here, and every file has the hash that the hub gives it.")
            self.banner = Banner("done", what.format(name=order_name(download.order)), "", "", "notice")
        elif download.stage is Stage.REFUSED and download.refusal is not None:
            action = self.tr("Go on") if download.order is not None else self.tr("Try again")
            refusal = download.refusal
            if refusal.case == "bad-hub-id":
                action = ""
            self.banner = Banner(refusal.case, refusal.what, refusal.remedy, action, "failure")
        if self.banner is not None:
            self.banner.acted.connect(self._again)
            self.banner.close_button.clicked.connect(self._dismiss)
            self._column.insertWidget(1, self.banner)
            self.banner.show()  # at once, for it may get the keyboard

    @Slot()
    def _enable(self) -> None:
        self.button.setEnabled(bool(self.field.text().strip()) and self.field.isEnabled())

    def _list_unfinished(self) -> None:
        for line in self.unfinished:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.unfinished = []
        busy = self._shown is Stage.FETCHING
        if not busy:
            # Without a folder there is nothing unfinished; whoever downloads is told why there is none.
            with contextlib.suppress(VitrineError):
                # What the banner is about has its button there.
                about = self.download.order if self.banner is not None else None
                self.unfinished = [
                    UnfinishedDownload(one) for one in shelf.unfinished() if one.order != about
                ]
        for line in self.unfinished:
            line.go_on_asked.connect(self.fetch)
            line.discard_asked.connect(self._discard)
            self._column.addWidget(line)
        self._heading.setVisible(bool(self.unfinished))

    def _compose(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2 * theme.SPACE)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2 * theme.SPACE)
        self._column.addLayout(row)
        self._column.addWidget(self.offer)
        self._column.addWidget(self.progress)
        self._column.addWidget(self._heading)
