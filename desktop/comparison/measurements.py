"""What is known of how far apart some replies are, and of the places where they part.

Knows no Qt and no engine: whoever has a row of logits puts in what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.comparison.alignment import Alignment, align
from desktop.comparison.divergence import EQUAL, Measure, Summary, summarise
from desktop.comparison.opening import Opening, known_opening
from desktop.comparison.reading_list import Place, places_of
from desktop.comparison.side import Side

SUMMARISED = 2000
"""Tokens of a long agreement that are summed up where settings changed within a reply (fault 58)."""


class Measurements:
    """Measures by reply and token, openings by parting.

    `sides` are the replies, `alignment` how they lie beside each other.
    """

    def __init__(self) -> None:
        self.sides: tuple[Side, ...] = ()
        self.alignment: Alignment = align(())
        self._measures: dict[tuple[int, int], dict[int, Measure]] = {}
        self._openings: dict[tuple[int, tuple[int, ...]], Opening] = {}

    def follow(self, sides: Sequence[Side], alignment: Alignment) -> bool:
        """Compare these replies from now on; what is known about any two of them is kept.

        Returns:
            Whether they are others than before, or in another order.
        """
        before = [side.reply for side in self.sides]
        replies = [side.reply for side in sides]
        self.sides, self.alignment = tuple(sides), alignment
        kept = set(replies)
        self._measures = {pair: known for pair, known in self._measures.items() if kept.issuperset(pair)}
        self._openings = {key: known for key, known in self._openings.items() if kept.issuperset(key[1])}
        for other in replies[1:]:
            turned = self._measures.pop((other, replies[0]), {})
            if turned:
                pair = (replies[0], other)
                self._measures[pair] = {index: one.turned() for index, one in turned.items()}
        return replies != before

    def forget(self) -> None:
        """Know nothing any more: it belongs to another model."""
        self._measures, self._openings = {}, {}

    # ------------------------------------------------------------ what is known

    def measure(self, side: int, index: int) -> Measure | None:
        """How far a reply's distribution is from the first one's; ``None`` where that is unknown or meaningless."""
        if side <= 0 or index >= self._measurable(side):
            return None
        if self.sides[0].settings_at(index) == self.sides[side].settings_at(index):
            return EQUAL
        return self._known(side).get(index)

    def summary(self, side: int, forward: bool) -> Summary:
        """The divergences of a reply that are known, in a few figures.

        Args:
            side: the reply, not the first.
            forward: whether from the first to it, or the other way round.
        """
        first, other = self.sides[0], self.sides[side]
        count = self._measurable(side)
        if not first.settings_changed and not other.settings_changed:
            same = first.first_settings == other.first_settings
            known = [EQUAL] * count if same else list(self._known(side).values())
        else:
            found = (self.measure(side, index) for index in range(min(count, SUMMARISED)))
            known = [one for one in found if one is not None]
        return summarise([one.forward if forward else one.backward for one in known])

    def opening(self, parting: int) -> Opening:
        """The probabilities at a parting, as far as they are known."""
        known = self._openings.get(self._key(parting))
        return known if known is not None else known_opening(self.alignment.partings[parting], self.sides)

    # ------------------------------------------------------------ what is not

    def lacking(self, indices: range) -> list[Place]:
        """Rows to be read for divergences, among some."""
        if len(self.sides) < 2 or not indices:
            return []
        known = [self._known(side) for side in range(len(self.sides))]
        return places_of(self.sides, self.alignment, known, indices)

    def unopened(self) -> list[Place]:
        """Rows to be read for the places where replies part, each with the divergences that it tells as well."""
        found = []
        for number, parting in enumerate(self.alignment.partings):
            if self._key(number) not in self._openings:
                index, leader = parting.index, parting.sides[0]
                lacking = self.lacking(range(index, index + 1)) if leader == 0 else []
                sides = next((place.sides for place in lacking), ())
                found.append(Place(index, leader, number, sides))
        return found

    # ------------------------------------------------------------ what becomes known

    def put_measure(self, side: int, index: int, measure: Measure) -> None:
        """Know how far a reply's distribution is from the first one's."""
        self._known(side)[index] = measure

    def put_opening(self, parting: int, opening: Opening) -> None:
        """Know the probabilities at a parting."""
        self._openings[self._key(parting)] = opening

    def _known(self, side: int) -> dict[int, Measure]:
        return self._measures.setdefault((self.sides[0].reply, self.sides[side].reply), {})

    def _measurable(self, side: int) -> int:
        """How many first tokens of a reply and of the first one came from the same logits."""
        together = self.alignment.agreeing[side] + 1
        return min(together, len(self.sides[0]), len(self.sides[side]))

    def _key(self, parting: int) -> tuple[int, tuple[int, ...]]:
        place = self.alignment.partings[parting]
        return place.index, tuple(self.sides[side].reply for side in place.sides)
