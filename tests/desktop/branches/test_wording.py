"""What is said about a message of the tree: short, on one line, and nothing in it hides or reorders anything."""

from __future__ import annotations

import pytest

from desktop.branches.wording import EXCERPT, described, reason_text
from desktop.history.records import REASONS


def test_every_reason_has_a_sentence() -> None:
    sentences = [reason_text(reason) for reason in REASONS]
    assert len(set(sentences)) == len(REASONS)
    assert all(sentence.endswith(".") for sentence in sentences)


def test_it_says_who_and_how_it_begins() -> None:
    assert described("user", "Why is\n the  sky blue?") == "You: Why is the sky blue?"
    assert described("assistant", "") == "Reply: nothing yet"
    assert described("assistant", "a" * EXCERPT) == "Reply: " + "a" * EXCERPT
    assert described("assistant", "a" * (EXCERPT + 1)) == "Reply: " + "a" * EXCERPT + "…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\0b", "a⟨U+0000⟩b"),
        ("\u202eback", "⟨U+202E⟩back"),
        ("half \ud83d", "half ⟨U+D83D⟩"),
        ("👩‍🚀", "👩‍🚀"),
    ],
)
def test_fault_32_and_38_nothing_in_it_is_invisible_or_reorders_the_line(text: str, shown: str) -> None:
    assert described("user", text) == f"You: {shown}"
