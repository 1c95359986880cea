"""Replies written one after the other, and everything that ends that."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop.comparison.replay_queue import ReplayQueue, Wanted
from desktop.session import Session
from inference.contract import Generate
from inference.sampling.settings import SamplingSettings
from tests.desktop.drawing_engine import DrawingEngine

Settle = Callable[[], None]
WANTED = (Wanted(11, SamplingSettings(temperature=1.5)), Wanted(12, SamplingSettings(temperature=0.0)))


@pytest.fixture
def queue(replied: Session) -> ReplayQueue:
    return ReplayQueue(replied, replied)


@pytest.fixture
def ends(queue: ReplayQueue) -> list[str]:
    """What the queue says when it ends."""
    said: list[str] = []
    queue.ended.connect(said.append)
    return said


@pytest.fixture
def written(queue: ReplayQueue) -> list[tuple[int, int]]:
    """Keys and numbers of what was written."""
    told: list[tuple[int, int]] = []
    queue.written.connect(lambda key, number: told.append((key, number)))
    return told


def last_reply(session: Session) -> int:
    return session.messages[-1].id


def test_one_after_the_other_with_the_same_prompt_and_seed(
    qtbot: QtBot,
    replied: Session,
    engine: DrawingEngine,
    queue: ReplayQueue,
    ends: list[str],
    written: list[tuple[int, int]],
) -> None:
    first = last_reply(replied)
    asked = len(engine.commands)
    queue.start(first, WANTED)
    assert (queue.writing, queue.waiting) == (11, (12,))
    qtbot.waitUntil(lambda: replied.take_events() or not queue.running)
    assert [key for key, _ in written] == [11, 12]
    assert ends == [""]
    generated = [
        one for one in engine.commands[asked:] if isinstance(one, Generate) and one.max_tokens is None
    ]
    assert [(one.seed, one.settings) for one in generated] == [(104, wanted.settings) for wanted in WANTED]
    records = replied.archive.history.messages.beside(first)
    assert [record.id for record in records] == [first, *(number for _, number in written)]
    assert [(record.reason, record.origin and record.origin.message) for record in records[1:]] == [
        ("replayed", first)
    ] * 2
    prompts = {replied.archive.history.replies.prompt_table(record.id).ids for record in records}
    assert len(prompts) == 1


def test_stop_ends_the_one_that_is_written_and_all_behind_it(
    qtbot: QtBot,
    replied: Session,
    engine: DrawingEngine,
    queue: ReplayQueue,
    ends: list[str],
    written: list[tuple[int, int]],
) -> None:
    engine.automatic = False
    queue.start(last_reply(replied), WANTED)
    engine.advance(3)
    replied.take_events()
    queue.stop()
    qtbot.waitUntil(lambda: replied.take_events() or not queue.running)
    assert [key for key, _ in written] == [11], "what was written stays a branch"
    assert replied.archive.history.messages.path(written[0][1])[-1].reply is not None
    assert ends == [""], "who stops knows why the rest is not there"


def test_stop_before_the_first_token_says_nothing_either(
    qtbot: QtBot, replied: Session, engine: DrawingEngine, queue: ReplayQueue, ends: list[str]
) -> None:
    """Fault 51."""
    engine.automatic = False
    queue.start(last_reply(replied), WANTED)
    queue.stop()
    queue.stop()
    qtbot.waitUntil(lambda: replied.take_events() or not queue.running)
    assert ends == [""]


def test_what_a_person_asks_for_between_two_replies_is_not_stopped(
    qtbot: QtBot, replied: Session, engine: DrawingEngine, queue: ReplayQueue, ends: list[str]
) -> None:
    queue.start(last_reply(replied), WANTED)
    while not queue.waiting or queue.writing >= 0:
        replied.take_events()
    engine.automatic = False
    replied.send("And why are sunsets red?")
    engine.advance(2)
    qtbot.waitUntil(lambda: not queue.running)
    assert ends == ["One reply was not written: something else was asked for."]
    assert replied.busy
    replied.stop()
    qtbot.waitUntil(lambda: replied.take_events() or not replied.busy)


def test_stopping_a_reply_elsewhere_ends_the_queue_as_well(
    qtbot: QtBot, replied: Session, engine: DrawingEngine, queue: ReplayQueue, ends: list[str]
) -> None:
    engine.automatic = False
    queue.start(last_reply(replied), WANTED)
    engine.advance(3)
    replied.take_events()
    replied.stop()
    qtbot.waitUntil(lambda: replied.take_events() or not queue.running)
    assert ends == ["One reply was not written: the one before was not finished."]


def test_a_reply_without_a_token_is_not_written_at_all(
    qtbot: QtBot,
    replied: Session,
    engine: DrawingEngine,
    queue: ReplayQueue,
    ends: list[str],
    written: list[tuple[int, int]],
) -> None:
    """Fault 51: stopped before the first token, all is as it was."""
    first = last_reply(replied)
    engine.automatic = False
    queue.start(first, WANTED)
    replied.stop()
    qtbot.waitUntil(lambda: replied.take_events() or not queue.running)
    assert written == []
    assert ends == ["2 replies were not written: the one before was not finished."]
    assert last_reply(replied) == first


def test_another_conversation_ends_it_and_what_was_written_stays(
    qtbot: QtBot, replied: Session, engine: DrawingEngine, queue: ReplayQueue, ends: list[str]
) -> None:
    """Fault 52: the chat is left in the middle of a reply."""
    first = last_reply(replied)
    engine.automatic = False
    queue.start(first, WANTED)
    engine.advance(3)
    replied.take_events()
    replied.new_conversation()
    assert not queue.running
    assert len(ends) == 1
    assert "One reply was not written" in ends[0]
    kept = replied.archive.history.messages.beside(first)
    assert [record.reply is not None and record.reply.end_reason for record in kept] == ["end", "stopped"]


def test_a_deleted_conversation_ends_it(
    replied: Session, engine: DrawingEngine, queue: ReplayQueue, ends: list[str]
) -> None:
    """Fault 52: the chat is deleted in the middle of a reply."""
    engine.automatic = False
    queue.start(last_reply(replied), WANTED)
    engine.advance(2)
    replied.take_events()
    replied.archive.delete(replied.conversation.id)
    assert not queue.running
    assert len(ends) == 1


def test_a_lost_engine_ends_it(
    qtbot: QtBot, replied: Session, engine: DrawingEngine, queue: ReplayQueue, ends: list[str]
) -> None:
    """Fault 43, with others waiting: nothing is begun with an engine that is not there."""
    engine.automatic = False
    queue.start(last_reply(replied), WANTED)
    engine.advance(3)
    engine.crash()
    qtbot.waitUntil(lambda: replied.take_events() or not queue.running)
    assert len(ends) == 1
    assert "One reply was not written" in ends[0]


def test_another_model_ends_it(
    replied: Session, engine: DrawingEngine, queue: ReplayQueue, ends: list[str], settle: Settle
) -> None:
    """Fault 52: the model is switched in the middle of a reply."""
    engine.automatic = False
    queue.start(last_reply(replied), WANTED)
    engine.advance(3)
    replied.take_events()
    replied.open_model("another")
    assert not queue.running
    assert len(ends) == 1
    settle()
    assert not queue.running


def test_a_reply_that_cannot_be_written_again_is_told(
    replied: Session, queue: ReplayQueue, ends: list[str], settle: Settle
) -> None:
    queue.start(999, WANTED)
    settle()
    assert not queue.running
    assert ends == ["2 replies were not written: the reply it begins with cannot be written again now."]


def test_nothing_is_begun_twice(
    replied: Session, engine: DrawingEngine, queue: ReplayQueue, settle: Settle
) -> None:
    engine.automatic = False
    queue.start(last_reply(replied), WANTED[:1])
    queue.start(last_reply(replied), WANTED[1:])
    assert (queue.writing, queue.waiting) == (11, ())
    queue.start(last_reply(replied), ())
    replied.stop()
    settle()


def test_replies_of_others_are_none_of_its_business(
    replied: Session, queue: ReplayQueue, ends: list[str], settle: Settle
) -> None:
    replied.regenerate()
    settle()
    replied.new_conversation()
    queue.stop()
    assert ends == []
