"""The bundles on this machine: a model is imported once and found by its content afterwards.

Knows nothing about formats beyond their list, or about running a bundle.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from models.bundle import FACTS, FORMAT, Bundle
from models.bundle_shelf import DAMAGED, IMPORTING, REMOVING
from models.directories import bundles_directory
from models.errors import ModelFileError
from models.exports.folder import examine_folder
from models.files import displayed_name
from models.formats import format_of
from models.formats.format import ImportProgress, ImportRequest, ImportTools, ModelFormat
from models.templates_on_disk import edited_template, keep_edited_template


def ready_bundle(
    path: Path,
    provider: str,
    progress: ImportProgress,
    variant: str = "",
    tools: ImportTools | None = None,
) -> tuple[Bundle, bool]:
    """The bundle of a model, imported now if it was not before.

    Args:
        path: a model's file or folder, or the folder of a bundle.
        provider: ``"CPU"`` or ``"CUDA"``: decides what is best.
        progress: called with parts done and parts in all while importing; may raise to stop.
        variant: which of the source's graphs or precisions; empty is the best for the provider.
        tools: what an import cannot do by itself; without, exports cannot be imported.

    Returns:
        The bundle, and whether it had to be imported.

    Raises:
        ModelFileError: there is no model, it is damaged or not supported, or has no such variant.
        TokenizerError: its tokenizer is not supported.
        VitrineError: no folder for it, or no room.
    """
    if (path / FACTS).is_file():
        bundle = Bundle.open(path)
        bundle.check_source()
        return bundle, False
    found = examine_folder(path)
    format_ = format_of(found)
    request = ImportRequest(found, provider, variant, tools or ImportTools())
    folder = bundles_directory() / f"{format_.key(request)}-{FORMAT}"
    name, template = "", None
    if folder.is_dir():
        template = edited_template(folder)
        try:
            bundle = Bundle.open(folder)
            name = bundle.facts.name
            bundle.check_source()
            return bundle, False
        except ModelFileError:
            if not name:
                # Set aside, not deleted: somebody may want to know what happened to it.
                folder.rename(_free_name(folder, f"{folder.name}{DAMAGED}"))
    return _import(format_, request, folder, progress, name, template), True


def _import(
    format_: ModelFormat,
    request: ImportRequest,
    folder: Path,
    progress: ImportProgress,
    name: str,
    template: str | None,
) -> Bundle:
    """Make a bundle; one whose source changed meanwhile gives way to it, with the name and template of a person."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=IMPORTING, dir=folder.parent))
    try:
        facts = format_.make(request, making, progress)
        (making / FACTS).write_text(replace(facts, name=name or facts.name).to_json(), "utf-8")
        if template is not None:
            keep_edited_template(making, template)
        if name:
            gone = _free_name(folder, f"{REMOVING}{folder.name}-")
            folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)
        _publish(making, folder)
    except OSError as error:
        raise ModelFileError(
            "import-failed",
            f"{displayed_name(request.found.path)} could not be imported into {folder.parent} "
            f"({error.strerror or error}).",
            "Make room on that disk or set VITRINE_DATA_DIR to a folder on another.",
        ) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return Bundle.open(folder)


def _publish(making: Path, folder: Path) -> None:
    """Give a finished folder its name, unless another process was faster."""
    try:
        making.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _free_name(folder: Path, beginning: str) -> Path:
    """Beside a folder, a path that begins in some way and is not taken."""
    numbers = itertools.count(os.getpid())
    return next(path for number in numbers if not (path := folder.with_name(f"{beginning}{number}")).exists())
