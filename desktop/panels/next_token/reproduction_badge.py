"""The badge that says whether a token that was written once comes out the same now.

Knows nothing about how that was found out.
"""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal, format_percent
from desktop.panels.attention.proof_badge import format_delta
from desktop.reproduction import Reproduction


class ReproductionBadge(QPushButton):
    """Shows a `Reproduction`; a click reads the sequence as it was written, where that can make a difference.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("badge", "good")
        self.setAccessibleName(self.tr("Reproduction"))
        theme.themed.connect(self._dress)
        self._dress()
        self.show_reproduction(None)

    def show_reproduction(self, found: Reproduction | None) -> None:
        """Show a comparison; nothing for ``None``."""
        self.setVisible(found is not None)
        if found is None:
            return
        # What a click mends is no reason to worry.
        tone = (
            "good" if found.exact else "quiet" if found.rereadable and len(found.reasons) == 1 else "warning"
        )
        if self.property("badge") != tone:
            self.setProperty("badge", tone)
            self.style().polish(self)
        self.setText(self.tr("reproduced") if found.exact else self._differs(found))
        said = self._explanation(found)
        self.setToolTip(said)
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(said)
        can_act = found.rereadable and not found.exact
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if can_act else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if can_act else Qt.CursorShape.ArrowCursor)

    def _differs(self, found: Reproduction) -> str:
        large = abs(found.difference) >= 0.001
        delta = format_decimal(abs(found.difference), 3) if large else format_delta(abs(found.difference))
        return self.tr("differs by {delta} nats").format(delta=delta)

    def _explanation(self, found: Reproduction) -> str:
        if found.exact:
            return self.tr(
                "The probability that was kept when this token was written and the one computed now are the same, "
                "digit by digit."
            )
        kept, now = (format_percent(math.exp(value)) for value in (found.kept, found.now))
        said = self.tr("When this token was written its probability was {kept} %; now it is {now} %.")
        parts = [said.format(kept=kept, now=now)]
        if found.reasons:
            parts.append(self.tr("What is different: {reasons}.").format(reasons="; ".join(found.reasons)))
        else:
            parts.append(self.tr("Why is not known: model, precision and processor are the same."))
        if found.rereadable:
            parts.append(
                self.tr(
                    "A click reads all of it again token by token, which takes as long as writing it did."
                )
            )
        return " ".join(parts)

    @Slot()
    def _dress(self) -> None:
        self.setFont(theme.ui_font(12))
