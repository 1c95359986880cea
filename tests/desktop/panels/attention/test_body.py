"""The parts side by side."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.panels.attention.body import NARROW, AttentionBody
from desktop.plots.attention_scale import AttentionScale


def test_a_narrow_panel_keeps_the_map_and_drops_the_list(qtbot: QtBot) -> None:
    body = AttentionBody()
    qtbot.addWidget(body)
    body.set_shape(30, 9)
    body.resize(NARROW + 100, 400)
    body.show()
    assert body.keys.isVisible()
    body.resize(NARROW - 20, 400)
    assert not body.keys.isVisible()
    qtbot.waitUntil(lambda: body.map.width() >= body.map.minimumSizeHint().width())


def test_one_scale_for_all_parts(qtbot: QtBot) -> None:
    body = AttentionBody()
    qtbot.addWidget(body)
    scale = AttentionScale(logarithmic=False)
    body.set_scale(scale)
    assert body.map._chart.scale == body.atlas._scale == body.legend._scale == scale
