"""The program ``vitrine``: decides between a command and the window.

Knows nothing about either. Imports little: the engine's process imports this module again when it is spawned.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from inference.capture_budget import CAPTURE_VARIABLE, capture_budget
from models.directories import DATA_DIRECTORY_VARIABLE
from models.errors import ModelFileError, VitrineError

FAILED = 1
"""Exit status when the file that was given is no model."""

CANNOT_START = 2
"""Exit status when the window cannot be opened, or the arguments are wrong."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, or open the window.

    Args:
        arguments: of the command line; those of the process by default.

    Returns:
        The exit status.
    """
    from desktop.commands.command_line import command_meant, find_command, run_command

    given = list(sys.argv[1:] if arguments is None else arguments)
    command = find_command(given[0]) if given else None
    if command is not None:
        return run_command(command, given[1:])
    if given and (meant := command_meant(given[0])) is not None:
        sys.stderr.write(
            f"vitrine: There is neither a command nor a file “{given[0]}”. Did you mean “vitrine {meant.name}”?\n"
        )
        return CANNOT_START
    try:
        chosen = window_parser().parse_args(given)
    except SystemExit as error:  # argparse has said why
        return error.code if isinstance(error.code, int) else CANNOT_START
    try:
        return _obey(chosen)
    except VitrineError as error:
        sys.stderr.write(f"vitrine: {error}\n")
        return FAILED if isinstance(error, ModelFileError) else CANNOT_START


def window_parser() -> ArgumentParser:
    """The parser of the arguments of ``vitrine`` without a command."""
    from desktop.commands import COMMANDS
    from desktop.commands.arguments import add_provider

    listed = "\n".join(f"  {entry.name:<12} {entry.help}" for entry in COMMANDS)
    parser = ArgumentParser(
        prog="vitrine",
        description="Chat with a language model on your own machine and see inside it while it writes.",
        epilog=f"commands, each with its own --help:\n{listed}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "file",
        metavar="MODEL",
        nargs="?",
        help="a model's file or folder, a name in the library, a hub id (default: the model that comes along), "
        "or a .vitrine file with a conversation",
    )
    add_provider(parser, "what runs the model")
    parser.add_argument(
        "--theme", choices=("dark", "light", "system"), default="", help="how the window looks"
    )
    parser.add_argument("--language", choices=("en", "pt_BR"), default="", help="what the window speaks")
    parser.add_argument("--version", action="version", version=f"vitrine {version('vitrine')}")
    parser.add_argument("--data-dir", metavar="DIR", help="keep everything below this folder")
    parser.add_argument(
        "--capture-memory",
        metavar="MIB",
        help="memory for what is captured to look inside (default: 512); older tokens are computed again when "
        "somebody looks at them",
    )
    parser.add_argument(
        "--install-desktop-entry", action="store_true", help="put Vitrine into the applications menu, and end"
    )
    parser.add_argument("--remove-desktop-entry", action="store_true", help="take it away again, and end")
    return parser


def _obey(chosen: Namespace) -> int:
    if chosen.data_dir:
        os.environ[DATA_DIRECTORY_VARIABLE] = os.path.abspath(chosen.data_dir)
    if chosen.capture_memory is not None:
        os.environ[CAPTURE_VARIABLE] = chosen.capture_memory
        capture_budget()
    if chosen.install_desktop_entry or chosen.remove_desktop_entry:
        from desktop.packaging.installation import install_desktop_entry, remove_desktop_entry

        act = install_desktop_entry if chosen.install_desktop_entry else remove_desktop_entry
        sys.stdout.write(act() + "\n")
        return 0
    # Here, and not in a window that may be open already with a model that works.
    path, download, document = _found(chosen.file)
    from desktop.display import check_display, missing_library

    check_display()
    try:
        from desktop.start import start_window
    except ImportError as error:
        if ".so" in str(error):
            raise missing_library(str(error)) from error
        raise
    return start_window(path, chosen.provider, chosen.theme, chosen.language, download, document)


def _found(model: str | None) -> tuple[str | None, str, str]:
    """The path of a model, or the hub id of one that has to be downloaded first, or the path of a conversation."""
    if model is None:
        return None, "", ""
    from desktop.history.exchange import is_document
    from models.model_name import NotDownloadedError, resolve_model

    if is_document(Path(model)):
        return None, "", os.path.abspath(model)
    try:
        return str(resolve_model(model)), "", ""
    except NotDownloadedError as error:
        return None, error.identifier, ""


if __name__ == "__main__":
    sys.exit(main())
