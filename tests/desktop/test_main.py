"""The program's arguments."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.commands import COMMANDS
from desktop.main import _found, main, window_parser
from inference.capture_budget import CAPTURE_VARIABLE, MIB, capture_budget
from tests.models.tiny_gguf import write_tiny_llama

LIGHT = """
import sys
import desktop.main
heavy = {"PySide6", "numpy", "onnxruntime", "pyqtgraph", "tokenizers"} & set(sys.modules)
sys.exit(", ".join(sorted(heavy)) or 0)
"""


def test_importing_it_imports_little() -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["auto", "cpu", "cuda", "cuda:0", "cuda:12"])
def test_providers_by_name(name: str) -> None:
    assert window_parser().parse_args(["--provider", name]).provider == name


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "cpu:1"])
def test_what_is_no_provider_is_one_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--provider", name]) == 2
    assert f"there is no provider “{name}”; choose auto, cpu, cuda, or cuda:1" in capsys.readouterr().err


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for command in COMMANDS:
        assert command.name in said


def test_unknown_arguments_are_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--no-such-thing"]) == 2
    assert "--no-such-thing" in capsys.readouterr().err


@pytest.mark.parametrize("said", ["much", "10"])
def test_memory_for_captures_that_cannot_be_is_told(
    said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(CAPTURE_VARIABLE, "512")
    assert main(["--capture-memory", said]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "at least 64" in error


def test_memory_for_captures_is_handed_to_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CAPTURE_VARIABLE, "512")
    monkeypatch.setattr("desktop.packaging.installation.remove_desktop_entry", lambda: "")
    assert main(["--capture-memory", "128", "--remove-desktop-entry"]) == 0
    assert capture_budget() == 128 * MIB


def test_a_file_may_be_given() -> None:
    chosen = window_parser().parse_args(["model.gguf", "--provider", "cpu"])
    assert (chosen.file, chosen.provider) == ("model.gguf", "cpu")


def test_fault_01_a_file_that_is_no_model_is_told_before_any_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "picture.gguf"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert main([str(picture)]) == 1
    assert "PNG" in capsys.readouterr().err
    assert main([str(tmp_path / "nowhere.gguf")]) == 1
    assert "does not exist" in capsys.readouterr().err


def test_a_model_of_the_hub_that_is_not_here_is_left_to_the_window() -> None:
    assert _found("ana/modelo@main") == (None, "ana/modelo@main", "")
    assert _found(None) == (None, "", "")


def test_a_path_is_told_to_the_window_as_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    monkeypatch.chdir(tmp_path)
    assert _found("tiny.gguf") == (str(file), "", "")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("vitrine 0.")
