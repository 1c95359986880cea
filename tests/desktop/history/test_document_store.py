"""Conversations put beside the others in slices: hidden until they are whole, and never in the way of others."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from desktop.history import document_store
from desktop.history.database import connect
from desktop.history.document_store import insert_in_slices, load_document
from desktop.history.errors import HistoryError
from desktop.history.history import History
from tests.desktop.history.samples import talk, texts


def in_between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Do something between any two slices, of one message each."""
    monkeypatch.setattr(document_store, "SLICE_S", 0.0)
    monkeypatch.setattr(document_store.time, "sleep", lambda seconds: act())


def test_it_is_hidden_until_it_is_whole_and_others_save_meanwhile(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = talk(history, 3)
    document = load_document(history, number)
    with closing(History(connect(path), str(path))) as other:
        listed: list[int] = []
        found: list[int] = []

        def act() -> None:
            other.conversations.save_draft(number, "typed meanwhile")
            listed.append(len(other.conversations.list()))
            found.append(len({hit.conversation for hit in other.search.find("question")}))

        in_between(monkeypatch, act)
        copy = insert_in_slices(history, document)
        assert listed == found == [1] * len(document.messages)
        assert [one.id for one in other.conversations.list()] == [copy, number]
        assert texts(other, copy) == texts(other, number)
        assert other.conversations.deleted() == ()


def test_fault_46_what_cannot_be_saved_whole_is_not_there(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, _ = talk(history, 2)
    document = load_document(history, number)
    counted = itertools.count(1)
    whole = history.database.saving

    def full_at_last(doing: str, *, durable: bool = True) -> object:
        if next(counted) == 3:
            raise HistoryError("history-not-saved", "There is no room.", "Make some.")
        return whole(doing, durable=durable)

    monkeypatch.setattr(history.database, "saving", full_at_last)
    in_between(monkeypatch, lambda: None)
    with pytest.raises(HistoryError, match="There is no room"):
        insert_in_slices(history, document)
    monkeypatch.undo()
    assert [one.id for one in history.conversations.list()] == [number]
    assert history.conversations.deleted() == ()
    assert len(history.database.rows("SELECT id FROM messages")) == len(document.messages)
