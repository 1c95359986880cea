"""Fixtures of the tests that drive the real window: a screen, data folders, the window itself.

Knows nothing about what is tested.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from models.bundle_library import ready_bundle
from models.default_model import default_model_path
from models.directories import DATA_DIRECTORY_VARIABLE
from tests.end_to_end.display import Display
from tests.end_to_end.driven_window import ROOT, DrivenWindow

ARTEFACTS = ROOT / "artefacts"
"""Pictures of the last run, for people to look at."""


@pytest.fixture(scope="session")
def imported_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the default model in it, imported once for all windows of the run."""
    folder = tmp_path_factory.mktemp("imported")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(DATA_DIRECTORY_VARIABLE, str(folder))
        ready_bundle(default_model_path(), "CPU", lambda done, total: None)
    return folder / "cache"


@pytest.fixture
def display(tmp_path: Path) -> Iterator[Display]:
    """A screen of its own with a window manager."""
    home = tmp_path / "home"
    home.mkdir()
    with Display(home) as display:
        yield display


@pytest.fixture
def data(tmp_path: Path, imported_models: Path) -> Path:
    """A data folder that has the default model and nothing else."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "cache").symlink_to(imported_models, target_is_directory=True)
    return folder


@pytest.fixture
def start(
    display: Display, data: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., DrivenWindow]]:
    """Starts the window; what runs in the end is photographed and ended."""
    with ExitStack() as stack:
        started: list[DrivenWindow] = []

        def start_one(*arguments: str, data: Path = data) -> DrivenWindow:
            window = stack.enter_context(DrivenWindow(display, data, *arguments))
            started.append(window)
            return window

        yield start_one
        name = re.sub(r"\W+", "-", request.node.name).strip("-")
        for number, window in enumerate(started):
            if window.process.poll() is None and window.state:
                window.save_picture(ARTEFACTS / f"{name}{number or ''}.png")


@pytest.fixture
def window(start: Callable[..., DrivenWindow]) -> DrivenWindow:
    """The window with its model loaded and the keyboard in the composer."""
    window = start()
    window.wait_for(lambda state: state["phase"] in ("ready", "lost") and state["active"], "the model")
    assert window.state["phase"] == "ready", window.state["failed"]
    return window
