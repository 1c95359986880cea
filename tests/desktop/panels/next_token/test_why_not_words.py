"""Answers in sentences, about five tokens with probabilities ½, ¼, ⅛, 1/16, 1/16."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.panels.next_token.why_not_figures import draw_range, percent, value_text, way_of
from desktop.panels.next_token.why_not_words import Occasion, Story, offer_back, removal_sentence, tell
from inference.sampling import min_p, temperature, top_k, top_p
from inference.sampling.chain import run_chain
from inference.sampling.crossing import finish
from inference.sampling.needs import Inquest
from inference.sampling.settings import SamplingSettings
from inference.sampling.why_not import Removal, WhyNot, ask_why_not

FIVE = np.log(np.array([8, 4, 2, 1, 1])).astype(np.float32)
NO_HISTORY = np.empty(0, np.int64)
OFF = SamplingSettings(1.0, 1.0, 0, 1.0, 0.0)
HERE = Occasion(position=59, before="·of", chosen=0, recorded=True)
PIECES = "abcde"


def answer(token: int, settings: SamplingSettings, draw: float = 0.1, logits: np.ndarray = FIVE) -> WhyNot:
    result = run_chain(logits, NO_HISTORY, settings)
    return finish(ask_why_not(Inquest(result, settings, NO_HISTORY, token), draw))


def story(token: int, settings: SamplingSettings, draw: float = 0.1, occasion: Occasion = HERE) -> Story:
    return tell(answer(token, settings, draw), (token,), PIECES.__getitem__, occasion)


def test_a_removed_token_has_a_sentence_offers_and_the_draws_that_would_pick_it() -> None:
    told = story(1, OFF.changed("min_p", 0.6))
    assert (
        told.sentence == "Min-p 0.60 removes “b”: it has only 50.0 % of the most likely token’s probability."
    )
    assert told.lead == "Any one of these lets it in:"
    assert [offer.label for offer in told.offers] == ["Min-p 0.50", "Temperature 1.36"]
    assert told.offers[1].settings == OFF.changed("min_p", 0.6).changed("temperature", 1.36)
    assert told.notes == (
        "With Min-p 0.50, draws from 0.6667 to 1.0000 pick it; the recorded draw is 0.1000.",
    )


def test_an_offer_explains_where_the_edge_lies() -> None:
    told = story(1, OFF.changed("min_p", 0.6))
    # ln 2 / -ln 0.6; at 1.36 the second has 0.6007 of the first, and the first 1 / 1.6007.
    assert told.offers[1].explanation == (
        "Temperature: now 1.00, the edge lies at 1.35692.\nThen draws from 0.6247 to 1.0000 pick it."
    )


def test_a_single_way_stands_alone_and_what_no_temperature_does_is_said() -> None:
    told = story(2, OFF.changed("top_k", 2))
    assert told.lead == "This lets it in:"
    assert [offer.label for offer in told.offers] == ["Top-k 3"]
    assert told.notes[0] == "No temperature lets it in."


def test_several_settings_are_one_offer() -> None:
    settings = SamplingSettings(1.0, 1.0, 1, 0.4, 0.9)
    told = story(2, settings)
    assert told.sentence == (
        "Top-k 1 removes “c”: 2 tokens are more likely. No single setting was found that lets it in; together "
        "these do:"
    )
    assert [offer.label for offer in told.offers] == ["Top-k 3 + Top-p 0.86 + Min-p 0.25"]
    assert told.offers[0].settings == SamplingSettings(1.0, 1.0, 3, 0.86, 0.25)


def test_a_value_that_cannot_be_set_is_said_not_offered() -> None:
    told = story(1, OFF.changed("min_p", 0.8))
    assert [offer.label for offer in told.offers] == ["Min-p 0.50"]
    assert told.notes[0] == "So would temperature 3.11, but it cannot be set beyond 2.00."


def test_a_survivor_has_its_draws_and_the_temperature_of_the_same_dice() -> None:
    told = story(1, OFF, draw=0.45)
    assert told.sentence == (
        "“b” survives every stage. Draws from 0.5000 to 0.7500 pick it; the recorded draw, 0.4500, picks “a”."
    )
    # With x = 2^(-1/T) the first has 1 / (1 + x + x² + 2x³): 0.45 at x = 0.5593, T = 1.193.
    assert (told.lead, [offer.label for offer in told.offers]) == (
        "The same draw picks it at",
        ["Temperature 1.20"],
    )


def test_where_no_temperature_brings_the_draw_to_it_that_is_said() -> None:
    told = story(1, OFF, draw=0.1)
    assert told.offers == ()
    assert told.notes == ("At no temperature from 0 to 2 does this draw pick it.",)


@pytest.mark.parametrize(("chosen", "words"), [(1, "is what stands here"), (0, "is what is picked now")])
def test_what_was_picked_is_told_from_what_is_picked_now(chosen: int, words: str) -> None:
    told = story(1, OFF, 0.6, Occasion(59, "·of", chosen, True))
    assert told.sentence == (
        f"“b” {words}. Draws from 0.5000 to 0.7500 pick it, and the recorded draw, 0.6000, does."
    )


def test_a_token_of_the_prompt_has_the_draw_of_the_present_seed() -> None:
    told = story(1, OFF, 0.1, Occasion(5, "·of", 0, False))
    assert "the present seed’s draw, 0.1000, picks “a”" in told.sentence
    removed = story(2, OFF.changed("top_k", 2), 0.1, Occasion(5, "·of", 0, False))
    assert removed.notes[-1].endswith("the present seed draws 0.1000 here.")


def test_what_no_draw_can_fall_on_is_said_to_be_so() -> None:
    logits = np.array([0.0, -60.0], np.float32)
    told = tell(answer(1, OFF, logits=logits), (1,), PIECES.__getitem__, HERE)
    assert "so unlikely that no draw falls on it; the recorded draw, 0.1000, picks “a”" in told.sentence
    removed = tell(answer(1, OFF.changed("top_k", 1), logits=logits), (1,), PIECES.__getitem__, HERE)
    assert removed.notes[-1] == "Even then it is so unlikely that no draw falls on it."


def test_what_the_model_rules_out_has_no_way_and_no_offers() -> None:
    logits = np.array([1.0, -np.inf], np.float32)
    told = tell(answer(1, OFF, logits=logits), (1,), PIECES.__getitem__, HERE)
    assert told.sentence.startswith("The model itself rules out “b”")
    assert (told.way, told.offers, told.notes) == ((), (), ())


def test_of_the_rest_of_a_word_no_numbers_are_made_up() -> None:
    told = tell(answer(1, OFF, draw=0.6), (1, 2, 3), PIECES.__getitem__, HERE)
    assert told.question == "Why not “bcd” at position 59, after “·of”?"
    assert told.notes == (
        "The word goes on with “c” “d”: how likely that is shows only once “b” stands in the text.",
    )


def test_all_of_it_as_text() -> None:
    assert story(2, OFF.changed("top_k", 2)).text() == (
        "Why not “c” at position 59, after “·of”?\n"
        "Top-k 2 removes “c”: 2 tokens are more likely.\n"
        "This lets it in: Top-k 3\n"
        "model: logit 0.69, rank 3, 12.5 % → top-k 2: out\n"
        "No temperature lets it in.\n"
        "With Top-k 3, draws from 0.8571 to 1.0000 pick it; the recorded draw is 0.1000.\n"
    )


# ---------------------------------------------------------------- sentences and figures


@pytest.mark.parametrize(
    ("removal", "sentence"),
    [
        (Removal("top-k", "top_k", 1, 2, 0.5, 0.5), "Top-k 1 removes “x”: one token is more likely."),
        (Removal("top-k", "top_k", 40, 57, 0.9, 0.1), "Top-k 40 removes “x”: 56 tokens are more likely."),
        (
            Removal("top-p", "top_p", 0.9, 2, 0.95, 0.01),
            "Top-p 0.90 removes “x”: the token before it has 95.0 % already.",
        ),
        (
            Removal("top-p", "top_p", 0.9, 1_234, 0.95, 0.01),
            "Top-p 0.90 removes “x”: the 1,233 tokens before it have 95.0 % already.",
        ),
        (
            Removal("temperature", "temperature", 0.0, 2, 0.5, 0.5),
            "Temperature 0.00 removes “x”: it leaves only the most likely token.",
        ),
        (Removal("repetition-penalty", "repetition_penalty", 1.5, 2, 0.5, 0.5), "penalty 1.50 removes “x”."),
    ],
)
def test_every_stage_has_its_measure(removal: Removal, sentence: str) -> None:
    assert removal_sentence("x", removal) == sentence


def test_the_way_shows_what_each_applied_stage_made_of_the_token() -> None:
    settings = SamplingSettings(1.0, 0.5, 3, 0.9, 0.0)
    assert [(stop.label, stop.figures, stop.removed) for stop in way_of(answer(2, settings))] == [
        ("model", "logit 0.69, rank 3, 12.5 %", False),
        ("temperature 0.50", "4.65 %", False),
        ("top-k 3", "4.76 %", False),
        ("top-p 0.90", "out", True),
    ]


def test_a_rank_is_told_again_where_a_penalty_changes_it() -> None:
    settings = OFF.changed("repetition_penalty", 2.0)
    result = run_chain(FIVE, np.array([0]), settings)
    told = finish(ask_why_not(Inquest(result, settings, np.array([0]), 1), 0.1))
    # ln 8 / 2 = 1.04 is less than ln 4 = 1.39: of √8 + 4 + 2 + 1 + 1 = 10.83.
    assert [stop.figures for stop in way_of(told)] == ["logit 1.39, rank 2, 25.0 %", "rank 1, 36.9 %"]


@pytest.mark.parametrize(
    ("probability", "written"),
    [(0.357, "35.7 %"), (0.0021, "0.210 %"), (1.0, "100 %"), (3.2e-9, "3.20 × 10⁻⁷ %"), (0.0, "0 %")],
)
def test_percentages_have_three_digits_however_small(probability: float, written: str) -> None:
    assert percent(probability) == written


@pytest.mark.parametrize(
    ("draws", "written"),
    [
        ((0.93124, 0.93187), ("0.93124", "0.93187")),
        ((0.0, 0.72361), ("0.0000", "0.7236")),
        ((0.99999987, 1.0), ("0.99999987", "1.00000000")),
    ],
)
def test_draws_have_digits_enough_to_tell_them_apart(
    draws: tuple[float, float], written: tuple[str, str]
) -> None:
    assert draw_range(*draws) == written


def test_values_have_the_decimals_they_need_and_filters_can_be_off() -> None:
    assert value_text(top_k.STAGE, 34_423) == "34,423"
    assert value_text(top_k.STAGE, 0) == "off"
    assert value_text(top_p.STAGE, 1.0) == "off"
    assert value_text(top_p.STAGE, 0.9975) == "0.9975"
    assert value_text(min_p.STAGE, 0.00005) == "0.00005"
    assert value_text(temperature.STAGE, 1.0) == "1.00"


def test_the_way_back_names_what_was_changed() -> None:
    back = offer_back(OFF.changed("top_k", 40), OFF.changed("top_k", 57))
    assert (back.label, back.settings) == ("Back to Top-k 40", OFF.changed("top_k", 40))
