"""The temperature at which a draw would have picked another token than it did.

Knows nothing about seeds, positions or the other settings' needs.

A higher temperature takes probability from the more probable tokens and lets stages keep more of the others, so
the token that one draw picks only ever moves down the order. What is looked for is therefore an interval, and one
search finds its nearer end, or that the draw jumps past the token.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from inference.sampling import temperature
from inference.sampling.chain import STAGES
from inference.sampling.crossing import Trials, find_crossing
from inference.sampling.draw import pick_among
from inference.sampling.needs import BARELY, HAIR, Inquest, Need, need_at
from inference.sampling.settings import SETTING_BOUNDS


def temperature_for_draw(inquest: Inquest, draw: float) -> Trials[Need | None]:
    """The temperature nearest to the present one at which a draw picks the token.

    Args:
        inquest: the token and the run; under the present settings the draw picks another.
        draw: in [0, 1).

    Returns:
        ``None`` where the draw picks it at no temperature that can be set.
    """
    bounds, present = SETTING_BOUNDS["temperature"], inquest.settings.temperature
    hotter = _is_before(inquest, pick_among(inquest.result.final, draw))
    trial = partial(_room_beyond if hotter else _room_within, inquest, draw)
    far = bounds.maximum if hotter else bounds.minimum
    if far == present:
        return None
    crossing = yield from find_crossing(trial, present, far, HAIR)
    if crossing is None or _room_to_pick(inquest, draw, crossing.holds) < 0:
        return None
    picks = partial(_room_to_pick, inquest, draw)
    return (yield from need_at(picks, temperature.STAGE, present, crossing))


def _room_beyond(inquest: Inquest, draw: float, value: float) -> float:
    """By how much of the draw the token, or one less probable, is picked."""
    final = inquest.survivors({"temperature": value})
    place = final.place_of(inquest.token)
    room = draw - final.share_before(place) if place >= 0 else draw - 1.0
    return _signed(room, not _is_before(inquest, pick_among(final, draw)))


def _room_within(inquest: Inquest, draw: float, value: float) -> float:
    """By how much of the draw the token, or one more probable, is picked."""
    final = inquest.survivors({"temperature": value})
    place = final.place_of(inquest.token)
    room = 1.0 - draw
    if place >= 0:
        room = final.share_before(place) + float(final.weights[place]) / final.total - draw
    picked = pick_among(final, draw)
    return _signed(room, picked == inquest.token or _is_before(inquest, picked))


def _room_to_pick(inquest: Inquest, draw: float, value: float) -> float:
    return 1.0 if pick_among(inquest.survivors({"temperature": value}), draw) == inquest.token else -1.0


def _signed(room: float, holds: bool) -> float:
    """The room with the sign of what the draw picked, against which a sum may be rounded."""
    return max(room, BARELY) if holds else min(room, -BARELY)


def _is_before(inquest: Inquest, other: int) -> bool:
    """Whether another token comes before this one in the order of all temperatures."""
    ordered = inquest.result.before(STAGES.index(temperature.STAGE))
    place, others = ordered.positions_of(np.array([inquest.token, other])).tolist()
    logit, others_logit = ordered.logits[place], ordered.logits[others]
    return bool(others_logit > logit or (others_logit == logit and other < inquest.token))
