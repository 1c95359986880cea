"""How long listing, searching, opening and saving take with many conversations on disk."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.archive import Archive
from desktop.history.history import History
from desktop.history.opening import Opened, open_history
from desktop.history.replies import ReplyStart
from desktop.history.upkeep import Upkeep
from desktop.kept_conversation import read_conversation
from desktop.session import Session
from desktop.window import Window
from inference.contract import Generate
from tests.benchmarks.quiet import wait_until_quiet
from tests.benchmarks.report import keep
from tests.desktop.history.samples import END_ID, MODEL, WARM, answer, prompt_tokens, steps
from tests.desktop.scripted_engine import ScriptedEngine

CONVERSATIONS, TURNS = 500, 10
LONG_TURNS = 500
TOKENS = 60
"""Tokens of a reply."""

SLOW_S = 0.1
OPENING_S = 0.3


def fill(history: History) -> int:
    """10,000 messages in 500 conversations and one more of 1,000 messages.

    Returns:
        The number of the long one.
    """
    dice = random.Random(1)
    words = [
        f"{start}{middle}{end}" for start in "bcdfgl" for middle in "aeio" for end in ("nto", "r", "ção", "s")
    ]

    def text(count: int) -> str:
        return " ".join(dice.choices(words, k=count))

    last = 0
    for turns in [TURNS] * CONVERSATIONS + [LONG_TURNS]:
        last, leaf = history.conversations.create("Be brief."), None
        for _ in range(turns):
            leaf = answer(history, history.messages.say(last, leaf, text(20)), text(TOKENS))
    return last


def median_ms(action: Callable[[], Any], times: int = 21) -> float:
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


class BusyEngine(ScriptedEngine):
    """Reads nothing: a real engine does so in a process of its own."""

    def _begin(self, command: Generate) -> None:
        pass


def shown_ms(qtbot: QtBot, again: Opened, conversation: int, tmp_path: Path) -> float:
    """How long the window takes from a click on a conversation until its messages are painted."""
    engine = BusyEngine()
    engine.folder = MODEL.bundle
    archive = Archive(again)
    session = Session(lambda: engine, archive=archive)
    window = Window(session, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(window)
    session.start()
    session.take_events()
    window.show()
    qtbot.waitExposed(window)
    spent = []
    for _ in range(5):
        session.new_conversation()
        QApplication.processEvents()
        began = time.perf_counter()
        assert session.open_conversation(conversation)
        while not window.chat.transcript.areas_of(session.cursor):
            QApplication.processEvents()
        window.chat.transcript.viewport().repaint()
        spent.append((time.perf_counter() - began) * 1000)
    window.close()
    return statistics.median(spent)


@pytest.mark.benchmark
@pytest.mark.timeout(900)
@pytest.mark.qt_log_ignore("does not support")
def test_many_conversations(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite3"
    first = open_history(path)
    first.history.database.connection.execute("PRAGMA synchronous = OFF")
    long_one = fill(first.history)
    first.close()
    quiet = wait_until_quiet()
    memory = psutil.Process().memory_info().rss
    began = time.perf_counter()
    again = open_history(path)
    start_ms = (time.perf_counter() - began) * 1000
    history = again.history
    conversations, search = history.conversations, history.search
    leaf = conversations.get(long_one).leaf
    figures: dict[str, float] = {
        "start": start_ms,
        "list by day": median_ms(conversations.by_day),
        "search, one word of many messages": median_ms(lambda: search.find("banto")),
        "search, beginning of a word": median_ms(lambda: search.find("ba")),
        "search, three words": median_ms(lambda: search.find("bação canto dir")),
        "search, nothing found": median_ms(lambda: search.find("absent")),
        "search, signs": median_ms(lambda: search.find("=>")),
        "open a conversation of 1,000 messages": median_ms(lambda: read_conversation(history, long_one), 5),
        "steps of its last reply": median_ms(lambda: history.replies.steps(leaf or 0)),
    }
    grown = psutil.Process().memory_info().rss - memory
    figures["the same in the window, until it is painted"] = shown_ms(qtbot, again, long_one, tmp_path)
    parent = history.messages.say(long_one, leaf, "one more")
    figures["save what is said (on the disk)"] = median_ms(
        lambda: history.messages.say(long_one, leaf, "again")
    )
    upkeep, prompts = Upkeep(history, path), prompt_tokens(["one more"])
    ends_ms, tokens_ms = [], []
    for _ in range(5):
        writer = history.replies.begin(ReplyStart(parent, prompts, MODEL, WARM, 1, end_ids=(END_ID,)))
        written = iter(steps("word " * 1000, len(prompts)))
        tokens_ms.append(median_ms(lambda: writer.append([next(written)]), 1000))  # noqa: B023
        # What the background does every half second.
        upkeep.work()
        ends_ms.append(median_ms(lambda: writer.end("end"), 1))  # noqa: B023
    figures["save a token"] = statistics.median(tokens_ms)
    figures["end a reply of 1,000 tokens (on the disk)"] = statistics.median(ends_ms)
    figures["save a draft of 200 characters"] = median_ms(
        lambda: conversations.save_draft(long_one, "x" * 200), 200
    )
    long_prompt = prompt_tokens(["word " * 8000])
    start = ReplyStart(parent, long_prompt, MODEL, WARM, 1, end_ids=(END_ID,))
    figures["begin a reply to 8,000 tokens (on the disk)"] = median_ms(
        lambda: history.replies.begin(start), 5
    )
    upkeep.close()
    size = path.stat().st_size
    again.close()
    keep(
        "history",
        {"quiet": quiet, "milliseconds": figures, "file_bytes": size, "grown_bytes": grown},
        ["", "median"],
        [[name, f"{value:.2f} ms"] for name, value in figures.items()]
        + [["file", f"{size / 1e6:.1f} MB"], ["memory for all of it", f"{grown / 1e6:.1f} MB"]],
    )
    assert (
        max(value for name, value in figures.items() if name.startswith(("list", "search"))) <= SLOW_S * 1000
    )
    assert figures["the same in the window, until it is painted"] <= OPENING_S * 1000
