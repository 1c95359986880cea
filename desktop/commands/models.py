"""`vitrine models`: the models on this machine: listed, imported, renamed, removed, fetched.

Knows nothing about how any of that is done.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands.arguments import UsageError, add_provider, add_variant
from desktop.commands.entry import INTERRUPTED, CommandEntry
from desktop.commands.model_records import (
    LONGEST,
    bundle_record,
    bundle_table,
    imported_text,
    report_text,
    size_text,
)
from desktop.commands.progress_line import show_progress, show_share
from desktop.commands.records import json_line
from models.escaping import escape_text

if TYPE_CHECKING:
    from models.bundle_shelf import ShelvedBundle
    from models.hub.messages import Fetching, Offer, Order


@dataclass(frozen=True, slots=True)
class ModelAction:
    """One thing to do.

    Args:
        name: what is typed after ``vitrine models``.
        words: what comes after that, for people.
        help: one line.
        run: does it with the parsed arguments and gives the exit status.
    """

    name: str
    words: tuple[str, ...]
    help: str
    run: Callable[[Namespace], int]


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.add_argument("action", metavar="ACTION", choices=[one.name for one in ACTIONS], help="see below")
    parser.add_argument("words", metavar="…", nargs="*", help="what the action is done with")
    parser.add_argument("--json", action="store_true", help="list, show, import: JSON in place of the table")
    parser.add_argument("--yes", action="store_true", help="remove: do not ask")
    add_provider(parser, "import: what will run it")
    add_variant(parser)
    lines = [f"  {one.name + ' ' + ' '.join(one.words):<18} {one.help}" for one in ACTIONS]
    parser.epilog = "actions:\n" + "\n".join(lines)


def run(arguments: Namespace) -> int:
    """Do one of `ACTIONS`.

    Raises:
        UsageError: it takes other words.
        VitrineError: it cannot be done.
    """
    action = next(one for one in ACTIONS if one.name == arguments.action)
    if len(arguments.words) != len(action.words):
        takes = " ".join(("vitrine models", action.name, *action.words))
        given = f"{len(arguments.words)} words" if arguments.words else "nothing"
        raise UsageError(f"“{action.name}” was given {given}.", f"Type: {takes}.")
    return action.run(arguments)


def _list(arguments: Namespace) -> int:
    from models.bundle_shelf import shelved_bundles

    bundles = sorted(shelved_bundles(), key=lambda one: (one.name.casefold(), str(one.folder)))
    print(json_line([bundle_record(one) for one in bundles]) if arguments.json else bundle_table(bundles))
    return 0


def _show(arguments: Namespace) -> int:
    bundle = _meant(arguments.words[0])
    print(json_line(bundle_record(bundle, whole=True)) if arguments.json else report_text(bundle))
    return 0


def _import(arguments: Namespace) -> int:
    from inference.contract import Progress
    from inference.loaded_model import imported_bundle
    from inference.proof import proof_of
    from inference.runtime.providers import choose_provider
    from inference.runtime.session import Interrupter
    from models.bundle_shelf import read_shelved
    from models.model_name import resolve_model, source_of

    path = resolve_model(arguments.words[0])
    if arguments.variant:
        path = source_of(path)

    def report(done: int, total: int) -> None:
        show_progress(Progress("import", done, total))

    provider = choose_provider(arguments.provider)
    try:
        bundle, imported = imported_bundle(path, provider, Interrupter(), report, variant=arguments.variant)
        show_progress(Progress("proof", 0, 1))
        proof = proof_of(bundle, provider, Interrupter())
    finally:
        show_share("", 1, 1)  # the line goes away, whatever ended it
    if not proof.measured:
        print(escape_text(proof.reason, LONGEST), file=sys.stderr)
    shelved = read_shelved(bundle.folder)
    assert shelved is not None
    if arguments.json:
        print(json_line({**bundle_record(shelved, whole=True), "imported": imported}))
    else:
        print(imported_text(shelved, imported))
    return 0


def _rename(arguments: Namespace) -> int:
    from models.bundle_changes import rename_bundle

    bundle = _meant(arguments.words[0])
    kept = rename_bundle(bundle.folder, arguments.words[1])
    print(f"“{escape_text(bundle.name)}” is called “{escape_text(kept)}” from now on.")
    return 0


def _remove(arguments: Namespace) -> int:
    from models.bundle_changes import remove_bundle

    bundle = _meant(arguments.words[0])
    name = escape_text(bundle.name)
    if not arguments.yes:
        if not sys.stdin.isatty():
            raise UsageError(f"Removing “{name}” was not confirmed.", "Add --yes.")
        source = f"; {escape_text(bundle.facts.report.source, 240)} stays" if bundle.facts else ""
        question = f"Remove “{name}”? {size_text(bundle.bytes)} are freed{source}. [y/N] "
        print(question, end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
            print("Nothing was removed.", file=sys.stderr)
            return INTERRUPTED
    freed = remove_bundle(bundle.folder)
    print(f"“{name}” is removed; {size_text(freed)} are free again.")
    return 0


def _download(arguments: Namespace) -> int:
    from inference.download import download_model

    def announce(offer: Offer, order: Order) -> None:
        licence = escape_text(order.repository.licence) or "not stated"
        size = size_text(order.variant.size)
        print(
            f"{escape_text(order.repository.name)}, {escape_text(order.variant.key)}: {size}, licence {licence}",
            file=sys.stderr,
        )

    def report(fetching: Fetching) -> None:
        tasks = {"fetch": "Fetching", "check": "Checking", "wait": "Waiting to go on with"}
        show_share(
            f"{tasks[fetching.phase]} {escape_text(Path(fetching.file).name, 40)}",
            fetching.done,
            fetching.total,
        )

    try:
        path = download_model(arguments.words[0], arguments.variant, report, announce)
    finally:
        show_share("", 1, 1)
    print(path)
    return 0


def _meant(text: str) -> ShelvedBundle:
    """The one bundle of a name.

    Raises:
        ModelFileError: there is none, or several.
    """
    from models.bundle_shelf import shelved_named
    from models.errors import ModelFileError
    from models.model_name import ambiguous

    found = shelved_named(text) or [one for one in _all() if str(one.folder) == text]
    if len(found) > 1:
        raise ambiguous(text, [one.folder for one in found])
    if not found:
        raise ModelFileError(
            "not-in-library",
            f"There is no model “{escape_text(text)}” in the library.",
            "“vitrine models list” names them.",
        )
    return found[0]


def _all() -> list[ShelvedBundle]:
    from models.bundle_shelf import shelved_bundles

    return list(shelved_bundles())


ACTIONS: tuple[ModelAction, ...] = (
    ModelAction("list", (), "every model, with its size, precision and proof", _list),
    ModelAction("show", ("NAME",), "everything that is known about one", _show),
    ModelAction(
        "import",
        ("MODEL",),
        "make a file or folder ready to run, and prove what will be shown of it",
        _import,
    ),
    ModelAction("rename", ("NAME", "NEW"), "call one something else", _rename),
    ModelAction(
        "remove",
        ("NAME",),
        "delete what was imported or downloaded; files that were given to it stay",
        _remove,
    ),
    ModelAction(
        "download", ("ID",), "fetch a model from the hub; a later call goes on where one stopped", _download
    ),
)
"""Everything that can be done."""

COMMAND = CommandEntry("models", "List, import, rename, remove and fetch models.", add_arguments, run)
