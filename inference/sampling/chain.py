"""The sampling chain: which stages there are, in which order, and a record of what each did.

Knows nothing about how a stage computes or where logits come from.

The order and the definitions are those of Hugging Face transformers' `generate`. A new stage is one new file
and one line in `STAGES`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from inference.sampling import min_p, repetition_penalty, temperature, top_k, top_p
from inference.sampling.candidates import Candidates
from inference.sampling.distribution import DoubleArray, FloatArray, IntArray
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from inference.sampling.stage import Stage

StageIndices: TypeAlias = NDArray[np.uint8]

STAGES: tuple[Stage, ...] = (
    repetition_penalty.STAGE,
    temperature.STAGE,
    top_k.STAGE,
    top_p.STAGE,
    min_p.STAGE,
)

SURVIVED = 255
"""In `ChainResult.removed_by`: no stage removed the token."""

MASKED = 254
"""In `ChainResult.removed_by`: the model itself gave the token a logit of minus infinity."""


@dataclass(frozen=True, slots=True, eq=False)
class StageRecord:
    """What one stage did.

    Args:
        name: of the stage.
        setting: the value it was given.
        active: whether it was applied; it is not at the value that means off.
        candidates: the tokens in the running after it, with their logits.
    """

    name: str
    setting: float
    active: bool
    candidates: Candidates

    @property
    def kept(self) -> int:
        """How many tokens are left after it."""
        return len(self.candidates)

    @property
    def entropy(self) -> float:
        """Of the distribution after it, nats."""
        return self.candidates.entropy


@dataclass(frozen=True, eq=False)
class ChainResult:
    """What the chain made of a row of logits, stage by stage.

    Nothing here is sorted or summed over the whole vocabulary before somebody asks for it.

    Args:
        raw: the distribution of the model alone.
        stages: one record for each entry of `STAGES`, in order.
    """

    raw: Candidates
    stages: tuple[StageRecord, ...]

    @property
    def final(self) -> Candidates:
        """The tokens that one is drawn from."""
        return self.stages[-1].candidates

    def before(self, index: int) -> Candidates:
        """The tokens in the running before a stage, by its index in `STAGES`."""
        return self.stages[index - 1].candidates if index else self.raw

    @cached_property
    def ids(self) -> IntArray:
        """``int64 [n]`` survivors, the most probable first, of equals the lower ID.

        Sorts all survivors; where no stage removes any, prefer ``final.top(count)``.
        """
        return self.final.ids[self.final.descending]

    @cached_property
    def probabilities(self) -> DoubleArray:
        """``float64 [n]`` of `ids`; they sum to 1."""
        return self.final.weights[self.final.descending] / self.final.total

    def removed_by(self, ids: IntArray | None = None) -> StageIndices:
        """Which stage removed tokens.

        Args:
            ids: the tokens asked about; ``None`` is the whole vocabulary.

        Returns:
            ``uint8``, the shape of `ids`: index into `STAGES`, or `SURVIVED`, or `MASKED`.
        """
        if ids is None:
            return self._removed_by
        removed = np.where(self.raw.positions_of(ids) >= 0, SURVIVED, MASKED).astype(np.uint8)
        for index, record in enumerate(self.stages):
            if record.kept < len(self.before(index)):
                removed[(removed == SURVIVED) & (record.candidates.positions_of(ids) < 0)] = index
        return removed

    def stage_that_removed(self, token: int) -> str | None:
        """Name of the stage that removed a token; ``None`` if it survived, ``"model"`` if that masked it."""
        return self.stages_that_removed(np.array([token]))[0]

    def stages_that_removed(self, ids: IntArray) -> list[str | None]:
        """The same of several tokens."""
        return [self._name_of(code) for code in self.removed_by(ids).tolist()]

    def _name_of(self, code: int) -> str | None:
        if code == SURVIVED:
            return None
        return "model" if code == MASKED else self.stages[code].name

    def processed(self) -> FloatArray:
        """``float32 [vocabulary]`` logits after the chain, minus infinity for what is out."""
        logits = np.full(self.raw.vocabulary, -np.inf, np.float32)
        logits[self.final.ids] = self.final.logits
        return logits

    @cached_property
    def _removed_by(self) -> StageIndices:
        removed = np.full(self.raw.vocabulary, MASKED, np.uint8)

        def mark(candidates: Candidates, code: int) -> None:
            # Writing the whole vocabulary by index takes longer than everything else in a step.
            everything = len(candidates) == removed.size
            removed[slice(None) if everything else candidates.ids] = code

        mark(self.raw, SURVIVED)
        before = self.raw
        for index, record in enumerate(self.stages):
            if record.kept < len(before):
                mark(before, index)
                mark(record.candidates, SURVIVED)
            before = record.candidates
        removed.flags.writeable = False
        return removed


def run_chain(logits: FloatArray, history: IntArray, settings: SamplingSettings) -> ChainResult:
    """Apply every stage that is not off.

    Args:
        logits: ``float32 [vocabulary]`` of one row, as `check_logits` accepts them; copied, so the caller may
            reuse the memory.
        history: ``int64 [tokens]`` the sequence before the token to be chosen.
        settings: what to apply.
    """
    raw = Candidates.whole(logits)
    return ChainResult(raw, tuple(apply_stages(raw, values_of(settings), history)))


def values_of(settings: SamplingSettings) -> tuple[float, ...]:
    """The values of the settings in the order of `STAGES`."""
    return tuple(getattr(settings, stage.setting) for stage in STAGES)


def apply_stages(
    candidates: Candidates, values: Sequence[float], history: IntArray, start: int = 0
) -> Iterator[StageRecord]:
    """Apply the stages from one on, each when its record is asked for.

    Args:
        candidates: what the first of them gets.
        values: one for each entry of `STAGES`, also outside `SETTING_BOUNDS`.
        history: as `run_chain` has it.
        start: index of the first stage.
    """
    for stage, value in zip(STAGES[start:], values[start:], strict=True):
        active = value != SETTING_BOUNDS[stage.setting].off
        if active:
            candidates = stage.apply(candidates, value, history)
        yield StageRecord(stage.name, value, active, candidates)
