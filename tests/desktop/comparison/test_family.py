"""Which replies stand beside each other at first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop.comparison.family import MOST_VARIANTS, family_of, root_of, variants_of
from desktop.history.history import History
from desktop.history.records import Origin
from tests.desktop.history.samples import answer


@pytest.fixture
def history() -> Iterator[History]:
    opened = History.in_memory()
    yield opened
    opened.close()


@pytest.fixture
def question(history: History) -> int:
    return history.messages.say(history.conversations.create(""), None, "why")


def replay(history: History, question: int, origin: int) -> int:
    return answer(history, question, "again", reason="replayed", origin=Origin(origin))


def test_a_reply_stands_with_its_replays(history: History, question: int) -> None:
    first = answer(history, question, "because")
    one, other = replay(history, question, first), replay(history, question, first)
    anew = answer(history, question, "so", reason="regenerated", origin=Origin(first))
    variants = variants_of(history, other)
    assert [record.id for record in variants] == [first, one, other, anew]
    assert root_of(variants, other) == first
    assert family_of(variants, first, 4) == (first, one, other)
    assert family_of(variants, anew, 4) == (anew,), "other dice"


def test_a_replay_of_a_replay_has_the_same_dice(history: History, question: int) -> None:
    first = answer(history, question, "because")
    one = replay(history, question, first)
    other = replay(history, question, one)
    variants = variants_of(history, first)
    assert root_of(variants, other) == first
    assert family_of(variants, first, 4) == (first, one, other)


def test_of_many_replays_the_one_that_is_shown_and_the_newest_are_taken(
    history: History, question: int
) -> None:
    first = answer(history, question, "because")
    replays = [replay(history, question, first) for _ in range(5)]
    variants = variants_of(history, first)
    assert family_of(variants, first, 4) == (first, *replays[-3:])
    assert family_of(variants, replays[0], 4) == (first, replays[0], *replays[-2:])


def test_an_origin_elsewhere_ends_the_chain(history: History, question: int) -> None:
    """What an imported file says of origins need not make sense."""
    elsewhere = answer(history, question, "because")
    next_question = history.messages.say(1, elsewhere, "and that")
    astray = replay(history, next_question, elsewhere)
    assert root_of(variants_of(history, astray), astray) == astray


def test_no_more_variants_are_looked_at_than_anybody_reads(history: History, question: int) -> None:
    """Fault 58."""
    first = answer(history, question, "because", end=False)
    for _ in range(MOST_VARIANTS + 3):
        answer(history, question, "again", reason="regenerated", origin=Origin(first), end=False)
    assert len(variants_of(history, first)) == MOST_VARIANTS
