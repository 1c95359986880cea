"""At which temperature a draw picks another token, on tokens whose shares can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inference.sampling.chain import SURVIVED, run_chain
from inference.sampling.crossing import finish
from inference.sampling.draw import pick, pick_among
from inference.sampling.needs import Inquest, Need
from inference.sampling.same_dice import temperature_for_draw
from inference.sampling.settings import SamplingSettings

OFF = SamplingSettings(1.0, 1.0, 0, 1.0, 0.0)
TWO = np.log(np.array([3, 1])).astype(np.float32)
FOUR = np.log(np.array([8, 4, 2, 2])).astype(np.float32)
NO_HISTORY = np.empty(0, np.int64)


def inquest(token: int, settings: SamplingSettings, logits: np.ndarray) -> Inquest:
    return Inquest(run_chain(logits, NO_HISTORY, settings), settings, NO_HISTORY, token)


def found(asked: Inquest, draw: float) -> Need | None:
    return finish(temperature_for_draw(asked, draw))


def picked_at(asked: Inquest, temperature: float, draw: float) -> int:
    return pick_among(asked.survivors({"temperature": temperature}), draw)


def test_a_higher_temperature_gives_the_second_what_the_first_had() -> None:
    # The first has ¾ at T = 1 and, 3^(1/T) to 1, 0.7 where 3^(1/T) = 7/3: at T = ln 3 / ln (7/3) = 1.2966.
    asked = inquest(1, OFF, TWO)
    need = found(asked, 0.7)
    assert need is not None
    assert need.value == pytest.approx(np.log(3) / np.log(7 / 3), abs=1e-6)
    assert need.tidy == 1.3
    assert picked_at(asked, need.stricter, 0.7) == 0
    assert picked_at(asked, need.tidy, 0.7) == 1


def test_a_lower_temperature_gives_the_first_what_the_second_had() -> None:
    # 0.8 where 3^(1/T) = 4: at T = ln 3 / ln 4 = 0.7925.
    need = found(inquest(0, OFF, TWO), 0.8)
    assert need is not None
    assert need.value == pytest.approx(np.log(3) / np.log(4), abs=1e-6)
    assert need.tidy == 0.79


def test_a_draw_that_no_temperature_up_to_two_reaches_is_said_to_find_none() -> None:
    # At T = 2 the first has √3 / (√3 + 1) = 63.4 %.
    assert found(inquest(1, OFF, TWO), 0.63) is None
    need = found(inquest(1, OFF, TWO), 0.64)
    assert need is not None
    assert need.value < 2


def test_at_the_highest_temperature_there_is_nothing_to_raise() -> None:
    assert found(inquest(1, OFF.changed("temperature", 2.0), TWO), 0.1) is None


def test_a_token_in_the_middle_is_found_from_both_sides() -> None:
    for temperature in (0.05, 2.0):
        asked = inquest(1, OFF.changed("temperature", temperature), FOUR)
        need = found(asked, 0.7)
        assert need is not None
        assert picked_at(asked, need.tidy, 0.7) == 1
        assert picked_at(asked, need.stricter, 0.7) != 1


def test_a_draw_that_jumps_past_a_token_finds_none() -> None:
    # Min-p ½ lets both equals in at T = 1 / ln 2 = 1.44, a quarter each: 0.9 goes to the last at once.
    logits = np.array([1.0, 0.0, 0.0], np.float32)
    asked = inquest(1, OFF.changed("min_p", 0.5), logits)
    assert [picked_at(asked, value, 0.9) for value in (1.44, 1.45)] == [0, 2]
    assert found(asked, 0.9) is None
    need = found(asked, 0.6)
    assert need is not None
    assert need.value == pytest.approx(1 / np.log(2), abs=1e-6)


def test_what_top_k_removed_no_temperature_brings_back() -> None:
    assert found(inquest(2, OFF.changed("top_k", 2), FOUR), 0.99) is None


@given(
    arrays.arrays(np.int16, st.integers(2, 25), elements=st.integers(-60, 60)),
    st.sampled_from([0.0, 0.3, 0.8, 1.0, 2.0]),
    st.integers(0, 9),
    st.floats(0.1, 1.0),
    st.integers(0, 24),
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 2),
)
def test_what_is_found_picks_it_and_where_nothing_is_no_temperature_does(
    eighths: np.ndarray, temperature: float, k: int, p: float, token: int, draw: float, other: float
) -> None:
    logits = (eighths / 8).astype(np.float32)
    settings = SamplingSettings(1.0, temperature, k, p, 0.0)
    asked = inquest(token % logits.size, settings, logits)
    if asked.remover != SURVIVED or pick(asked.result, draw) == asked.token:
        return
    need = found(asked, draw)
    if need is None:
        # Shares narrower than float32 tells temperatures apart may be jumped over.
        share = asked.survivors({"temperature": other}).probability_of(np.array(asked.token))
        assert share < 1e-4 or picked_at(asked, other, draw) != asked.token
        return
    assert picked_at(asked, need.value, draw) == asked.token
    assert picked_at(asked, need.tidy, draw) == asked.token
    assert picked_at(asked, need.stricter, draw) != asked.token
    assert need.allowed
