"""Messages are a tree that only grows; the branch, the siblings and the titles follow from it."""

from __future__ import annotations

import pytest

from desktop.history.errors import HistoryError
from desktop.history.history import History
from desktop.history.records import Origin
from tests.desktop.history.samples import answer, talk, texts


def test_what_is_said_is_there_and_the_draft_is_empty(history: History) -> None:
    conversation = history.conversations.create("Be brief.")
    history.conversations.save_draft(conversation, "Why is")
    message = history.messages.say(conversation, None, "Why is the\nsky blue?")
    record = history.conversations.get(conversation)
    assert (record.leaf, record.draft, record.title) == (message, "", "Why is the sky blue?")
    assert record.system_prompt == "Be brief."
    assert texts(history, conversation) == ["Why is the\nsky blue?"]


def test_editing_makes_a_sibling_and_loses_nothing(history: History) -> None:
    conversation, leaf = talk(history, 2)
    first = history.messages.path(leaf)[0]
    edited = history.messages.say(conversation, None, "something else", "edited", first.id)
    assert texts(history, conversation) == ["something else"]
    (record,) = history.messages.path(edited)
    assert (record.siblings, record.place) == ((first.id, edited), (2, 2))
    assert (record.reason, record.origin) == ("edited", Origin(first.id))
    assert len(history.messages.path(leaf)) == 4
    assert history.conversations.get(conversation).title.startswith("question 0 about"), "as it began"


def test_one_message_and_what_could_stand_in_its_place_are_read_without_their_branch(
    history: History,
) -> None:
    conversation, leaf = talk(history, 2)
    question = history.messages.path(leaf)[2].id
    again = answer(history, question, "another answer", reason="regenerated", origin=Origin(leaf))
    beside = history.messages.beside(again)
    assert [record.id for record in beside] == [leaf, again]
    assert beside == history.messages.beside(leaf)
    assert history.messages.record(again) == history.messages.path(again)[-1]
    (first,) = history.messages.beside(history.messages.path(leaf)[0].id)
    assert (first.parent, first.siblings) == (None, (first.id,))
    other, _ = talk(history, 1)
    assert other != conversation
    assert len(history.messages.beside(first.id)) == 1, "those of other conversations are none of its own"
    assert history.messages.record(999) is None


def test_the_tree_has_every_branch_and_the_arrows_lead_to_the_newest_leaf(history: History) -> None:
    conversation, leaf = talk(history, 2)
    path = history.messages.path(leaf)
    again = answer(history, path[0].id, "another answer", reason="regenerated", origin=Origin(path[1].id))
    tree = history.messages.tree(conversation)
    assert [(node.id, node.parent, node.depth) for node in tree] == [
        (path[0].id, None, 0),
        (path[1].id, path[0].id, 1),
        (path[2].id, path[1].id, 2),
        (path[3].id, path[2].id, 3),
        (again, path[0].id, 1),
    ]
    assert history.messages.newest_leaf(path[1].id) == leaf
    assert history.messages.newest_leaf(path[0].id) == again
    history.conversations.choose_leaf(conversation, leaf)
    assert texts(history, conversation) == [message.text for message in path]


def test_a_message_cannot_follow_one_of_another_conversation(history: History) -> None:
    (_, leaf), (other, _) = talk(history, 1), talk(history, 1)
    with pytest.raises(HistoryError, match=f"Conversation {other} has no message {leaf}"):
        history.messages.say(other, leaf, "here?")
    with pytest.raises(HistoryError, match="There is no conversation 99"):
        history.messages.say(99, None, "here?")
    with pytest.raises(HistoryError, match=f"has no message {leaf}"):
        history.conversations.choose_leaf(other, leaf)


def test_what_nobody_answered_can_be_taken_back(history: History) -> None:
    conversation, leaf = talk(history, 1)
    message = history.messages.say(conversation, leaf, "a mistake")
    history.messages.withdraw(message, "a mistake")
    record = history.conversations.get(conversation)
    assert (record.leaf, record.draft) == (leaf, "a mistake")
    assert history.search.find("mistake") == ()
    with pytest.raises(HistoryError, match="has answers"):
        history.messages.withdraw(history.messages.path(leaf)[0].id)


def test_what_is_typed_in_place_of_a_message_is_kept_until_it_is_forgotten(history: History) -> None:
    conversation, leaf = talk(history, 1)
    question = history.messages.path(leaf)[0]
    assert history.messages.edit_of(question.id) is None
    history.messages.save_edit(question.id, "a better")
    history.messages.save_edit(question.id, "a better question")
    assert history.messages.edit_of(question.id) == "a better question"
    assert history.messages.edited(conversation) == {question.id}
    assert texts(history, conversation)[0] == question.text, "the message itself is as it was"
    other, _ = talk(history, 1)
    assert history.messages.edited(other) == frozenset()
    history.messages.save_edit(question.id, None)
    history.messages.save_edit(question.id, None)
    assert history.messages.edit_of(question.id) is None


def test_what_is_typed_in_place_of_a_message_goes_with_it(history: History) -> None:
    conversation = history.conversations.create()
    message = history.messages.say(conversation, None, "a mistake")
    history.messages.save_edit(message, "a better question")
    history.messages.withdraw(message)
    assert history.messages.edit_of(message) is None
    with pytest.raises(HistoryError):
        history.messages.save_edit(message, "too late")


def test_the_beginning_of_a_message_can_be_read_alone(history: History) -> None:
    conversation = history.conversations.create()
    message = history.messages.say(conversation, None, "Why is the sky blue?")
    halved = history.messages.say(conversation, message, "half \ud83d of a pair")
    assert history.messages.beginning(message, 7) == "Why is "
    assert history.messages.beginning(message, 99) == "Why is the sky blue?"
    assert history.messages.beginning(halved, 6) == "half \ud83d"
    assert history.messages.beginning(99, 7) == ""


def test_the_extent_tells_another_tree(history: History) -> None:
    conversation = history.conversations.create()
    assert history.messages.extent(conversation) == (0, 0)
    first = history.messages.say(conversation, None, "one")
    second = history.messages.say(conversation, first, "two")
    assert history.messages.extent(conversation) == (2, second)
    history.messages.withdraw(second)
    third = history.messages.say(conversation, first, "three")
    assert history.messages.extent(conversation) == (2, third) != (2, second)


@pytest.mark.parametrize("text", ["", " ", "a\0b", "half \ud83d", "\u202eback", "é" * 500, "😀", "a\r\nb"])
def test_fault_32_any_text_comes_back_as_it_was(history: History, text: str) -> None:
    conversation = history.conversations.create(text)
    history.conversations.save_draft(conversation, text)
    assert history.conversations.get(conversation).draft == text
    history.messages.say(conversation, None, text + " end")
    (message,) = history.messages.path(history.conversations.get(conversation).leaf)
    history.messages.save_edit(message.id, text)
    assert history.messages.edit_of(message.id) == text
    assert texts(history, conversation) == [text + " end"]
    assert history.conversations.get(conversation).system_prompt == text
    assert [hit.conversation for hit in history.search.find("end")] == [conversation]
    history.conversations.rename(conversation, text)
    history.conversations.list()


def test_what_was_taken_back_names_nothing(history: History) -> None:
    conversation = history.conversations.create()
    history.messages.withdraw(history.messages.say(conversation, None, "a slip"), "a slip")
    assert history.conversations.get(conversation).title == ""
    history.messages.say(conversation, None, "a question")
    assert history.conversations.get(conversation).title == "a question"
    history.conversations.rename(conversation, "Mine")
    history.messages.withdraw(history.messages.path(history.conversations.get(conversation).leaf)[-1].id)
    assert history.conversations.get(conversation).title == "Mine"
