"""The legend of the lens shows the shades and the mark that its grid uses."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.plots.lens_grid import cell_shade
from desktop.plots.lens_legend import LensLegend
from tests.desktop.plots.pictures import painted


def colours(legend: LensLegend) -> set[tuple[int, int, int, int]]:
    image = painted(legend)
    middle = image.height() / 2
    return {image.pixelColor(QPointF(x, middle).toPoint()).getRgb() for x in range(image.width())}  # type: ignore[misc]


def test_the_mark_is_explained_where_there_is_room(qtbot: QtBot) -> None:
    legend = LensLegend()
    qtbot.addWidget(legend)
    mark = theme.colour(theme.current().cursor).getRgb()
    legend.resize(700, legend.sizeHint().height())
    assert mark in colours(legend)
    legend.resize(160, legend.sizeHint().height())
    assert mark not in colours(legend)
    assert "Mark on the left edge: it is the token that follows" in legend.accessibleDescription()


def test_the_likelier_a_token_the_stronger_its_shade() -> None:
    shades = [cell_shade(share).alpha() for share in (0.0, 0.25, 0.5, 1.0)]
    assert shades == sorted({*shades})
