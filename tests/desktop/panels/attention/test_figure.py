"""The picture that is saved."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.panels.attention.body import AttentionBody
from desktop.panels.attention.figure import AttentionFigure
from tests.desktop.plots.pictures import painted


def test_the_figure_takes_the_size_of_what_is_drawn(qtbot: QtBot) -> None:
    body = AttentionBody()
    qtbot.addWidget(body)
    body.resize(700, 500)
    body.show()
    body.map.set_rows(3, growing=False)
    figure = AttentionFigure(body.map, body.legend, body)
    figure.compose("layer 5, head 8", "Model")
    small = figure.size()
    body.map.set_rows(300, growing=False)
    figure.compose("layer 5, head 8", "Model")
    assert figure.width() > small.width()
    assert figure.height() > small.height()
    assert not figure.isVisible()


def test_what_is_written_above_the_map_is_in_the_picture(qtbot: QtBot) -> None:
    body = AttentionBody()
    qtbot.addWidget(body)
    body.resize(700, 500)
    figure = AttentionFigure(body.map, body.legend, body)
    figure.compose("layer 5, head 8", "Model")
    one = painted(figure)
    figure.compose("layer 5, head 7", "Model")
    assert painted(figure) != one
