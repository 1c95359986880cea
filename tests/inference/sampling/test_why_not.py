"""All there is to say about a token, on five of them with probabilities ½, ¼, ⅛, 1/16, 1/16."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.sampling.chain import run_chain
from inference.sampling.crossing import finish
from inference.sampling.draw import pick
from inference.sampling.needs import Inquest
from inference.sampling.settings import SamplingSettings
from inference.sampling.why_not import WhyNot, ask_why_not
from tests.inference.sampling.test_needs import FIVE, NO_HISTORY, OFF, rows_strategy, settings_strategy


def why_not(token: int, settings: SamplingSettings, draw: float = 0.1, logits: np.ndarray = FIVE) -> WhyNot:
    result = run_chain(logits, NO_HISTORY, settings)
    return finish(ask_why_not(Inquest(result, settings, NO_HISTORY, token), draw))


def test_places_follow_the_token_through_the_chain() -> None:
    told = why_not(2, SamplingSettings(1.0, 0.5, 3, 0.9, 0.0))
    # Temperature 0.5 squares: 64 16 4 1 1 of 86; top-k 3 leaves 84; before the third come 80/84, more than 0.9.
    assert [(place.stage, place.active, place.rank) for place in told.places] == [
        ("", True, 3),
        ("repetition-penalty", False, 3),
        ("temperature", True, 3),
        ("top-k", True, 3),
        ("top-p", True, 0),
        ("min-p", False, 0),
    ]
    assert [place.probability for place in told.places] == pytest.approx(
        [1 / 8, 1 / 8, 4 / 86, 4 / 84, 0, 0], rel=1e-6
    )
    assert told.places[2].logit == pytest.approx(2 * np.log(2), rel=1e-6)
    assert told.places[-1].logit == -np.inf


def test_the_removal_says_what_stood_before_the_token() -> None:
    removal = why_not(2, SamplingSettings(1.0, 0.5, 3, 0.9, 0.0)).removal
    assert removal is not None
    assert (removal.stage, removal.setting, removal.value, removal.rank) == ("top-p", "top_p", 0.9, 3)
    assert removal.share_before == pytest.approx(80 / 84, rel=1e-6)
    assert removal.ratio == pytest.approx(4 / 64, rel=1e-6)


def test_the_removing_stage_comes_first_among_the_ways() -> None:
    settings = OFF.changed("min_p", 0.6)
    told = why_not(1, settings)
    assert [[need.setting for need in way.needs] for way in told.ways] == [["min_p"], ["temperature"]]
    assert told.ways[0].settings(settings) == OFF.changed("min_p", 0.5)
    # With min-p 0.5 the first two are left, ⅔ and ⅓.
    assert told.ways[0].draws == pytest.approx((2 / 3, 1.0), rel=1e-6)
    assert told.hopeless == ("repetition_penalty",)


def test_settings_that_are_off_are_not_said_to_be_hopeless() -> None:
    assert why_not(2, OFF.changed("top_k", 2)).hopeless == ("temperature", "repetition_penalty")
    assert why_not(1, OFF.changed("min_p", 0.6)).hopeless == ("repetition_penalty",)


def test_a_value_beyond_the_bounds_is_told_apart() -> None:
    told = why_not(1, OFF.changed("min_p", 0.8))
    assert [need.setting for need in told.beyond] == ["temperature"]
    assert [need.setting for way in told.ways for need in way.needs] == ["min_p"]


def test_where_no_single_setting_is_enough_there_is_one_way_of_several() -> None:
    told = why_not(2, SamplingSettings(1.0, 1.0, 1, 0.4, 0.9))
    assert [[need.setting for need in way.needs] for way in told.ways] == [["top_k", "top_p", "min_p"]]
    assert told.hopeless == ("top_k", "temperature", "repetition_penalty")


def test_a_survivor_has_the_draws_that_pick_it() -> None:
    told = why_not(1, OFF, draw=0.1)
    assert told.removal is None
    assert told.ways == ()
    assert told.draws == pytest.approx((1 / 2, 3 / 4), rel=1e-6)
    assert told.picked == 0
    assert told.same_dice is None  # The first has more than 0.1 at any temperature.


def test_a_survivor_that_was_picked_needs_no_other_temperature() -> None:
    told = why_not(1, OFF, draw=0.6)
    assert (told.picked, told.same_dice) == (1, None)


def test_a_survivor_has_the_temperature_at_which_the_draw_picks_it() -> None:
    told = why_not(1, OFF, draw=0.45)
    assert told.same_dice is not None
    settings = OFF.changed("temperature", told.same_dice.tidy)
    assert pick(run_chain(FIVE, NO_HISTORY, settings), 0.45) == 1


def test_what_the_model_masks_has_a_place_nowhere() -> None:
    told = why_not(1, OFF, logits=np.array([1.0, -np.inf, 0.0], np.float32))
    assert told.masked
    assert (told.removal, told.ways, told.draws) == (None, (), None)
    assert {place.rank for place in told.places} == {0}


@given(rows_strategy(), settings_strategy(), st.integers(0, 29), st.floats(0, 1, exclude_max=True))
def test_every_way_lets_the_token_in_and_its_draws_pick_it(
    logits: np.ndarray, settings: SamplingSettings, token: int, draw: float
) -> None:
    token %= logits.size
    told = why_not(token, settings, draw, logits)
    assert (told.removal is not None) == bool(told.ways)
    for way in told.ways:
        result = run_chain(logits, NO_HISTORY, way.settings(settings))
        assert token in result.ids
        if way.draws is not None:
            assert pick(result, way.draws[0]) == token


def test_a_whole_vocabulary_is_answered() -> None:
    logits = np.random.default_rng(3).normal(size=49_152).astype(np.float32) * 3
    settings = SamplingSettings(1.0, 0.8, 40, 0.95, 0.0)
    token = int(np.argsort(-logits)[56])
    told = why_not(token, settings, logits=logits)
    assert told.removal is not None
    assert (told.removal.stage, told.places[0].rank) == ("top-k", 57)
    assert token in run_chain(logits, NO_HISTORY, told.ways[0].settings(settings)).ids
