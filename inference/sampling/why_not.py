"""Why a token was not chosen: where it stood, what removed it, and what would have let it in or picked it.

Knows nothing about text, sessions or how anything is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from inference.sampling.candidates import Candidates
from inference.sampling.chain import MASKED, STAGES, SURVIVED
from inference.sampling.crossing import Trials
from inference.sampling.draw import draws_of, pick
from inference.sampling.needs import Inquest, Need
from inference.sampling.same_dice import temperature_for_draw
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token stands among those in the running.

    Args:
        stage: name of the stage after which; empty for the model's own distribution.
        active: whether that stage was applied.
        logit: the token's; minus infinity if it is out.
        rank: 1 for the most probable; 0 if it is out.
        probability: 0 if it is out.
    """

    stage: str
    active: bool
    logit: float
    rank: int
    probability: float


@dataclass(frozen=True, slots=True)
class Removal:
    """How a stage came to remove a token.

    Args:
        stage: its name.
        setting: of the stage.
        value: that the setting had.
        rank: the token's just before.
        share_before: probability of all tokens before it in the order, together.
        ratio: its probability relative to that of the most probable token.
    """

    stage: str
    setting: str
    value: float
    rank: int
    share_before: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Way:
    """Settings with which a token would have been in the running.

    Args:
        needs: what has to change; all together, each with its tidy value.
        draws: the draws that would then have picked it, from the smallest to just below the second number; ``None``
            where it is too improbable for a draw to fall on it.
    """

    needs: tuple[Need, ...]
    draws: tuple[float, float] | None

    def settings(self, present: SamplingSettings) -> SamplingSettings:
        """The present settings with what has to change changed."""
        for need in self.needs:
            present = present.changed(need.setting, need.tidy)
        return present


@dataclass(frozen=True, slots=True)
class WhyNot:
    """All there is to say about one token under some settings.

    Args:
        token: its ID.
        settings: in force.
        draw: that was thrown.
        picked: the token that the draw picks under these settings.
        places: in the model's own distribution, then after each stage.
        masked: whether the model itself ruled it out.
        removal: what removed it; ``None`` if it survived, or the model ruled it out.
        ways: changes of a single setting that let it in, that of the stage that removed it first; where there
            are none, the one change of several, if there is one.
        beyond: single settings that would let it in with a value that they cannot have.
        hopeless: settings that could be changed and let it in alone with no value that was looked at.
        draws: of a survivor, the draws that pick it; ``None`` also where it is too improbable for any.
        same_dice: of a survivor that was not picked, the temperature at which the draw picks it, if there is one.
    """

    token: int
    settings: SamplingSettings
    draw: float
    picked: int
    places: tuple[Place, ...]
    masked: bool
    removal: Removal | None = None
    ways: tuple[Way, ...] = ()
    beyond: tuple[Need, ...] = ()
    hopeless: tuple[str, ...] = ()
    draws: tuple[float, float] | None = None
    same_dice: Need | None = None


def ask_why_not(inquest: Inquest, draw: float) -> Trials[WhyNot]:
    """Find out everything about a token.

    Args:
        inquest: the token and the run of the chain.
        draw: the recorded one, in [0, 1).
    """
    result, remover, picked = inquest.result, inquest.remover, pick(inquest.result, draw)
    known = WhyNot(
        inquest.token, inquest.settings, draw, picked, places_of(inquest), masked=remover == MASKED
    )
    yield
    if remover == MASKED:
        return known
    if remover == SURVIVED:
        dice = None if picked == inquest.token else (yield from temperature_for_draw(inquest, draw))
        return replace(known, draws=draws_of(result.final, inquest.token), same_dice=dice)
    needs, hopeless = yield from _single_needs(inquest, remover)
    ways = [_way(inquest, (need,)) for need in needs if need.allowed]
    yield
    if not ways and (together := (yield from inquest.needs_together())):
        ways = [_way(inquest, together)]
    return replace(
        known,
        removal=_removal(inquest, remover),
        ways=tuple(ways),
        beyond=tuple(need for need in needs if not need.allowed),
        hopeless=hopeless,
    )


def places_of(inquest: Inquest) -> tuple[Place, ...]:
    """Where the token stands in the model's own distribution, then after each stage."""
    result, token = inquest.result, inquest.token
    after = [_place("", True, result.raw, token)]
    return (*after, *(_place(r.name, r.active, r.candidates, token) for r in result.stages))


def _place(stage: str, active: bool, candidates: Candidates, token: int) -> Place:
    at = candidates.place_of(token)
    if at < 0:
        return Place(stage, active, -np.inf, 0, 0.0)
    probability = float(candidates.weights[at]) / candidates.total
    return Place(stage, active, float(candidates.logits[at]), candidates.rank_of(token), probability)


def _removal(inquest: Inquest, remover: int) -> Removal:
    stage, before = STAGES[remover], inquest.result.before(remover)
    at = before.place_of(inquest.token)
    return Removal(
        stage.name,
        stage.setting,
        getattr(inquest.settings, stage.setting),
        before.rank_of(inquest.token),
        before.share_before(at),
        float(before.weights[at]),
    )


def _single_needs(inquest: Inquest, remover: int) -> Trials[tuple[list[Need], tuple[str, ...]]]:
    """Needs of the stage that removed the token and of those before it, and the settings of which none came."""
    needs, hopeless = [], []
    for index in range(remover, -1, -1):
        stage = STAGES[index]
        need = yield from inquest.need(index)
        if need is not None:
            needs.append(need)
        elif (
            stage.room is None
            or getattr(inquest.settings, stage.setting) != SETTING_BOUNDS[stage.setting].off
        ):
            hopeless.append(stage.setting)
    return needs, tuple(hopeless)


def _way(inquest: Inquest, needs: tuple[Need, ...]) -> Way:
    values = {need.setting: need.tidy for need in needs}
    return Way(needs, draws_of(inquest.survivors(values), inquest.token))
