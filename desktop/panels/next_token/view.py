"""The right side of the next-token panel: the chain, the draw, the bars, and what there is to say below them.

Knows nothing about sessions or the engine: it is given what to show.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop import theme
from desktop.controls.numbers import format_decimal
from desktop.panels.next_token.chain_line import ChainLine, StageFacts
from desktop.panels.next_token.foot import Foot
from desktop.panels.next_token.why_not_card import WhyNotCard
from desktop.plots.bar_rows import BarSource
from desktop.plots.bar_words import summarise_bar
from desktop.plots.draw_strip import DrawStrip, Segment
from desktop.plots.probability_bars import ProbabilityBars


class DistributionView(QWidget):
    """Chain line, draw strip, bars, the answer about a word, legend.

    Args:
        parent: the widget it lies in.
    """

    link_chosen = Signal(int)
    """A person chose a link of the chain."""
    token_activated = Signal(int)
    """Enter was pressed on a token."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = -1
        self._varies = False
        self.setAccessibleName(self.tr("Distribution of the next token"))
        self.chain = ChainLine()
        self.strip = DrawStrip()
        self.bars = ProbabilityBars()
        self.bars.setAccessibleName(self.tr("Tokens by probability"))
        self.why_not = WhyNotCard()
        self.foot = Foot()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.chain)
        column.addWidget(self.strip)
        # The card gets its height first; what is left is the list's, a row at least.
        self.bars.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        column.addWidget(self.bars, 1)
        column.addWidget(self.why_not)
        column.addWidget(self.foot)
        self.why_not.hide()
        self.chain.chosen.connect(self.link_chosen)
        self.bars.activated.connect(self.token_activated)
        self.bars.current_changed.connect(self._tell_facts)
        theme.themed.connect(self._dress)
        self._dress()

    def show_rows(
        self, source: BarSource, largest_id: int, after: str, chosen: int, dice: int, nothing: str
    ) -> None:
        """Show other bars.

        Args:
            source: gives the rows.
            largest_id: of the vocabulary.
            after: heading of the column of probabilities after the chain.
            chosen: the token that stands in the text.
            dice: the token that the draw picks, -1 where that is not known.
            nothing: what to say if there are no rows.
        """
        self._chosen = chosen
        self.bars.set_emphasis(chosen, dice)
        self.bars.set_wording(after, nothing)
        self.bars.show_source(source, largest_id)
        self._tell_facts()

    def allow_going_on(self, allowed: bool) -> None:
        """Whether the reply can go on from another token than the one that stands there."""
        self._varies = allowed
        self._tell_facts()

    def show_chain(self, links: Sequence[StageFacts], checked: int) -> None:
        """Show the figures of the chain, and which link's distribution the bars show."""
        self.chain.show_links(links, checked)

    def show_draw(self, segments: Sequence[Segment], draw: float | None, chosen: int) -> None:
        """Show the draw among the survivors."""
        self.strip.show_draw(segments, draw, chosen)

    @Slot(bool)
    def show_answer(self, shown: bool) -> None:
        """Show the card with the answer about a word in place of the line at the foot, or the other way round."""
        if shown == self.why_not.isVisibleTo(self):
            return
        self.why_not.setVisible(shown)
        self.foot.setVisible(not shown)
        self._dress()

    @Slot()
    def _tell_facts(self) -> None:
        bar = self.bars.source.bar_of(self.bars.current_token) if self.bars.current_token >= 0 else None
        if bar is None:
            self.foot.show_legend()
        else:
            self.foot.show_facts(
                summarise_bar(bar), bar.piece if self._varies and bar.id != self._chosen else ""
            )

    @Slot()
    def _dress(self) -> None:
        # Who asks about a word rather sees the answer than the list.
        least = self.bars.minimumSizeHint().height()
        self.bars.setMinimumHeight(3 * least // 5 if self.why_not.isVisibleTo(self) else least)


def nats(entropy: float) -> str:
    """An entropy for people."""
    return format_decimal(entropy, 2) + " nats"
