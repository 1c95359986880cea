"""Saves everything that can be saved on a full disk; run by `test_full_disk` in a process of its own.

Knows two ways to have a full disk: one that is small and filled, or, where nothing can be mounted, a limit on the
size of files.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from desktop.history.backups import make_backup
from desktop.history.document_store import duplicate
from desktop.history.errors import HistoryError
from desktop.history.history import History
from desktop.history.opening import FILE_NAME, open_history
from desktop.history.records import Origin
from desktop.history.replies import ReplyStart
from inference.sampling.settings import SamplingSettings
from tests.desktop.history.samples import MODEL, WARM, prompt_tokens, steps, talk

SMALL = 64 << 20


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    """No byte more fits while the block runs."""
    status = os.statvfs(folder)
    if status.f_blocks * status.f_frsize > SMALL:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        return
    filler = folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        size = 1 << 16
        while True:
            try:
                file.write(b"x" * size)
            except OSError:
                if size == 1:
                    break
                size = max(1, size // 2)
    try:
        yield
    finally:
        filler.unlink()


def reply_start(history: History, leaf: int, origin: Origin | None = None) -> ReplyStart:
    parent = history.messages.path(leaf)[-2].id
    return ReplyStart(parent, prompt_tokens(["x"]), MODEL, WARM, 3, origin=origin)


def saves(history: History, conversation: int, leaf: int, path: Path) -> dict[str, Callable[[], object]]:
    """Everything that writes, by name."""
    writer = history.replies.begin(reply_start(history, leaf))
    ending = history.replies.begin(reply_start(history, leaf))
    doomed, _ = talk(history, 1)
    deleted, _ = talk(history, 1)
    history.conversations.delete(deleted)
    unanswered = history.messages.say(conversation, leaf, "unanswered")
    position = len(prompt_tokens(["x"]))
    conversations = history.conversations
    first, other = history.messages.path(leaf)[0].id, replace(MODEL, name="Other")
    return {
        "create": lambda: conversations.create("new"),
        "draft": lambda: conversations.save_draft(conversation, "what is being typed " * 50),
        "say": lambda: history.messages.say(conversation, leaf, "one more"),
        "withdraw": lambda: history.messages.withdraw(unanswered, "unanswered"),
        "begin a reply": lambda: history.replies.begin(reply_start(history, leaf)),
        "branch a reply": lambda: history.replies.begin(reply_start(history, leaf, Origin(leaf, 2))),
        "append tokens": lambda: writer.append(steps("a few tokens", position)),
        "end a reply": lambda: ending.end("stopped"),
        "rename": lambda: conversations.rename(conversation, "another name"),
        "pin": lambda: conversations.pin(conversation),
        "delete": lambda: conversations.delete(doomed),
        "restore": lambda: conversations.restore(deleted),
        "purge": lambda: conversations.purge(deleted),
        "settings": lambda: conversations.set_settings(conversation, SamplingSettings(top_k=7), 5),
        "system prompt": lambda: conversations.set_system_prompt(conversation, "Be very brief."),
        "model": lambda: conversations.set_model(conversation, other),
        "leaf": lambda: conversations.choose_leaf(conversation, first),
        "preset": lambda: history.presets.save("one", WARM),
        "duplicate": lambda: duplicate(history, conversation),
        "backup": lambda: make_backup(history.database.connection, path),
    }


def content(history: History) -> str:
    """All that is kept, as text."""
    return "\n".join(history.database.connection.iterdump())


def main(folder: Path) -> None:
    """Try every save once while the disk is full and once more when it is not."""
    path = folder / FILE_NAME
    opened = open_history(path)
    history = opened.history
    conversation, leaf = talk(history, 2)
    told: dict[str, list[str]] = {}
    for name, save in saves(history, conversation, leaf, path).items():
        history.database.connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        before = content(history)
        with full(folder):
            try:
                save()
                told[name] = []
            except HistoryError as error:
                told[name] = [error.case, error.what, error.remedy]
            assert content(history) == before, name
            # What is there can be read, too.
            assert len(history.messages.path(leaf)) == 4
            history.search.find("question")
        save()
        if name != "backup":
            assert content(history) != before, name
    opened.close()
    again = open_history(path)
    assert again.notices == (), again.notices
    assert again.history.messages.path(leaf)
    again.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
