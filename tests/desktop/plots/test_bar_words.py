"""A token's numbers in words."""

from __future__ import annotations

from desktop.plots.bar_rows import Bar
from desktop.plots.bar_words import describe_bar, format_logit, summarise_bar

REMOVED = Bar(7, 12, "·blue", False, 3.25, 0.0125, 0.0, "top-k")
KEPT = Bar(7, 1, "·blue", False, -3.25, 0.25, 0.5, None)
SKETCHED = Bar(7, 1, "·blue", False, None, 0.25, None, None)
MASKED = Bar(7, 0, "·blue", False, float("-inf"), 0.0, 0.0, "the model")


def test_the_stage_that_removed_a_token_is_named() -> None:
    assert describe_bar(REMOVED).splitlines() == [
        "·blue  token ID 7, rank 12",
        "logit 3.25",
        "model alone: p = 0.01250",
        "removed by top-k",
    ]
    assert summarise_bar(REMOVED) == "·blue · ID 7 · rank 12 · logit 3.25 · p = 0.01250 → removed by top-k"


def test_a_kept_token_has_both_probabilities() -> None:
    assert "after the chain: p = 0.5000" in describe_bar(KEPT)
    assert summarise_bar(KEPT) == "·blue · ID 7 · rank 1 · logit −3.25 · p = 0.2500 → 0.5000"


def test_what_is_not_known_is_left_out() -> None:
    assert describe_bar(SKETCHED).splitlines() == ["·blue  token ID 7, rank 1", "model alone: p = 0.2500"]
    assert summarise_bar(SKETCHED) == "·blue · ID 7 · rank 1 · p = 0.2500"


def test_a_token_that_the_model_masks_has_no_rank() -> None:
    assert summarise_bar(MASKED) == "·blue · ID 7 · rank – · logit −∞ · p = 0 → removed by the model"
    assert format_logit(-1.386) == "−1.39"
