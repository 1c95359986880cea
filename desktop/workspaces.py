"""The workspaces: which panels stand beside the chat, and how they are arranged at first.

Knows no panel but by its name, and nothing about docking.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication


@dataclass(frozen=True, slots=True)
class Workspace:
    """One arrangement.

    Args:
        name: stable name, for what is remembered.
        title: source text of its title, in the translation context ``Workspaces``.
        panels: names of the panels it shows at first, from top to bottom, each with its share of the height.
    """

    name: str
    title: str
    panels: tuple[tuple[str, int], ...]

    @property
    def shown_title(self) -> str:
        """Its title in the window's language."""
        return QCoreApplication.translate("Workspaces", self.title)


WORKSPACES: tuple[Workspace, ...] = (
    Workspace("chat", str(QT_TRANSLATE_NOOP("Workspaces", "Chat")), ()),
    Workspace(
        "sampling-attention",
        str(QT_TRANSLATE_NOOP("Workspaces", "Sampling + attention")),
        (("next-token", 45), ("attention", 55)),
    ),
    Workspace("tokens", str(QT_TRANSLATE_NOOP("Workspaces", "Tokens")), (("tokens", 100),)),
    Workspace("compare", str(QT_TRANSLATE_NOOP("Workspaces", "Compare")), (("compare", 100),)),
    Workspace("lens", str(QT_TRANSLATE_NOOP("Workspaces", "Lens")), (("lens", 100),)),
    Workspace("knife", str(QT_TRANSLATE_NOOP("Workspaces", "Knife")), (("knife", 100),)),
    Workspace("inside", str(QT_TRANSLATE_NOOP("Workspaces", "Inside")), (("layers", 45), ("tensors", 55))),
    Workspace("numbers", str(QT_TRANSLATE_NOOP("Workspaces", "Numbers")), (("tensors", 45), ("numbers", 55))),
    Workspace("formula", str(QT_TRANSLATE_NOOP("Workspaces", "Formula")), (("formula", 100),)),
    Workspace("performance", str(QT_TRANSLATE_NOOP("Workspaces", "Performance")), (("performance", 100),)),
    Workspace("precision", str(QT_TRANSLATE_NOOP("Workspaces", "Precision")), (("precision", 100),)),
    Workspace("readings", str(QT_TRANSLATE_NOOP("Workspaces", "Readings")), (("readings", 100),)),
)

WITH_SHORTCUT = WORKSPACES[:9]
"""Ctrl and the digits from 1 on choose these."""

FIRST_WORKSPACE = "sampling-attention"
"""Shown when nothing is remembered."""


def workspace_named(name: str) -> Workspace | None:
    """The workspace of that name."""
    return next((workspace for workspace in WORKSPACES if workspace.name == name), None)


def workspace_of_panel(panel: str) -> Workspace | None:
    """The first workspace that shows a panel."""
    return next((one for one in WORKSPACES if panel in [name for name, _ in one.panels]), None)
