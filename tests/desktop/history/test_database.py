"""Transactions are all or nothing, facts are kept once, and odd content costs no more than itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.history.database import Database
from desktop.history.errors import HistoryError
from desktop.history.history import History
from desktop.history.records import ModelIdentity, model_of, settings_of
from desktop.history.replies import ReplyStart
from inference.sampling.settings import SamplingSettings
from tests.desktop.history.samples import MODEL, WARM, prompt_tokens, steps, talk, texts


def synchronous(database: Database) -> int:
    """2 is FULL, 1 is NORMAL."""
    return int(database.rows("PRAGMA synchronous")[0][0])


def test_what_a_person_did_is_durable_and_a_growing_reply_is_left_to_the_background(
    history: History, path: Path
) -> None:
    history.database.kept_in_background = True
    conversation = history.conversations.create()
    assert synchronous(history.database) == 2
    history.conversations.save_draft(conversation, "x")
    assert synchronous(history.database) == 1
    message = history.messages.say(conversation, None, "x")
    assert synchronous(history.database) == 2
    writer = history.replies.begin(ReplyStart(message, [], MODEL, WARM, 1))
    assert synchronous(history.database) == 2
    writer.append(steps("a b", 0))
    assert synchronous(history.database) == 1
    writer.end("end")
    assert synchronous(history.database) == 2
    assert history.database.rows("PRAGMA journal_mode") == [("wal",)]


def test_without_background_work_a_growing_reply_is_durable_once_a_second(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: seconds[0])
    conversation = history.conversations.create()
    found = []
    for now in (0.0, 0.4, 1.1, 1.2, 2.2):
        seconds[0] = now
        history.conversations.save_draft(conversation, str(now))
        found.append(synchronous(history.database))
    assert found == [1, 1, 2, 1, 2]


def test_fault_54_an_exception_in_the_middle_of_saving_saves_nothing(history: History) -> None:
    conversation, _ = talk(history, 1)

    def fail_in_the_middle() -> None:
        with history.database.saving("save something") as connection:
            history.database.fact_id("settings", {"new": 1})
            connection.execute("DELETE FROM messages")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle()
    assert len(texts(history, conversation)) == 2
    with history.database.saving("save something"):
        number = history.database.fact_id("settings", {"new": 1})
    assert history.database.fact(number) == {"new": 1}


def test_facts_are_kept_once(history: History) -> None:
    talk(history, 5)
    talk(history, 5)
    ((models,),) = history.database.rows("SELECT count(*) FROM facts WHERE kind = 'model'")
    ((prompts,),) = history.database.rows("SELECT count(*) FROM facts WHERE kind = 'system_prompt'")
    assert (models, prompts) == (1, 1)


def test_fault_52_a_conversation_may_go_while_its_reply_is_written(history: History) -> None:
    conversation, leaf = talk(history, 1)
    start = ReplyStart(leaf - 1, prompt_tokens(["x"]), MODEL, WARM, 1)
    writer = history.replies.begin(start)
    writer.append(steps("one", 4))
    history.conversations.delete(conversation)
    writer.append(steps("two", 5))
    history.conversations.purge(conversation)
    for _ in range(2):
        with pytest.raises(HistoryError, match="was removed"):
            writer.append(steps("three", 6))
    with pytest.raises(HistoryError, match="was removed"):
        writer.end("stopped")
    other, _ = talk(history, 1)
    assert len(texts(history, other)) == 2
    assert history.database.rows("PRAGMA foreign_key_check") == []


def test_fault_43_what_could_not_be_saved_is_saved_with_what_comes_next(history: History) -> None:
    _, leaf = talk(history, 1)
    writer = history.replies.begin(ReplyStart(leaf - 1, prompt_tokens(["x"]), MODEL, WARM, 1))
    history.database.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(HistoryError, match="could not save the reply"):
        writer.append(steps("one two", 3))
    history.database.connection.execute("PRAGMA query_only = OFF")
    writer.append(steps("three", 5))
    assert writer.end("lost").tokens == 3
    assert history.replies.steps(writer.message) == steps("one two three", 3)


@pytest.mark.parametrize(
    ("fact", "settings"),
    [
        ({"temperature": 0.5, "mirostat": 2}, SamplingSettings(temperature=0.5)),
        ({"temperature": 99, "top_k": "many", "top_p": None, "min_p": 0.1}, SamplingSettings(min_p=0.1)),
        ({"top_k": 10**400}, SamplingSettings()),
        (None, SamplingSettings()),
        ([1], SamplingSettings()),
    ],
)
def test_fault_49_a_setting_that_is_none_gives_way_to_the_default(
    fact: object, settings: SamplingSettings
) -> None:
    assert settings_of(fact) == settings


def test_fault_49_a_model_of_which_little_is_known_is_still_one() -> None:
    assert model_of({"name": "A", "threads": "2", "colour": "red"}) == ModelIdentity("A")
    assert model_of(None) == ModelIdentity("")


def test_fault_45_a_fact_that_cannot_be_read_is_told(history: History) -> None:
    conversation, _ = talk(history, 1)
    for content in ("{", json.dumps([])):
        history.database.connection.execute("UPDATE facts SET content = ? WHERE kind = 'model'", (content,))
        again = History(history.database.connection)
        if content == "{":
            with pytest.raises(HistoryError, match="is damaged on disk"):
                again.conversations.get(conversation)
        else:
            assert again.conversations.get(conversation).model == ModelIdentity("")
