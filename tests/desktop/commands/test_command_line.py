"""What holds for every command: names, help, errors as one sentence, exit status.

Knows nothing about what each does.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from desktop.commands import COMMANDS
from desktop.commands.arguments import UsageError
from desktop.commands.command_line import command_meant, find_command, run_command
from desktop.commands.entry import CommandEntry
from desktop.main import main
from models.errors import VitrineError

ROOT = Path(__file__).parents[3]
every_command = pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)


def program(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the program as people do."""
    command = [sys.executable, "-m", "desktop.main", *arguments]
    return subprocess.run(command, cwd=ROOT, text=True, timeout=120, **options)  # type: ignore[call-overload]


def failing(error: BaseException) -> CommandEntry:
    def run(arguments: Namespace) -> int:
        raise error

    return CommandEntry("fail", "Fail.", lambda parser: None, run)


def test_names_are_words_and_each_is_there_once() -> None:
    names = [entry.name for entry in COMMANDS]
    assert len(names) == len(set(names))
    assert all(name.isalpha() and name.islower() for name in names)
    assert find_command("window") is None


def test_a_slip_of_the_pen_is_told_apart_from_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["generat", "--prompt", "x"]) == 2
    sentence = "There is neither a command nor a file “generat”. Did you mean “vitrine generate”?"
    assert capsys.readouterr().err == f"vitrine: {sentence}\n"
    assert command_meant("model.gguf") is None
    Path("generat").touch()
    assert command_meant("generat") is None


@every_command
def test_every_command_explains_itself(entry: CommandEntry, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(entry, ["--help"]) == 0
    output = capsys.readouterr().out
    assert f"vitrine {entry.name}" in output
    assert entry.help in " ".join(output.split())


@every_command
def test_an_unknown_option_is_wrong_usage_told_in_one_line(
    entry: CommandEntry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(entry, ["--no-such-option"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"vitrine {entry.name}: ")
    assert said.err.count("\n") == 1
    assert "--help" in said.err


@every_command
def test_options_cannot_be_abbreviated(entry: CommandEntry) -> None:
    parser = ArgumentParser()
    entry.add_arguments(parser)
    options = [option for action in parser._actions for option in action.option_strings if len(option) > 5]
    assert run_command(entry, [options[-1][:-1]]) == 2


def test_the_registry_imports_no_machinery() -> None:
    heavy = ("onnxruntime", "onnx_ir", "gguf", "tokenizers", "PySide6", "pyqtgraph", "jinja2", "psutil")
    code = f"import desktop.commands.command_line, sys; print(*({set(heavy)} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (VitrineError("case", "It broke\ntwice.", "Mend it."), 1, "vitrine: It broke twice. Mend it."),
        (UsageError("--a and --b.", "Leave one out."), 2, "vitrine: --a and --b. Leave one out."),
        (MemoryError(), 1, "vitrine: There is not enough memory. Close other programs, or ask for less."),
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
            1,
            "vitrine: The output cannot be used: No space left on device. Check it and try again.",
        ),
        (
            FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "gone.txt"),
            1,
            "vitrine: “gone.txt” cannot be used: No such file or directory. Check it and try again.",
        ),
        (KeyboardInterrupt(), 130, ""),
        (SystemExit("reason"), 1, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_whatever_goes_wrong_is_one_sentence(
    error: BaseException, status: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(failing(error), []) == status
    assert capsys.readouterr().err.strip() == sentence


def test_a_defect_is_told_with_its_place_and_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(failing(ZeroDivisionError("by zero")), []) == 1
    said = capsys.readouterr().err
    assert said.startswith("vitrine: ZeroDivisionError: by zero (test_command_line.py, line ")
    assert said.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no such device, and pipes break otherwise")
def test_a_full_disk_behind_stdout_is_told(tiny_model: Path) -> None:
    with open("/dev/full", "w") as full:
        done = program(
            "tokenize", "--tokenizer", str(tiny_model), "water", stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert (
        done.stderr
        == "vitrine: The output cannot be used: No space left on device. Check it and try again.\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break otherwise")
def test_a_reader_that_has_had_enough_is_no_error_worth_a_word(tiny_model: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as broken:
        done = program("tokenize", "--tokenizer", str(tiny_model), "x", stdout=broken, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr == ""


def test_fault_56_numbers_and_letters_survive_the_c_locale(tiny_model: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    arguments = (
        "--raw",
        "--prompt",
        "é",
        "--max-tokens",
        "3",
        "--temperature",
        "0.5",
        "--seed",
        "1",
        "--json",
    )
    done = program("generate", str(tiny_model), *arguments, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert '"temperature": 0.5' in done.stdout
