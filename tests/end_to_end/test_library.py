"""A person opens models: by argument, by a second start, from the library; renames and removes them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.packaging.installation import launch_command
from models.bundle import Bundle
from tests.end_to_end.display import Display
from tests.end_to_end.driven_window import DrivenWindow
from tests.models.tiny_gguf import write_tiny_llama

pytestmark = pytest.mark.real_window


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A data folder with nothing in it."""
    folder = tmp_path / "fresh"
    folder.mkdir()
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A tiny random model's file."""
    return write_tiny_llama(tmp_path / "tiny.gguf")


def ready(model: str) -> Callable[[dict[str, object]], bool]:
    """Whether this model is in use."""
    return lambda state: state["phase"] == "ready" and state["model"] == model


def second_start(display: Display, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Start the program once more, as a double click on a file does."""
    return subprocess.run(
        [*launch_command(), *arguments],
        env={**display.environment(), "VITRINE_DATA_DIR": str(data)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_model_is_opened_by_argument_and_its_import_told(
    start: Callable[..., DrivenWindow], fresh: Path, tiny: Path
) -> None:
    window = start(str(tiny), data=fresh)
    window.wait_for(ready("tiny"), "the model")
    window.wait_for(lambda state: state["proof"] is not None, "its proof")
    said = window.ask("texts")
    assert any("GGUF file" in text for text in said)
    assert any("of GroupQueryAttention" in text for text in said)
    window.type("the sky")
    window.press("Return")
    window.wait_for(lambda state: state["steps"] >= 1, "a reply")
    window.press("Escape")


def test_fault_50_a_second_start_hands_over_its_file_and_what_is_none_changes_nothing(
    start: Callable[..., DrivenWindow], display: Display, fresh: Path, tiny: Path, tmp_path: Path
) -> None:
    window = start(str(tiny), data=fresh)
    window.wait_for(ready("tiny"), "the first model")
    window.type("half a question")
    window.wait_for(lambda state: state["composer"] == "half a question", "what was typed")
    other = write_tiny_llama(tmp_path / "other.gguf", quantization="Q8_0")
    done = second_start(display, fresh, str(other))
    assert (done.returncode, done.stderr) == (0, "")
    window.wait_for(ready("other"), "the second model")
    assert window.state["composer"] == "half a question"
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(other.read_bytes()[:5000])
    second_start(display, fresh, str(broken))
    window.wait_for(lambda state: state["returned"], "the refusal")
    window.wait_for(ready("other"), "the model from before")
    assert any("is loaded again" in text for text in window.ask("texts"))
    assert window.state["composer"] == "half a question"


def test_the_library_loads_renames_and_removes(
    start: Callable[..., DrivenWindow], display: Display, fresh: Path, tiny: Path, tmp_path: Path
) -> None:
    window = start(str(tiny), data=fresh)
    window.wait_for(ready("tiny"), "the first model")
    other = write_tiny_llama(tmp_path / "other.gguf", quantization="Q8_0")
    second_start(display, fresh, str(other))
    window.wait_for(ready("other"), "the second model")

    window.press("ctrl+shift+o")
    window.wait_for(lambda state: state["library"] == ["other", "tiny"] or _with_default(state), "the shelf")
    window.click_on("Search models")
    window.type("tiny")
    window.wait_for(lambda state: state["library"] == ["tiny"], "what was searched for")
    window.press("Down", "Return")
    window.wait_for(ready("tiny"), "the chosen model")

    window.press("F2")
    window.wait_for(lambda state: state["dialog"] == "Rename", "the question")
    window.press("ctrl+a")
    window.type("tiny favourite")
    window.press("Return")
    window.wait_for(ready("tiny favourite"), "its new name")

    window.click_on("Search models")
    window.press("ctrl+a")
    window.type("other")
    window.wait_for(lambda state: state["library"] == ["other"], "the other one")
    window.press("Down", "Delete")
    window.wait_for(lambda state: state["dialog"] == "Remove", "the question")
    window.click_on("Remove")
    window.wait_for(lambda state: state["library"] == [], "it is gone")
    (left,) = (fresh / "cache" / "bundles").iterdir()
    assert Bundle.open(left).facts.name == "tiny favourite"
    assert other.is_file()


def _with_default(state: dict[str, object]) -> bool:
    names = state["library"]
    return isinstance(names, list) and len(names) == 3 and {"other", "tiny"} < set(names)
