"""Style, palette and zoom of the application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import ZOOMS, apply_theme, make_application, palette_named
from desktop.stylesheet import mixed, stylesheet


@pytest.fixture(autouse=True)
def theme_as_it_was(qapp: QApplication) -> Iterator[None]:
    """Leave palette and zoom to the next test as they were."""
    yield
    apply_theme(theme.DARK)


class _Listener(QObject):
    """Counts how often the theme changed."""

    count = 0

    @Slot()
    def hear(self) -> None:
        """Count."""
        self.count += 1


def test_there_is_one_application(qapp: QApplication) -> None:
    assert make_application() is qapp


def test_a_theme_is_applied_and_announced(qtbot: QtBot) -> None:
    listener = _Listener()
    theme.themed.connect(listener.hear)
    apply_theme(theme.LIGHT, 1.25)
    assert theme.current() is theme.LIGHT
    assert theme.zoom() == 1.25
    assert theme.scaled(100) == 125
    assert listener.count == 1
    assert QApplication.palette().window().color().name() == theme.LIGHT.window
    assert QApplication.font().pixelSize() == theme.scaled(theme.TEXT_SIZE)


def test_a_zoom_outside_is_clipped(qtbot: QtBot) -> None:
    apply_theme(theme.DARK, 99.0)
    assert theme.zoom() == ZOOMS[-1]
    apply_theme(theme.DARK, 0.0)
    assert theme.zoom() == ZOOMS[0]


@pytest.mark.parametrize("palette", theme.PALETTES)
def test_palettes_have_names(qtbot: QtBot, palette: theme.Palette) -> None:
    assert palette_named(palette.name) is palette
    assert palette_named("system") in theme.PALETTES
    assert "$" not in stylesheet(palette)


def test_colours_are_mixed() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert mixed("#102030", "#ffffff", 0.0) == "#102030"


def test_figures_have_one_width(qtbot: QtBot) -> None:
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(theme.ui_font(16))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("0000")
