"""The numbers of an answer about a word, for people: values of settings, draws, the way through the chain.

Knows nothing about sentences or widgets.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal, format_exact
from desktop.panels.next_token.wording import stage_label
from desktop.plots.bar_words import format_logit
from inference.sampling.chain import STAGES
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from inference.sampling.stage import Stage
from inference.sampling.why_not import Place, WhyNot

translate = QCoreApplication.translate

_DECIMALS = range(2, 10)
_MOST_DECIMALS = 16


@dataclass(frozen=True, slots=True)
class Stop:
    """One place on a token's way through the chain.

    Args:
        label: what stands before the figures.
        figures: what became of the token there.
        removed: whether it ended there.
    """

    label: str
    figures: str
    removed: bool = False


def way_of(answer: WhyNot) -> tuple[Stop, ...]:
    """Logit, rank and probability by the model, then what each stage that was applied made of them."""
    before = answer.places[0]
    model = translate("WhyNot", "logit {logit}, rank {rank}, {p}").format(
        logit=format_logit(before.logit), rank=format_count(before.rank), p=percent(before.probability)
    )
    stops = [Stop(translate("WhyNot", "model"), model)]
    for place in answer.places[1:]:
        if not place.active:
            continue
        label = f"{stage_label(place.stage)} {present_value(stage_named(place.stage), answer.settings)}"
        if place.rank == 0:
            stops.append(Stop(label, translate("WhyNot", "out"), removed=True))
            break
        stops.append(Stop(label, _figures(place, before)))
        before = place
    return tuple(stops)


def _figures(place: Place, before: Place) -> str:
    """The probability, and the rank where a stage changed it."""
    if place.rank == before.rank:
        return percent(place.probability)
    moved = translate("WhyNot", "rank {rank}, {p}")
    return moved.format(rank=format_count(place.rank), p=percent(place.probability))


def percent(probability: float) -> str:
    """A probability with three significant digits, however small (``0.214 %``)."""
    return f"{format_exact(probability * 100, 3)} %"


def draw_range(low: float, high: float) -> tuple[str, str]:
    """Two draws with as many digits as tell them apart, four at least."""
    decimals = min(max(4, 1 - math.floor(math.log10(high - low))), _MOST_DECIMALS)
    return format_decimal(low, decimals), format_decimal(high, decimals)


def value_text(stage: Stage, value: float) -> str:
    """A setting's value with as many decimals as it has, two at least; a filter that keeps everything is off."""
    bounds = SETTING_BOUNDS[stage.setting]
    if stage.room is not None and value == bounds.off:
        return translate("WhyNot", "off")
    if bounds.whole:
        return format_count(int(value))
    decimals = next((digits for digits in _DECIMALS if round(value, digits) == value), _DECIMALS[-1])
    return format_decimal(value, decimals)


def edge_text(stage: Stage, value: float) -> str:
    """Where a setting begins to let a token in, to six significant digits."""
    return value_text(stage, value) if SETTING_BOUNDS[stage.setting].whole else format_exact(value, 6)


def present_value(stage: Stage, settings: SamplingSettings) -> str:
    """The value that a stage's setting has."""
    return value_text(stage, getattr(settings, stage.setting))


def stage_named(name: str) -> Stage:
    """The stage of that name."""
    return next(stage for stage in STAGES if stage.name == name)
