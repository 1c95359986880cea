"""The status bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.controls.inked_line import InkedLine
from desktop.controls.numbers import format_decimal
from desktop.session import Session
from desktop.status_bar import StatusLine, size_text
from inference.contract import GpuMemory, ProviderChoice, Status
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


def waited(session: Session) -> str:
    """How long the first token took, as it is written."""
    return format_decimal(session.first_token_ms, 0)


def test_provider_and_why(status: StatusLine) -> None:
    assert plain(status.provider) == "CPU · no CUDA driver found"
    assert status.dot._colour == theme.current().warning
    assert "Test processor, 2 threads" in status.provider.toolTip()


def test_figures_of_a_reply(status: StatusLine, replied: Session) -> None:
    assert plain(status.speed) == f"100.0 tok/s · first token {waited(replied)} ms"
    assert plain(status.filled) == f"{len(replied.tokens)} / 512"
    assert plain(status.memory) == "engine 412 MB · captures 3.1 MB"
    assert status.gauge._share == pytest.approx(len(replied.tokens) / 512)


def test_what_was_guessed_is_counted(
    status: StatusLine, session: Session, settle: Callable[[], None]
) -> None:
    session.change_guessing(True)
    session.send("Why is the sky blue?")
    settle()
    share = round(100 * session.guessed_share)
    assert 0 < share < 100
    assert plain(status.speed) == f"100.0 tok/s · {share} % guessed · first token {waited(session)} ms"


def test_memory_by_part_and_what_is_not_kept(
    status: StatusLine, replied: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    assert status.memory.toolTip().splitlines() == [
        "Key/value cache 9.0 MB",
        "Captured to look inside 3.1 MB, all of it kept",
    ]
    engine.post(Status(1_187_000_000, 505_000_000, 368_000_000, 8000, 536_870_912, 1264))
    settle()
    assert status.memory.toolTip().splitlines() == [
        "Key/value cache 368 MB",
        "Captured to look inside 505 MB, at most 537 MB",
        "The first 1,264 tokens are computed again when you look at them.",
    ]


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


def test_memory_of_a_gpu(status: StatusLine, engine: ScriptedEngine, settle: Callable[[], None]) -> None:
    memory = GpuMemory(2_100_000_000, 3_500_000_000, 8_000_000_000)
    engine.post(Status(412_000_000, 3_100_000, 9_000_000, 5, gpu=memory))
    settle()
    assert plain(status.memory) == "engine 412 MB · captures 3.1 MB · GPU 3.50 GB of 8.00 GB"
    assert (
        status.memory.toolTip().splitlines()[-1]
        == "The engine has 2.10 GB of the GPU's memory; 4.50 GB are free."
    )
    engine.post(Status(412_000_000, 3_100_000, 9_000_000, 5, gpu=replace(memory, engine=None)))
    settle()
    assert status.memory.toolTip().splitlines()[-1] == "4.50 GB of the GPU's memory are free."


def test_a_gpu_that_is_not_used_as_it_could_be_says_why(
    status: StatusLine, session: Session, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    reason = "GPU found, with room for a context of 4,096 tokens"
    engine.gpu = ProviderChoice("CUDA", reason, "Test GPU", 1, ("Steps are not replayed: they differ.",))
    session.restart_engine()
    settle()
    assert plain(status.provider) == f"CUDA · {reason}"
    assert status.provider.toolTip() == "Test GPU\nSteps are not replayed: they differ."
    assert status.dot._colour == theme.current().accent
