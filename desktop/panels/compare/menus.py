"""The menus of the compare panel: what can become a column, presets, and what can be done with one column.

Knows nothing about how anything is written or kept; each is filled when it opens.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from desktop.comparison.column import Column, ColumnState
from desktop.comparison.comparison import Comparison
from desktop.comparison.presets import Presets
from desktop.panels.compare.wording import record_title, summary_of_settings
from desktop.session import Session
from inference.sampling.settings import SamplingSettings
from models.escaping import escape_text


def offer(menu: QMenu, text: str, act: Callable[[], object]) -> QAction:
    """Add an entry that says a text as it is: an ampersand in a person's words marks no letter."""
    action = menu.addAction(text.replace("&", "&&"))
    action.triggered.connect(lambda: act())
    return action


def offer_settings(menu: QMenu, name: str, settings: SamplingSettings, act: Callable[[], object]) -> QAction:
    """Add an entry for settings: what they are called, and what they are."""
    return offer(menu, f"{escape_text(name)}: {summary_of_settings(settings)}", act)


def begin_section(menu: QMenu, title: str) -> None:
    """Add a line that says what follows; it cannot be chosen."""
    if not menu.isEmpty():
        menu.addSeparator()
    menu.addAction(title).setEnabled(False)


class ColumnMenu(QMenu):
    """What can be put beside the others: present settings, presets, replies that are there.

    Args:
        session: whose settings.
        comparison: that gets the column.
        presets: to choose from.
        parent: the widget it belongs to.
    """

    def __init__(
        self, session: Session, comparison: Comparison, presets: Presets, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._comparison = comparison
        self._presets = presets
        self.setAccessibleName(self.tr("Add a column"))
        self.aboutToShow.connect(self.fill)

    @Slot()
    def fill(self) -> None:
        """Offer what there is now."""
        self.clear()
        add = self._comparison.add_settings
        present = self._session.settings
        offer_settings(self, self.tr("Present settings"), present, partial(add, present))
        begin_section(self, self.tr("Presets"))
        for preset in self._presets.all():
            offer_settings(self, preset.name, preset.settings, partial(add, preset.settings, preset.name))
        others = self._comparison.others()
        if others:
            begin_section(self, self.tr("Other replies to this question"))
        for record in reversed(others):
            offer(self, record_title(record), partial(self._comparison.add_reply, record.id))


class PresetMenu(QMenu):
    """Choose a preset for the next replies, keep the present settings as one, remove one.

    Args:
        session: whose settings are chosen and kept.
        presets: to choose from.
        parent: the widget it belongs to.
    """

    keep_asked = Signal()
    """The present settings are to be named and kept."""

    def __init__(self, session: Session, presets: Presets, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._presets = presets
        self._removal = QMenu(self.tr("Remove a preset"), self)
        self.setAccessibleName(self.tr("Presets"))
        self.aboutToShow.connect(self.fill)

    @Slot()
    def fill(self) -> None:
        """Offer what there is now."""
        self.clear()
        begin_section(self, self.tr("Settings of the next replies"))
        presets = self._presets.all()
        for preset in presets:
            choose = partial(self._session.change_settings, preset.settings)
            action = offer_settings(self, preset.name, preset.settings, choose)
            action.setCheckable(True)
            action.setChecked(preset.settings == self._session.settings)
        self.addSeparator()
        offer(self, self.tr("Keep the present settings as a preset…"), self.keep_asked.emit)
        self._removal.clear()
        for preset in presets:
            if preset.kept:
                offer(self._removal, escape_text(preset.name), partial(self._presets.remove, preset.name))
        self.addMenu(self._removal).setEnabled(not self._removal.isEmpty())


class ColumnActions(QMenu):
    """What can be done with one column.

    Args:
        column: that one.
        comparison: it belongs to.
        session: whose settings can become the column's.
        parent: the widget it belongs to.
    """

    keep_asked = Signal(object)
    """The column's `SamplingSettings` are to be named and kept."""

    def __init__(
        self, column: Column, comparison: Comparison, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        settings: SamplingSettings = column.settings
        written = column.side is not None
        first = comparison.columns[0] is column
        self.setAccessibleName(self.tr("What can be done with the column"))
        show = offer(
            self,
            self.tr("Show this reply in the conversation"),
            partial(comparison.show_branch, column),
        )
        show.setEnabled(bool(column.reply) and comparison.shown_column() is not column)
        lead = offer(
            self, self.tr("Compare the others with this one"), partial(comparison.make_first, column)
        )
        lead.setEnabled(written and not first)
        self.addSeparator()
        offer(
            self,
            self.tr("Use these settings for the next replies"),
            partial(session.change_settings, settings),
        )
        if column.state is ColumnState.PLANNED:
            offer(
                self,
                self.tr("Take the present settings"),
                partial(comparison.rewrite, column, session.settings),
            )
        offer(
            self,
            self.tr("Keep these settings as a preset…"),
            partial(self.keep_asked.emit, settings),
        )
        self.addSeparator()
        remove = offer(self, self.tr("Remove this column"), partial(comparison.remove, column))
        remove.setEnabled(comparison.can_remove(column))
