"""What the window has to know of a panel.

Knows no panel and no window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.session import Session


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """One panel.

    Args:
        name: stable name, for arrangements that are remembered and for the command line.
        title: source text of its title, in the translation context ``Panels``.
        make: makes the widget for a session.
        of_model: whether it shows the model itself, and something is there to see before anything was said.
    """

    name: str
    title: str
    make: Callable[[Session], QWidget]
    of_model: bool = False

    @property
    def shown_title(self) -> str:
        """Its title in the window's language."""
        return QCoreApplication.translate("Panels", self.title)
