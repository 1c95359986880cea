"""The sum here beside what the runtime made, the difference, and the reason for it.

Knows nothing about where the numbers come from.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.panels.formula.wording import difference_text, number_text, reason_sentence, signed_text
from inference.formula.contract import Applied, Formula

ROWS, _DIGITS = 6, 8
_LONG = "−1.23 × 10⁻⁷"


class SumCheck(QWidget):
    """Sums, what becomes of them, and a sentence.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = [QLabel() for _ in range(ROWS)]
        self._values = [QLabel() for _ in range(ROWS)]
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self.reason.setProperty("look", "soft")
        self.reason.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.reason.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.SPACE * 3)
        grid.setVerticalSpacing(2)
        for row, (title, value) in enumerate(zip(self._titles, self._values, strict=True)):
            title.setProperty("look", "soft")
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(title, row, 0)
            grid.addWidget(value, row, 1)
        grid.setColumnStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE * 2)
        column.addLayout(grid)
        column.addWidget(self.reason, 1)
        self.setAccessibleName(self.tr("The sum beside the runtime's"))
        theme.themed.connect(self._dress)
        self._dress()

    def show_formula(self, formula: Formula | None) -> None:
        """Show another formula."""
        rows: list[tuple[str, str]] = []
        if formula is not None:
            rows.append((self.tr("Sum here, 64 bits"), number_text(formula.sum, _DIGITS)))
            rows.append((self.tr("The runtime's"), number_text(formula.computed, _DIGITS)))
            rows.append((self.tr("Difference"), difference_text(formula)))
            if formula.rounded_difference is not None and formula.rounding_explains:
                left = signed_text(formula.rounded_difference, 2)
                rows.append((self.tr("Difference, inputs rounded"), left))
            rows += self._applied(formula.applied)
        for title, value in zip(self._titles, self._values, strict=True):
            said = rows.pop(0) if rows else ("", "")
            title.setText(said[0])
            value.setText(said[1])
            title.setVisible(bool(said[0]))
            value.setVisible(bool(said[0]))
        self.reason.setText("" if formula is None else reason_sentence(formula))
        self._give_height()
        self.setAccessibleDescription(self.said())

    def _applied(self, applied: Applied | None) -> list[tuple[str, str]]:
        """What the runtime made of the sum, as far as it was observed."""
        rows = []
        if applied is not None and applied.computed is not None:
            title = self.tr("The runtime's {function}(Y)").format(function=applied.name)
            rows.append((title, number_text(applied.computed, _DIGITS)))
        if applied is not None and applied.product is not None:
            rows.append((self.tr("The runtime's product"), number_text(applied.product, _DIGITS)))
        return rows

    def said(self) -> str:
        """All of it as one line of text."""
        parts = [
            f"{title.text()} {value.text()}"
            for title, value in zip(self._titles, self._values, strict=True)
            if title.text()
        ]
        return " · ".join([*parts, *filter(None, [self.reason.text()])])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sentence takes more or fewer lines."""
        super().resizeEvent(event)
        self._give_height()

    def _give_height(self) -> None:
        # What scrolls does not ask how high a text is at its width.
        self.reason.setMinimumHeight(max(self.reason.heightForWidth(self.width()), 0))

    def minimumSizeHint(self) -> QSize:
        """Room for the widest line there can be, so that nothing moves from one formula to the next."""
        hint = super().minimumSizeHint()
        title, value = QFontMetrics(theme.ui_font(12)), QFontMetrics(theme.ui_font(13))
        widest = max(
            title.horizontalAdvance(self.tr("Difference, inputs rounded")) + value.horizontalAdvance(_LONG),
            title.horizontalAdvance(self.tr("Difference")) + value.horizontalAdvance(f"{_LONG} (100 %)"),
        )
        return QSize(max(hint.width(), widest + theme.SPACE * 3), hint.height())

    @Slot()
    def _dress(self) -> None:
        for label in (*self._titles, self.reason):
            label.setFont(theme.ui_font(12))
        for label in self._values:
            label.setFont(theme.ui_font(13))
