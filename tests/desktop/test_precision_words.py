"""How weights are kept is said in the window's language; what nobody knows stays as it is."""

from __future__ import annotations

import pytest

from desktop.precision_words import precision_words
from models.graphs.precision import PRECISIONS


@pytest.mark.parametrize(
    "label",
    [
        *(one.label for one in PRECISIONS),
        "8-bit blocks of 32, 1 bit flipped",
        "8-bit blocks of 32, 1,024 bits flipped",
        "4-bit blocks of 128, the rest 16-bit brain floating point",
        "4-bit numbers, the rest 8-bit integers",
        "Q4_1",
        "",
    ],
)
def test_in_english_it_says_what_the_label_says(label: str) -> None:
    assert precision_words(label.replace("1,024", "1024")) == label


def test_what_is_from_a_file_hides_nothing() -> None:
    assert precision_words("8-bit\u202e blocks") == "8-bit⟨U+202E⟩ blocks"
