"""Fault 44: whenever the program is killed, everything it acknowledged is there at the next start.

``VITRINE_KILLS`` says how often it is killed; every kill comes at another moment of the same file's life.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from desktop.history.history import History
from desktop.history.opening import open_history
from tests.desktop.history.samples import MODEL, WARM

KILLS = int(os.environ.get("VITRINE_KILLS", "12"))
MOST_LINES = 400


def acknowledged_until_killed(path: Path, lines: int) -> list[list[Any]]:
    """What a child acknowledged that was killed after some lines, what was in the pipe then included."""
    command = [sys.executable, "-m", "tests.desktop.history.writing_child", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        said = [child.stdout.readline() for _ in range(lines)]
        child.kill()
        said += child.stdout.readlines()
        assert child.stderr.read() == ""
    return [json.loads(line) for line in said if line.endswith("\n")]


def check(history: History, acknowledged: list[list[Any]]) -> None:
    """Everything that was acknowledged is there, and nothing that was taken back in the meantime."""
    drafts: dict[int, str] = {}
    edits: dict[int, str] = {}
    messages: dict[int, str] = {}
    tokens: dict[int, tuple[int, str]] = {}
    ended: dict[int, str] = {}
    for kind, number, *facts in acknowledged:
        match kind:
            case "draft":
                drafts[number] = facts[0]
            case "edit":
                edits[number] = facts[0]
            case "message":
                messages[number] = facts[0]
            case "token":
                tokens[number] = (facts[0], facts[1])
            case "end":
                ended[number] = facts[0]
    for conversation, typed in drafts.items():
        record = history.conversations.get(conversation)
        said = [message.text for message in history.messages.path(record.leaf)]
        assert record.draft.startswith(typed) or any(text.startswith(typed) for text in said), typed
    for message, typed in edits.items():
        assert (history.messages.edit_of(message) or "").startswith(typed)
    for message, text in messages.items():
        assert history.messages.path(message)[-1].text == text
    for message, (count, text) in tokens.items():
        words = history.replies.table(message).pieces
        assert words[: len(text.split())] == tuple(f" {word}".encode() for word in text.split())[: len(words)]
        assert len(words) >= count
        record_of_reply = history.messages.path(message)[-1].reply
        assert record_of_reply is not None
        assert (record_of_reply.model, history.replies.settings(message)) == (MODEL, ((0, WARM),))
        assert record_of_reply.end_reason == "end" or message not in ended
    for message, text in ended.items():
        assert history.messages.path(message)[-1].text == f" {text}"


def test_fault_44_nothing_acknowledged_is_lost_however_often_the_program_is_killed(path: Path) -> None:
    dice = random.Random(20261123)
    everything: list[list[Any]] = []
    for _ in range(KILLS):
        everything += acknowledged_until_killed(path, dice.randrange(1, MOST_LINES))
        opened = open_history(path)
        try:
            assert opened.notices == ()
            assert opened.path == path
            assert opened.history.database.rows("PRAGMA integrity_check") == [("ok",)]
            for message in opened.interrupted:
                reply = opened.history.messages.path(message)[-1].reply
                assert reply is not None
                assert reply.end_reason == "lost"
            check(opened.history, everything)
        finally:
            opened.close()
