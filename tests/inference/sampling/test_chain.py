"""The contract of every stage in the registry, and what the chain records."""

from __future__ import annotations

from dataclasses import asdict, fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from inference.sampling.candidates import Candidates
from inference.sampling.chain import MASKED, STAGES, SURVIVED, run_chain
from inference.sampling.distribution import log_softmax
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from inference.sampling.stage import Stage

OFF = SamplingSettings(1.0, 1.0, 0, 1.0, 0.0)
HISTORY = np.array([1, 2, 3, 2, 1])

ODD_ROWS = {
    "one token": [3.0],
    "all equal": [0.0] * 50,
    "one certain": [100.0] + [-100.0] * 20,
    "almost all masked": [-np.inf] * 9 + [1.0],
    "edges of float32": [3.4e38, -3.4e38, 0.0, 1e-45],
}

every_stage = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)


def settings_strategy() -> st.SearchStrategy[SamplingSettings]:
    chosen = {
        name: st.integers(0, 60) if bounds.whole else st.floats(bounds.minimum, bounds.maximum)
        for name, bounds in SETTING_BOUNDS.items()
    }
    return st.builds(SamplingSettings, **chosen)


def rows_strategy() -> st.SearchStrategy[np.ndarray]:
    values = st.floats(-30, 30, width=32) | st.sampled_from([0.0, 1.0, 2.0])
    return arrays.arrays(np.float32, st.integers(1, 60), elements=values)


# ---------------------------------------------------------------- the registry's contract


def test_the_order_is_that_of_transformers() -> None:
    assert [s.name for s in STAGES] == ["repetition-penalty", "temperature", "top-k", "top-p", "min-p"]


def test_names_and_settings_are_unique_and_every_setting_has_its_stage() -> None:
    assert len({stage.name for stage in STAGES}) == len(STAGES)
    assert sorted(stage.setting for stage in STAGES) == sorted(f.name for f in fields(SamplingSettings))
    assert set(SETTING_BOUNDS) == {stage.setting for stage in STAGES}


@every_stage
def test_a_stage_that_is_off_changes_nothing(stage: Stage) -> None:
    logits = np.random.default_rng(0).normal(size=300).astype(np.float32)
    off = SETTING_BOUNDS[stage.setting].off
    assert off is not None
    result = run_chain(logits, HISTORY, SamplingSettings(1.3, 0.7, 50, 0.9, 0.01).changed(stage.setting, off))
    record = result.stages[STAGES.index(stage)]
    before = [result.raw, *(s.candidates for s in result.stages)][STAGES.index(stage)]
    assert not record.active
    assert record.candidates is before


@every_stage
def test_a_stage_that_is_on_does_something(stage: Stage) -> None:
    logits = np.random.default_rng(0).normal(size=300).astype(np.float32)
    on = {"repetition_penalty": 1.3, "temperature": 0.5, "top_k": 7, "top_p": 0.5, "min_p": 0.5}
    result = run_chain(logits, HISTORY, OFF.changed(stage.setting, on[stage.setting]))
    assert [s.active for s in result.stages] == [s is stage for s in STAGES]
    assert not np.array_equal(result.processed(), logits)


@every_stage
@pytest.mark.parametrize("row", ODD_ROWS)
def test_a_stage_leaves_usable_candidates_at_its_extremes(stage: Stage, row: str) -> None:
    logits = np.array(ODD_ROWS[row], np.float32)
    bounds = SETTING_BOUNDS[stage.setting]
    for value in (bounds.minimum, bounds.maximum, np.nextafter(bounds.minimum, 1)):
        result = run_chain(logits, HISTORY, OFF.changed(stage.setting, value))
        assert 1 <= result.final.ids.size <= logits.size
        assert np.isfinite(result.final.logits).all()
        assert result.probabilities.sum() == pytest.approx(1)
        assert np.isfinite(result.stages[-1].entropy)


@every_stage
def test_a_stage_is_pure(stage: Stage) -> None:
    logits = np.random.default_rng(0).normal(size=5000).astype(np.float32)
    candidates, history = Candidates.whole(logits), HISTORY.copy()
    value = {"repetition_penalty": 1.3, "temperature": 0.5, "top_k": 7, "top_p": 0.5, "min_p": 0.5}
    first = stage.apply(candidates, value[stage.setting], history)
    again = stage.apply(candidates, value[stage.setting], history)
    assert np.array_equal(candidates.logits, logits)
    assert np.array_equal(candidates.ids, np.arange(5000))
    assert np.array_equal(history, HISTORY)
    assert np.array_equal(first.logits, again.logits)
    assert np.array_equal(first.ids, again.ids)


# ---------------------------------------------------------------- properties of the whole


@given(rows_strategy(), settings_strategy())
def test_probabilities_sum_to_one_and_survivors_only_get_fewer(
    logits: np.ndarray, settings: SamplingSettings
) -> None:
    result = run_chain(logits, HISTORY, settings)
    assert result.probabilities.sum() == pytest.approx(1, abs=1e-9)
    before = set(result.raw.ids.tolist())
    for record in result.stages:
        after = set(record.candidates.ids.tolist())
        assert after
        assert after <= before
        assert record.kept == len(after)
        before = after


@given(rows_strategy(), settings_strategy())
def test_views_of_the_result_agree(logits: np.ndarray, settings: SamplingSettings) -> None:
    result = run_chain(logits, HISTORY, settings)
    removed, processed = result.removed_by(), result.processed()
    assert np.flatnonzero(removed == SURVIVED).tolist() == sorted(result.ids.tolist())
    assert np.isfinite(processed).tolist() == (removed == SURVIVED).tolist()
    assert np.diff(result.probabilities).max(initial=-1) <= 0
    assert np.exp(log_softmax(processed))[result.ids] == pytest.approx(result.probabilities, rel=1e-4)
    assert [result.final.rank_of(int(token)) for token in result.ids] == list(range(1, result.ids.size + 1))


def test_the_input_row_is_neither_changed_nor_kept() -> None:
    logits = np.random.default_rng(2).normal(size=100).astype(np.float32)
    given_row = logits.copy()
    result = run_chain(given_row, HISTORY, SamplingSettings(1.2, 0.7, 10, 0.9, 0.01))
    assert np.array_equal(given_row, logits)
    given_row[:] = np.nan
    assert np.isfinite(result.raw.entropy)


# ---------------------------------------------------------------- a chain by hand


def test_a_chain_by_hand() -> None:
    """Logits ln 8, ln 4, ln 2, ln 1, ln 1; each stage does one thing."""
    logits = np.log(np.array([8, 4, 2, 1, 1])).astype(np.float32)
    result = run_chain(logits, np.empty(0, np.int64), SamplingSettings(1.0, 0.5, 3, 0.9, 0.2))

    # Temperature 0.5 squares: 64 16 4 1 1. Top-k 3 leaves 64 16 4. Of these 80/84 = 0.952 reach 0.9 with two.
    # The second is a quarter as probable as the first, which min-p 0.2 allows.
    assert [record.kept for record in result.stages] == [5, 5, 3, 2, 2]
    assert [record.active for record in result.stages] == [False, True, True, True, True]
    assert result.ids.tolist() == [0, 1]
    assert result.probabilities == pytest.approx([0.8, 0.2], rel=1e-6)
    assert result.removed_by().tolist() == [SURVIVED, SURVIVED, 3, 2, 2]
    assert result.removed_by(np.array([4, 0, 2])).tolist() == [2, SURVIVED, 3]
    assert [result.stage_that_removed(token) for token in range(5)] == [None, None, "top-p", "top-k", "top-k"]
    assert [result.final.rank_of(token) for token in range(5)] == [1, 2, 0, 0, 0]
    assert [result.raw.rank_of(token) for token in range(5)] == [1, 2, 3, 4, 5]
    assert result.processed()[:3] == pytest.approx([np.log(64), np.log(16), -np.inf], rel=1e-6)
    assert result.stages[-1].entropy == pytest.approx(-0.8 * np.log(0.8) - 0.2 * np.log(0.2), rel=1e-6)


def test_what_the_model_masks_is_said_to_be_masked_by_it() -> None:
    result = run_chain(np.array([0.0, -np.inf, 1.0], np.float32), HISTORY, OFF.changed("top_k", 1))
    assert result.removed_by().tolist() == [2, MASKED, SURVIVED]
    assert result.stage_that_removed(1) == "model"


def test_settings_cover_the_stages_by_name() -> None:
    assert set(asdict(OFF)) == {stage.setting for stage in STAGES}
