"""Whether a window can be shown at all: asked before Qt is, because Qt aborts the program where it cannot.

Knows nothing about windows, and imports no Qt.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from models.errors import VitrineError

PACKAGES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
"""Debian's packages of the libraries that Qt needs and that small installations lack."""


def check_display(environment: Mapping[str, str] = os.environ) -> None:
    """See to it that Qt will find a display and its libraries.

    Args:
        environment: variables of the process.

    Raises:
        VitrineError: there is no display, it does not answer, or a library is missing.
    """
    if not sys.platform.startswith("linux"):
        return
    platform = environment.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform not in ("", "xcb") or (platform == "" and environment.get("WAYLAND_DISPLAY")):
        return
    display = environment.get("DISPLAY", "")
    if not display:
        raise VitrineError(
            "no-display",
            "There is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).",
            "Start it from a desktop, or use a command such as “vitrine generate”.",
        )
    _check_plugin()
    if not _answers(display):
        raise VitrineError(
            "display-unreachable",
            f"The display “{display}” does not answer.",
            "Set DISPLAY to one that runs, or use a command such as “vitrine generate”.",
        )


def missing_library(message: str) -> VitrineError:
    """The error for a library that could not be loaded.

    Args:
        message: of the system's loader, which begins with the library's name.
    """
    library = message.split(":")[0].strip()
    package = PACKAGES.get(library)
    remedy = (
        f"Install it; on Debian and Ubuntu: sudo apt install {package}."
        if package
        else "Install the package of your system that contains it."
    )
    return VitrineError("missing-library", f"The library {library} is missing, which windows need.", remedy)


def _check_plugin() -> None:
    """Load Qt's X11 plugin as Qt will: the loader names what is missing where Qt would only abort."""
    found = importlib.util.find_spec("PySide6")
    if found is None or not found.submodule_search_locations:
        return
    folder = Path(next(iter(found.submodule_search_locations)))
    plugin = folder / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if plugin.exists():
        try:
            ctypes.CDLL(str(plugin))
        except OSError as error:
            raise missing_library(str(error)) from error


def _answers(display: str) -> bool:
    """Whether an X server answers under a name; when nobody can ask, Qt may try."""
    try:
        library = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    library.xcb_connect.restype = ctypes.c_void_p
    library.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    for function in (library.xcb_connection_has_error, library.xcb_disconnect):
        function.argtypes = [ctypes.c_void_p]
    connection = library.xcb_connect(display.encode(), None)
    broken = library.xcb_connection_has_error(connection)
    library.xcb_disconnect(connection)
    return not broken
