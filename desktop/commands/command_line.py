"""Running one command: its arguments parsed, and everything that can go wrong turned into a sentence.

Knows nothing about what any command does.

Exit status: 0 done, 1 something went wrong, 2 wrong arguments, 130 stopped by Ctrl+C. What went wrong is one
line on stderr, what happened and what to do; a traceback never is.
"""

from __future__ import annotations

import difflib
import io
import os
import sys
import traceback
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from desktop.commands import COMMANDS
from desktop.commands.arguments import UsageError
from desktop.commands.entry import FAILED, INTERRUPTED, WRONG_USAGE, CommandEntry
from models.errors import VitrineError

PROGRAM = "vitrine"


def find_command(name: str) -> CommandEntry | None:
    """The command of that name."""
    return next((entry for entry in COMMANDS if entry.name == name), None)


def command_meant(word: str) -> CommandEntry | None:
    """The command that a word is probably a slip of the pen for; none where a file has that name."""
    close = difflib.get_close_matches(word, [entry.name for entry in COMMANDS], n=1, cutoff=0.75)
    return find_command(close[0]) if close and not Path(word).exists() else None


def run_command(entry: CommandEntry, arguments: Sequence[str]) -> int:
    """Run a command.

    Args:
        entry: the command.
        arguments: what was typed after its name.

    Returns:
        The exit status.
    """
    for stream in (sys.stdout, sys.stderr):
        # A character that a terminal cannot show must not end the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        # Intermixed: an optional MODEL before the options must not take the place of what comes after them.
        status = entry.run(parser_of(entry).parse_intermixed_args(arguments))
        sys.stdout.flush()
        return status
    except SystemExit as error:  # argparse has said why
        return error.code if isinstance(error.code, int) else FAILED
    except UsageError as error:
        return _complain(str(error), WRONG_USAGE)
    except VitrineError as error:
        return _complain(str(error), FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has had enough.
        _give_output_up()
        return FAILED
    except MemoryError:
        return _complain("There is not enough memory. Close other programs, or ask for less.", FAILED)
    except OSError as error:
        place = f"“{error.filename}”" if error.filename else "The output"
        return _complain(
            f"{place} cannot be used: {error.strerror or error}. Check it and try again.", FAILED
        )
    except Exception as error:  # a defect; people get a sentence all the same
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}, line {frame.lineno}"
        return _complain(
            f"{type(error).__name__}: {error} ({where}). This is a defect; please report it.", FAILED
        )


def parser_of(entry: CommandEntry) -> ArgumentParser:
    """The parser of a command's arguments."""
    parser = _Parser(prog=f"{PROGRAM} {entry.name}", description=entry.help, allow_abbrev=False)
    entry.add_arguments(parser)
    return parser


class _Parser(ArgumentParser):
    """Says what is wrong in one line, without repeating the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USAGE, f"{self.prog}: {message}. “{self.prog} --help” shows what it takes.\n")


def _complain(sentence: str, status: int) -> int:
    try:
        sys.stdout.flush()
    except OSError:
        _give_output_up()
    print(f"{PROGRAM}: {' '.join(sentence.split())}", file=sys.stderr)
    return status


def _give_output_up() -> None:
    """Let what cannot be written go: the interpreter's last flush would complain and change the exit status."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
