"""Conversations: prompts, where messages stand, and the figures of a reply."""

from __future__ import annotations

import math

import pytest

from desktop.conversation import Aside, ChatMessage, Conversation, asides_in, reply_facts, said_in
from desktop.history.model_identity import ModelIdentity
from inference.contract import Message, Token
from tests.desktop.test_sequence import step


def test_the_prompt_has_the_system_prompt_first_and_replies_by_their_ids() -> None:
    conversation = Conversation(system_prompt="Be brief.")
    conversation.messages = [
        ChatMessage("user", "Hi"),
        ChatMessage("assistant", "Hello", ids=(5, 6)),
        ChatMessage("user", "Again"),
        ChatMessage("assistant", "", writing=True),
    ]
    assert conversation.prompt().messages == (
        Message("system", "Be brief."),
        Message("user", "Hi"),
        Message("assistant", "Hello", (5, 6)),
        Message("user", "Again"),
    )


def test_a_blank_system_prompt_is_none() -> None:
    conversation = Conversation(system_prompt=" \n", messages=[ChatMessage("user", "Hi")])
    assert [message.role for message in conversation.prompt().messages] == ["user"]


def test_spans_say_where_messages_stand() -> None:
    conversation = Conversation(offset=1)
    conversation.messages = [ChatMessage("user", "ab"), ChatMessage("assistant", "", writing=True)]
    conversation.sequence.replace(
        [
            Token(1, b"<s>", True),
            Token(2, b"S", False, "system", 0),
            Token(3, b"a", False, "user", 1),
            Token(4, b"b", False, "user", 1),
            Token(5, b"\n", False),
        ]
    )
    assert conversation.spans() == [(2, 4), (0, 0)]
    conversation.sequence.append([step(5, 9), step(6, 9)])
    assert conversation.spans() == [(2, 4), (5, 7)]


def test_facts_of_a_reply() -> None:
    steps = [step(5, 9, math.log(0.5)), step(6, 9, math.log(0.125))]
    facts = reply_facts(steps, "end", decode_ms=20.0)
    assert facts.tokens == 2
    assert facts.tokens_per_second == pytest.approx(50.0)
    # The geometric mean of 2 and 8.
    assert facts.perplexity == pytest.approx(4.0)


def test_facts_of_one_token_and_of_none() -> None:
    assert reply_facts([step(5, 9)], "stopped").tokens_per_second == 0.0
    assert math.isnan(reply_facts([], "stopped").perplexity)


def test_what_was_thought_outlives_the_model_that_thought_it() -> None:
    asides = (Aside("analysis", "the sky", 2), Aside("commentary", "a tool", 2), Aside("thinking", "so", 1))
    said = [
        ChatMessage("user", "Why?"),
        ChatMessage("assistant", "Blue.", (5, 6), asides=asides, model=ModelIdentity("A", bundle="a")),
    ]
    conversation = Conversation(messages=said)
    assert conversation.prompt().messages[1] == Message("assistant", "Blue.", (5, 6), "the sky\n\nso")
    conversation.forget_tokens("a")
    assert conversation.prompt().messages[1].ids == (5, 6)
    conversation.forget_tokens("b")
    assert conversation.prompt().messages[1] == Message("assistant", "Blue.", None, "the sky\n\nso")


def test_a_reply_is_parted_by_its_channels() -> None:
    tokens = [
        Token(1, b"<|channel|>", True, "reply", channel="markup"),
        Token(5, b"a", False, "reply", channel="analysis"),
        Token(6, b"\xc3", False, "reply", channel="analysis"),
        Token(7, b"\xa9", False, "reply", channel="analysis"),
        Token(2, b"<|end|>", True, "reply", channel="markup"),
        Token(8, b"b", False, "reply"),
        Token(3, b"<|return|>", True, "reply"),
    ]
    assert asides_in(tokens) == (Aside("analysis", "aé", 3),)
    assert said_in(tokens) == "b"
