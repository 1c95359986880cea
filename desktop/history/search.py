"""Finding conversations and messages by what is written in their titles and texts.

Knows nothing about how a hit is shown.

Words are found by their beginnings, without regard to case and accents (FTS5, unicode61). Whatever is typed is
ordinary text: quotes and operators have no meaning. What has no words that way (signs, parts of words in scripts
without spaces) is looked for as it is.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from desktop.history.database import Database

EXCERPT_WORDS = 16
"""Words of an excerpt around a hit."""

LONGEST_QUERY = 500
"""Characters of what is typed that count."""

FOUND = 100
"""Most conversations of one answer."""

_BEFORE = 40
"""Characters before a hit that is not made of words."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text with places in it that match.

    Args:
        text: of a title or around a hit.
        hits: first character and one past the last of every match.
    """

    text: str
    hits: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation in which something was found.

    Args:
        conversation: its number.
        title: its title, with what matches in it.
        message: the newest message that matches; ``None`` where only the title does.
        excerpt: of that message.
        messages: how many messages match.
    """

    conversation: int
    title: Excerpt
    message: int | None
    excerpt: Excerpt
    messages: int


def match_expression(query: str) -> str:
    """What is typed as FTS5 wants it: every word quoted, each the beginning of a word; empty where there is none."""
    words = "".join(one if _is_word(one) else " " for one in query[:LONGEST_QUERY]).split()
    return " ".join(f'"{word}"*' for word in words)


class Search:
    """Search in a database. All methods raise `HistoryError` where it cannot be read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, query: str, limit: int = FOUND) -> tuple[Hit, ...]:
        """Conversations in which all words of a query are in the title or in one message, the last changed first.

        Args:
            query: what is typed.
            limit: most conversations of the answer.
        """
        if not query.strip():
            return ()
        match = match_expression(query)
        hits = self._by_words(match, limit) if match else ()
        return hits or self._as_it_is(query.strip()[:LONGEST_QUERY], limit)

    def _by_words(self, match: str, limit: int) -> tuple[Hit, ...]:
        rows = self._database.rows(
            "WITH found (conversation, message, messages) AS MATERIALIZED ("
            "SELECT m.conversation, max(m.id), count(*) FROM message_search AS s JOIN messages AS m "
            "ON m.id = s.rowid WHERE s.message_search MATCH ? GROUP BY m.conversation), "
            "titled (conversation) AS MATERIALIZED (SELECT rowid FROM title_search WHERE title_search MATCH ?) "
            "SELECT c.id, found.message, coalesce(found.messages, 0), titled.conversation FROM conversations AS c "
            "LEFT JOIN found ON found.conversation = c.id LEFT JOIN titled ON titled.conversation = c.id "
            "WHERE c.deleted_ms IS NULL AND (found.message IS NOT NULL OR titled.conversation IS NOT NULL) "
            "ORDER BY c.pinned DESC, c.touched DESC LIMIT ?",
            (match, match, limit),
        )
        titles = self._titles(match, [row[0] for row in rows], [row[3] for row in rows if row[3] is not None])
        excerpts = self._excerpts(match, [row[1] for row in rows if row[1] is not None])
        nothing = Excerpt("")
        return tuple(
            Hit(
                conversation,
                titles.get(conversation, nothing),
                message,
                excerpts.get(message, nothing),
                messages,
            )
            for conversation, message, messages, _ in rows
        )

    def _as_it_is(self, text: str, limit: int) -> tuple[Hit, ...]:
        rows = self._database.rows(
            "SELECT c.id, t.text, m.id, m.text, m.messages FROM conversations AS c "
            "JOIN title_search AS t ON t.rowid = c.id LEFT JOIN ("
            "SELECT messages.conversation, max(s.rowid) AS id, s.text, count(*) AS messages FROM message_search AS s "
            "JOIN messages ON messages.id = s.rowid WHERE instr(s.text, ?1) GROUP BY messages.conversation"
            ") AS m ON m.conversation = c.id WHERE c.deleted_ms IS NULL AND (m.id IS NOT NULL OR instr(t.text, ?1)) "
            "ORDER BY c.pinned DESC, c.touched DESC LIMIT ?2",
            (text.encode("utf-8", "replace").decode(), limit),
        )
        return tuple(
            Hit(conversation, _plain(title, text), message, _cut(said, text), messages or 0)
            for conversation, title, message, said, messages in rows
        )

    def _excerpts(self, match: str, messages: list[int]) -> dict[int, Excerpt]:
        """Excerpts of messages that match, by number."""
        return self._marked(
            f"snippet(message_search, 0, ?, ?, '…', {EXCERPT_WORDS})", "message_search", match, messages
        )

    def _titles(self, match: str, conversations: list[int], matching: list[int]) -> dict[int, Excerpt]:
        """Titles of conversations, those of some marked, by number."""
        rows = self._database.rows(
            f"SELECT rowid, text FROM title_search WHERE rowid IN ({_places(conversations)})",
            tuple(conversations),
        )
        titles = {number: Excerpt(text) for number, text in rows}
        return titles | self._marked("highlight(title_search, 0, ?, ?)", "title_search", match, matching)

    def _marked(self, text: str, table: str, match: str, numbers: list[int]) -> dict[int, Excerpt]:
        # Nobody can have typed the marks: they are new for every question.
        mark = secrets.token_hex(8)
        opening, closing = f"\ue000{mark}", f"\ue001{mark}"
        # One question, and with the plus one pass over what matches: asked one by one, 100 excerpts of what
        # the beginning of a word is in 10,000 messages took 300 ms instead of 3.
        rows = self._database.rows(
            f"SELECT rowid, {text} FROM {table} WHERE {table} MATCH ? AND +rowid IN ({_places(numbers)})",
            (opening, closing, match, *numbers),
        )
        return {number: _parted(marked, opening, closing) for number, marked in rows}


def _places(values: list[int]) -> str:
    return ", ".join("?" * len(values))


def _parted(marked: str, opening: str, closing: str) -> Excerpt:
    text, *parts = marked.split(opening)
    hits = []
    for part in parts:
        inside, _, after = part.partition(closing)
        hits.append((len(text), len(text) + len(inside)))
        text += inside + after
    return Excerpt(text, tuple(hits))


def _is_word(character: str) -> bool:
    # As unicode61 has it: letters, digits and private characters; marks belong to the letter before them.
    return unicodedata.category(character)[0] in "LNM" or unicodedata.category(character) == "Co"


def _plain(text: str, query: str) -> Excerpt:
    at = text.find(query)
    return Excerpt(text, ((at, at + len(query)),) if at >= 0 else ())


def _cut(text: str | None, query: str) -> Excerpt:
    if text is None:
        return Excerpt("")
    at = max(0, text.find(query))
    start = max(0, at - _BEFORE)
    before, after = "…" if start else "", text[start : at + len(query) + 2 * _BEFORE]
    excerpt = before + after
    return _plain(excerpt, query)
