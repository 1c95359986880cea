"""Reads the logits that a comparison needs and measures on them, a row at a time, what each reply's settings made of it.

Knows no widget, and nothing of what is drawn of its numbers.

A row is read only where the engine holds it: of the branch that is shown, up to where a reply leaves it. Between two
chains the window's thread is free; while the model writes it is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.comparison.alignment import Alignment, align, common_length
from desktop.comparison.divergence import EQUAL, Measure, measure
from desktop.comparison.opening import Opening, known_opening, read_opening
from desktop.comparison.reading_list import READ_AT_FIRST, Place, ReadingList, places_of
from desktop.comparison.side import Side
from desktop.history.records import ModelIdentity
from desktop.inquiry import Inquiry
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import Failed, ReadLogits
from inference.sampling.chain import ChainResult, run_chain
from inference.sampling.distribution import FloatArray, check_logits
from inference.sampling.settings import SamplingSettings
from models.errors import VitrineError

LANES = 4
"""Rows asked for at the same time: answers come at most once a frame, and a row takes far less."""


class Lane(QObject):
    """One question in flight, and the place it is about.

    Args:
        session: whose engine is asked.
        parent: owner.
    """

    arrived = Signal(object, object)
    """The `Place`, and its logits."""

    refused = Signal(object)
    """The engine's `Failed`."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.place: Place | None = None
        self._inquiry = Inquiry(session, self)
        self._inquiry.answered.connect(self._take)
        self._inquiry.refused.connect(self._refuse)

    def ask(self, place: Place, row: int) -> None:
        """Ask for the logits of a row."""
        self.place = place
        self._inquiry.ask(ReadLogits, position=row)

    def forget(self) -> None:
        """Want nothing any more."""
        self.place = None
        self._inquiry.forget()

    @Slot(object)
    def _take(self, logits: FloatArray) -> None:
        place, self.place = self.place, None
        if place is not None:
            self.arrived.emit(place, logits)

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        self.place = None
        self.refused.emit(failed)


class DivergenceReader(QObject):
    """Measures replies against the first of them.

    Args:
        session: whose engine is asked.
        parent: owner.
    """

    changed = Signal()
    """Something more is known, or nothing more will be."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._sides: tuple[Side, ...] = ()
        self._alignment: Alignment = align(())
        self._measures: dict[tuple[int, int], dict[int, Measure]] = {}
        self._openings: dict[tuple[int, tuple[int, ...]], Opening] = {}
        self._list = ReadingList()
        self._sight = range(0)
        self._limit = READ_AT_FIRST
        self._awake = False
        self._stopped = False
        self._refusal = ""
        self._work: list[Iterator[None]] = []
        self._lanes = [Lane(session, self) for _ in range(LANES)]
        for lane in self._lanes:
            lane.arrived.connect(self._take)
            lane.refused.connect(self._refuse)
        self._tick = QTimer(self, singleShot=True, interval=0)
        self._tick.timeout.connect(self._work_a_little)
        session.tokens_reset.connect(self._begin_anew)
        session.phase_changed.connect(self._plan)
        session.model_changed.connect(self._forget)

    # ------------------------------------------------------------ what is known

    def measure(self, side: int, index: int) -> Measure | None:
        """How far a reply's distribution is from the first one's; ``None`` where that is not known, or makes no sense."""
        first, other = self._sides[0], self._sides[side]
        if not self._alignment.measured(side, index) or index >= min(len(first), len(other)):
            return None
        if first.settings_at(index) == other.settings_at(index):
            return EQUAL
        return self._known(side).get(index)

    def opening(self, parting: int) -> Opening:
        """The probabilities at a parting, as far as they are known."""
        place = self._alignment.partings[parting]
        known = self._openings.get(self._key(parting))
        return known if known is not None else known_opening(place, self._sides)

    @property
    def reading(self) -> bool:
        """Whether rows are being read."""
        return bool(self._work) or any(lane.place is not None for lane in self._lanes)

    @property
    def left(self) -> int:
        """How many rows are read next, those in flight included."""
        return len(self._list) + len(self._work) + sum(lane.place is not None for lane in self._lanes)

    @property
    def beyond(self) -> int:
        """How many tokens on which the replies agree are not measured unless `read_on` is called, or they are seen."""
        return max(max(self._alignment.agreeing, default=0) - self._limit, 0)

    @property
    def stopped(self) -> bool:
        """Whether a person stopped it."""
        return self._stopped

    @property
    def refusal(self) -> str:
        """Why rows cannot be read, one sentence; empty where they can."""
        return self._refusal

    # ------------------------------------------------------------ what is wanted

    def follow(self, sides: Sequence[Side], alignment: Alignment) -> None:
        """Compare these replies from now on; what is known about any two of them is kept."""
        replies = [side.reply for side in sides]
        if replies != [side.reply for side in self._sides]:
            self._limit, self._stopped, self._refusal = READ_AT_FIRST, False, ""
        self._sides, self._alignment = tuple(sides), alignment
        kept = set(replies)
        self._measures = {pair: known for pair, known in self._measures.items() if kept.issuperset(pair)}
        for other in replies[1:]:
            turned = self._measures.pop((other, replies[0]), {})
            if turned:
                pair = (replies[0], other)
                self._measures[pair] = {index: one.turned() for index, one in turned.items()}
        self._openings = {key: known for key, known in self._openings.items() if kept.issuperset(key[1])}
        self._plan()

    def look_at(self, sight: range) -> None:
        """Read these indices before others."""
        if sight != self._sight:
            self._sight = sight
            self._list.see(self._lacking(range(max(sight.start, self._limit), sight.stop)))
            self._ask()

    def wake(self, awake: bool) -> None:
        """Read, or leave the engine alone while nobody looks."""
        if awake != self._awake:
            self._awake = awake
            self._plan()

    @Slot()
    def stop(self) -> None:
        """Read no more; what is known stays."""
        self._stopped = True
        self._plan()

    @Slot()
    def read_on(self) -> None:
        """Read what was left, and as much again."""
        if not self._stopped:
            self._limit = max(2 * self._limit, self._limit + READ_AT_FIRST)
        self._stopped, self._refusal = False, ""
        self._plan()

    # ------------------------------------------------------------ reading

    @Slot()
    def _forget(self) -> None:
        """Another model: what was read belongs to the one before."""
        self._measures, self._openings, self._refusal = {}, {}, ""
        self._plan()

    @Slot()
    def _begin_anew(self) -> None:
        """The engine holds another sequence: what it refused before, it may answer now."""
        self._refusal = ""
        self._plan()

    @Slot()
    def _plan(self) -> None:
        """Begin anew with what is still lacking."""
        for lane in self._lanes:
            lane.forget()
        self._work = []
        self._tick.stop()
        partings = self._unopened()
        taken = {place.index for place in partings if place.leader == 0}
        rest = [place for place in self._lacking(range(self._limit)) if place.index not in taken]
        self._list = ReadingList(partings, rest)
        self._list.see(self._lacking(range(max(self._sight.start, self._limit), self._sight.stop)))
        self._ask()
        self.changed.emit()

    @property
    def _idle(self) -> bool:
        """Whether nothing is to be read now, whatever is lacking."""
        ready = self._awake and self._session.phase is Phase.READY
        return not ready or self._stopped or bool(self._refusal) or len(self._sides) < 2

    def _lacking(self, indices: range) -> list[Place]:
        """Rows that can be read and are, for divergences."""
        if self._idle or not indices:
            return []
        known = [self._known(side) for side in range(len(self._sides))]
        held = self._held(self._sides[0])
        places = places_of(self._sides, self._alignment, known, indices)
        return [place for place in places if place.index < held]

    def _unopened(self) -> list[Place]:
        """Rows that can be read, for the probabilities where replies part."""
        if self._idle:
            return []
        found = []
        for number, parting in enumerate(self._alignment.partings):
            leader = parting.sides[0]
            index = parting.index
            if self._key(number) not in self._openings and index < self._held(self._sides[leader]):
                lacking = self._lacking(range(index, index + 1)) if leader == 0 else ()
                sides = next((place.sides for place in lacking), ())
                found.append(Place(index, leader, number, sides))
        return found

    def _known(self, side: int) -> dict[int, Measure]:
        pair = (self._sides[0].reply, self._sides[side].reply)
        return self._measures.get(pair, {})

    def _held(self, side: Side) -> int:
        """How many first tokens of a reply were predicted by rows that the engine holds."""
        model = self._session.model
        if model is None or ModelIdentity.of(model).bundle != side.model.bundle:
            return 0
        tokens = [token.id for token in self._session.tokens]
        same = common_length(tokens, (*side.prompt.tolist(), *side.ids))
        # The row of the very last token may not have been computed yet, and predicts nothing that is shown.
        return min(same, len(tokens) - 1) - len(side.prompt) + 1

    def _key(self, parting: int) -> tuple[int, tuple[int, ...]]:
        place = self._alignment.partings[parting]
        return place.index, tuple(self._sides[side].reply for side in place.sides)

    def _ask(self) -> None:
        if self._idle:
            return
        for lane in self._lanes:
            if lane.place is None and len(self._work) < LANES:
                place = self._list.next(self._sight)
                if place is None:
                    return
                lane.ask(place, len(self._sides[place.leader].prompt) + place.index - 1)

    @Slot(object, object)
    def _take(self, place: Place, logits: FloatArray) -> None:
        self._work.append(self._measure_row(place, logits))
        self._tick.start()

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        # What interrupted it comes next, and when that is done all is planned anew.
        if failed.case != "interrupted":
            self._refusal = f"{failed.what} {failed.remedy}"
        self._plan()

    @Slot()
    def _work_a_little(self) -> None:
        """One chain, or one comparison of two; then the window has its turn."""
        if not self._work:
            return
        try:
            next(self._work[0])
        except StopIteration:
            self._work.pop(0)
            self._ask()
            self.changed.emit()
        except VitrineError as error:
            self._refusal = f"{error.what} {error.remedy}"
            self._plan()
            return
        if self._work:
            self._tick.start()

    def _measure_row(self, place: Place, logits: FloatArray) -> Iterator[None]:
        """Measure all that a row tells, in small steps."""
        model = self._session.model
        check_logits(logits, len(model.vocabulary) if model is not None else logits.size)
        sides, index = self._sides, place.index
        history = sides[place.leader].sequence(index)
        chains: dict[SamplingSettings, ChainResult] = {}
        run = partial(run_chain, logits, history)

        def wanted() -> Iterator[int]:
            yield place.leader
            yield from place.sides
            if place.parting >= 0:
                yield from self._alignment.partings[place.parting].sides

        for side in wanted():
            settings = sides[side].settings_at(index)
            if settings not in chains:
                chains[settings] = run(settings)
                yield
        for side in place.sides:
            pair = (sides[0].reply, sides[side].reply)
            first, other = chains[sides[0].settings_at(index)], chains[sides[side].settings_at(index)]
            self._measures.setdefault(pair, {})[index] = measure(first, other)
            yield
        if place.parting >= 0:
            parting = self._alignment.partings[place.parting]
            made = [chains[sides[side].settings_at(index)] for side in parting.sides]
            self._openings[self._key(place.parting)] = read_opening(parting, sides, made)

