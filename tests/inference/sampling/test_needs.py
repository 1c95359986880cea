"""What settings need to be, on five tokens whose numbers can be checked by hand, and as a property of any row.

The five have the logits ln 8, ln 4, ln 2, ln 1, ln 1: probabilities ½, ¼, ⅛, 1/16, 1/16, tokens 0 to 4.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inference.sampling.chain import MASKED, STAGES, SURVIVED, run_chain
from inference.sampling.crossing import finish
from inference.sampling.needs import HAIR, Inquest, Need
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings

OFF = SamplingSettings(1.0, 1.0, 0, 1.0, 0.0)
FIVE = np.log(np.array([8, 4, 2, 1, 1])).astype(np.float32)
NO_HISTORY = np.empty(0, np.int64)
INDEX = {stage.setting: index for index, stage in enumerate(STAGES)}


def inquest(
    token: int, settings: SamplingSettings, logits: np.ndarray = FIVE, history: np.ndarray = NO_HISTORY
) -> Inquest:
    return Inquest(run_chain(logits, history, settings), settings, history, token)


def need(asked: Inquest, setting: str) -> Need | None:
    return finish(asked.need(INDEX[setting]))


def tidy(asked: Inquest, setting: str) -> float | None:
    found = need(asked, setting)
    return None if found is None else found.tidy


def together(asked: Inquest) -> dict[str, float]:
    return {one.setting: one.tidy for one in finish(asked.needs_together())}


def survives(asked: Inquest, setting: str, value: float) -> bool:
    return asked.survivors({setting: value}).place_of(asked.token) >= 0


# ---------------------------------------------------------------- one stage


@pytest.mark.parametrize(("token", "k"), [(1, 2), (2, 3), (3, 4), (4, 4)])
def test_top_k_needs_the_rank_and_equals_come_along(token: int, k: int) -> None:
    found = need(inquest(token, OFF.changed("top_k", 1)), "top_k")
    assert found == Need("top_k", k, k - 1, k)


@pytest.mark.parametrize(
    ("token", "before"),
    [(1, 1 / 2), (2, 3 / 4), (3, 7 / 8), (4, 15 / 16)],
)
def test_top_p_needs_more_than_what_comes_before(token: int, before: float) -> None:
    found = need(inquest(token, OFF.changed("top_p", 0.3)), "top_p")
    assert found is not None
    assert found.value == pytest.approx(before, abs=1e-6)
    assert found.value - HAIR <= found.stricter < found.value


def test_a_tidy_top_p_has_as_few_decimals_as_can_be() -> None:
    assert tidy(inquest(1, OFF.changed("top_p", 0.3)), "top_p") == 0.51
    assert tidy(inquest(3, OFF.changed("top_p", 0.87)), "top_p") == 0.8751
    assert tidy(inquest(4, OFF.changed("top_p", 0.3)), "top_p") == 0.94


@pytest.mark.parametrize(("token", "ratio"), [(1, 1 / 2), (2, 1 / 4), (3, 1 / 8)])
def test_min_p_may_be_the_ratio_to_the_most_probable(token: int, ratio: float) -> None:
    found = need(inquest(token, OFF.changed("min_p", 0.9)), "min_p")
    assert found is not None
    assert found.value == pytest.approx(ratio, abs=1e-6)
    assert found.stricter > found.value


def test_temperature_zero_keeps_one_and_any_above_it_two() -> None:
    found = need(inquest(1, OFF.changed("temperature", 0.0)), "temperature")
    assert found is not None
    assert 0 < found.value <= HAIR
    assert (found.stricter, found.tidy) == (0.0, 0.01)


def test_a_survivor_of_a_tie_needs_nothing_and_says_so() -> None:
    assert inquest(4, OFF.changed("top_k", 4)).remover == SURVIVED


# ---------------------------------------------------------------- interplay


def test_a_higher_temperature_makes_min_p_keep_a_token() -> None:
    # At temperature T the second has 2^(-1/T) of the first: 0.6 at T = ln 2 / -ln 0.6 = 1.3569.
    asked = inquest(1, OFF.changed("min_p", 0.6))
    found = need(asked, "temperature")
    assert found is not None
    assert found.value == pytest.approx(np.log(2) / -np.log(0.6), abs=1e-6)
    assert found.tidy == 1.36
    assert tidy(asked, "min_p") == 0.5
    assert (need(asked, "top_k"), need(asked, "top_p")) == (
        None,
        None,
    )  # They are off: there is nothing laxer.


def test_a_higher_temperature_makes_top_p_keep_a_token() -> None:
    # At T = 2 the square roots 2.83 2 1.41 1 1 sum to 8.24: before the third come 58.6 %, at T = 1 75 %.
    found = need(inquest(2, OFF.changed("top_p", 0.7)), "temperature")
    assert found is not None
    roots = np.exp(FIVE.astype(np.float64) / found.value)
    assert roots[:2].sum() / roots.sum() == pytest.approx(0.7, abs=1e-6)
    assert 1 < found.value < 2


def test_a_temperature_that_cannot_be_set_is_found_all_the_same() -> None:
    # 2^(-1/T) = 0.8 at T = 3.106, where 2 is the most.
    found = need(inquest(1, OFF.changed("min_p", 0.8)), "temperature")
    assert found is not None
    assert found.value == pytest.approx(np.log(2) / -np.log(0.8), abs=1e-6)
    assert not found.allowed


def test_no_temperature_changes_a_rank() -> None:
    assert need(inquest(2, OFF.changed("top_k", 2)), "temperature") is None


def test_no_temperature_spreads_five_tokens_thin_enough() -> None:
    # Even when all are equally probable the first four have 80 %.
    asked = inquest(4, OFF.changed("top_p", 0.75))
    assert need(asked, "temperature") is None
    assert tidy(asked, "top_p") == 0.94


def test_a_larger_top_k_makes_top_p_keep_a_token() -> None:
    # Of the first two, the first has ⅔, more than 0.55; of all five ½, and of three 8/14 = 0.571.
    settings = SamplingSettings(1.0, 1.0, 2, 0.55, 0.0)
    found = need(inquest(1, settings), "top_k")
    assert found == Need("top_k", 4, 3, 4)
    assert tidy(inquest(1, settings), "top_p") == 0.67


def test_where_one_setting_is_not_enough_several_are_loosened_one_after_the_other() -> None:
    settings = SamplingSettings(1.0, 1.0, 1, 0.4, 0.9)
    asked = inquest(2, settings)
    assert [need(asked, name) for name in ("top_k", "temperature", "repetition_penalty")] == [None] * 3
    # Top-k 3 leaves 8 4 2: before the third come 12/14 = 0.857, and it is a quarter of the first.
    assert together(asked) == {"top_k": 3, "top_p": 0.86, "min_p": 0.25}


def test_together_temperature_zero_is_switched_off_first() -> None:
    asked = inquest(2, SamplingSettings(1.0, 0.0, 2, 1.0, 0.0))
    assert together(asked) == {"temperature": 1.0, "top_k": 3}


def test_a_penalty_on_the_token_itself_can_be_lowered() -> None:
    settings = SamplingSettings(1.9, 1.0, 2, 1.0, 0.0)
    logits = np.array([3.0, 2.0, 1.5, 0.0, 0.0], np.float32)
    found = need(inquest(1, settings, logits, np.array([1])), "repetition_penalty")
    assert found is not None
    # 2 / 1.9 is less than the third's 1.5; 2 / penalty = 1.5 at 4/3.
    assert found.value == pytest.approx(4 / 3, abs=1e-6)
    assert found.tidy == 1.33


def test_a_penalty_on_others_can_be_raised() -> None:
    logits = np.array([3.0, 2.0, 1.5, 0.0, 0.0], np.float32)
    found = need(inquest(2, OFF.changed("top_k", 2), logits, np.array([1])), "repetition_penalty")
    assert found is not None
    assert found.value == pytest.approx(4 / 3, abs=1e-6)
    assert found.tidy == 1.34


def test_what_the_model_masks_is_nobodys_doing() -> None:
    logits = np.array([1.0, -np.inf, 0.0], np.float32)
    assert inquest(1, OFF, logits).remover == MASKED


@pytest.mark.parametrize("value", [1e-45, 1e-38])
def test_a_temperature_too_low_for_float32_is_raised_like_zero(value: float) -> None:
    found = need(inquest(1, OFF.changed("temperature", value)), "temperature")
    assert found is not None
    assert found.tidy == 0.01


# ---------------------------------------------------------------- properties


def settings_strategy() -> st.SearchStrategy[SamplingSettings]:
    return st.builds(
        SamplingSettings,
        repetition_penalty=st.sampled_from([0.7, 1.0, 1.3]),
        temperature=st.sampled_from([0.0, 0.3, 0.8, 1.0, 1.7]) | st.floats(0.01, 2.0),
        top_k=st.integers(0, 12),
        top_p=st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0.0, 1.0),
        min_p=st.sampled_from([0.0, 0.1]) | st.floats(0.0, 1.0),
    )


def rows_strategy() -> st.SearchStrategy[np.ndarray]:
    """Logits in eighths: neighbours stay apart whatever float32 a temperature makes of them."""
    return arrays.arrays(np.int16, st.integers(2, 30), elements=st.integers(-80, 80)).map(
        lambda eighths: (eighths / 8).astype(np.float32)
    )


@given(rows_strategy(), settings_strategy(), st.integers(0, 29))
def test_the_value_found_lets_the_token_in_and_a_stricter_one_does_not(
    logits: np.ndarray, settings: SamplingSettings, token: int
) -> None:
    asked = inquest(token % logits.size, settings, logits, np.array([0, 1]))
    if asked.remover == SURVIVED:
        return
    for index in range(asked.remover + 1):
        setting = STAGES[index].setting
        found = finish(asked.need(index))
        if found is None:
            continue
        assert survives(asked, setting, found.value)
        assert survives(asked, setting, found.tidy)
        assert not survives(asked, setting, found.stricter)
        present = getattr(settings, setting)
        near = 1 if SETTING_BOUNDS[setting].whole else HAIR
        assert abs(found.value - found.stricter) <= near
        assert abs(found.stricter - present) <= abs(found.value - present) <= abs(found.tidy - present)


@given(rows_strategy(), settings_strategy(), st.integers(0, 29), st.floats(0, 1))
def test_where_no_value_is_found_none_of_an_ordered_setting_lets_the_token_in(
    logits: np.ndarray, settings: SamplingSettings, token: int, share: float
) -> None:
    asked = inquest(token % logits.size, settings, logits, np.array([0, 1]))
    if asked.remover == SURVIVED:
        return
    for index in range(asked.remover + 1):
        stage = STAGES[index]
        if stage.laxest is None or finish(asked.need(index)) is not None:
            continue
        bounds = SETTING_BOUNDS[stage.setting]
        value = bounds.minimum + share * (min(bounds.maximum, 30) - bounds.minimum)
        assert not survives(asked, stage.setting, round(value) if bounds.whole else value)


@given(rows_strategy(), settings_strategy(), st.integers(0, 29))
def test_there_always_is_a_set_of_values_and_none_of_them_can_be_stricter(
    logits: np.ndarray, settings: SamplingSettings, token: int
) -> None:
    asked = inquest(token % logits.size, settings, logits, np.array([0, 1]))
    if asked.remover == SURVIVED:
        return
    needs = finish(asked.needs_together())
    values = {one.setting: one.tidy for one in needs}
    assert needs
    assert asked.survivors(values).place_of(asked.token) >= 0
    assert all(one.allowed for one in needs)
    for one in needs:
        assert asked.survivors(values | {one.setting: one.stricter}).place_of(asked.token) < 0


@given(rows_strategy(), settings_strategy())
def test_every_filter_tells_by_the_sign_of_its_room_what_it_keeps(
    logits: np.ndarray, settings: SamplingSettings
) -> None:
    """But for what lies on the edge, where sums are rounded one way or the other."""
    result = run_chain(logits, NO_HISTORY, settings)
    for index, stage in enumerate(STAGES):
        before, value = result.before(index), getattr(settings, stage.setting)
        if stage.room is None:
            continue
        for place, token in enumerate(before.ids.tolist()):
            room = stage.room(before, value, place)
            if abs(room) > 1e-6:
                assert (room > 0) == (result.stages[index].candidates.place_of(token) >= 0)


def test_every_setting_of_the_chain_is_either_ordered_or_scanned_between_its_bounds() -> None:
    for stage in STAGES:
        bounds = SETTING_BOUNDS[stage.setting]
        assert stage.laxest is not None or 0 < bounds.minimum < bounds.maximum
    assert {field.name for field in fields(SamplingSettings)} == set(INDEX)
