"""The panels beside the chat: one folder each, and the list of them.

Knows nothing about how they are arranged; every panel talks to the `Session` only. A panel does nothing while
it is hidden and catches up when it is shown.
"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop.panels.attention.panel import AttentionPanel
from desktop.panels.compare.panel import ComparePanel
from desktop.panels.entry import PanelEntry
from desktop.panels.knife.panel import KnifePanel
from desktop.panels.layers.panel import LayersPanel
from desktop.panels.lens.panel import LensPanel
from desktop.panels.next_token.panel import NextTokenPanel
from desktop.panels.numbers.panel import NumbersPanel
from desktop.panels.performance.panel import PerformancePanel
from desktop.panels.precision.panel import PrecisionPanel
from desktop.panels.tensors.panel import TensorsPanel
from desktop.panels.tokens.panel import TokensPanel

PANELS: tuple[PanelEntry, ...] = (
    PanelEntry("next-token", str(QT_TRANSLATE_NOOP("Panels", "Next token")), NextTokenPanel),
    PanelEntry("attention", str(QT_TRANSLATE_NOOP("Panels", "Attention")), AttentionPanel),
    PanelEntry("tokens", str(QT_TRANSLATE_NOOP("Panels", "Tokens")), TokensPanel),
    PanelEntry("compare", str(QT_TRANSLATE_NOOP("Panels", "Compare")), ComparePanel),
    PanelEntry("lens", str(QT_TRANSLATE_NOOP("Panels", "Lens")), LensPanel),
    PanelEntry("knife", str(QT_TRANSLATE_NOOP("Panels", "Knife")), KnifePanel),
    PanelEntry("layers", str(QT_TRANSLATE_NOOP("Panels", "Layers")), LayersPanel, of_model=True),
    PanelEntry("tensors", str(QT_TRANSLATE_NOOP("Panels", "Tensors")), TensorsPanel, of_model=True),
    PanelEntry("numbers", str(QT_TRANSLATE_NOOP("Panels", "Numbers")), NumbersPanel, of_model=True),
    PanelEntry("precision", str(QT_TRANSLATE_NOOP("Panels", "Precision")), PrecisionPanel),
    PanelEntry("performance", str(QT_TRANSLATE_NOOP("Panels", "Performance")), PerformancePanel),
)


def panel_named(name: str) -> PanelEntry | None:
    """The panel of that name."""
    return next((entry for entry in PANELS if entry.name == name), None)
