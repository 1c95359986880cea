"""The line that says how far a task is: on terminals only, and gone in the end."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Literal

import pytest

from desktop.commands.progress_line import show_progress, show_share
from inference.contract import Progress


class Terminal(io.StringIO):
    """What is written to it can be looked at."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, show: Callable[..., None], *arguments: object) -> str:
    """What is written to a terminal."""
    terminal = Terminal()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", terminal)
        show(*arguments)
    return terminal.getvalue()


def test_nothing_is_written_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show_progress(Progress("import", 1, 2))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("task", ["import", "load", "proof", "prefill", "recording"])
def test_every_task_has_words_and_a_share(
    task: Literal["import", "load", "proof", "prefill", "recording"], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = shown(monkeypatch, show_progress, Progress(task, 1, 3))
    assert line.startswith("\r\033[2K")
    assert line.endswith("… 33 %")


def test_the_line_goes_away_when_all_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, show_share, "Measuring", 3, 3) == "\r\033[2K"


def test_a_task_of_unknown_length_has_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, show_share, "Measuring", 0, 0) == "\r\033[2KMeasuring …"
