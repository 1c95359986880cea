"""What a command of the command line is.

Knows nothing about which commands there are.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
"""Exit status: something went wrong, the arguments did, Ctrl+C stopped it; 0 is success."""


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """One command of the program.

    Args:
        name: what is typed after the program's name.
        help: one line for the list of commands.
        add_arguments: adds the command's own arguments to a parser.
        run: does it with the parsed arguments and gives the exit status. It imports what is slow to import
            itself. A `VitrineError` it raises becomes one sentence on stderr and exit status 1.
    """

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
