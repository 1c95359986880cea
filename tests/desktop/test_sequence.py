"""The token sequence: growing, replacing, and what stays known."""

from __future__ import annotations

import numpy as np

from desktop.sequence import TokenSequence
from inference.contract import Statistics, Step, Token
from inference.sampling.settings import SamplingSettings


def tokens(*ids: int) -> list[Token]:
    """Tokens of these IDs."""
    return [Token(number, b"x", False) for number in ids]


def step(position: int, number: int, logprob: float = -1.0) -> Step:
    """A step with little in it."""
    made = Token(number, b"x", False, "reply")
    return Step(1, position, made, 0.0, logprob, logprob, 3, 2.5, 0.5, SamplingSettings(), (), 1.0, 2.0)


def test_nothing_is_known_about_a_prompt() -> None:
    sequence = TokenSequence()
    assert sequence.replace(tokens(1, 2, 3)) == 0
    assert np.isnan(sequence.logprobs).all()
    assert sequence.ranks.tolist() == [0, 0, 0]
    assert sequence.first_unknown() == (1, 3)
    assert sequence.prompt_length == 3


def test_steps_are_known_at_once() -> None:
    sequence = TokenSequence()
    sequence.replace(tokens(1, 2))
    assert sequence.append([step(2, 7, -0.5), step(3, 8, -0.25)]) == (2, 4)
    assert sequence.logprobs[2:].tolist() == [-0.5, -0.25]
    assert sequence.ranks[2:].tolist() == [3, 3]
    assert sequence.entropies[2:].tolist() == [2.5, 2.5]
    assert [token.id for token in sequence.tokens] == [1, 2, 7, 8]
    assert sequence.first_unknown() == (1, 2)


def test_a_step_that_does_not_fit_is_ignored() -> None:
    sequence = TokenSequence()
    sequence.replace(tokens(1, 2))
    assert sequence.append([step(5, 7)]) == (2, 2)


def test_replacing_keeps_what_is_known_about_the_common_beginning() -> None:
    sequence = TokenSequence()
    sequence.replace(tokens(1, 2))
    sequence.append([step(2, 7), step(3, 8)])
    assert sequence.replace(tokens(1, 2, 7, 9, 9)) == 3
    assert set(sequence.steps) == {2}
    assert sequence.logprobs[2] == -1.0
    assert np.isnan(sequence.logprobs[3:]).all()


def test_a_shorter_sequence_forgets_what_was_behind() -> None:
    sequence = TokenSequence()
    sequence.replace(tokens(1))
    sequence.append([step(position, 7) for position in range(1, 400)])
    sequence.replace(tokens(1))
    sequence.replace(tokens(*[1] + [5] * 399))
    assert np.isnan(sequence.logprobs[1:]).all()


def test_statistics_fill_what_was_unknown() -> None:
    sequence = TokenSequence()
    sequence.replace(tokens(1, 2, 3, 4))
    sequence.learn(Statistics(1, 3, np.float32([-1, -2]), np.array([1, 2]), np.float32([3, 4])))
    assert sequence.first_unknown() == (3, 4)
    # More than there are tokens: of a sequence that was cut meanwhile.
    sequence.learn(Statistics(3, 9, np.zeros(6, np.float32), np.ones(6, np.int64), np.zeros(6, np.float32)))
    assert sequence.first_unknown() is None
