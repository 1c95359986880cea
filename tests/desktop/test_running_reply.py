"""The generation that runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.conversation import ChatMessage, ReplyFacts
from desktop.running_reply import ReplyPlan, RunningReply
from inference.contract import Step, Token
from inference.sampling.settings import SamplingSettings

PLAN = ReplyPlan(1, SamplingSettings(), 7, "")


def step(position: int, number: int, piece: bytes, special: bool = False, total_ms: float = 10.0) -> Step:
    """A step whose token says something."""
    token = Token(number, piece, special, "reply")
    return Step(1, position, token, 0.0, -1.0, -1.0, 1, 2.0, 0.5, SamplingSettings(), (), 1.0, total_ms)


def test_every_generation_has_its_own_number() -> None:
    reply = RunningReply()
    first = reply.begin(PLAN)
    reply.extend([step(1, 5, b"a")])
    assert reply.new_steps == 1
    second = reply.begin(None)
    assert second != first
    assert reply.restoring
    assert reply.steps == []
    reply.give_up()
    assert reply.number not in (first, second)


def test_kept_tokens_are_not_new() -> None:
    reply = RunningReply()
    reply.begin(replace(PLAN, kept=(step(4, 5, b"a"),)))
    assert (len(reply.steps), reply.new_steps) == (1, 0)
    reply.extend([step(5, 6, b"b")])
    assert (len(reply.steps), reply.new_steps) == (2, 1)


def test_a_message_is_told_its_text_ids_and_figures() -> None:
    reply = RunningReply()
    reply.begin(PLAN)
    reply.extend([step(4, 5, b"caf\xc3"), step(5, 6, b"\xa9"), step(6, 2, b"<end>", special=True)])
    message = ChatMessage("assistant", "")
    facts = ReplyFacts(3, 40.0, 1.5, "end")
    reply.complete(message, facts, end_ids={2})
    assert message.text == "café"
    assert message.ids == (5, 6), "the token that ends a reply belongs to the template"
    assert message.facts is facts


def test_the_pace_is_that_of_the_last_tokens() -> None:
    reply = RunningReply()
    reply.begin(PLAN)
    assert reply.pace == 0.0
    reply.extend([step(at, 5, b"a", total_ms=1000.0) for at in range(10)])
    reply.extend([step(at, 5, b"a", total_ms=20.0) for at in range(10, 60)])
    assert reply.pace == pytest.approx(50.0)
