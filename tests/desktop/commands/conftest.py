"""Fixtures of the commands' tests: the tiny random model, and commands run in this process.

Knows nothing about what a command does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.commands.command_line import find_command, run_command
from tests.models.tiny_gguf import write_tiny_llama


@dataclass(frozen=True)
class Outcome:
    """What a command did.

    Args:
        status: its exit status.
        output: what it wrote to stdout.
        complaint: what it wrote to stderr.
    """

    status: int
    output: str
    complaint: str

    @property
    def records(self) -> list[Any]:
        """The lines of the output as JSON."""
        return [json.loads(line) for line in self.output.splitlines()]


RunVitrine = Callable[..., Outcome]


@pytest.fixture
def vitrine(capsys: pytest.CaptureFixture[str]) -> RunVitrine:
    """Runs ``vitrine NAME …``."""

    def run(name: str, *arguments: str | Path) -> Outcome:
        entry = find_command(name)
        assert entry is not None
        status = run_command(entry, [str(argument) for argument in arguments])
        return Outcome(status, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny random model's file."""
    return write_tiny_llama(tmp_path_factory.mktemp("tiny") / "tiny.gguf", context=4096)
