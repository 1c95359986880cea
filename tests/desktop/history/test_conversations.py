"""The list of conversations: its order, its groups, and what can be done to one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

import pytest

from desktop.history.document_store import duplicate
from desktop.history.errors import HistoryError
from desktop.history.history import History
from desktop.history.records import local_day, utc_text
from desktop.history.texts import LONGEST_TITLE, TITLE_LENGTH, title_of
from inference.sampling.settings import SamplingSettings
from tests.desktop.history.samples import MODEL, talk, texts

DAY_MS = 86_400_000


def titles(history: History) -> list[str]:
    return [record.title for record in history.conversations.list()]


def say(history: History, text: str) -> int:
    conversation = history.conversations.create()
    history.messages.say(conversation, None, text)
    return conversation


def test_the_last_changed_is_first_and_pinned_ones_are_before_it(history: History) -> None:
    first, second, third = (say(history, text) for text in ("first", "second", "third"))
    assert titles(history) == ["third", "second", "first"]
    history.messages.say(first, history.conversations.get(first).leaf, "more")
    assert titles(history) == ["first", "third", "second"]
    history.conversations.pin(second)
    assert titles(history) == ["second", "first", "third"]
    history.conversations.pin(second, False)
    history.conversations.rename(third, " another\nname ")
    assert titles(history) == ["first", "another name", "second"]


def test_an_empty_conversation_is_not_listed_until_something_is_typed(history: History) -> None:
    conversation = history.conversations.create()
    assert history.conversations.list() == ()
    history.conversations.save_draft(conversation, "H")
    assert [record.draft for record in history.conversations.list()] == ["H"]


def test_deleting_can_be_undone_until_it_is_purged(history: History) -> None:
    conversation, leaf = talk(history, 2)
    other, _ = talk(history, 1, "other words")
    history.conversations.delete(conversation)
    assert [record.id for record in history.conversations.list()] == [other]
    assert [record.id for record in history.conversations.deleted()] == [conversation]
    assert history.search.find("question 1") == ()
    history.conversations.restore(conversation)
    assert len(texts(history, conversation)) == 4
    history.conversations.delete(conversation)
    assert history.conversations.purge_deleted() == 1
    assert history.messages.path(leaf) == ()
    assert history.conversations.deleted() == ()
    with pytest.raises(HistoryError, match=f"There is no conversation {conversation}"):
        history.conversations.restore(conversation)
    for table in ("messages", "replies", "chunks", "reply_settings"):
        ((count,),) = history.database.rows(f"SELECT count(*) FROM {table}")
        assert count <= 2


def test_fault_58_a_long_conversation_is_removed_without_recursion(history: History) -> None:
    conversation, leaf = talk(history, 1)
    with history.database.saving("make it long") as connection:
        for _ in range(3000):
            leaf = history.messages.add(conversation, leaf, "user", "x", 0, "sent", None)
        connection.execute("UPDATE conversations SET leaf = ?", (leaf,))
    assert len(history.messages.path(leaf)) == 3002
    history.conversations.purge(conversation)
    assert history.messages.tree(conversation) == ()


def test_numbers_are_never_used_twice(history: History) -> None:
    first, leaf = talk(history, 1)
    history.conversations.purge(first)
    second, other = talk(history, 1)
    assert second > first
    assert other > leaf


def test_a_title_can_be_given_and_taken_back(history: History) -> None:
    conversation = say(history, "the first message")
    history.conversations.rename(conversation, "x" * 2 * LONGEST_TITLE)
    assert len(history.conversations.get(conversation).title) == LONGEST_TITLE
    history.messages.say(conversation, None, "an edited first message", "edited")
    assert history.conversations.get(conversation).title_edited
    history.conversations.rename(conversation, "  ")
    record = history.conversations.get(conversation)
    assert (record.title, record.title_edited) == ("the first message", False)


def test_a_generated_title_is_one_short_line() -> None:
    assert title_of("a\n  b\tc") == "a b c"
    assert title_of("word " * 100) == ("word " * 100)[: TITLE_LENGTH - 1].rstrip() + "…"
    assert title_of("\ud800\0") == ""


def test_each_conversation_remembers_what_was_chosen_for_it(history: History) -> None:
    conversation = say(history, "hello")
    settings = SamplingSettings(temperature=0.25, top_k=3)
    history.conversations.set_settings(conversation, settings, 11)
    history.conversations.set_model(conversation, MODEL)
    history.conversations.set_system_prompt(conversation, "Rhyme.")
    record = history.conversations.get(conversation)
    assert (record.settings, record.seed, record.model) == (settings, 11, MODEL)
    assert record.system_prompt == "Rhyme."
    history.conversations.set_settings(conversation, settings)
    assert history.conversations.get(conversation).seed is None


def test_presets_are_named_and_kept(history: History) -> None:
    warm = SamplingSettings(temperature=1.5)
    history.presets.save(" Warm\n", SamplingSettings())
    history.presets.save("Warm", warm)
    assert history.presets.list() == (("Warm", warm),)
    with pytest.raises(HistoryError, match="needs a name"):
        history.presets.save(" ", warm)
    history.presets.remove("Warm")
    assert history.presets.list() == ()


def test_a_conversation_and_a_branch_can_be_duplicated(history: History) -> None:
    conversation, leaf = talk(history, 3)
    path = history.messages.path(leaf)
    history.messages.say(conversation, path[1].id, "another question", "edited", path[2].id)
    whole = duplicate(history, conversation)
    assert texts(history, whole) == texts(history, conversation)
    assert len(history.messages.tree(whole)) == 7
    branch = duplicate(history, conversation, path[3].id)
    assert texts(history, branch) == [message.text for message in path[:4]]
    assert len(history.messages.tree(branch)) == 4
    copied = history.messages.path(history.conversations.get(branch).leaf)[3]
    assert history.replies.steps(copied.id) == history.replies.steps(path[3].id)
    assert history.replies.prompt(copied.id) == history.replies.prompt(path[3].id)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.ms = 20_000 * DAY_MS

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dated(clock: Clock) -> Iterator[History]:
    history = History.in_memory(clock)
    yield history
    history.close()


def test_conversations_are_grouped_by_day(dated: History, clock: Clock) -> None:
    old = say(dated, "old")
    clock.ms += 3 * DAY_MS
    new = say(dated, "new")
    pinned = say(dated, "pinned")
    dated.conversations.pin(pinned)
    days = [(day, [record.id for record in group]) for day, group in dated.conversations.by_day()]
    assert days == [(None, [pinned]), (local_day(clock.ms), [new]), (local_day(clock.ms - 3 * DAY_MS), [old])]


def test_an_entry_has_a_draft_only_while_it_has_no_title(dated: History) -> None:
    typed = dated.conversations.create()
    dated.conversations.save_draft(typed, "half a \ud800 sentence")
    said = say(dated, "said")
    dated.conversations.save_draft(said, "not shown")
    ((_, entries),) = dated.conversations.by_day()
    assert [(entry.id, entry.title, entry.draft) for entry in entries] == [
        (said, "said", ""),
        (typed, "", "half a \ud800 sentence"),
    ]


def test_groups_end_at_the_limit_and_what_is_pinned_counts(dated: History) -> None:
    numbers = [say(dated, text) for text in ("one", "two", "three", "four")]
    dated.conversations.pin(numbers[0])
    dated.conversations.pin(numbers[1])
    assert [[entry.id for entry in entries] for _, entries in dated.conversations.by_day(3)] == [
        [numbers[1], numbers[0]],
        [numbers[3]],
    ]
    assert [day for day, _ in dated.conversations.by_day(2)] == [None]


def test_fault_55_order_is_told_by_numbers_when_the_clock_goes_backwards(
    dated: History, clock: Clock
) -> None:
    say(dated, "first")
    clock.ms -= 400 * DAY_MS
    second = say(dated, "second")
    clock.ms += 400 * DAY_MS
    say(dated, "third")
    assert titles(dated) == ["third", "second", "first"]
    days = [day for day, _ in dated.conversations.by_day()]
    assert len(days) == len(set(days)) == 2
    message = dated.messages.say(second, dated.conversations.get(second).leaf, "later, by a clock gone wrong")
    assert [one.id for one in dated.messages.path(message)] == sorted(
        one.id for one in dated.messages.path(message)
    )


@pytest.mark.parametrize("time_ms", [-(10**18), 10**18, -1])
def test_fault_55_a_time_that_no_calendar_has_is_still_a_time(time_ms: int) -> None:
    assert isinstance(local_day(time_ms), date)
    assert utc_text(time_ms).endswith("Z")


def test_times_are_of_this_machine_and_written_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Etc/GMT+11")
    time.tzset()
    try:
        assert local_day(1_767_225_600_000) == date(2025, 12, 31)
        assert utc_text(1_767_225_600_000) == "2026-01-01T00:00:00.000Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_was_left_unfinished_is_found(history: History) -> None:
    assert history.conversations.unfinished() == 0
    answered, _ = talk(history, 2)
    assert history.conversations.unfinished() == 0
    asked = history.conversations.create()
    history.messages.say(asked, None, "a question")
    assert history.conversations.unfinished() == asked
    typed = history.conversations.create()
    history.conversations.save_draft(typed, "half a")
    assert history.conversations.unfinished() == typed
    history.conversations.delete(typed)
    history.conversations.delete(asked)
    assert history.conversations.unfinished() == 0
    history.conversations.save_draft(answered, "and")
    for _ in range(20):
        history.conversations.create()
    assert history.conversations.unfinished() == 0, "long ago"


def test_what_was_deleted_can_be_restored_for_a_while() -> None:
    now = [1_000_000]
    history = History.in_memory(lambda: now[0])
    deleted, _ = talk(history, 1)
    history.conversations.delete(deleted)
    kept, _ = talk(history, 1)
    history.conversations.create()
    now[0] += 999
    assert history.conversations.purge_deleted(1000) == 1, "only what nothing was typed in"
    history.conversations.restore(deleted)
    history.conversations.delete(deleted)
    now[0] += 1000
    assert history.conversations.purge_deleted(1000) == 1
    assert [one.id for one in history.conversations.list()] == [kept]
    history.close()
