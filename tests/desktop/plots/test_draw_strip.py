"""The strip lays survivors end to end, and the draw falls on one of them."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.plots.draw_strip import DrawStrip, Segment

SEGMENTS = (Segment(5, "·blue", 0.5), Segment(6, "·red", 0.25), Segment(7, "·sky", 0.125))


@pytest.fixture
def strip(qtbot: QtBot) -> DrawStrip:
    made = DrawStrip()
    qtbot.addWidget(made)
    made.resize(400, 20)
    return made


@pytest.mark.parametrize(
    ("draw", "token"), [(0.0, 5), (0.499, 5), (0.5, 6), (0.749, 6), (0.75, 7), (0.9, None)]
)
def test_the_draw_falls_on_the_first_token_whose_sum_exceeds_it(
    strip: DrawStrip, draw: float, token: int | None
) -> None:
    strip.show_draw(SEGMENTS, draw, 5)
    segment = strip.segment_at(draw)
    assert (segment.id if segment else None) == token


def test_a_screen_reader_hears_where_the_draw_falls(strip: DrawStrip) -> None:
    strip.show_draw(SEGMENTS, 0.625, 5)
    assert strip.accessibleDescription() == "the draw 0.625 falls on ·red"


def test_it_paints_with_and_without_a_draw(strip: DrawStrip) -> None:
    for segments, draw in ((SEGMENTS, 0.2), (SEGMENTS, None), ((), None)):
        strip.show_draw(segments, draw, 6)
        assert not strip.grab().isNull()
