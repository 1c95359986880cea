"""Rendered characters find their way back to the source."""

from __future__ import annotations

import numpy as np

from desktop.piece_text import Unit
from desktop.transcript.alignment import align, units_of


def found(source: str, rendered: str) -> str:
    """The source characters that the rendered ones came from, with a dot for none."""
    indices = align(source, rendered)
    assert indices is not None
    return "".join("·" if index < 0 else source[index] for index in indices)


def test_signs_of_emphasis_are_passed_over() -> None:
    indices = align("a **b** c", "a b c")
    assert indices is not None
    assert indices.tolist() == [0, 1, 4, 7, 8]


def test_addresses_of_links_are_passed_over() -> None:
    assert align("[see](http://a.b/and) and", "see and").tolist() == [1, 2, 3, 21, 22, 23, 24]  # type: ignore[union-attr]


def test_bullets_numbers_fences_and_headings_are_passed_over() -> None:
    source = "# a\n- b\n2. 2\n```c\nc\n```"
    assert found(source, "a b 2 c") == "a\nb\n2\nc"
    indices = align(source, "a b 2 c")
    assert indices is not None
    assert indices[4] == source.rindex("2")
    assert indices[6] == source.rindex("c")


def test_added_characters_have_no_source() -> None:
    indices = align("a", "a  ")
    assert indices is not None
    assert indices.tolist() == [0, -1, -1]


def test_what_does_not_belong_together_is_refused() -> None:
    assert align("abc", "abd") is None
    assert align("", "x") is None


def test_characters_know_their_units() -> None:
    units = [Unit(5, 6, "ab"), Unit(6, 7, "**"), Unit(7, 9, "c")]
    assert units_of(np.array([0, 1, 4, -1]), units).tolist() == [0, 0, 2, -1]
