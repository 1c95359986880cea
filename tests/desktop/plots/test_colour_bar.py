"""The legend shows the colours that the map uses."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.plots.attention_picture import heat_colours
from desktop.plots.attention_scale import ONE, ZERO, AttentionScale
from desktop.plots.colour_bar import BAR_HEIGHT, ColourBar
from tests.desktop.plots.pictures import colour_at, painted


@pytest.mark.parametrize("logarithmic", [True, False])
def test_the_bar_runs_from_zero_to_one(qtbot: QtBot, logarithmic: bool) -> None:
    bar = ColourBar()
    qtbot.addWidget(bar)
    bar.set_scale(AttentionScale(logarithmic))
    bar.resize(300, bar.sizeHint().height())
    image, colours = painted(bar), heat_colours(theme.current())
    middle = BAR_HEIGHT / 2
    assert colour_at(image, QPointF(2, middle)) == QColor.fromRgba(int(colours[ZERO + 1]))
    assert colour_at(image, QPointF(297, middle)) == QColor.fromRgba(int(colours[ONE - 1]))
    half = colour_at(image, QPointF(150, middle))
    assert abs(half.red() - QColor.fromRgba(int(colours[128])).red()) <= 3


def test_the_two_scales_have_different_numbers(qtbot: QtBot) -> None:
    bar = ColourBar()
    qtbot.addWidget(bar)
    bar.resize(300, bar.sizeHint().height())
    logarithmic = painted(bar)
    bar.set_scale(AttentionScale(logarithmic=False))
    assert painted(bar) != logarithmic
