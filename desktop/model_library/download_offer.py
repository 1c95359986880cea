"""What a repository of the hub offers, to choose from: its variants, and what would be fetched for each.

Knows nothing about fetching; it tells what was chosen.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.buttons import IconButton
from desktop.controls.elided_label import ElidedLabel
from desktop.model_library.download_wording import (
    files_text,
    repository_text,
    total_text,
    variant_text,
    warning_text,
)
from desktop.model_library.wording import size_text
from models.escaping import escape_text
from models.hub import shelf
from models.hub.messages import Offer, Order

MOST_ROWS = 6
"""Variants that are seen without scrolling."""


class DownloadOffer(QWidget):
    """A card with a list of variants and a button.

    Args:
        parent: the widget it lies in.
    """

    chosen = Signal(object)
    """The `Order` that somebody wants to be fetched."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offer: Offer | None = None
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.name = ElidedLabel()
        self.facts = ElidedLabel()
        self.facts.setProperty("look", "soft")
        self.close_button = IconButton("close", self.tr("Do not fetch this model"), 24)
        self.close_button.clicked.connect(self.dismissed)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Variants of the model"))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.currentRowChanged.connect(self._tell)
        self.list.itemActivated.connect(self._choose)
        self.files = QLabel()
        self.files.setTextFormat(Qt.TextFormat.PlainText)
        self.files.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.files.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.total = QLabel()
        self.total.setTextFormat(Qt.TextFormat.PlainText)
        self.total.setWordWrap(True)
        self.total.setProperty("look", "soft")
        self.warning = QLabel()
        self.warning.setTextFormat(Qt.TextFormat.PlainText)
        self.warning.setWordWrap(True)
        self.warning.setProperty("look", "refusal")
        self.button = QPushButton()
        self.button.setProperty("look", "primary")
        self.button.clicked.connect(self._choose)
        self._compose()
        theme.themed.connect(self._dress)
        self._dress()

    @property
    def order(self) -> Order | None:
        """What is chosen now."""
        row = self.list.currentRow()
        return None if self._offer is None or row < 0 else self._offer.order(self._offer.variants[row])

    def show_offer(self, offer: Offer) -> None:
        """Show what there is, the preferred variant chosen."""
        self._offer = offer
        self.name.say(escape_text(offer.repository.name))
        self.facts.say(repository_text(offer))
        self.setAccessibleName(f"{self.name.text()} · {self.facts.text()}")
        self.list.clear()
        self.list.addItems([variant_text(variant) for variant in offer.variants])
        for row, variant in enumerate(offer.variants):
            self.list.item(row).setToolTip(variant_text(variant))
        self.list.setCurrentRow(0)
        self._dress()

    @Slot()
    def _tell(self) -> None:
        order = self.order
        if order is None or self._offer is None:
            return
        here = shelf.bytes_here(order)
        self.files.setText(files_text(order.variant))
        self.files.setAccessibleName(self.tr("Files: {files}").format(files=self.files.text()))
        self.total.setText(total_text(order.variant, here, self._offer.free))
        warning = warning_text(order.variant, here, self._offer.free)
        self.warning.setText(warning)
        self.warning.setVisible(bool(warning))
        rest = size_text(max(0, order.variant.size - here))
        text = self.tr("Go on, {size}") if here else self.tr("Download {size}")
        self.button.setText(text.format(size=rest))

    @Slot()
    def _choose(self) -> None:
        if (order := self.order) is not None:
            self.chosen.emit(order)

    def _compose(self) -> None:
        title = QHBoxLayout()
        title.addWidget(self.name, 1)
        title.addWidget(self.close_button)
        middle = QHBoxLayout()
        middle.setSpacing(4 * theme.SPACE)
        middle.addWidget(self.list, 1)
        middle.addWidget(self.files, 1)
        below = QHBoxLayout()
        below.setSpacing(4 * theme.SPACE)
        below.addWidget(self.total, 1)
        below.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * theme.SPACE, 3 * theme.SPACE, 3 * theme.SPACE, 4 * theme.SPACE)
        column.setSpacing(theme.SPACE)
        column.addLayout(title)
        column.addWidget(self.facts)
        column.addSpacing(2 * theme.SPACE)
        column.addLayout(middle)
        column.addWidget(self.warning)
        column.addSpacing(2 * theme.SPACE)
        column.addLayout(below)

    @Slot()
    def _dress(self) -> None:
        self.name.setFont(theme.ui_font(15, QFont.Weight.DemiBold))
        self.facts.setFont(theme.ui_font(12))
        self.files.setFont(theme.mono_font(11))
        self.total.setFont(theme.ui_font(12))
        rows = min(max(1, self.list.count()), MOST_ROWS)
        row = self.list.sizeHintForRow(0) if self.list.count() else theme.scaled(32)
        self.list.setFixedHeight(rows * row + 2 * self.list.frameWidth())
