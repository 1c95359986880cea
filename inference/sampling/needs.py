"""What a setting of the chain would need to be for a token to survive: the nearest value, found and tried.

Knows nothing about draws or about how anything is shown; of the stages it knows what `Stage` says.

Nothing is believed that was not tried: a value that lets a token in was run through the chain and did, and the
value a hair nearer to the present one was and did not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from inference.sampling.candidates import Candidates
from inference.sampling.chain import STAGES, ChainResult, apply_stages, values_of
from inference.sampling.crossing import Crossing, Trial, Trials, find_crossing
from inference.sampling.distribution import IntArray
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from inference.sampling.stage import Stage

HAIR = 1e-8
"""So near to the edge are values that are no whole numbers."""

_SCAN = 8
"""Steps of the search from the present value to each bound, where there is no order to go by."""

_DECIMALS = (2, 3, 4, 5, 6)
"""Of a tidy value, the fewest first."""

BARELY = 1e-300
"""Room where a token is kept or removed against what a rounded sum says."""


@dataclass(frozen=True, slots=True)
class Need:
    """A value that a setting needs.

    Args:
        setting: its field in `SamplingSettings`.
        value: the one nearest to the present value that does it, to within `HAIR`; a whole number exactly.
        stricter: a hair nearer to the present value, or that itself where the stage is switched off; it does not
            do it.
        tidy: a little further than `value`, with as few decimals as can be; it does it too.
    """

    setting: str
    value: float
    stricter: float
    tidy: float

    @property
    def allowed(self) -> bool:
        """Whether the setting can have that value."""
        bounds = SETTING_BOUNDS[self.setting]
        return bounds.minimum <= self.tidy <= bounds.maximum


@dataclass(frozen=True, eq=False)
class Inquest:
    """One token in one run of the chain, and what would become of it with other values.

    Args:
        result: of the chain.
        settings: that it was run with.
        history: that it was run with.
        token: the ID asked about, of the vocabulary.
    """

    result: ChainResult
    settings: SamplingSettings
    history: IntArray
    token: int

    @property
    def remover(self) -> int:
        """Index of the stage that removed the token, or `SURVIVED` or `MASKED` of the chain."""
        return int(self.result.removed_by()[self.token])

    def survivors(self, values: Mapping[str, float]) -> Candidates:
        """The tokens that would be left after the chain with other values, also outside `SETTING_BOUNDS`.

        Args:
            values: by the name of their setting; the others stay.
        """
        changed = [values.get(stage.setting, getattr(self.settings, stage.setting)) for stage in STAGES]
        first = min(index for index, stage in enumerate(STAGES) if stage.setting in values)
        *_, last = apply_stages(self.result.before(first), changed, self.history, first)
        return last.candidates

    def room(self, index: int, value: float, *, alone: Candidates | None = None) -> float:
        """How clearly the token survives with another value of one setting, negative if it does not.

        Args:
            index: of the setting's stage in `STAGES`.
            value: of the setting.
            alone: only this stage is applied, to these candidates; else all from it on are, to those that the
                run gave it.
        """
        before = self.result.before(index) if alone is None else alone
        values = (*values_of(self.settings)[:index], value, *values_of(self.settings)[index + 1 :])
        least = 1.0
        records = apply_stages(before, values, self.history, index)
        for at, (stage, record) in enumerate(zip(STAGES[index:], records, strict=True)):
            room = 1.0
            if stage.room is not None and (record.active or at == 0):
                room = stage.room(before, record.setting, before.place_of(self.token))
            before = record.candidates
            if before.place_of(self.token) < 0:
                return min(room, -BARELY) if stage.room else -1.0
            least = min(least, max(room, BARELY))
            if alone is not None:
                break
        return least

    def need(self, index: int) -> Trials[Need | None]:
        """The nearest value of one setting that lets the token through the chain, the others as they are.

        Args:
            index: of the setting's stage in `STAGES`, not after the one that removed the token.

        Returns:
            ``None`` where no value does that was looked at: up to the stage's laxest, or, where there is no
            order, on a grid between the bounds.
        """
        stage, trial = STAGES[index], partial(self.room, index)
        present = getattr(self.settings, stage.setting)
        if stage.laxest is None:
            crossing = yield from _scan(trial, present, stage.setting)
        else:
            crossing = yield from self._towards_laxest(trial, index)
        if crossing is None:
            return None
        return (yield from need_at(trial, stage, present, crossing))

    def needs_together(self) -> Trials[tuple[Need, ...]]:
        """Values of several settings that let the token in together, each the nearest after those before it.

        From stage to stage: what removes the token is loosened just as far as this stage needs. A stage that
        changes logits, and removes a token because they overflow or the temperature is 0, is switched off.

        Returns:
            In the order of the stages; none if there is no such set of values.
        """
        needs: list[Need] = []
        candidates = self.result.raw
        values = list(values_of(self.settings))
        for index in range(len(STAGES)):
            trial = partial(self.room, index, alone=candidates)
            if trial(values[index]) <= 0:
                need = yield from self._loosen(trial, index)
                if need is None:
                    return ()
                needs.append(need)
                values[index] = need.tidy
            candidates = next(apply_stages(candidates, values, self.history, index)).candidates
            yield
        return tuple(needs)

    def _loosen(self, trial: Trial, index: int) -> Trials[Need | None]:
        stage = STAGES[index]
        present = getattr(self.settings, stage.setting)
        off = SETTING_BOUNDS[stage.setting].off
        if stage.room is None:
            return Need(stage.setting, off, present, off) if off is not None and trial(off) > 0 else None
        crossing = yield from self._towards_laxest(trial, index)
        return (yield from need_at(trial, stage, present, crossing)) if crossing else None

    def _towards_laxest(self, trial: Trial, index: int) -> Trials[Crossing | None]:
        stage = STAGES[index]
        bounds, present = SETTING_BOUNDS[stage.setting], getattr(self.settings, stage.setting)
        laxest = stage.laxest
        if laxest is None or (stage.room is not None and present == bounds.off):
            return None
        if bounds.whole:
            laxest = min(laxest, self.result.raw.vocabulary)
        nearer = min(max(laxest, bounds.minimum), bounds.maximum)
        crossing = yield from find_crossing(trial, present, nearer, HAIR, whole=bounds.whole)
        if crossing is None and nearer != laxest:
            crossing = yield from find_crossing(trial, nearer, laxest, HAIR, whole=bounds.whole)
        return crossing


def need_at(trial: Trial, stage: Stage, present: float, crossing: Crossing) -> Trials[Need]:
    """The need that a crossing means, with a tidy value that was tried.

    Args:
        trial: as `find_crossing` has it.
        stage: whose setting it is.
        present: value of the setting.
        crossing: found from `present` on.
    """
    setting = stage.setting
    bounds, value = SETTING_BOUNDS[setting], crossing.holds
    # What decides itself which tokens are kept is finer than what bends all their logits.
    detour = math.inf if stage.room is None else abs(value - present) / 10
    outwards = 1 if crossing.holds > crossing.fails else -1
    if bounds.whole:
        return Need(setting, value, crossing.fails, value)
    for decimals in _DECIMALS:
        tidy = round(value, decimals)
        if (tidy - value) * outwards < 0:
            tidy = round(tidy + outwards * 10.0**-decimals, decimals)
        # Off says something else than almost off.
        switched_off = tidy == bounds.off != value and decimals < _DECIMALS[-1]
        escaped = not bounds.minimum <= tidy <= bounds.maximum and bounds.minimum <= value <= bounds.maximum
        if switched_off or escaped or abs(tidy - value) > detour:
            continue
        fits = trial(tidy) > 0
        yield
        if fits:
            return Need(setting, value, crossing.fails, tidy)
    return Need(setting, value, crossing.fails, value)


def _scan(trial: Trial, present: float, setting: str) -> Trials[Crossing | None]:
    """Look outwards from the present value in equal ratios, to both bounds."""
    bounds = SETTING_BOUNDS[setting]
    ends = (bounds.minimum, bounds.maximum)
    reached = [present, present]
    for step in range(1, _SCAN + 1):
        for side, end in enumerate(ends):
            value = present * (end / present) ** (step / _SCAN)
            if value == reached[side]:
                continue
            crossing = yield from find_crossing(trial, reached[side], value, HAIR)
            if crossing is not None:
                return crossing
            reached[side] = value
    return None
