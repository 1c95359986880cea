"""The commands of the command line: one file each, and the list of them.

Knows nothing about the window's own arguments; `desktop.main` decides between the window and a command.

Importing this package imports no command's machinery: each imports what is slow to import when it runs.
`desktop.commands.command_line.run_command` parses arguments and runs one.
"""

from __future__ import annotations

from desktop.commands.bench import COMMAND as BENCH
from desktop.commands.capture import COMMAND as CAPTURE
from desktop.commands.entry import CommandEntry
from desktop.commands.generate import COMMAND as GENERATE
from desktop.commands.models import COMMAND as MODELS
from desktop.commands.screenshot import COMMAND as SCREENSHOT
from desktop.commands.tokenize import COMMAND as TOKENIZE

COMMANDS: tuple[CommandEntry, ...] = (GENERATE, CAPTURE, TOKENIZE, SCREENSHOT, BENCH, MODELS)
