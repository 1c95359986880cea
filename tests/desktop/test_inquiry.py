"""Inquiries: one question in flight, the newest next, answers about another sequence dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from desktop.inquiry import Inquiry
from desktop.session import Session
from inference.contract import Failed, ReadLogits, Token, Tokenize
from tests.desktop.scripted_engine import ScriptedEngine


@pytest.fixture
def inquiry(replied: Session, engine: ScriptedEngine) -> Iterator[Inquiry]:
    """An inquiry whose engine answers when the test lets it."""
    engine.answering = False
    engine.commands.clear()
    made = Inquiry(replied, replied)
    yield made
    made.deleteLater()


def asked(engine: ScriptedEngine) -> list[int]:
    """The positions asked for."""
    return [command.position for command in engine.commands if isinstance(command, ReadLogits)]


def collect(inquiry: Inquiry) -> list[object]:
    """What is answered from now on."""
    answers: list[object] = []
    inquiry.answered.connect(answers.append)
    return answers


def test_an_answer_comes_with_its_question(
    inquiry: Inquiry, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    answers = collect(inquiry)
    inquiry.ask(ReadLogits, position=5)
    assert inquiry.pending
    engine.answer()
    settle()
    assert np.array_equal(answers[0], engine.logits(5))
    assert isinstance(inquiry.query, ReadLogits)
    assert inquiry.query.position == 5
    assert not inquiry.pending


def test_while_a_question_is_in_flight_only_the_newest_further_one_is_kept(
    inquiry: Inquiry, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    answers = collect(inquiry)
    for position in (5, 6, 7, 8):
        inquiry.ask(ReadLogits, position=position)
    assert asked(engine) == [5]
    engine.answer()
    settle()
    assert asked(engine) == [5, 8]
    assert len(answers) == 1  # an old answer is better than none while questions never end
    engine.answer()
    settle()
    assert np.array_equal(answers[1], engine.logits(8))


def test_the_same_question_is_not_asked_twice(
    inquiry: Inquiry, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    inquiry.ask(ReadLogits, position=5)
    inquiry.ask(ReadLogits, position=6)
    inquiry.ask(ReadLogits, position=5)
    engine.answer()
    settle()
    assert asked(engine) == [5]


def test_an_answer_about_a_sequence_that_was_replaced_is_dropped(
    inquiry: Inquiry, replied: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    answers = collect(inquiry)
    inquiry.ask(ReadLogits, position=5)
    inquiry.ask(ReadLogits, position=6)
    replied.send("And now?")
    settle()
    engine.answer()
    settle()
    assert answers == []
    assert asked(engine) == [5]


def test_tokens_of_a_text_belong_to_no_sequence(
    inquiry: Inquiry, replied: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    answers = collect(inquiry)
    inquiry.ask(Tokenize, text="the sky")
    replied.send("And now?")
    settle()
    engine.answer()
    settle()
    (tokens,) = answers
    assert isinstance(tokens, tuple)
    assert all(isinstance(token, Token) for token in tokens)


def test_what_is_forgotten_is_not_delivered(
    inquiry: Inquiry, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    answers = collect(inquiry)
    inquiry.ask(ReadLogits, position=5)
    inquiry.forget()
    assert not inquiry.pending
    inquiry.ask(ReadLogits, position=6)
    engine.answer()
    settle()
    assert answers == []
    engine.answer()
    settle()
    assert len(answers) == 1


def test_a_refusal_is_told(inquiry: Inquiry, engine: ScriptedEngine, settle: Callable[[], None]) -> None:
    refusals: list[Failed] = []
    inquiry.refused.connect(refusals.append)
    inquiry.ask(ReadLogits, position=5)
    engine.post(
        Failed("no-row", "There is no such row.", "Ask for another.", query=engine.commands[-1].query)
    )  # type: ignore[union-attr]
    settle()
    assert refusals[0].case == "no-row"
    assert not inquiry.pending


def test_nothing_is_asked_without_a_model(unloaded_session: Session, engine: ScriptedEngine) -> None:
    inquiry = Inquiry(unloaded_session, unloaded_session)
    inquiry.ask(ReadLogits, position=0)
    assert not inquiry.pending
    assert engine.commands == []


def test_a_lost_engine_leaves_nobody_waiting(
    inquiry: Inquiry, replied: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    inquiry.ask(ReadLogits, position=5)
    engine.crash()
    settle()
    assert not inquiry.pending


def test_an_inquiry_may_die_before_its_answer(
    replied: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    engine.answering = False
    inquiry = Inquiry(replied)
    inquiry.ask(ReadLogits, position=5)
    del inquiry
    engine.answer()
    settle()
