"""The Qt application: its style, fonts, palette and zoom.

Knows nothing about sessions or what is in the window.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop import theme
from desktop.stylesheet import qt_palette, stylesheet

ZOOMS = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
"""The font zooms one can choose."""

COLLECTION_THRESHOLDS = (10_000, 20, 20)
"""Objects made before a collection, and collections before one that looks further: rarer than Python's own."""


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """The application, made on the first call.

    Args:
        arguments: of the command line, for Qt's own options.
    """
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # Numbers are written in the window's language, whatever the machine's locale; `speak` says which that is.
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    # The first argument names the window's instance under X11, however the program was started.
    application = QApplication(["vitrine", *arguments])
    application.setApplicationName("vitrine")
    application.setApplicationDisplayName("Vitrine")
    application.setDesktopFileName("vitrine")
    return application


def palette_named(name: str) -> theme.Palette:
    """A palette by its name; any other name, ``"system"`` for one, means what the system prefers."""
    for palette in theme.PALETTES:
        if palette.name == name:
            return palette
    prefers = QGuiApplication.styleHints().colorScheme()
    return theme.LIGHT if prefers is Qt.ColorScheme.Light else theme.DARK


def apply_theme(palette: theme.Palette, zoom: float = 1.0) -> None:
    """Give the whole application a palette and a font zoom, at once."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.put_in_force(palette, min(max(zoom, ZOOMS[0]), ZOOMS[-1]))
    if application.style().objectName() != "fusion":
        application.setStyle(QStyleFactory.create("fusion"))
    application.setFont(theme.ui_font())
    application.setPalette(qt_palette(palette))
    application.setStyleSheet(stylesheet(palette))
    theme.announce()


def settle_memory() -> None:
    """Have Python's collector leave alone what stays anyway; call it when the window stands and a model is loaded.

    A full collection goes through every object there is, window and vocabulary included, and holds the window up
    for tens of milliseconds in the middle of a reply; what is made afterwards is small.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTION_THRESHOLDS)
