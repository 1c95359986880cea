"""The panels beside the chat: one folder each, and the list of them.

Knows nothing about how they are arranged; every panel talks to the `Session` only. A panel does nothing while
it is hidden and catches up when it is shown: so it is imported and made when it is shown for the first time, and the
window need not wait for those that nobody looks at.
"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from desktop.panels.entry import PanelEntry

PANELS: tuple[PanelEntry, ...] = (
    PanelEntry(
        "next-token", str(QT_TRANSLATE_NOOP("Panels", "Next token")), "next_token.panel:NextTokenPanel"
    ),
    PanelEntry("attention", str(QT_TRANSLATE_NOOP("Panels", "Attention")), "attention.panel:AttentionPanel"),
    PanelEntry("tokens", str(QT_TRANSLATE_NOOP("Panels", "Tokens")), "tokens.panel:TokensPanel"),
    PanelEntry("compare", str(QT_TRANSLATE_NOOP("Panels", "Compare")), "compare.panel:ComparePanel"),
    PanelEntry("lens", str(QT_TRANSLATE_NOOP("Panels", "Lens")), "lens.panel:LensPanel"),
    PanelEntry("knife", str(QT_TRANSLATE_NOOP("Panels", "Knife")), "knife.panel:KnifePanel"),
    PanelEntry(
        "readings",
        str(QT_TRANSLATE_NOOP("Panels", "Two readings")),
        "readings.panel:ReadingsPanel",
        of_model=True,
    ),
    PanelEntry(
        "layers", str(QT_TRANSLATE_NOOP("Panels", "Layers")), "layers.panel:LayersPanel", of_model=True
    ),
    PanelEntry(
        "tensors", str(QT_TRANSLATE_NOOP("Panels", "Tensors")), "tensors.panel:TensorsPanel", of_model=True
    ),
    PanelEntry(
        "numbers", str(QT_TRANSLATE_NOOP("Panels", "Numbers")), "numbers.panel:NumbersPanel", of_model=True
    ),
    PanelEntry("formula", str(QT_TRANSLATE_NOOP("Panels", "Formula")), "formula.panel:FormulaPanel"),
    PanelEntry("precision", str(QT_TRANSLATE_NOOP("Panels", "Precision")), "precision.panel:PrecisionPanel"),
    PanelEntry(
        "performance", str(QT_TRANSLATE_NOOP("Panels", "Performance")), "performance.panel:PerformancePanel"
    ),
)


def panel_named(name: str) -> PanelEntry | None:
    """The panel of that name."""
    return next((entry for entry in PANELS if entry.name == name), None)
