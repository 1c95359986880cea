"""Two rows of buttons of the answer about a word: its spellings, and settings that can be applied.

Knows nothing about how answers are found or put into words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QWidget

from desktop import theme
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.controls.wrapping_row import WrappingRow
from desktop.panels.next_token.why_not_words import Offer

_NARROWEST = 48
"""A button that finds less room than it has text is cut off, but never narrower than this."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to make tokens of a word.

    Args:
        ids: the tokens.
        label: their pieces.
        explanation: for the tooltip and for screen readers.
    """

    ids: tuple[int, ...]
    label: str
    explanation: str


class SpellingRow(QWidget):
    """A title and a choice of one spelling.

    Args:
        title: what stands before the spellings.
        parent: the widget it lies in.
    """

    chosen = Signal(object)
    """A person means another spelling: its IDs."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spellings: Sequence[Spelling] = ()
        self._group = QButtonGroup(self)
        self._row = WrappingRow(theme.SPACE, self)
        self.chips: list[QPushButton] = []
        self.title = QLabel(title)
        self._row.addWidget(self.title)
        self._group.idClicked.connect(self._choose)
        theme.themed.connect(self._dress)
        self._dress()

    def show_spellings(self, spellings: Sequence[Spelling], meant: tuple[int, ...]) -> None:
        """Show other spellings.

        Args:
            spellings: all there are.
            meant: IDs of the chosen one.
        """
        self._spellings = spellings
        while len(self.chips) < len(spellings):
            self._add()
        for chip in self.chips[len(spellings) :]:
            chip.hide()
        for chip, spelling in zip(self.chips, spellings, strict=False):
            # Qt underlines what follows an ampersand.
            chip.setText(spelling.label.replace("&", "&&"))
            chip.setAccessibleName(spelling.label)
            chip.setAccessibleDescription(spelling.explanation)
            chip.setToolTip(plain_tooltip(spelling.explanation))
            chip.setChecked(spelling.ids == meant)
            chip.show()

    def _add(self) -> None:
        chip = QPushButton()
        chip.setProperty("look", "segment")
        chip.setCheckable(True)
        chip.setMinimumWidth(theme.scaled(_NARROWEST))
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        chip.setFont(theme.mono_font(12))
        self._group.addButton(chip, len(self.chips))
        self.chips.append(chip)
        self._row.addWidget(chip)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.chosen.emit(self._spellings[index].ids)

    @Slot()
    def _dress(self) -> None:
        self.title.setFont(theme.ui_font(12))
        for chip in self.chips:
            chip.setFont(theme.mono_font(12))


class OfferRow(QWidget):
    """A few words, a button for each offer, and one that undoes the last.

    Args:
        parent: the widget it lies in.
    """

    chosen = Signal(object)
    """A person wants these `SamplingSettings`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: Sequence[Offer] = ()
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._row = WrappingRow(2 * theme.SPACE, self)
        self.buttons: list[QPushButton] = []
        self.lead = QLabel()
        self.lead.setProperty("look", "soft")
        self.lead.setMinimumWidth(theme.scaled(_NARROWEST))
        self._way_back: Offer | None = None
        self.back = QPushButton()
        self.back.setAccessibleName(self.tr("Back"))
        self.back.setProperty("look", "link")
        self.back.setMinimumWidth(theme.scaled(_NARROWEST))
        self.back.setCursor(Qt.CursorShape.PointingHandCursor)
        self.back.clicked.connect(self._go_back)
        self._row.addWidget(self.lead)
        self._row.addWidget(self.back)
        self._group.idClicked.connect(self._choose)
        theme.themed.connect(self._dress)
        self._dress()

    def show_offers(self, lead: str, offers: Sequence[Offer], way_back: Offer | None) -> None:
        """Show other offers; none at all hide the row.

        Args:
            lead: stands before them.
            offers: a button each.
            way_back: undoes one that was taken; ``None`` for nothing to undo.
        """
        self._offers, self._way_back = offers, way_back
        self.lead.setText(lead)
        self.lead.setVisible(bool(lead))
        while len(self.buttons) < len(offers):
            self._add()
        for button in self.buttons[len(offers) :]:
            button.hide()
        for button, offer in zip(self.buttons, offers, strict=False):
            button.setText(offer.label)
            button.setAccessibleName(self.tr("Set {settings}").format(settings=offer.label))
            button.setAccessibleDescription(offer.explanation)
            button.setToolTip(offer.explanation)
            button.show()
        self.back.setVisible(way_back is not None)
        if way_back is not None:
            self.back.setText(way_back.label)
            self.back.setAccessibleName(way_back.label)
            self.back.setToolTip(way_back.explanation)
        self.setVisible(bool(lead or offers or way_back))

    def _add(self) -> None:
        button = QPushButton()
        button.setMinimumWidth(theme.scaled(_NARROWEST))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFont(theme.ui_font(12))
        self._group.addButton(button, len(self.buttons))
        self.buttons.append(button)
        # The way back stays last.
        self._row.removeWidget(self.back)
        self._row.addWidget(button)
        self._row.addWidget(self.back)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.chosen.emit(self._offers[index].settings)

    @Slot()
    def _go_back(self) -> None:
        if self._way_back is not None:
            self.chosen.emit(self._way_back.settings)

    @Slot()
    def _dress(self) -> None:
        for widget in (self.lead, self.back, *self.buttons):
            widget.setFont(theme.ui_font(12))
