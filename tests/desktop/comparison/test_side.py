"""A reply as it is compared, from the history and as it grows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from desktop.comparison.side import read_side, same_prompt
from desktop.history.history import History
from desktop.history.records import Origin
from tests.desktop.comparison.samples import OFF, PROMPT, side, step
from tests.desktop.history.samples import COLD, WARM, answer, prompt_tokens


@pytest.fixture
def history() -> History:
    return History.in_memory()


def test_a_reply_is_read_with_its_prompt_and_its_dice(history: History) -> None:
    conversation = history.conversations.create("Be brief.")
    question = history.messages.say(conversation, None, "why is that")
    reply = answer(history, question, "because it is", settings=COLD)
    found = read_side(history, reply)
    assert found is not None
    assert found.prompt.tolist() == [token.id for token in prompt_tokens(["why is that"])]
    assert [token.piece for token in found.tokens[:3]] == [b" because", b" it", b" is"]
    assert len(found) == 4, "the token that ended it is one of its tokens"
    assert (found.seed, found.end_reason, found.reason) == (7, "end", "answered")
    assert found.first_settings == COLD
    assert found.facts is not None
    assert found.facts.tokens == 4
    history.close()


def test_there_need_not_be_such_a_reply(history: History) -> None:
    conversation = history.conversations.create("")
    question = history.messages.say(conversation, None, "why is that")
    assert read_side(history, question) is None
    assert read_side(history, 999) is None
    history.close()


def test_settings_are_those_of_each_token(history: History) -> None:
    conversation = history.conversations.create("")
    question = history.messages.say(conversation, None, "why")
    first = answer(history, question, "one two three", settings=COLD)
    other = answer(history, question, "four five", origin=Origin(first, 2), settings=WARM, reason="branched")
    found = read_side(history, other)
    assert found is not None
    assert [found.settings_at(index) for index in (0, 1, 2, 3, 99)] == [COLD, COLD, WARM, WARM, WARM]
    assert found.settings_changed
    history.close()


def test_it_grows_by_the_steps_that_follow() -> None:
    begun = side([], end_reason=None)
    hot = OFF.changed("temperature", 1.5)
    grown = begun.grown([step(0, 11, settings=hot)]).grown([step(1, 12, settings=hot), step(2, 13)])
    assert grown.ids == (11, 12, 13)
    assert grown.settings == ((0, hot), (2, OFF)), (
        "the sliders moved before the first token, and after the second"
    )
    assert grown.sequence(2).tolist() == [*PROMPT, 11, 12]
    assert grown.logprobs.tolist() == pytest.approx([-math.log(2), -2 * math.log(2), -3 * math.log(2)])
    assert grown.draws.tolist() == [0.5, 0.5, 0.5]
    assert grown.sources == ("written",) * 3
    assert begun.ids == ()


def test_replies_to_the_same_tokens_can_be_laid_side_by_side() -> None:
    assert same_prompt(side([1]), side([2]))
    assert not same_prompt(side([1]), side([1], prompt=(7, 8)))


def test_a_long_reply_grows_in_pieces() -> None:
    """Fault 58: what is there is not made anew for every token."""
    ids = list(range(5000))
    long = side(ids, end_reason=None)
    rows = long.table.rows
    grown = long.grown([step(5000, 1)])
    assert len(grown) == 5001
    assert np.array_equal(grown.table.rows[:5000], rows)
