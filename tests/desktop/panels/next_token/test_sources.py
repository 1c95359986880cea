"""Rows of the list, from numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.panels.next_token.reading import Reading
from desktop.panels.next_token.sources import BEFORE_ALL, Found, Sketch, WholeVocabulary
from inference.contract import Candidate
from inference.sampling.chain import STAGES, run_chain
from inference.sampling.settings import SamplingSettings
from tests.desktop.panels.next_token.known_logits import (
    BLUE,
    FIRST_EIGHTH,
    RED,
    SECOND_EIGHTH,
    known_logits,
)
from tests.desktop.scripted_engine import VOCABULARY

LABELS = [*(stage.name for stage in STAGES), "the model"]
TEMPERATURE, TOP_K, TOP_P = (
    next(i for i, s in enumerate(STAGES) if s.name == n) for n in ("temperature", "top-k", "top-p")
)


def show_piece(token: int) -> str:
    return VOCABULARY[token].decode("utf-8", "replace")


def whole(settings: SamplingSettings, stage: int = len(STAGES) - 1) -> WholeVocabulary:
    reading = Reading(7, known_logits())
    result = run_chain(reading.logits, np.array([BLUE]), settings)
    return WholeVocabulary(reading, result, stage, LABELS, show_piece, frozenset({0}))


def rows(source: WholeVocabulary | Found) -> list[tuple[int, int, float, float, str | None]]:
    return [
        (bar.id, bar.rank, round(bar.before, 6), round(bar.after or 0.0, 6), bar.removed_by)
        for bar in source.bars(0, 10)
    ]


def test_top_k_2_leaves_two_thirds_and_one_third() -> None:
    assert rows(whole(SamplingSettings(temperature=1.0, top_k=2, top_p=1.0))) == [
        (BLUE, 1, 0.5, 0.666667, None),
        (RED, 2, 0.25, 0.333333, None),
        (FIRST_EIGHTH, 3, 0.125, 0.0, "top-k"),
        (SECOND_EIGHTH, 4, 0.125, 0.0, "top-k"),
    ]


def test_a_temperature_of_one_half_squares_the_probabilities() -> None:
    # 1/4, 1/16, 1/64, 1/64 of their sum 22/64: 16, 4, 1 and 1 parts of 22.
    after = [row[3] for row in rows(whole(SamplingSettings(temperature=0.5, top_k=0, top_p=1.0)))]
    assert after == [round(parts / 22, 6) for parts in (16, 4, 1, 1)]


def test_a_repetition_penalty_of_2_halves_a_logit_of_the_history_and_keeps_the_rows_in_place() -> None:
    # ln ½ is negative, so it is doubled: ½ → ¼. Then ¼, ¼, ⅛, ⅛ of ¾.
    source = whole(SamplingSettings(repetition_penalty=2.0, temperature=1.0, top_k=0, top_p=1.0))
    assert [row[:2] for row in rows(source)][:2] == [(BLUE, 1), (RED, 2)]
    assert [row[3] for row in rows(source)] == [round(p, 6) for p in (1 / 3, 1 / 3, 1 / 6, 1 / 6)]


@pytest.mark.parametrize(
    ("stage", "after", "removed"),
    [
        (BEFORE_ALL, [0.5, 0.25, 0.125, 0.125], [None] * 4),
        (TEMPERATURE, [0.5, 0.25, 0.125, 0.125], [None] * 4),
        (TOP_K, [0.571429, 0.285714, 0.142857, 0.0], [None, None, None, "top-k"]),
        (TOP_P, [0.666667, 0.333333, 0.0, 0.0], [None, None, "top-p", "top-k"]),
    ],
)
def test_after_each_stage_only_what_it_and_those_before_removed_is_gone(
    stage: int, after: list[float], removed: list[str | None]
) -> None:
    # Equals at the boundary of top-k all stay, so the last one is made a little less probable.
    reading = Reading(7, known_logits())
    reading.logits[SECOND_EIGHTH] -= 1e-6
    reading = Reading(7, reading.logits)
    result = run_chain(reading.logits, np.array([], np.int64), SamplingSettings(1.0, 1.0, 3, 0.8))
    source = WholeVocabulary(reading, result, stage, LABELS, show_piece, frozenset())
    found = rows(source)
    assert [row[3] for row in found] == pytest.approx(after, abs=2e-6)
    assert [row[4] for row in found] == removed


def test_a_masked_token_has_no_row_but_can_be_asked_about() -> None:
    source = whole(SamplingSettings())
    assert len(source) == 4
    bar = source.bar_of(0)
    assert bar is not None
    assert (bar.rank, bar.before, bar.removed_by, bar.special) == (0, 0.0, "the model", True)
    assert source.bar_of(10**9) is None
    assert source.place_of(10**9) == -1


def test_what_was_found_keeps_its_rank_among_all() -> None:
    found = Found(whole(SamplingSettings(temperature=1.0, top_k=2, top_p=1.0)), np.array([RED, FIRST_EIGHTH]))
    assert [(row[0], row[1], row[4]) for row in rows(found)] == [(RED, 2, None), (FIRST_EIGHTH, 3, "top-k")]
    assert [found.place_of(token) for token in (RED, FIRST_EIGHTH, BLUE)] == [0, 1, -1]


def test_a_sketch_shows_what_the_step_brought_and_hides_what_belongs_to_other_settings() -> None:
    top = (Candidate(BLUE, b" blue", 0.5, 1.0, None), Candidate(RED, b" red", 0.25, 0.0, "top-k"))
    labels = {"top-k": "top-k"}
    shown = Sketch(top, True, labels, show_piece, frozenset()).bars(0, 5)
    assert [(bar.id, bar.after, bar.removed_by) for bar in shown] == [(BLUE, 1.0, None), (RED, 0.0, "top-k")]
    shown = Sketch(top, False, labels, show_piece, frozenset()).bars(0, 5)
    assert [(bar.before, bar.after, bar.removed_by) for bar in shown] == [
        (0.5, None, None),
        (0.25, None, None),
    ]
