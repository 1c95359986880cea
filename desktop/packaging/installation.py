"""Puts Vitrine into the applications menu of the person who runs it, and takes it away again.

Knows nothing about the wording of the entry or the drawing of the icon.

Source: freedesktop.org's Base Directory, Menu and Icon Theme specifications.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSaveFile
from PySide6.QtGui import QImageWriter

from desktop.packaging.entry_text import entry_text
from desktop.packaging.icon import PIXEL_SIZES, icon_drawing, icon_picture
from models.default_model import VARIABLE as DEFAULT_MODEL_VARIABLE
from models.directories import DATA_DIRECTORY_VARIABLE
from models.errors import VitrineError

APPLICATION_ID = "vitrine"
"""Name of the desktop entry and of the icon; also what the window says it belongs to."""

KEPT_VARIABLES = (DATA_DIRECTORY_VARIABLE, DEFAULT_MODEL_VARIABLE)
"""Variables that a start from the menu has to find as they were at the installation."""

_ENTRY = Path("applications", f"{APPLICATION_ID}.desktop")
_THEME = Path("icons", "hicolor")
_DRAWING = _THEME / "scalable" / "apps" / f"{APPLICATION_ID}.svg"


def install_desktop_entry() -> str:
    """Put the entry and its icon into the menu, over those of an earlier installation.

    Returns:
        One sentence that says what was done.

    Raises:
        VitrineError: the platform has other menus, or a file cannot be written.
    """
    home = _data_home()
    command = launch_command()
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if os.environ.get(name)}
    contents = {_DRAWING: icon_drawing(), **{_picture(size): _png(size) for size in PIXEL_SIZES}}
    # The entry comes last: a menu that sees it finds its icon.
    contents[_ENTRY] = entry_text(command, kept, APPLICATION_ID).encode()
    for path, content in contents.items():
        _write(home / path, content)
    _announce(home)
    return f"Vitrine is in the applications menu; the entry {home / _ENTRY} starts {command[0]}."


def remove_desktop_entry() -> str:
    """Take away what `install_desktop_entry` made, and nothing else.

    Returns:
        One sentence that says what was done.

    Raises:
        VitrineError: the platform has other menus, or a file cannot be removed.
    """
    home = _data_home()
    installed = [path for path in _installed_paths() if (home / path).exists()]
    for path in installed:
        try:
            (home / path).unlink()
        except OSError as error:
            raise VitrineError(
                "desktop-entry-not-removed",
                f"{home / path} cannot be removed ({error.strerror}).",
                "Remove it by hand, or make its folder writable and try again.",
            ) from error
        _remove_empty_folders(home, path.parent)
    if not installed:
        return "There was no entry of Vitrine in the applications menu."
    _announce(home)
    return f"Vitrine is no longer in the applications menu; {home / _ENTRY} and its icons are gone."


def launch_command() -> list[str]:
    """What starts this very installation again: absolute path of the program, then its arguments."""
    script = Path(sysconfig.get_path("scripts"), APPLICATION_ID)
    if os.access(script, os.X_OK):
        return [str(script)]
    return [sys.executable, "-m", "desktop"]


def _data_home() -> Path:
    if sys.platform in ("win32", "darwin"):
        raise VitrineError(
            "desktop-entry-unsupported",
            f"Desktop entries belong to Linux and BSD desktops, not to {sys.platform}.",
            "Make a shortcut to the vitrine program instead.",
        )
    chosen = os.environ.get("XDG_DATA_HOME", "")
    # The specification wants relative paths ignored.
    return Path(chosen) if Path(chosen).is_absolute() else Path.home() / ".local" / "share"


def _picture(size: int) -> Path:
    return _THEME / f"{size}x{size}" / "apps" / f"{APPLICATION_ID}.png"


def _installed_paths() -> list[Path]:
    return [_ENTRY, _DRAWING, *map(_picture, PIXEL_SIZES)]


def _png(size: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(icon_picture(size))
    return bytes(buffer.data().data())


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(path, error.strerror) from error
    file = QSaveFile(str(path))
    # A short write would be committed like a whole one: the count is what tells.
    opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
    if not (opened and file.write(content) == len(content) and file.commit()):
        raise _not_written(path, file.errorString())


def _not_written(path: Path, reason: str | None) -> VitrineError:
    return VitrineError(
        "desktop-entry-not-written",
        f"{path} cannot be written ({reason}).",
        "Make its folder writable, or set XDG_DATA_HOME to one that is.",
    )


def _remove_empty_folders(home: Path, folder: Path) -> None:
    while folder != Path() and not any((home / folder).iterdir()):
        (home / folder).rmdir()
        folder = folder.parent


def _announce(home: Path) -> None:
    """Have icon caches read the theme again: they compare their age with that of its folder."""
    theme = home / _THEME
    if theme.is_dir():
        os.utime(theme)
