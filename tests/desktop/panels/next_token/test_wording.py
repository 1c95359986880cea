"""Every stage has a slider and a name, and says what it does at the moment."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.panels.next_token.wording import (
    ordered_stages,
    setting_label,
    slider_look,
    stage_effect,
    stage_explanation,
    stage_label,
)
from inference.sampling.chain import STAGES, run_chain
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from inference.sampling.stage import Stage
from tests.desktop.panels.next_token.known_logits import BLUE, known_logits

INDEX = {stage.setting: index for index, stage in enumerate(STAGES)}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_every_stage_has_words_and_a_slider_that_reaches_its_bounds(stage: Stage) -> None:
    bounds = SETTING_BOUNDS[stage.setting]
    look = slider_look(stage, 49_152)
    assert stage_label(stage.name)
    assert stage_explanation(stage.name) != stage.name
    assert setting_label(stage)
    assert (look.minimum, look.maximum) == (bounds.minimum, bounds.maximum)
    assert look.default == getattr(SamplingSettings(), stage.setting)
    assert bounds.off is not None
    reached = {look.scale.value_at(step) for step in (0, look.scale.steps)}
    assert bounds.off in {look.scale.value_at(step) for step in range(look.scale.steps + 1)}
    assert reached <= {bounds.minimum, bounds.maximum, 1.0}


def test_a_stage_without_words_is_shown_under_its_own_name() -> None:
    added = Stage("top-h", "top_p", STAGES[0].apply)
    assert (stage_label("top-h"), stage_explanation("top-h")) == ("top-h", "top-h")
    assert slider_look(added, 100).decimals == 2


def test_temperature_comes_first_and_none_is_missing() -> None:
    assert ordered_stages()[0].setting == "temperature"
    assert set(ordered_stages()) == set(STAGES)


@pytest.mark.parametrize(
    ("setting", "value", "effect"),
    [
        ("temperature", 1.0, "off"),
        # Entropy of ½, ¼, ⅛, ⅛ is 1.75 bits, 1.21 nats; of 16, 4, 1 and 1 parts of 22 it is 0.82 nats.
        ("temperature", 0.5, "sharper: 1.21 → 0.82 nats"),
        # Of √½, √¼, √⅛, √⅛ over their sum, 1.9142, it is 1.34 nats.
        ("temperature", 2.0, "flatter: 1.21 → 1.34 nats"),
        ("temperature", 0.0, "4 → 1 candidates"),
        ("top_k", 0, "off"),
        ("top_k", 1, "4 → 1 candidates"),
        ("top_k", 40, "all 4 stay"),
        ("top_p", 0.75, "4 → 2 candidates"),
        ("min_p", 0.3, "4 → 2 candidates"),
        ("repetition_penalty", 1.3, "less likely: 1 seen before"),
        ("repetition_penalty", 0.8, "more likely: 1 seen before"),
    ],
)
def test_the_line_below_a_slider_says_what_it_does(setting: str, value: float, effect: str) -> None:
    plain = SamplingSettings(temperature=1.0, top_k=0, top_p=1.0)
    settings = plain.changed(setting, value)
    result = run_chain(known_logits(), np.array([BLUE]), settings)
    assert stage_effect(INDEX[setting], settings, result, repeated=1) == effect


def test_without_logits_only_off_can_be_said() -> None:
    settings = SamplingSettings(min_p=0.0, top_k=40)
    assert stage_effect(INDEX["min_p"], settings, None, 0) == "off"
    assert stage_effect(INDEX["top_k"], settings, None, 0) == ""
