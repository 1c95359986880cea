"""What the sidebar says: titles, headings, counts.

Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QCoreApplication, QDate

from desktop.controls.numbers import format_count
from desktop.history.records import ConversationEntry, ConversationRecord
from desktop.history.search import FOUND, Excerpt, Hit
from desktop.history.texts import title_of
from desktop.language import spoken_locale
from desktop.sidebar.excerpts import visible
from desktop.sidebar.rows import Ending

translate = QCoreApplication.translate

_DAYS_OF_A_WEEK = 7


def day_heading(day: date | None, today: date) -> str:
    """How a day is called; ``None`` is above what is pinned."""
    if day is None:
        return translate("Sidebar", "Pinned")
    age = (today - day).days
    if age == 0:
        return translate("Sidebar", "Today")
    if age == 1:
        return translate("Sidebar", "Yesterday")
    locale = spoken_locale()
    # A day to come, by a clock that went wrong, is told by its date: “Monday” would be the last one.
    if 0 < age < _DAYS_OF_A_WEEK:
        return locale.standaloneDayName(day.isoweekday())
    pattern = (
        translate("Sidebar", "MMMM d", "a day of this year, in the notation of QLocale")
        if day.year == today.year
        else translate("Sidebar", "MMMM d, yyyy", "a day, in the notation of QLocale")
    )
    return locale.toString(QDate(day.year, day.month, day.day), pattern)


def shown_title(row: ConversationEntry | Hit) -> Excerpt:
    """The title of a conversation as it is shown, whole, with what was found in it."""
    if isinstance(row, Hit):
        return visible(row.title) if row.title.text else Excerpt(translate("Sidebar", "Untitled"))
    if row.title:
        return visible(Excerpt(row.title))
    draft = title_of(row.draft)
    if not draft:
        return Excerpt(translate("Sidebar", "Untitled"))
    return Excerpt(translate("Sidebar", "Draft: {text}").format(text=visible(Excerpt(draft)).text))


def record_title(record: ConversationRecord) -> str:
    """The same of a conversation that need not be listed."""
    draft = "" if record.title else record.draft
    entry = ConversationEntry(record.id, record.title, record.updated_ms, record.pinned, draft)
    return shown_title(entry).text


def count_messages(count: int) -> str:
    """How many messages match."""
    if count == 1:
        return translate("Sidebar", "1 message")
    return translate("Sidebar", "{count} messages").format(count=format_count(count))


def found_facts(hits: Sequence[Hit]) -> str:
    """How much was found; of a search that ended at its limit only that there is more."""
    if len(hits) >= FOUND:
        return translate("Sidebar", "{count}+ conversations").format(count=format_count(FOUND))
    if len(hits) == 1:
        conversations = translate("Sidebar", "1 conversation")
    else:
        conversations = translate("Sidebar", "{count} conversations").format(count=format_count(len(hits)))
    messages = sum(hit.messages for hit in hits)
    return f"{conversations}, {count_messages(messages)}" if messages else conversations


def ending_text(ending: Ending) -> str:
    """The last word of a list that could be longer."""
    if ending.searched:
        said = translate("Sidebar", "The first {count} are shown; more words find fewer.")
    else:
        said = translate("Sidebar", "The last {count} are listed; search finds all.")
    return said.format(count=format_count(ending.limit))


def spoken_row(row: ConversationEntry | Hit) -> str:
    """A conversation for screen readers."""
    title = shown_title(row).text
    if isinstance(row, ConversationEntry):
        return translate("Sidebar", "{title}, pinned").format(title=title) if row.pinned else title
    if not row.messages:
        return title
    return f"{title}, {count_messages(row.messages)}: {visible(row.excerpt).text}"
