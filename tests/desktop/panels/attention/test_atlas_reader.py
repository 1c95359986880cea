"""The atlas is asked for when it is out of date, and not too often."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop.panels.attention.atlas_reader import AtlasReader
from desktop.session import Session
from inference.contract import Atlas, ReadAtlas
from tests.desktop.scripted_engine import HEADS, LAYERS, ScriptedEngine


@pytest.fixture
def reader(replied: Session) -> AtlasReader:
    """A reader for the finished reply."""
    return AtlasReader(replied, replied)


def reads(engine: ScriptedEngine) -> list[ReadAtlas]:
    """What was asked for."""
    return [command for command in engine.commands if isinstance(command, ReadAtlas)]


def test_an_atlas_of_all_heads_arrives(qtbot: QtBot, reader: AtlasReader) -> None:
    with qtbot.waitSignal(reader.arrived) as arrived:
        reader.want(20, 12)
    atlas = arrived.args[0]
    assert isinstance(atlas, Atlas)
    assert atlas.weights.shape[:2] == (LAYERS, HEADS)
    assert atlas.weights.shape[2] <= 12


def test_the_same_atlas_is_not_asked_for_again(
    qtbot: QtBot, reader: AtlasReader, engine: ScriptedEngine
) -> None:
    with qtbot.waitSignal(reader.arrived):
        reader.want(20, 12)
    reader.want(20, 12)
    qtbot.waitUntil(lambda: not reader._pause.isActive())
    reader.want(20, 12)
    assert len(reads(engine)) == 1


def test_while_a_reply_grows_the_newest_wish_waits_for_the_pause(
    qtbot: QtBot, reader: AtlasReader, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    reader.want(20, 12)
    for rows in range(21, 40):
        reader.want(rows, 12)
        settle()
    assert len(reads(engine)) == 1
    qtbot.waitUntil(lambda: len(reads(engine)) == 2)
    settle()
    qtbot.waitUntil(lambda: not reader._pause.isActive())
    assert len(reads(engine)) == 2


def test_larger_cells_are_asked_for(qtbot: QtBot, reader: AtlasReader, engine: ScriptedEngine) -> None:
    with qtbot.waitSignal(reader.arrived):
        reader.want(20, 12)
    reader.want(20, 14)
    qtbot.waitUntil(lambda: [read.cells for read in reads(engine)] == [12, 14])


def test_wanting_nothing_stops_the_clock(reader: AtlasReader, engine: ScriptedEngine) -> None:
    reader.want(20, 12)
    reader.want(0, 0)
    assert not reader._pause.isActive()
    reader.want(0, 0)
    assert len(reads(engine)) == 1
