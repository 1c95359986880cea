"""The generation that runs."""

from __future__ import annotations

import pytest

from desktop.conversation import ChatMessage
from desktop.running_reply import RunningReply
from inference.contract import Step, Token
from inference.sampling.settings import SamplingSettings


def step(position: int, number: int, piece: bytes, special: bool = False, total_ms: float = 10.0) -> Step:
    """A step whose token says something."""
    token = Token(number, piece, special, "reply")
    return Step(1, position, token, 0.0, -1.0, -1.0, 1, 2.0, 0.5, SamplingSettings(), (), 1.0, total_ms)


def test_every_generation_has_its_own_number() -> None:
    reply = RunningReply()
    first = reply.begin(restoring=False)
    reply.extend([step(1, 5, b"a")])
    second = reply.begin(restoring=True)
    assert second != first
    assert reply.restoring
    assert reply.steps == []
    reply.give_up()
    assert reply.number not in (first, second)


def test_a_message_is_told_its_text_ids_and_figures() -> None:
    reply = RunningReply()
    reply.begin(restoring=False)
    reply.extend([step(4, 5, b"caf\xc3"), step(5, 6, b"\xa9"), step(6, 2, b"<end>", special=True)])
    message = ChatMessage("assistant", "")
    reply.complete(message, "end", end_ids={2}, decode_ms=50.0)
    assert message.text == "café"
    assert message.ids == (5, 6), "the token that ends a reply belongs to the template"
    assert message.facts is not None
    assert message.facts.tokens == 3
    assert message.facts.tokens_per_second == pytest.approx(40.0)


def test_the_pace_is_that_of_the_last_tokens() -> None:
    reply = RunningReply()
    reply.begin(restoring=False)
    assert reply.pace == 0.0
    reply.extend([step(at, 5, b"a", total_ms=1000.0) for at in range(10)])
    reply.extend([step(at, 5, b"a", total_ms=20.0) for at in range(10, 60)])
    assert reply.pace == pytest.approx(50.0)
