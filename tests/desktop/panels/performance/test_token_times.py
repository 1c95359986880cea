"""Times of tokens as arrays, with numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.panels.performance.painting import nice_limit
from desktop.panels.performance.panel import thread_choices
from desktop.panels.performance.token_times import TokenTimes, WindowClock, times_of
from inference.contract import Step, Token
from inference.sampling.settings import SamplingSettings


def step(position: int, model: float, total: float, capture: float = 0.0) -> Step:
    """A step that took so long."""
    return Step(
        generation=1,
        position=position,
        token=Token(5, b"a", False, "reply"),
        logit=0.0,
        logprob=-1.0,
        processed_logprob=-1.0,
        rank=1,
        entropy=1.0,
        draw=0.5,
        settings=SamplingSettings(),
        top=(),
        model_ms=model,
        total_ms=total,
        capture_ms=capture,
    )


def test_what_is_neither_model_nor_capture_is_sampling() -> None:
    """10 = 8 + 1.5 + 0.5; of a token that nobody saw written nothing is known."""
    times = times_of({4: step(4, 8.0, 10.0, 0.5)}, (4, 6), {4: 0.25})

    np.testing.assert_allclose(times.ms[:, 0], [8.0, 1.5, 0.5, 0.25])
    assert np.isnan(times.ms[:, 1]).all()
    assert times.token_ms[0] == 10.0


def test_medians_leave_out_the_first_token() -> None:
    """It came out of reading the prompt: of 1, 8, 20 and 9 the median of the last three is 9."""
    steps = {at: step(at, model, model) for at, model in enumerate((1.0, 8.0, 20.0, 9.0))}
    times = times_of(steps, (0, 4), {})

    assert times.typical_ms == 9.0
    assert times.typical[0] == 9.0
    assert np.isnan(times.typical[3])


def test_nothing_has_no_median() -> None:
    """No warning, either."""
    times = TokenTimes(0, np.zeros((4, 0)))

    assert np.isnan(times.typical_ms)
    assert np.isnan(times.typical).all()


def test_the_window_shares_its_time_among_tokens_that_came_together() -> None:
    """From 1.000 s to 1.006 s for three tokens: 2 ms each; before the first, or in a pause, it is nobody's."""
    readings = iter((1.0, 1.006, 5.0, 5.001))
    clock = WindowClock(lambda: next(readings))
    clock.take(10, 11)
    clock.take(11, 14)
    clock.pause()
    clock.take(14, 15)
    clock.take(15, 16)

    assert clock.ms == pytest.approx({11: 2.0, 12: 2.0, 13: 2.0, 15: 1.0})
    clock.clear()
    assert clock.ms == {}


@pytest.mark.parametrize(
    ("value", "limit"), [(0.0, 1.0), (9.0, 10.0), (10.0, 10.0), (21.0, 25.0), (0.3, 0.5)]
)
def test_scales_end_at_round_numbers(value: float, limit: float) -> None:
    """1, 2, 2.5, 5 times a power of ten."""
    assert nice_limit(value) == pytest.approx(limit)


def test_numbers_of_threads_worth_trying() -> None:
    """Powers of two, all cores, and those in use."""
    assert thread_choices(6, 3) == [1, 2, 3, 4, 6]
    assert thread_choices(1, 1) == [1]
