"""Faults 43 and 44: the real window is killed at any moment while somebody types, sends and reads a reply.

``VITRINE_KILLS`` says how often; every kill comes at another moment of one and the same file's life.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil

from desktop.history.history import History
from desktop.history.opening import open_history
from models.directories import DATA_DIRECTORY_VARIABLE
from tests.models.tiny_gguf import write_tiny_llama

KILLS = int(os.environ.get("VITRINE_KILLS", "12"))
MOST_LINES = 120
PATIENCE_S = 20.0
OF_THE_PLATFORM = ("propagateSizeHints", "qt.text.font")
"""What Qt says without a screen, and of writings that no font of the machine has: the tiny model writes any."""


def acknowledged_until_killed(data: Path, model: Path, seed: int, lines: int) -> list[list[Any]]:
    """What a window acknowledged that was killed after some lines, what was in the pipe then included."""
    command = [sys.executable, "-m", "tests.desktop.killed_window", str(data), str(model), str(seed)]
    environment = os.environ | {DATA_DIRECTORY_VARIABLE: str(data), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        said = [child.stdout.readline() for _ in range(lines)]
        children = psutil.Process(child.pid).children(recursive=True)
        child.kill()
        said += child.stdout.readlines()
        errors = [line for line in child.stderr if not any(known in line for known in OF_THE_PLATFORM)]
        assert errors == []
    _, alive = psutil.wait_procs(children, PATIENCE_S)
    assert alive == [], "the engine ends by itself"
    return [json.loads(line) for line in said if line.endswith("\n")]


def check(history: History, acknowledged: list[list[Any]]) -> None:
    """Everything that was seen is there."""
    drafts: dict[int, str] = {}
    for kind, *facts in acknowledged:
        match kind:
            case "draft":
                drafts[facts[0]] = facts[1]
            case "sent":
                drafts.pop(facts[0], None)
                # A question that was not answered yet may have gone back to where it was typed.
                assert any(facts[1] in text for text in everything(history)), facts[1]
            case "reply":
                ids = history.replies.table(facts[0]).ids
                assert ids[: len(facts[1])] == tuple(facts[1])
            case "ended":
                assert history.messages.path(facts[0])[-1].text == facts[1]
    for typed in drafts.values():
        # Keystrokes after the last line may have gone on, sent it, or taken it along into a new conversation.
        assert any(typed in text for text in everything(history)), typed


def everything(history: History) -> list[str]:
    """What was said and what is typed, in all conversations, on all branches."""
    rows = history.database.rows("SELECT text FROM messages UNION ALL SELECT draft FROM conversations")
    return [row[0] for row in rows]


def test_faults_43_and_44_nothing_seen_is_lost_however_often_the_window_is_killed(tmp_path: Path) -> None:
    data, model = tmp_path / "data", write_tiny_llama(tmp_path / "tiny.gguf", context=512)
    data.mkdir()
    dice = random.Random(20261126)
    kinds: set[str] = set()
    for kill in range(KILLS):
        said = acknowledged_until_killed(data, model, kill, dice.randrange(1, MOST_LINES))
        kinds |= {kind for kind, *_ in said}
        opened = open_history(data / "conversations.sqlite3")
        try:
            assert opened.notices == ()
            assert opened.history.database.rows("PRAGMA integrity_check") == [("ok",)]
            check(opened.history, said)
        finally:
            opened.close()
    assert kinds == {"resumed", "draft", "sent", "reply", "ended"}
