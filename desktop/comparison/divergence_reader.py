"""Reads the logits that a comparison needs, row by row, and measures what each reply's settings made of them.

Knows no widget, and nothing of what is drawn of its numbers.

A row is read only where the engine holds it: of the branch that is shown, up to where a reply leaves it. Between two
chains the window's thread is free; while the model writes it is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.comparison.alignment import Alignment
from desktop.comparison.divergence import measure
from desktop.comparison.lane import Lane
from desktop.comparison.measurements import Measurements
from desktop.comparison.opening import read_opening
from desktop.comparison.reading_list import READ_AT_FIRST, Place, ReadingList
from desktop.comparison.shown_sequence import ShownSequence
from desktop.comparison.side import Side
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import Failed
from inference.sampling.chain import ChainResult, run_chain
from inference.sampling.distribution import FloatArray, check_logits
from inference.sampling.settings import SamplingSettings
from models.errors import VitrineError

LANES = 4
"""Rows asked for at the same time: answers come at most once a frame, and a row takes far less."""


class DivergenceReader(QObject):
    """Measures replies against the first of them; `known` is what came of it.

    Args:
        session: whose engine is asked.
        parent: owner.
    """

    changed = Signal()
    """Something more is known, or nothing more will be."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown = ShownSequence(session)
        self._list = ReadingList()
        self._sight = range(0)
        self._limit = READ_AT_FIRST
        self._awake = False
        self._work: list[Iterator[None]] = []
        self.known = Measurements()
        self.stopped = False
        """Whether a person stopped it."""
        self.refusal = ""
        """Why rows cannot be read, one or two sentences; empty where they can."""
        self.out_of_reach = 0
        """How many rows are lacking that the engine does not hold: it has read another branch."""
        self._lanes = [Lane(session, self) for _ in range(LANES)]
        for lane in self._lanes:
            lane.arrived.connect(self._take)
            lane.refused.connect(self._refuse)
        self._tick = QTimer(self, singleShot=True, interval=0)
        self._tick.timeout.connect(self._work_a_little)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._plan)
        session.tokens_reset.connect(self._begin_anew)
        session.phase_changed.connect(self._plan_soon)
        session.model_changed.connect(self._forget)

    @property
    def reading(self) -> bool:
        """Whether rows are being read, or what to read is about to be seen to."""
        asked = any(lane.place is not None for lane in self._lanes)
        return bool(self._work) or asked or self._soon.isActive()

    @property
    def left(self) -> int:
        """How many rows are read next, those in flight included."""
        return len(self._list) + len(self._work) + sum(lane.place is not None for lane in self._lanes)

    @property
    def beyond(self) -> int:
        """How many tokens that replies have in common are measured only when seen, or after `read_on`."""
        return max(max(self.known.alignment.agreeing, default=0) - self._limit, 0)

    # ------------------------------------------------------------ what is wanted

    def follow(self, sides: Sequence[Side], alignment: Alignment) -> None:
        """Compare these replies from now on."""
        if self.known.follow(sides, alignment):
            self._limit, self.stopped, self.refusal = READ_AT_FIRST, False, ""
        self._plan()

    def look_at(self, sight: range) -> None:
        """Read these indices before others."""
        if sight != self._sight:
            self._sight = sight
            if not self._idle and not self._soon.isActive():
                self._list.see(self._readable(self._in_sight()))
                self._ask()

    def wake(self, awake: bool) -> None:
        """Read, or leave the engine alone while nobody looks."""
        if awake != self._awake:
            self._awake = awake
            self._plan()

    @Slot()
    def stop(self) -> None:
        """Read no more; what is known stays."""
        self.stopped = True
        self._plan()

    @Slot()
    def read_on(self) -> None:
        """Read what was left; where nothing was, as much again."""
        if not self.stopped and not self.refusal:
            self._limit *= 2
        self.stopped, self.refusal = False, ""
        self._plan()

    # ------------------------------------------------------------ planning

    @Slot()
    def _forget(self) -> None:
        """Another model: what was read belongs to the one before."""
        self.known.forget()
        self._begin_anew()

    @Slot()
    def _begin_anew(self) -> None:
        """Another sequence is shown: what was refused before may be answered now."""
        self.refusal = ""
        self._plan_soon()

    @Slot()
    def _plan_soon(self) -> None:
        """Want nothing until the session has said all it has to say.

        When it shows another sequence, the engine still holds the one before, and would answer about that.
        """
        self._drop()
        if self._awake:
            self._soon.start()

    def _drop(self) -> None:
        """Let go of everything that is being read."""
        for lane in self._lanes:
            lane.forget()
        self._work = []
        self._list = ReadingList()
        self.out_of_reach = 0
        self._tick.stop()
        self._soon.stop()

    @Slot()
    def _plan(self) -> None:
        """Begin anew with what is still lacking."""
        self._drop()
        self.refusal = self.refusal or self._incomparable()
        if not self._idle:
            partings = self.known.unopened()
            taken = {place.index for place in partings if place.leader == 0}
            rest = [one for one in self.known.lacking(range(self._limit)) if one.index not in taken]
            self._list = ReadingList(self._readable(partings), self._readable(rest))
            self.out_of_reach = len(partings) + len(rest) - len(self._list)
            self._list.see(self._readable(self._in_sight()))
            self._ask()
        self.changed.emit()

    def _incomparable(self) -> str:
        """Why the replies cannot be measured against each other; empty where they can."""
        if len({side.model.muted for side in self.known.sides}) < 2:
            return ""
        return self.tr(
            "Other parts of the model were muted for each reply: one row of logits does not speak for both, so "
            "distributions are not measured against each other."
        )

    @property
    def _idle(self) -> bool:
        """Whether nothing is to be read now, whatever is lacking."""
        ready = self._awake and self._session.phase is Phase.READY
        return not ready or self.stopped or bool(self.refusal) or len(self.known.sides) < 2

    def _in_sight(self) -> list[Place]:
        """What is lacking in sight, and would not be read otherwise."""
        return self.known.lacking(range(max(self._sight.start, self._limit), self._sight.stop))

    def _readable(self, places: Sequence[Place]) -> list[Place]:
        """Those whose rows the engine holds."""
        held = [self._held(side) for side in self.known.sides] if places else []
        return [place for place in places if place.index < held[place.leader]]

    def _held(self, side: Side) -> int:
        """How many first tokens of a reply were predicted by rows that the engine holds."""
        session = self._session
        if session.model is None or session.identity.bundle != side.model.bundle:
            return 0
        if side.model.intervention != session.muting.read_under:
            return 0
        # The row of the very last token may not have been computed yet, and predicts nothing that is shown.
        return min(self._shown.length_of(side), len(self._session.tokens) - 1 - len(side.prompt)) + 1

    # ------------------------------------------------------------ reading

    def _ask(self) -> None:
        if self._idle:
            return
        for lane in self._lanes:
            if lane.place is None and len(self._work) < LANES:
                place = self._list.next(self._sight)
                if place is None:
                    return
                lane.ask(place, len(self.known.sides[place.leader].prompt) + place.index - 1)

    @Slot(object, object)
    def _take(self, place: Place, logits: FloatArray) -> None:
        self._work.append(self._measure_row(place, logits))
        self._tick.start()

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        # What interrupted it comes next, and when that is done all is planned anew.
        if failed.case != "interrupted":
            self.refusal = f"{failed.what} {failed.remedy}"
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
            self.refusal = f"{error.what} {error.remedy}"
            self._plan()
            return
        if self._work:
            self._tick.start()

    def _measure_row(self, place: Place, logits: FloatArray) -> Iterator[None]:
        """Measure all that a row tells, in small steps."""
        known, index = self.known, place.index
        model = self._session.model
        check_logits(logits, len(model.vocabulary) if model is not None else logits.size)
        history = known.sides[place.leader].sequence(index)
        parting = known.alignment.partings[place.parting] if place.parting >= 0 else None
        settings = {
            side: known.sides[side].settings_at(index)
            for side in (place.leader, *place.sides, *(parting.sides if parting is not None else ()))
        }
        chains: dict[SamplingSettings, ChainResult] = {}
        for one in settings.values():
            if one not in chains:
                chains[one] = run_chain(logits, history, one)
                yield
        for side in place.sides:
            known.put_measure(side, index, measure(chains[settings[0]], chains[settings[side]]))
            yield
        if parting is not None:
            made = [chains[settings[side]] for side in parting.sides]
            known.put_opening(place.parting, read_opening(parting, known.sides, made))
