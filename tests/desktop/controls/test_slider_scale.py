"""Scales give a value to every step and a step to every value."""

from __future__ import annotations

import pytest

from desktop.controls.slider_scale import CountScale, LinearScale, SliderScale

SCALES = (LinearScale(0.0, 2.0, 0.01), LinearScale(0.5, 2.0, 0.01), CountScale(49_152), CountScale(300))


@pytest.mark.parametrize("scale", SCALES, ids=str)
def test_a_value_that_came_from_a_step_goes_back_to_a_step_with_that_value(scale: SliderScale) -> None:
    for step in range(scale.steps + 1):
        value = scale.value_at(step)
        assert scale.value_at(scale.step_of(value)) == value


def test_equal_steps_are_equal_differences_without_rounding_dust() -> None:
    scale = LinearScale(0.0, 2.0, 0.01)
    assert [scale.value_at(step) for step in (0, 30, 80, 200)] == [0.0, 0.3, 0.8, 2.0]
    assert scale.step_of(5.0) == 200


def test_equal_steps_of_a_count_are_equal_ratios() -> None:
    scale = CountScale(10_000, resolution=4)
    assert [scale.value_at(step) for step in range(5)] == [1, 10, 100, 1000, 10_000]


def test_no_limit_is_beyond_the_largest_count_and_written_as_0() -> None:
    scale = CountScale(49_152)
    assert scale.value_at(scale.steps) == 0
    assert scale.value_at(scale.steps - 1) == 49_152
    assert scale.step_of(0) == scale.steps
    assert scale.step_of(60_000) == scale.steps
