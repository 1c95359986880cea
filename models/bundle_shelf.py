"""The bundles on this machine as a person sees them, loadable or not, and what was downloaded.

Knows nothing about importing, changing or running one.

Reading is by generator, one small JSON file a bundle, so that whoever shows them can do it bit by bit.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from models.bundle import FACTS, FORMAT, PROOFS, Bundle, BundleFacts
from models.default_model import default_model_path
from models.directories import bundles_directory
from models.errors import ModelFileError, VitrineError

IMPORTING, REMOVING, DAMAGED = "importing-", "removing-", ".damaged-"
"""What folders are called that are no bundles: begun, being removed, set aside."""

ABANDONED_AFTER_S = 15 * 60.0
"""A begun import in which nothing was written for so long is not going on any more."""


class BundleState(Enum):
    """Whether a bundle can be loaded, and if not, why."""

    READY = "ready"
    """It can be loaded."""
    DEFAULT = "default"
    """The default model, which was not imported yet; loading it does that."""
    DOWNLOADED = "downloaded"
    """Fetched from the hub and not imported yet; loading it does that."""
    SOURCE_GONE = "source-gone"
    """A file that it runs with was deleted or changed."""
    OUTDATED = "outdated"
    """Another version of the program made it: the model has to be opened from its file again."""
    DAMAGED = "damaged"
    """It cannot be read, or was set aside for that."""
    UNFINISHED = "unfinished"
    """An import ended in the middle."""


NOT_IMPORTED = frozenset({BundleState.DEFAULT, BundleState.DOWNLOADED})
"""States of models that lie ready to be imported."""

LOADABLE = frozenset({BundleState.READY}) | NOT_IMPORTED


@dataclass(frozen=True, slots=True)
class KnownProof:
    """What the newest proof of a bundle says; a refusal has no difference.

    Args:
        refused: whether its attention cannot be shown.
        max_delta: largest difference from the kernel's own attention.
        logits_delta: largest difference between the logits of observed and unobserved graph.
        tokens: length of the probe.
        reason: how it was measured, or why it was refused.
    """

    refused: bool
    max_delta: float | None
    logits_delta: float | None
    tokens: int
    reason: str


@dataclass(frozen=True, slots=True)
class ShelvedBundle:
    """One bundle, or what is left of one.

    Args:
        folder: where it lies; of the default model that was not imported yet, its file.
        opens: what `Load.model` takes.
        state: whether it can be loaded.
        name: for people; untrusted.
        bytes: of everything in its folder, which removing it frees.
        modified: when it was made, seconds since the epoch.
        facts: what is known about it; ``None`` where that cannot be read.
        proof: the newest one made on this machine, if any.
        is_default: whether it is the default model.
        problem: why it cannot be loaded, one sentence and what to do; empty where it can.
        stated_licence: of a model that was fetched and has no facts yet; untrusted.
    """

    folder: Path
    opens: Path
    state: BundleState
    name: str
    bytes: int
    modified: float
    facts: BundleFacts | None = None
    proof: KnownProof | None = None
    is_default: bool = False
    problem: str = ""
    stated_licence: str = ""

    @property
    def loadable(self) -> bool:
        """Whether it can be loaded."""
        return self.state in LOADABLE

    @property
    def bytes_elsewhere(self) -> int:
        """Bytes of the files outside the library that it runs with and that removing it leaves."""
        return sum(file.size for file in self.facts.source_files) if self.facts is not None else 0

    @property
    def weights_elsewhere(self) -> str:
        """Folder outside the library in which its weights are read; empty where they lie in its own; untrusted."""
        return (self.facts.weights_folder if self.facts is not None else None) or ""

    @property
    def licence(self) -> str:
        """What its file or the hub says of its licence, empty for nothing; untrusted."""
        return (self.facts.licence if self.facts is not None else None) or self.stated_licence


def shelved_bundles() -> Iterator[ShelvedBundle]:
    """Every bundle on this machine, what was downloaded and not imported, and the default model; in no order.

    Raises:
        VitrineError: their folder cannot be made or read.
    """
    default = _default_model()
    default_seen, sources = False, []
    for folder in _folders():
        bundle = read_shelved(folder)
        if bundle is None:
            continue
        if bundle.facts is not None and bundle.state is BundleState.READY:
            sources.append(Path(bundle.facts.report.source))
            if default is not None and bundle.facts.source == default.name:
                bundle = replace(bundle, is_default=True)
                default_seen = True
        yield bundle
    for download in _downloads():
        if not any(source == download.folder or download.folder in source.parents for source in sources):
            yield download
    if default is not None and not default_seen:
        name = default.stem.rpartition(".")[0] or default.stem
        yield ShelvedBundle(default, default, BundleState.DEFAULT, name, 0, 0.0, is_default=True)


def shelved_named(text: str) -> list[ShelvedBundle]:
    """The bundles that somebody means: by their folder's name, by their own, or by that in other case.

    Args:
        text: what somebody typed.

    Raises:
        VitrineError: as `shelved_bundles`.
    """
    every = list(shelved_bundles())
    for matches in (
        [one for one in every if one.folder.name == text],
        [one for one in every if one.name == text],
        [one for one in every if one.name.casefold() == text.casefold()],
    ):
        if matches:
            return matches
    return []


def names_in_use(apart_from: Path) -> set[str]:
    """What models are called, case folded, and their folders.

    Args:
        apart_from: folder or file of the one whose name does not count.

    Raises:
        VitrineError: as `shelved_bundles`.
    """
    unnamed = (BundleState.DAMAGED, BundleState.UNFINISHED, BundleState.OUTDATED)
    named = [one for one in shelved_bundles() if one.state not in unnamed and one.opens != apart_from]
    return {text.casefold() for one in named for text in (one.name, one.folder.name)}


def read_shelved(folder: Path) -> ShelvedBundle | None:
    """One entry; ``None`` for what is no bundle, is being made, or vanished meanwhile.

    Args:
        folder: below `bundles_directory`.
    """
    try:
        modified = folder.stat().st_mtime
        entry = ShelvedBundle(folder, folder, BundleState.READY, folder.name, folder_bytes(folder), modified)
    except OSError:
        return None
    if folder.name.startswith(IMPORTING):
        if time.time() - modified < ABANDONED_AFTER_S:
            return None
        problem = "Its import ended in the middle. Remove it and open the model again from its file."
        return replace(entry, state=BundleState.UNFINISHED, problem=problem)
    if folder.name.startswith(REMOVING):
        problem = "Removing it ended in the middle. Remove it again."
        return replace(entry, state=BundleState.UNFINISHED, problem=problem)
    try:
        bundle = Bundle.open(folder)
    except (ModelFileError, AttributeError, RecursionError):
        return _unreadable(entry)
    entry = replace(entry, name=bundle.facts.name, facts=bundle.facts)
    if DAMAGED in folder.name:
        problem = "It was set aside because it is damaged; the model was imported again. Remove it."
        return replace(entry, state=BundleState.DAMAGED, problem=problem)
    entry = replace(entry, proof=_newest_proof(folder))
    try:
        bundle.check_source()
    except ModelFileError as error:
        return replace(entry, state=BundleState.SOURCE_GONE, problem=str(error))
    return entry


def _unreadable(entry: ShelvedBundle) -> ShelvedBundle:
    """What can be said of a bundle that cannot be opened."""
    try:
        facts = json.loads((entry.folder / FACTS).read_text("utf-8"))
        if facts["format"] != FORMAT:
            problem = "Another version of Vitrine imported it. Open the model again from its file."
            name = str(facts.get("name", entry.name))
            return replace(entry, state=BundleState.OUTDATED, name=name, problem=problem)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    problem = "It is damaged. Remove it and open the model again from its file."
    return replace(entry, state=BundleState.DAMAGED, problem=problem)


def _downloads() -> Iterator[ShelvedBundle]:
    """What was fetched from the hub and is complete."""
    # Imported here: most readers have fetched nothing.
    from models.hub.shelf import RECORD, downloads_folder, path_to_open, read_record

    for record in sorted(downloads_folder().glob(f"*/*/{RECORD}")):
        folder = record.parent
        order = read_record(folder) if is_download(folder) else None
        if order is None:
            continue
        with suppress(OSError):
            yield ShelvedBundle(
                folder,
                path_to_open(folder, order.variant),
                BundleState.DOWNLOADED,
                f"{order.repository.name} ({order.variant.key})",
                folder_bytes(folder),
                folder.stat().st_mtime,
                stated_licence=order.repository.licence,
            )


def is_download(folder: Path) -> bool:
    """Whether a folder is where complete downloads lie, two below their place; unfinished ones lie deeper."""
    from models.hub.shelf import RECORD, downloads_folder

    place = folder.resolve().parent.parent
    return place == downloads_folder().resolve() and (folder / RECORD).is_file()


def _default_model() -> Path | None:
    try:
        return default_model_path()
    except VitrineError:
        return None


def _folders() -> list[Path]:
    shelf = bundles_directory()
    try:
        return sorted(one for one in shelf.iterdir() if one.is_dir() and not one.is_symlink())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise VitrineError(
            "library-unreadable",
            f"The library in {shelf} cannot be read: {error.strerror or error}.",
            "Check the folder's permissions.",
        ) from error


def folder_bytes(folder: Path) -> int:
    """Bytes of the files below a folder; links count as nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total


def _newest_proof(folder: Path) -> KnownProof | None:
    """The proof that was written last; whose runtime and device it is of, the engine looks at."""
    try:
        proofs = json.loads((folder / PROOFS).read_text("utf-8"))
        last = list(proofs.values())[-1]
        return KnownProof(
            last["kind"] == "refused",
            last["max_delta"],
            last["logits_delta"],
            int(last["tokens"]),
            str(last["reason"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
