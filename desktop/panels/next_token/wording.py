"""What the sampling chain's stages and settings are called for people, and what each does at the moment.

Knows nothing about widgets.

A stage that is not named here is shown under its own name, with a plain slider between its bounds.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.controls.number_slider import NumberSliderLook
from desktop.controls.numbers import format_count, format_decimal
from desktop.controls.slider_scale import CountScale, LinearScale
from inference.sampling.chain import STAGES, ChainResult
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from inference.sampling.stage import Stage

translate = QCoreApplication.translate

SLIDER_ORDER = ("temperature", "top_k", "top_p", "min_p", "repetition_penalty")
"""Settings in the order of their sliders, the most used first; others follow in the order of the chain."""


def stage_label(name: str) -> str:
    """A stage's short name for people; the model's own mask is ``"model"``."""
    labels = {
        "repetition-penalty": translate("Sampling", "penalty"),
        "temperature": translate("Sampling", "temperature"),
        "top-k": translate("Sampling", "top-k"),
        "top-p": translate("Sampling", "top-p"),
        "min-p": translate("Sampling", "min-p"),
        "model": translate("Sampling", "the model"),
    }
    return labels.get(name, name)


def stage_explanation(name: str) -> str:
    """One sentence on what a stage does."""
    sentences = {
        "repetition-penalty": translate(
            "Sampling",
            "Makes tokens that are already in the conversation less likely (above 1) or more likely "
            "(below 1).",
        ),
        "temperature": translate(
            "Sampling",
            "Divides the logits: below 1 sharpens the distribution, above 1 flattens it, 0 always takes the "
            "most likely token.",
        ),
        "top-k": translate("Sampling", "Keeps only this many of the most likely tokens; 0 keeps them all."),
        "top-p": translate(
            "Sampling", "Keeps the most likely tokens that together reach this probability; 1 keeps them all."
        ),
        "min-p": translate(
            "Sampling",
            "Keeps tokens at least this fraction as likely as the most likely one; 0 keeps them all.",
        ),
    }
    return sentences.get(name, name)


def setting_label(stage: Stage) -> str:
    """A setting's name beside its slider."""
    labels = {
        "temperature": translate("Sampling", "Temperature"),
        "top_k": translate("Sampling", "Top-k"),
        "top_p": translate("Sampling", "Top-p"),
        "min_p": translate("Sampling", "Min-p"),
        "repetition_penalty": translate("Sampling", "Rep. penalty"),
    }
    return labels.get(stage.setting, stage.name)


def slider_look(stage: Stage, vocabulary: int) -> NumberSliderLook:
    """How a stage's setting is shown.

    Args:
        stage: whose setting.
        vocabulary: tokens of the model, for the scale of counts.
    """
    bounds = SETTING_BOUNDS[stage.setting]
    neutral = bounds.off if bounds.off is not None else bounds.minimum
    filled_from = 1.0 if stage.setting == "repetition_penalty" else bounds.minimum
    return NumberSliderLook(
        label=setting_label(stage),
        explanation=stage_explanation(stage.name),
        scale=CountScale(vocabulary) if bounds.whole else LinearScale(bounds.minimum, bounds.maximum, 0.01),
        origin=1.0 if bounds.whole else filled_from,
        default=getattr(SamplingSettings(), stage.setting, neutral),
        minimum=bounds.minimum,
        maximum=bounds.maximum,
        decimals=0 if bounds.whole else 2,
    )


def ordered_stages() -> tuple[Stage, ...]:
    """The stages in the order of their sliders."""
    place = {setting: index for index, setting in enumerate(SLIDER_ORDER)}
    return tuple(sorted(STAGES, key=lambda stage: place.get(stage.setting, len(place))))


def stage_effect(index: int, settings: SamplingSettings, result: ChainResult | None, repeated: int) -> str:
    """What a stage does at the moment, in a few words.

    Args:
        index: of the stage in `STAGES`.
        settings: in force.
        result: of the chain on the token at the cursor, ``None`` while its logits are not known.
        repeated: how many different tokens stand before the one at the cursor.
    """
    stage = STAGES[index]
    value = getattr(settings, stage.setting)
    if value == SETTING_BOUNDS[stage.setting].off:
        return translate("Sampling", "off")
    if result is None:
        return ""
    before = result.raw if index == 0 else result.stages[index - 1].candidates
    after = result.stages[index].candidates
    if stage.setting == "repetition_penalty":
        sentence = (
            translate("Sampling", "less likely: {count} seen before")
            if value > 1
            else translate("Sampling", "more likely: {count} seen before")
        )
        return sentence.format(count=format_count(repeated))
    if stage.setting == "temperature" and value > 0:
        sentence = (
            translate("Sampling", "sharper: {before} → {after} nats")
            if value < 1
            else translate("Sampling", "flatter: {before} → {after} nats")
        )
        return sentence.format(
            before=format_decimal(before.entropy, 2), after=format_decimal(after.entropy, 2)
        )
    if len(before) == len(after):
        return translate("Sampling", "all {count} stay").format(count=format_count(len(after)))
    return translate("Sampling", "{before} → {after} candidates").format(
        before=format_count(len(before)), after=format_count(len(after))
    )
