"""What the precision panel shows as a picture of its own: a title, the table, the lines, the token at the cursor.

Knows nothing about files.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop import theme
from desktop.panels.precision.format_chart import FormatChart
from desktop.panels.precision.format_table import FormatTable
from desktop.panels.precision.table_model import PrecisionRows
from desktop.panels.precision.token_rows import TokenRow, TokenRows


class PrecisionFigure(QWidget):
    """Never on the screen; made when a picture is saved. What would be empty is left out.

    Args:
        title: the model.
        facts: what is compared, below it.
        rows: of the table.
        chart: as it is on the screen.
        named: which token `token_rows` are of.
        token_rows: one for each format.
    """

    def __init__(
        self,
        title: str,
        facts: str,
        rows: PrecisionRows,
        chart: FormatChart,
        named: str,
        token_rows: tuple[TokenRow, ...],
    ) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Precision"))
        self.view = FormatTable(rows)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chart = FormatChart()
        self.chart.show_as(chart)
        self.token = TokenRows()
        self.token.show_rows(token_rows)
        column = QVBoxLayout(self)
        space = theme.SPACE
        column.setContentsMargins(4 * space, 3 * space, 4 * space, 4 * space)
        column.setSpacing(2 * space)
        column.addWidget(self._line(title, 14))
        column.addWidget(self._line(facts, 12, "soft"))
        column.addWidget(self.view)
        if self.chart.has_lines:
            column.addWidget(self.chart)
        if token_rows:
            column.addWidget(self._line(named, 12, "soft"))
            column.addWidget(self.token)
        column.addStretch()

    def compose(self, width: int) -> PrecisionFigure:
        """Take a width, or a larger one that the table needs, and as much height as that takes."""
        # A stylesheet's fonts count only from then on.
        self.ensurePolished()
        self.view.ensurePolished()
        self.view.fit()
        self.setFixedWidth(max(width, self.view.needed_width() + 8 * theme.SPACE))
        self.resize(self.width(), self.heightForWidth(self.width()))
        return self

    def _line(self, text: str, size: int, look: str = "heading") -> QLabel:
        line = QLabel(text)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setWordWrap(True)
        line.setProperty("look", look)
        line.setFont(theme.ui_font(size))
        return line
