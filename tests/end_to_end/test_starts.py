"""How the program starts: the first time, a second time, from a menu, and where there is no screen."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.packaging.entry_text import WINDOW_CLASS
from desktop.packaging.installation import launch_command
from tests.end_to_end.display import Display, wait_until
from tests.end_to_end.driven_window import DrivenWindow

pytestmark = [pytest.mark.real_window, pytest.mark.default_model]


def vitrine(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does; gives how it ended and what it said."""
    return subprocess.run(
        [*launch_command(), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def windows_of_vitrine(display: Display) -> list[str]:
    """The windows of the class that the menu entry names, which is how a desktop knows whose they are."""
    return display.do("search", "--onlyvisible", "--class", f"^{WINDOW_CLASS}$").split()


def test_the_first_start_shows_the_window_before_the_model_is_imported(
    start: Callable[..., DrivenWindow], tmp_path: Path
) -> None:
    data = tmp_path / "fresh"
    data.mkdir()
    window = start(data=data)
    window.wait_for(lambda state: state["active"], "a window that hears the keyboard")
    assert window.state["phase"] in ("starting", "loading")
    window.type("Hello")
    window.press("Return")
    window.wait_for(lambda state: len(state["messages"]) >= 1, "a message that waits for the model")
    window.wait_for(lambda state: state["phase"] == "writing", "the reply to it", timeout_s=120)
    window.press("Escape")
    assert len(list((data / "cache" / "bundles").iterdir())) == 1


def test_fault_50_a_second_start_raises_the_running_window(
    window: DrivenWindow, display: Display, data: Path
) -> None:
    (number,) = windows_of_vitrine(display)
    display.do("windowminimize", number)
    window.wait_for(lambda state: state["minimized"] and not state["active"], "the window is out of sight")
    again = vitrine(environment={**display.environment(), "VITRINE_DATA_DIR": str(data)})
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    window.wait_for(lambda state: state["active"] and not state["minimized"], "the window is in front")
    assert len(windows_of_vitrine(display)) == 1


@pytest.mark.parametrize("lacking", ["none", "unreachable"])
def test_fault_57_without_a_display_there_is_a_sentence(tmp_path: Path, lacking: str) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    if lacking == "unreachable":
        environment["DISPLAY"] = ":4711"
    done = vitrine(environment={**environment, "VITRINE_DATA_DIR": str(tmp_path)})
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "display" in done.stderr


def test_the_menu_entry_comes_and_goes(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "home")}
    environment.pop("DISPLAY", None)
    came = vitrine("--install-desktop-entry", environment=environment)
    assert (came.returncode, came.stderr) == (0, "")
    entry = tmp_path / "home" / "applications" / "vitrine.desktop"
    assert entry.is_file()
    assert len(came.stdout.splitlines()) == 1
    went = vitrine("--remove-desktop-entry", environment=environment)
    assert (went.returncode, went.stderr) == (0, "")
    assert not entry.exists()
    wait_until(lambda: not (tmp_path / "home" / "icons").exists(), "the icons are gone", 1)
