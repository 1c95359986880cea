"""What the panel Two readings shows: two sentences, the chart, and what is known at a point, side by side.

Knows nothing about the session.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.panels.readings.controls import ReadingsControls
from desktop.panels.readings.point_column import PointColumn, put_beside
from desktop.panels.readings.sentence_card import SentenceCard
from desktop.plots.similarity_chart import SimilarityChart

_CHART_SHARE = 0.3
"""Of the height that is seen."""


class ReadingsBody(QScrollArea):
    """Sentences, notes, chart, columns; scrolls where there is too little room.

    Args:
        controls: whose buttons stand beside the chart and above the columns.
        parent: the widget it lies in.
    """

    def __init__(self, controls: ReadingsControls, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = (
            SentenceCard(self.tr("First sentence"), self.tr("Tokens of the first sentence")),
            SentenceCard(self.tr("Second sentence"), self.tr("Tokens of the second sentence")),
        )
        self.columns = (
            PointColumn(
                self.tr("What the word in the first sentence looks at"),
                self.tr("Nearest to the word in the first sentence"),
                self,
            ),
            PointColumn(
                self.tr("What the word in the second sentence looks at"),
                self.tr("Nearest to the word in the second sentence"),
                self,
            ),
        )
        self.chart = SimilarityChart()
        self.notes, self.explanation, self.told = QLabel(), QLabel(), QLabel()
        self.chart_title, self.point_title = ElidedLabel(), ElidedLabel()
        for label in (self.notes, self.explanation, self.told):
            label.setProperty("look", "faint")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.told.setProperty("look", "soft")
        for title in (self.chart_title, self.point_title):
            title.setProperty("look", "heading")
        self.chart_title.say(self.tr("Similarity, layer by layer"))
        # All but the sentences: there only where there is something to compare.
        self.comparison = QWidget()
        self._arrange(controls)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.themed.connect(self._dress)
        self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chart is as high as suits the panel, whatever stands around it: it never moves under the mouse."""
        super().resizeEvent(event)
        self._fit_chart()

    def say(self, notes: str, told: str) -> None:
        """Say what there is to know about the sentences, and what is going on; both may be empty."""
        for label, text in ((self.notes, notes), (self.told, told)):
            label.setText(text)
            label.setVisible(bool(text))

    def _arrange(self, controls: ReadingsControls) -> None:
        sentences = QHBoxLayout()
        sentences.setSpacing(4 * theme.SPACE)
        for card in self.cards:
            # Halves, whatever stands in them.
            card.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            sentences.addWidget(card, 1)
        above_chart, above_columns = QHBoxLayout(), QHBoxLayout()
        above_chart.addWidget(self.chart_title, 1)
        above_chart.addWidget(controls.lines)
        above_columns.setSpacing(2 * theme.SPACE)
        above_columns.addWidget(self.point_title, 1)
        above_columns.addWidget(controls.heads)
        above_columns.addWidget(controls.nearness)
        compared = QVBoxLayout(self.comparison)
        compared.setContentsMargins(0, 0, 0, 0)
        compared.setSpacing(2 * theme.SPACE)
        compared.addLayout(above_chart)
        compared.addWidget(self.chart)
        compared.addWidget(self.explanation)
        compared.addSpacing(2 * theme.SPACE)
        compared.addLayout(above_columns)
        compared.addLayout(put_beside(self.columns))
        compared.addStretch(1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 2 * theme.SPACE, 0)
        column.setSpacing(2 * theme.SPACE)
        column.addLayout(sentences)
        column.addWidget(self.notes)
        column.addWidget(self.told)
        # Without a comparison the room is nobody's: cards are as high as what is in them.
        column.addWidget(self.comparison, 1000)
        column.addStretch(1)
        self.setWidget(whole)

    def _fit_chart(self) -> None:
        wanted = round(self.viewport().height() * _CHART_SHARE)
        lowest, highest = self.chart.minimumSizeHint().height(), 2 * self.chart.minimumSizeHint().height()
        self.chart.setFixedHeight(min(max(wanted, lowest), highest))

    @Slot()
    def _dress(self) -> None:
        self._fit_chart()
        for title in (self.chart_title, self.point_title):
            title.setFont(theme.ui_font(13, QFont.Weight.DemiBold))
        for label in (self.notes, self.explanation, self.told):
            label.setFont(theme.ui_font(12))
