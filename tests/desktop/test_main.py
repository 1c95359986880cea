"""The program's arguments."""

from __future__ import annotations

import subprocess
import sys

import pytest

from desktop.commands import COMMANDS
from desktop.main import main, window_parser

LIGHT = """
import sys
import desktop.main
heavy = {"PySide6", "numpy", "onnxruntime", "pyqtgraph", "tokenizers"} & set(sys.modules)
sys.exit(", ".join(sorted(heavy)) or 0)
"""


def test_importing_it_imports_little() -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for command in COMMANDS:
        assert command.name in said


def test_unknown_arguments_are_one_line_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--no-such-thing"]) == 2
    assert "--no-such-thing" in capsys.readouterr().err


def test_a_file_may_be_given() -> None:
    chosen = window_parser().parse_args(["model.gguf", "--provider", "cpu"])
    assert (chosen.file, chosen.provider) == ("model.gguf", "cpu")
