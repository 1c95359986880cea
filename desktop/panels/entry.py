"""What the window has to know of a panel.

Knows no panel and no window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.session import Session


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """One panel.

    Args:
        name: stable name, for arrangements that are remembered and for the command line.
        title: source text of its title, in the translation context ``Panels``.
        place: module within this package, and name in it, of the widget's class, which takes a session.
        of_model: whether it shows the model itself, and something is there to see before anything was said.
    """

    name: str
    title: str
    place: str
    of_model: bool = False

    def make(self, session: Session) -> QWidget:
        """The widget for a session."""
        module, _, name = self.place.partition(":")
        make: Callable[[Session], QWidget] = getattr(import_module(f"{__package__}.{module}"), name)
        return make(session)

    @property
    def shown_title(self) -> str:
        """Its title in the window's language."""
        return QCoreApplication.translate("Panels", self.title)
