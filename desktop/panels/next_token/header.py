"""The top line of the next-token panel: which token it is about, the search field, the dice, the menu.

Knows nothing about sessions or the engine.
"""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.numbers import format_count
from desktop.controls.search_field import SearchField
from desktop.panels.next_token.reproduction_badge import ReproductionBadge
from desktop.panels.next_token.scene import Scene


class Header(QWidget):
    """Title, search, dice, menu.

    Args:
        parent: the widget it lies in.
    """

    searched = Signal(str)
    """The text searched for changed."""
    entered = Signal()
    """A person wants to go to what was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.about = ElidedLabel()
        self.search = SearchField()
        self.reproduction = ReproductionBadge()
        self.dice = QLabel()
        self._button = QPushButton(self.tr("Export"))
        self.search.setAccessibleName(self.tr("Find a token by text or ID"))
        self.search.setToolTip(
            self.tr("Type a word to see why it was not chosen, or to go on with it (Ctrl+F in this panel)")
        )
        self.search.textChanged.connect(self.searched)
        self.search.entered.connect(self.entered)
        self.dice.setProperty("badge", "good")
        self.about.setProperty("look", "soft")
        self._button.setAccessibleName(self.tr("Copy or save the distribution"))
        self._button.setToolTip(self.tr("Copy or save the table, the picture or the arrays."))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE * 2)
        row.addWidget(self.about, 1)
        row.addWidget(self.search)
        row.addWidget(self.reproduction)
        row.addWidget(self.dice)
        row.addWidget(self._button)
        theme.themed.connect(self._dress)
        self._dress()

    @property
    def query(self) -> str:
        """The text searched for."""
        return self.search.text()

    def set_vocabulary(self, size: int) -> None:
        """Say among how many tokens can be searched."""
        self.search.setPlaceholderText(self.tr("Find any of {count} tokens").format(count=format_count(size)))

    def set_menu(self, menu: QMenu) -> None:
        """Open this menu from the button at the end."""
        self._button.setMenu(menu)

    def clear_search(self) -> None:
        """Search for nothing."""
        self.search.clear()

    def show_moment(self, scene: Scene | None) -> None:
        """Say which token it is about and what its dice pick."""
        self.about.say(scene.about() if scene is not None else "")
        badge = scene.badge() if scene is not None else None
        self.dice.setVisible(badge is not None)
        if badge is not None:
            self.dice.setText(badge.text)
            self._tone(badge.tone)
            self.dice.setToolTip(badge.explanation)
            self.dice.setAccessibleName(badge.text)
            self.dice.setAccessibleDescription(badge.explanation)

    def _tone(self, tone: str) -> None:
        if self.dice.property("badge") != tone:
            self.dice.setProperty("badge", tone)
            self.dice.style().polish(self.dice)

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.ui_font(12))
        self.dice.setFont(theme.ui_font(12))
        self._button.setFont(theme.ui_font(12))
