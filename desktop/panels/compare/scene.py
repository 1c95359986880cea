"""What a comparison looks like: heads, marks, colours and words, made of columns and measures.

Knows no widget and no engine.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from desktop import colour_maps, theme
from desktop.comparison.column import LETTERS, Column, ColumnState
from desktop.comparison.comparison import Comparison
from desktop.comparison.divergence import Divergence, Measure
from desktop.comparison.measurements import Measurements
from desktop.comparison.presets import Presets
from desktop.controls.numbers import format_count
from desktop.panels.compare.column_head import HeadFacts
from desktop.panels.compare.wording import (
    column_title,
    differing,
    measure_words,
    probability_words,
    quoted_token,
    seed_words,
    settings_in_words,
    state_words,
    summary_words,
)

translate = QCoreApplication.translate

FAINTEST = 0.02
"""A share of the tint below which there is none."""


class Scene:
    """One comparison as it is shown.

    Args:
        comparison: what is compared.
        known: what is measured.
        presets: what settings are called.
    """

    def __init__(self, comparison: Comparison, known: Measurements, presets: Presets) -> None:
        self._comparison = comparison
        self._known = known
        self._presets = presets
        self.forward = True
        self.parting = 0

    # ------------------------------------------------------------ columns

    def letter_of(self, column: Column) -> str:
        """What a column is called for short."""
        return LETTERS[self._comparison.columns.index(column)]

    def side_of(self, column: Column) -> int:
        """Its number among the replies that are compared, -1 while there is nothing of it."""
        written = self._comparison.written
        return written.index(column) if column in written else -1

    def head(self, column: Column) -> HeadFacts:
        """The top of a column."""
        comparison = self._comparison
        columns = comparison.columns
        others = [one.settings for one in columns if one is not column]
        # What differs stands out: in the first column from any other, in the others from the first.
        unlike = differing(column.settings, others if column is columns[0] else (columns[0].settings,))
        words = [(said, name in unlike) for name, said in settings_in_words(column.settings).items()]
        seeds = {one.side.seed for one in columns if one.side is not None}
        if column.side is not None and len(seeds) > 1:
            words.append((seed_words(column.side), True))
        if column.side is not None and column.side.settings_changed:
            words.append((translate("ComparePanel", "changed while it was written"), True))
        return HeadFacts(
            letter=self.letter_of(column),
            title=column_title(column, columns, self._presets.name_of(column.settings)),
            settings=tuple(words),
            state=state_words(column),
            apart=self._apart(column),
            shown=comparison.shown_column() is column,
            showable=bool(column.reply) and not comparison.queue.running,
            removable=comparison.can_remove(column),
        )

    def _apart(self, column: Column) -> str:
        """How far a reply is from the first one, over all that is measured."""
        side = self.side_of(column)
        if side < 1:
            return ""
        return summary_words(self._known.summary(side, self.forward), "", self.forward)

    def _chosen(self, measure: Measure) -> Divergence:
        return measure.forward if self.forward else measure.backward

    # ------------------------------------------------------------ tokens

    def partings_of(self, side: int) -> list[int]:
        """Indices of the tokens with which a reply parts from another."""
        return [one.index for one in self._comparison.alignment.partings if side in one.sides]

    def tint_of(self, side: int) -> Callable[[int, int], QColor | None]:
        """The grounds of a reply's tokens, by how far apart the distributions were that they came from.

        In the first reply: how far the farthest of the others is that still agrees.
        """
        table = colour_maps.divergence(theme.current())
        against = (side,) if side else tuple(range(1, len(self._comparison.written)))

        def tint(start: int, stop: int) -> QColor | None:
            shares = [
                self._chosen(measure).share
                for index in range(start, stop)
                for other in against
                if (measure := self._known.measure(other, index)) is not None
            ]
            share = max(shares, default=0.0)
            return QColor(*colour_maps.colour_of(table, share)) if share >= FAINTEST else None

        return tint

    def facts(self, side: int, index: int) -> tuple[str, ...]:
        """Everything known about a token, a line each."""
        written = self._comparison.written
        if not 0 <= side < len(written):
            return ()
        column = written[side]
        reply = column.side
        if reply is None or not 0 <= index < len(reply):
            return ()
        token = reply.tokens[index]
        place = translate("ComparePanel", "{letter}: {piece} · ID {id} · token {number}, position {position}")
        lines = [
            place.format(
                letter=self.letter_of(column),
                piece=quoted_token(token),
                id=token.id,
                number=format_count(index + 1),
                position=format_count(len(reply.prompt) + index),
            ),
            probability_words(float(reply.logprobs[index]), float(reply.processed_logprobs[index])),
        ]
        others = (side,) if side else tuple(range(1, len(written)))
        for other in others:
            measure = self._known.measure(other, index)
            if measure is not None:
                lines += measure_words(measure, self.letter_of(written[other]))
        if reply.sources[index] != "written":
            lines.append(translate("ComparePanel", "put there by a person"))
        return tuple(lines)

    # ------------------------------------------------------------ where they part

    def parting_title(self) -> str:
        """The place that is shown, in a sentence; how far replies agree where there is none."""
        alignment, written = self._comparison.alignment, self._comparison.written
        if len(written) < 2:
            return ""
        if not alignment.partings:
            return self._agreement()
        parting = alignment.partings[self.parting]
        column = written[parting.sides[0]]
        reply = column.side
        assert reply is not None
        letters = [self.letter_of(written[side]) for side in parting.sides]
        before = reply.tokens[parting.index - 1] if parting.index else None
        sentence = (
            translate("ComparePanel", "{letters} part at token {number} (position {position}), after {piece}")
            if before is not None
            else translate("ComparePanel", "{letters} part at their first token (position {position})")
        )
        return sentence.format(
            letters=", ".join(letters),
            number=format_count(parting.index + 1),
            position=format_count(len(reply.prompt) + parting.index),
            piece="" if before is None else quoted_token(before),
        )

    def _agreement(self) -> str:
        """Replies that never part: all the same, or one ends sooner."""
        alignment, written = self._comparison.alignment, self._comparison.written
        count = format_count(alignment.common)
        shortest = min(written, key=lambda column: column.length)
        if any(column.state is not ColumnState.WRITTEN for column in written):
            return translate("ComparePanel", "They agree so far: {count} tokens.").format(count=count)
        if all(column.length == shortest.length for column in written):
            return translate("ComparePanel", "They are the same: {count} tokens.").format(count=count)
        sentence = translate("ComparePanel", "They agree on {count} tokens, where {letter} ends.")
        return sentence.format(count=count, letter=self.letter_of(shortest))

    def clip_parting(self) -> None:
        """Go to the last parting where the one that was shown is no more."""
        count = len(self._comparison.alignment.partings)
        self.parting = min(max(self.parting, 0), max(count - 1, 0))
