"""What MODEL means wherever one is asked for: a path, a name in the library, or a model of the hub.

Knows nothing about who asks, or about opening what is found.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import FileKind, displayed_name, reading, recognise

if TYPE_CHECKING:
    from models.bundle_shelf import ShelvedBundle


class NotDownloadedError(ModelFileError):
    """A model of the hub is meant that is not on this machine.

    Args:
        identifier: ``organisation/name``, with ``@revision`` where one was given.
    """

    def __init__(self, identifier: str) -> None:
        super().__init__(
            "not-downloaded",
            f"“{escape_text(identifier)}” is not on this machine.",
            f"Get it with “vitrine models download {escape_text(identifier)}”, or check the path.",
        )
        self.identifier = identifier

    def __reduce__(self) -> tuple[type, tuple[str]]:  # type: ignore[override]
        return type(self), (self.identifier,)


def resolve_model(text: str) -> Path:
    """Find what somebody means who names a model.

    A path that exists goes before a name in the library, and that before a model of the hub.

    Args:
        text: a path (folder, .onnx, .gguf, .safetensors, or a bundle's own folder), a name that the library lists,
            or a hub id that was downloaded.

    Returns:
        A path for `Load.model`. What lies there was looked at from outside only.

    Raises:
        NotDownloadedError: it can only be a model of the hub, and is not on this machine.
        ModelFileError: it is nothing of all that, several bundles have that name, or what lies at the path is no
            model; what it is instead is named.
    """
    if not text:  # as a path it would be the current folder
        raise ModelFileError(
            "no-such-model", "The model's name is empty.", "Give a path, a name of the library or a hub id."
        )
    path = Path(text).expanduser()
    if _is_there(path):
        if recognise(path) is FileKind.FOLDER:
            _check_folder(path)
        return path.absolute()
    # Imported here: most models are paths, and most starts are without library and hub.
    from models.bundle_shelf import shelved_named
    from models.hub import is_hub_id, parse_hub_id

    named = shelved_named(text)
    bundles = [one.opens for one in named if one.loadable]
    if len(bundles) > 1:
        raise ambiguous(text, bundles)
    if bundles:
        return bundles[0]

    hub_id = is_hub_id(text)
    if named and not hub_id:
        _tell_unusable(named[0])
    # Beside a folder of that name, a path was mistyped.
    if not hub_id or Path(text).parent.is_dir():
        raise _unknown(text)
    asked = parse_hub_id(text)
    if (downloaded := _downloaded(asked.repository, asked.revision)) is not None:
        return downloaded
    raise NotDownloadedError(str(asked))


def source_of(path: Path) -> Path:
    """What a bundle was made from, where `path` is one: its other variants are made from the same."""
    from models.bundle import FACTS, Bundle

    return Path(Bundle.open(path).facts.report.source) if (path / FACTS).is_file() else path


def _is_there(path: Path) -> bool:
    """Whether something lies at a path, a link that leads nowhere included."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        # Too long for a path, a loop, no permission: whoever looks closer says what is wrong with it.
        return "\0" not in str(path) and len(str(path)) < 4096
    return True


def _check_folder(path: Path) -> None:
    """Make sure that a folder may be read and is not empty; what is in it is found out when it is opened."""
    with reading(path):
        if next(path.iterdir(), None) is None:
            raise ModelFileError(
                "empty-folder", f"The folder “{displayed_name(path)}” is empty.", "Choose a model's folder."
            )


def ambiguous(text: str, folders: list[Path]) -> ModelFileError:
    """The error for a name that several bundles have."""
    listed = ", ".join(escape_text(str(folder)) for folder in folders[:4])
    return ModelFileError(
        "ambiguous-model",
        f"“{escape_text(text)}” is the name of {len(folders)} models of the library.",
        f"Rename one of them in the library, or name its folder: {listed}.",
    )


def _tell_unusable(bundle: ShelvedBundle) -> NoReturn:
    """Say why a model that is in the library cannot be opened, as the library's window does."""
    from models.bundle import Bundle
    from models.bundle_shelf import BundleState

    if bundle.state is BundleState.SOURCE_GONE:
        Bundle.open(bundle.folder).check_source()
    what = f"“{escape_text(bundle.name)}” is in the library, but cannot be loaded."
    raise ModelFileError("not-loadable", what, escape_text(bundle.problem, 400))


def _unknown(text: str) -> ModelFileError:
    from models.bundle_shelf import shelved_bundles

    names = [one.name for one in shelved_bundles() if one.loadable]
    close = [name for name in names if text.casefold() in name.casefold()]
    close = close or difflib.get_close_matches(text, names, n=1)
    meant = f"Did you mean “{escape_text(close[0])}”?" if close else "Check the path."
    what = "does not exist" if Path(text).suffix or "/" in text or "\\" in text else "is no model"
    where = (
        "" if what == "does not exist" else ": there is neither such a file nor such a name in the library"
    )
    return ModelFileError("no-such-model", f"“{escape_text(text)}” {what}{where}.", meant)


def _downloaded(repository: str, revision: str) -> Path | None:
    """What to open of the newest complete download of a repository, ``None`` where there is none."""
    from models.hub.shelf import RECORD, downloads_folder, path_to_open, read_record

    owner, _, name = repository.rpartition("/")
    folders = [one for one in (downloads_folder() / (owner or "-")).glob(f"{name}--*") if one.is_dir()]
    newest = sorted(folders, key=lambda one: _modified(one / RECORD), reverse=True)
    for folder in newest:
        record = read_record(folder)
        if record is None or record.repository.name.casefold() != repository.casefold():
            continue
        if revision and revision not in (record.repository.revision, record.repository.commit):
            continue
        return path_to_open(folder, record.variant)
    return None


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
