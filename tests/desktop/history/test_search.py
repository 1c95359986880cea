"""Search finds words by their beginnings, shows where, and takes anything typed as ordinary text."""

from __future__ import annotations

import pytest

from desktop.history.history import History
from desktop.history.search import Excerpt, match_expression
from tests.desktop.history.samples import answer


def say(history: History, *messages: str) -> int:
    conversation = history.conversations.create()
    leaf = None
    for text in messages:
        leaf = history.messages.say(conversation, leaf, text)
    return conversation


def found(history: History, query: str) -> list[int]:
    return [hit.conversation for hit in history.search.find(query)]


def marked(excerpt: Excerpt) -> list[str]:
    return [excerpt.text[start:stop] for start, stop in excerpt.hits]


def test_words_are_found_without_accents_and_by_their_beginnings(history: History) -> None:
    one = say(history, "Eu não sei, São Paulo é grande")
    two = say(history, "nothing of that")
    assert found(history, "nao") == [one]
    assert found(history, "NÃO SAO") == [one]
    assert found(history, "grand") == [one]
    assert found(history, "noth") == [two]
    assert found(history, "nao nothing") == []


def test_hits_are_marked_where_they_are(history: History) -> None:
    conversation = say(history, "hello", "the quick brown fox jumps over the lazy dog " * 3 + "Ação agora")
    history.conversations.rename(conversation, "An “acao” title")
    (hit,) = history.search.find("acao")
    assert marked(hit.title) == ["acao"]
    assert marked(hit.excerpt) == ["Ação"]
    assert hit.excerpt.text.startswith("…")
    assert hit.messages == 1


def test_every_hit_has_its_own_excerpt_and_its_own_title(history: History) -> None:
    for number in range(3):
        conversation = say(history, f"number {number}", f"the {number}th sky, and a skylight")
        history.conversations.rename(conversation, f"Title {number}" + " of the sky" * (number == 1))
    hits = history.search.find("sky")
    assert [(hit.title.text, marked(hit.title)) for hit in hits] == [
        ("Title 2", []),
        ("Title 1 of the sky", ["sky"]),
        ("Title 0", []),
    ]
    assert [(hit.excerpt.text, marked(hit.excerpt)) for hit in hits] == [
        (f"the {number}th sky, and a skylight", ["sky", "skylight"]) for number in (2, 1, 0)
    ]


def test_a_title_alone_is_enough_and_the_last_changed_is_first(history: History) -> None:
    one, two = say(history, "apples"), say(history, "pears")
    history.conversations.rename(one, "fruit")
    history.messages.say(two, None, "fruit")
    hits = history.search.find("fruit")
    assert [hit.conversation for hit in hits] == [two, one]
    assert [hit.message is None for hit in hits] == [False, True]
    assert [hit.excerpt.text for hit in hits] == ["fruit", ""]


@pytest.mark.parametrize(
    "query",
    [
        '"', "'", '""', '"sky', "sky OR", "NOT sky",
        "sky AND NEAR(", "text:sky", "sky*", "(sky", "^sky", "-sky", "{sky",
        "sky)", "sky+", "%sky", "sky_", "sky\\", "sky;", "sky\0", "sky \ud800", "sky -- x", "*", "+", "{}", ":", "😀",
    ],
)  # fmt: skip
def test_operators_and_quotes_are_ordinary_text(history: History, query: str) -> None:
    conversation = say(history, "the sky OR the sea AND NEAR NOT text x")
    assert found(history, query) in ([], [conversation])
    if query.strip("\"'()*^-{}%_\\;\0+:\ud800 😀"):
        assert found(history, query) == [conversation]


def test_signs_and_parts_of_words_are_looked_for_as_they_are(history: History) -> None:
    one, two = say(history, "x => y 😀 ok"), say(history, "我们今天学习")
    (hit,) = history.search.find("=>")
    assert (hit.conversation, marked(hit.excerpt)) == (one, ["=>"])
    assert found(history, "😀") == [one]
    assert found(history, "今天") == [two]
    assert found(history, "昨天") == []


def test_nobody_can_forge_a_mark(history: History) -> None:
    say(history, "\ue000 sky \ue001 \ue000")
    (hit,) = history.search.find("sky")
    assert marked(hit.excerpt) == ["sky"]
    assert hit.excerpt.text == "\ue000 sky \ue001 \ue000"


def test_replies_are_found_and_the_number_of_hits_is_told(history: History) -> None:
    conversation = say(history, "one mango")
    leaf = answer(history, history.conversations.get(conversation).leaf or 0, "two mango")
    say(history, "unrelated")
    (hit,) = history.search.find("mango")
    assert (hit.conversation, hit.message, hit.messages) == (conversation, leaf, 2)


def test_fault_58_only_a_bounded_beginning_of_a_huge_message_is_indexed(history: History) -> None:
    conversation = say(history, "start " + "word " * 400_000 + "finish")
    assert found(history, "start") == [conversation]
    assert found(history, "finish") == []
    assert found(history, "x" * 10_000) == []


def test_an_empty_query_finds_nothing(history: History) -> None:
    say(history, "something")
    assert history.search.find("") == history.search.find("  \n") == ()


def test_every_word_is_quoted() -> None:
    assert match_expression('say "não" OR x') == '"say"* "não"* "OR"* "x"*'
    assert match_expression('"*"') == ""
