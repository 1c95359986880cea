"""The lines of an import's report, a label and a sentence each, and the bar of memory.

Knows nothing about where the report comes from.
"""

from __future__ import annotations

from collections.abc import Sequence

import psutil
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from desktop import theme
from desktop.model_library.memory_bar import MemoryBar
from desktop.model_library.wording import AnyProof, ImportedModel, ReportLine, Tone, report_lines
from models.import_report import RUNTIME_BYTES

LABELS_WIDTH = 104
NARROW = 320
"""Less wide than this, in pixels at a zoom of 1, labels stand above their sentences."""


class ReportView(QWidget):
    """A grid of labels and sentences.

    Args:
        parent: the widget it lies in.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(3 * theme.SPACE)
        self._grid.setVerticalSpacing(theme.SPACE + 2)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel, Tone]] = []
        self._bar_at = -1
        self._stacked: bool | None = None
        self.bar = MemoryBar(self)
        self.bar.setVisible(False)
        theme.themed.connect(self._dress)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What is said: labels and sentences."""
        return [(label.text(), sentence.text()) for label, sentence, _ in self._rows]

    def show_model(self, model: ImportedModel, proof: AnyProof | None, refusal: str, unproved: str) -> None:
        """Show a report; parameters as in `report_lines`."""
        report, room = model.report, psutil.virtual_memory().total
        self._fill(report_lines(model, proof, refusal, room, unproved))
        parts = (
            (self.tr("weights"), report.weight_bytes),
            (self.tr("cache"), report.cache_bytes),
            (self.tr("captures"), report.capture_bytes),
            (self.tr("program"), RUNTIME_BYTES),
        )
        self.bar.show_parts(parts, room)
        self._dress()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Labels may find room at the side, or not any more."""
        super().resizeEvent(event)
        self._arrange()

    def _fill(self, lines: Sequence[ReportLine]) -> None:
        for label, sentence, _ in self._rows:
            for widget in (label, sentence):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self._rows = [(self._label(line.label), self._sentence(line.text), line.tone) for line in lines]
        self._bar_at = next((row for row, line in enumerate(lines) if line.with_bar), -1)
        self._stacked = None
        self._arrange()

    def _arrange(self) -> None:
        """Put everything into the grid, unless it is there as it should be."""
        stacked = self.width() < theme.scaled(NARROW)
        if stacked == self._stacked:
            return
        self._stacked = stacked
        while self._grid.takeAt(0) is not None:
            pass
        row, column = 0, 0 if stacked else 1
        span = 2 if stacked else 1
        for index, (label, sentence, _) in enumerate(self._rows):
            label.setVisible(bool(label.text()) or not stacked)
            if label.text() or not stacked:
                self._grid.addWidget(label, row, 0, 1, span, Qt.AlignmentFlag.AlignTop)
                row += stacked
            self._grid.addWidget(sentence, row, column, 1, span)
            sentence.setVisible(True)
            row += 1
            if index == self._bar_at:
                self._grid.addWidget(self.bar, row, column, 1, span)
                self.bar.setVisible(True)
                row += 1

    def _label(self, text: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        label.setProperty("look", "soft")
        return label

    def _sentence(self, text: str) -> QLabel:
        sentence = QLabel(self)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setText(text)
        sentence.setWordWrap(True)
        sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # Not made anew: a label that wraps has a height for each width, which its policy says.
        policy = sentence.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        sentence.setSizePolicy(policy)
        sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        return sentence

    @Slot()
    def _dress(self) -> None:
        palette = theme.current()
        inks = {Tone.PLAIN: palette.text, Tone.SOFT: palette.text_soft, Tone.WARNING: palette.warning}
        for label, sentence, tone in self._rows:
            label.setFixedWidth(theme.scaled(LABELS_WIDTH))
            label.setFont(theme.ui_font(13))
            sentence.setFont(theme.ui_font(13))
            colours = sentence.palette()
            colours.setColor(sentence.foregroundRole(), theme.colour(inks[tone]))
            sentence.setPalette(colours)
