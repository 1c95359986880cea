"""The frame gives the atlas its room."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from desktop.plots.atlas_scroll import WIDEST, AtlasScroll
from desktop.plots.attention_atlas import AttentionAtlas


def framed(qtbot: QtBot, layers: int, heads: int) -> AtlasScroll:
    """A frame of 430 pixels height."""
    atlas = AttentionAtlas()
    frame = AtlasScroll(atlas)
    qtbot.addWidget(frame)
    atlas.set_shape(layers, heads)
    frame.resize(frame.width(), 430)
    frame.show()
    return frame


def test_the_frame_is_as_wide_as_an_atlas_that_fits(qtbot: QtBot) -> None:
    frame = framed(qtbot, 30, 9)
    assert frame.width() == frame.widget().sizeHint().width()
    assert not frame.verticalScrollBar().isVisible()
    assert not frame.horizontalScrollBar().isVisible()


def test_the_chosen_head_is_scrolled_into_sight(qtbot: QtBot) -> None:
    frame = framed(qtbot, 80, 64)
    qtbot.waitUntil(lambda: frame.verticalScrollBar().maximum() > 0)
    atlas = frame.widget()
    assert isinstance(atlas, AttentionAtlas)
    atlas.set_chosen(77, 60)
    shown = QRectF(atlas.visibleRegion().boundingRect())
    assert shown.contains(atlas.cell_rectangle(77, 60))


def test_a_wide_atlas_scrolls(qtbot: QtBot) -> None:
    frame = framed(qtbot, 80, 64)
    assert frame.width() == WIDEST
    qtbot.waitUntil(lambda: frame.verticalScrollBar().isVisible() and frame.horizontalScrollBar().isVisible())
