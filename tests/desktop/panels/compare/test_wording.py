"""What the compare panel says."""

from __future__ import annotations

import math

import pytest

from desktop.comparison.column import Column
from desktop.comparison.divergence import Divergence, Measure, Removal, Summary
from desktop.history.records import MessageRecord
from desktop.panels.compare.wording import (
    column_title,
    difference_in_words,
    differing,
    measure_words,
    probability_words,
    quoted_token,
    record_title,
    setting_words,
    settings_in_words,
    summary_of_settings,
    summary_words,
)
from inference.contract import Token
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from tests.desktop.comparison.samples import OFF, side

SETTINGS = SamplingSettings()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("temperature", 0.8, "temperature 0.80"),
        ("temperature", 1.0, "temperature 1.00"),
        ("top_k", 40, "top-k 40"),
        ("top_k", 12_000, "top-k 12,000"),
        ("top_k", 0, "top-k off"),
        ("top_p", 1.0, "top-p off"),
        ("repetition_penalty", 1.1, "penalty 1.10"),
    ],
)
def test_a_setting_in_words(name: str, value: float, words: str) -> None:
    assert setting_words(name, value) == words


def test_every_setting_has_words() -> None:
    assert set(settings_in_words(SETTINGS)) == set(SETTING_BOUNDS)
    assert summary_of_settings(SETTINGS) == "temperature 0.80 · top-k 40 · top-p 0.95"
    assert summary_of_settings(OFF) == "everything off"


def test_what_differs() -> None:
    other = SETTINGS.changed("temperature", 1.2).changed("top_k", 0)
    assert differing(other, (SETTINGS,)) == {"temperature", "top_k"}
    assert differing(SETTINGS, ()) == frozenset()
    assert difference_in_words(other, SETTINGS) == "temperature 1.20 · top-k off"
    assert difference_in_words(SETTINGS, SETTINGS) == ""


def test_what_a_column_is_called() -> None:
    first = Column(OFF, side=side([1]), reply=1)
    hot = Column(OFF.changed("temperature", 1.5))
    dice = Column(OFF, side=side([1], seed=9), reply=2)
    same = Column(OFF, side=side([1]), reply=3)
    columns = (first, hot, dice, same)
    assert column_title(first, columns, "") == "As it was written"
    assert column_title(first, columns, "The model alone") == "The model alone"
    assert column_title(hot, columns, "") == "temperature 1.50"
    assert column_title(hot, columns, "Wild") == "Wild"
    assert column_title(dice, columns, "The model alone") == "Other dice"
    assert column_title(same, columns, "") == "The same settings"
    assert column_title(Column(OFF, "Mine"), columns, "") == "Mine"


def test_infinity_says_what_was_removed_and_by_whom() -> None:
    measure = Measure(
        Divergence(math.inf, (Removal("top-k", 30, 0.032), Removal("min-p", 1, 0.5))), Divergence(0.25)
    )
    assert measure_words(measure, "C") == (
        "KL(A ‖ C) = ∞: top-k of C removed 30 tokens that A keeps (3.2 % together); "
        "min-p of C removed one token that A keeps (50.0 %)",
        "KL(C ‖ A) = 0.250 nats",
    )


def test_many_divergences_on_one_line() -> None:
    assert summary_words(Summary(3, 0.2, 0.3, 0), "", True) == "KL mean 0.200 · max 0.300"
    assert summary_words(Summary(3, 0.2, 0.3, 2), "", True) == "KL ∞ at 2 of 3 · mean 0.200 · max 0.300"
    assert summary_words(Summary(2, math.nan, math.nan, 2), "B", False) == "KL(B ‖ A) ∞ at 2 of 2"
    assert summary_words(Summary(0, math.nan, math.nan, 0), "B", True) == ""


def test_probabilities_and_pieces() -> None:
    assert probability_words(math.log(0.25), math.nan) == "p 25.0 % → –"
    assert probability_words(math.log(0.25), -math.inf) == "p 25.0 % → 0.0 %"
    assert quoted_token(Token(1, b"\xe3\x81", False)) == "“⟨E3 81⟩”"
    assert quoted_token(Token(2, b"<|im_end|>", True)) == "<|im_end|>"


def test_names_and_texts_of_strangers_are_escaped() -> None:
    """Fault 38: nothing in a name reorders the line it stands in."""
    override = "\N{RIGHT-TO-LEFT OVERRIDE}"
    first = Column(OFF, side=side([1]), reply=1)
    assert column_title(first, (first,), f"a{override}b") == "a⟨U+202E⟩b"
    assert column_title(Column(OFF, f"a{override}"), (first,), "") == "a⟨U+202E⟩"
    record = MessageRecord(5, 1, "assistant", f"{override}so", 0, "answered", None, (4, 5), None)
    assert record_title(record) == "Reply 2 of 2: ⟨U+202E⟩so"
