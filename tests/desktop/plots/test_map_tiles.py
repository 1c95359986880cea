"""Tiles of a map: what is missing, what is put, what is forgotten."""

from __future__ import annotations

import numpy as np

from desktop.plots.map_tiles import TILE, MapTiles, Part
from inference.contract import AttentionMapPart, ReadAttentionMap


def part(stride: int, start: int, stop: int, left: int, right: int, value: float) -> AttentionMapPart:
    """A part whose every cell has the same weight."""
    asked = ReadAttentionMap(1, 0, 0, stride, start, stop, left, right)
    shape = (-(-(stop - start) // stride), -(-(min(right, stop) - left) // stride))
    return AttentionMapPart(asked, np.full(shape, value, np.float16))


def test_nothing_is_known_at_first() -> None:
    assert MapTiles().missing(4, range(2000), range(2000), 2000) == Part(0, 2000, 0, 2000)
    assert MapTiles().tile(4, 0, 0) is None


def test_keys_after_every_query_are_not_missing() -> None:
    tiles = MapTiles()
    # Of the first tile row only the first tile column has anything in it.
    assert tiles.missing(1, range(100), range(2000), 2000) == Part(0, TILE, 0, TILE)
    assert tiles.missing(1, range(100), range(TILE, 2000), 2000) is None


def test_what_was_put_is_not_missing() -> None:
    tiles = MapTiles()
    version = tiles.version
    tiles.put(part(4, 0, 2000, 0, 2000, 0.5))
    assert tiles.version != version
    assert tiles.missing(4, range(2000), range(2000), 2000) is None
    first, last = tiles.tile(4, 0, 0), tiles.tile(4, 1, 1)
    assert first is not None
    assert last is not None
    assert (first.rows, last.rows) == (4 * TILE, 2000 - 4 * TILE)
    assert float(last.weights[0, 0]) == 0.5
    # 976 positions are 244 cells.
    assert float(last.weights[244, 0]) == 0.0
    assert tiles.tile(4, 0, 1) is None


def test_a_growing_map_lacks_its_last_group_and_what_follows() -> None:
    tiles = MapTiles()
    tiles.put(part(4, 0, 1001, 0, 1001, 0.5))
    assert tiles.missing(4, range(1003), range(1003), 1003) == Part(1000, 1003, 0, 1003)
    tiles.put(part(4, 1000, 1003, 0, 1003, 0.25))
    tile = tiles.tile(4, 0, 0)
    assert tile is not None
    assert tile.rows == 1003
    assert [float(tile.weights[row, 0]) for row in (249, 250, 251)] == [0.5, 0.25, 0.0]


def test_a_part_that_does_not_go_on_from_what_is_known_is_left() -> None:
    tiles = MapTiles()
    tiles.put(part(1, 10, 20, 0, 20, 0.5))
    tile = tiles.tile(1, 0, 0)
    assert tile is not None
    assert tile.rows == 0
    assert tiles.missing(1, range(20), range(20), 20) == Part(0, 20, 0, 20)


def test_strides_are_kept_apart() -> None:
    tiles = MapTiles()
    tiles.put(part(4, 0, 1000, 0, 1000, 0.5))
    assert tiles.missing(2, range(1000), range(1000), 1000) == Part(0, 1000, 0, 1000)


def test_a_sequence_that_changed_keeps_whole_groups_before_the_change() -> None:
    tiles = MapTiles()
    tiles.put(part(4, 0, 2000, 0, 2000, 0.5))
    tiles.truncate(1003)
    assert tiles.tile(4, 1, 0) is None
    tile = tiles.tile(4, 0, 0)
    assert tile is not None
    assert tile.rows == 1000
    assert [float(tile.weights[row, 0]) for row in (249, 250)] == [0.5, 0.0]


def test_memory_is_told() -> None:
    tiles = MapTiles()
    tiles.put(part(1, 0, 10, 0, 10, 0.5))
    assert tiles.nbytes == TILE * TILE * 2
