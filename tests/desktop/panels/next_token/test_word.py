"""A typed word made into tokens: with a space before it and without."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desktop.panels.next_token.word import WordReader, spellings_of
from desktop.session import Session
from inference.contract import Failed, Tokenize
from tests.desktop.panels.next_token.known_logits import BLUE, KnownEngine
from tests.desktop.scripted_engine import IDS

Settle = Callable[[], None]


@pytest.fixture
def reader(session: Session) -> WordReader:
    return WordReader(session, session)


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("ocean", (" ocean", "ocean")),
        (" ocean", (" ocean", "ocean")),
        ("·ocean", (" ocean", "ocean")),
        ("  ocean", ("  ocean", " ocean")),
        ("⏎", (" \n", "\n")),
        (" ", (" ",)),
    ],
)
def test_both_spellings_are_meant_whatever_was_typed(query: str, texts: tuple[str, ...]) -> None:
    assert spellings_of(query) == texts


def test_the_engine_is_asked_for_both_in_the_middle_of_a_text(
    reader: WordReader, engine: KnownEngine, settle: Settle
) -> None:
    reader.read("blue")
    assert reader.spellings == ()
    settle()
    assert reader.spellings == ((BLUE,), (IDS[b"blue"],))
    asked = [command for command in engine.commands if isinstance(command, Tokenize)]
    assert [(query.text, query.first) for query in asked] == [(" blue", False), ("blue", False)]


def test_what_is_no_word_of_the_model_has_several_tokens(reader: WordReader, settle: Settle) -> None:
    reader.read("bluered")
    settle()
    assert reader.spellings == ((BLUE, IDS[b"red"]), (IDS[b"blue"], IDS[b"red"]))


def test_answers_about_a_word_that_was_typed_over_are_dropped(
    reader: WordReader, engine: KnownEngine, settle: Settle
) -> None:
    engine.answering = False
    reader.read("red")
    reader.read("blue")
    engine.answering = True
    engine.answer()
    settle()
    assert reader.spellings == ((BLUE,), (IDS[b"blue"],))


def test_no_word_has_no_tokens(reader: WordReader, settle: Settle) -> None:
    reader.read("blue")
    reader.read("")
    settle()
    assert reader.done
    assert reader.spellings == ()


def test_why_there_are_no_tokens_is_told(reader: WordReader, engine: KnownEngine, session: Session) -> None:
    engine.answering = False
    reader.read("blue")
    query = next(command for command in engine.commands if isinstance(command, Tokenize))
    engine.post(Failed("tokenizer-failed", "It failed.", "Type another.", query=query.query))
    session.take_events()
    assert reader.refusal == "It failed. Type another."
    reader.read("red")
    assert reader.refusal == ""
