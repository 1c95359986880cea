"""The commands of the command line: one file each, and the list of them.

Knows nothing about the window's own arguments; `desktop.main` decides between the window and a command.

Importing this package imports no command's machinery: each imports what it needs when it runs.
`desktop.commands.command_line.main` parses and runs one.
"""

from __future__ import annotations

from desktop.commands.entry import CommandEntry

COMMANDS: tuple[CommandEntry, ...] = ()
