"""The status bar."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.controls.inked_line import InkedLine
from desktop.session import Session
from desktop.status_bar import StatusLine, size_text
from tests.desktop.scripted_engine import ScriptedEngine


@pytest.fixture
def status(qtbot: QtBot, session: Session) -> StatusLine:
    """The status line of the session, shown."""
    made = StatusLine(session)
    qtbot.addWidget(made)
    made.resize(1200, 30)
    made.show()
    qtbot.waitExposed(made)
    return made


def plain(line: InkedLine) -> str:
    """What a line says."""
    return line.text()


def test_provider_and_why(status: StatusLine) -> None:
    assert plain(status.provider) == "CPU · no CUDA driver found"
    assert status.dot._colour == theme.current().warning
    assert "Test processor, 2 threads" in status.provider.toolTip()


def test_figures_of_a_reply(status: StatusLine, replied: Session) -> None:
    assert plain(status.speed) == "100.0 tok/s · first token 110 ms"
    assert plain(status.filled) == f"{len(replied.tokens)} / 512"
    assert plain(status.memory) == "engine 412 MB · captures 3.1 MB"
    assert status.gauge._share == pytest.approx(len(replied.tokens) / 512)


def test_before_a_model_there_are_no_figures(qtbot: QtBot, unloaded_session: Session) -> None:
    status = StatusLine(unloaded_session)
    qtbot.addWidget(status)
    status.show()
    assert plain(status.provider) == "Loading the model …"
    assert not status.filled.isVisible()
    assert not status.memory.isVisible()
    assert not status.speed.isVisible()


def test_fault_43_without_an_engine_it_says_so(
    status: StatusLine, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    engine.crash()
    settle()
    assert plain(status.provider) == "Engine not running"
    assert status.dot._colour == theme.current().danger
    status.grab()


def test_sizes_are_for_people() -> None:
    assert size_text(0) == "0.0 MB"
    assert size_text(3_100_000) == "3.1 MB"
    assert size_text(412_000_000) == "412 MB"
    assert size_text(1_230_000_000) == "1.23 GB"


def test_another_model_begins_without_the_speed_of_the_one_before(
    status: StatusLine, replied: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    assert status.speed.isVisible()
    engine.folder = "another"
    replied.open_model("another.gguf")
    settle()
    assert not status.speed.isVisible()
    assert plain(status.speed) == ""
