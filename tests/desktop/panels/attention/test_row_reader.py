"""Which rows are asked for, in which order, and what becomes of the answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.panels.attention.head_weights import HeadWeights
from desktop.panels.attention.row_reader import RowReader, next_rows
from desktop.plots.attention_matrix import BLOCK_ROWS, AttentionMatrix
from desktop.session import Session
from inference.contract import ATTENTION_ROWS_PER_READ, Failed, ReadAttention
from tests.desktop.scripted_engine import ScriptedEngine, attention_weights

ALL = range(4 * BLOCK_ROWS)


def known(*rows: range) -> AttentionMatrix:
    """A matrix that has some rows."""
    matrix = AttentionMatrix()
    for run in rows:
        matrix.put(run.start, np.ones((len(run), run.stop), np.float32))
    return matrix


def test_the_row_at_the_cursor_comes_first_and_alone() -> None:
    assert next_rows(known(), 200, (0, 300), ALL) == (200, 201)


def test_a_few_missing_neighbours_come_along_with_the_row_at_the_cursor() -> None:
    assert next_rows(known(range(100, 197)), 199, (100, 200), range(200)) == (197, 200)
    assert next_rows(known(range(100, 180)), 199, (100, 200), range(200)) == (199, 200)


def test_rows_in_sight_near_the_cursor_come_second() -> None:
    matrix = known(range(200, 201))
    assert next_rows(matrix, 200, (100, 300), ALL) == (201, 256)
    matrix.put(201, np.ones((55, 256), np.float32))
    assert next_rows(matrix, 200, (100, 300), ALL) == (256, 300)
    matrix.put(256, np.ones((44, 300), np.float32))
    assert next_rows(matrix, 200, (100, 300), ALL) == (128, 200)


def test_rows_out_of_sight_come_last() -> None:
    assert next_rows(known(range(100, 300)), 200, (100, 300), ALL) == (300, 384)


def test_nothing_is_asked_for_twice() -> None:
    assert next_rows(known(range(ALL.stop)), 200, (100, 300), ALL) is None


def test_without_a_cursor_the_rows_in_sight_come_first() -> None:
    assert next_rows(known(), -1, (130, 140), ALL) == (130, 140)


def test_what_there_is_no_memory_for_is_not_asked_for() -> None:
    assert next_rows(known(range(100, 200)), 150, (0, 300), range(100, 200)) is None


def test_one_query_fits_into_one_answer() -> None:
    matrix, asked = known(), 0
    while (run := next_rows(matrix, 100, (0, 200), ALL)) is not None:
        assert 0 < run[1] - run[0] <= ATTENTION_ROWS_PER_READ
        matrix.put(run[0], np.ones((run[1] - run[0], run[1]), np.float32))
        asked += 1
    assert asked <= 7


@pytest.fixture
def weights() -> HeadWeights:
    """Where the rows go."""
    return HeadWeights()


@pytest.fixture
def reader(replied: Session, weights: HeadWeights) -> RowReader:
    """A reader for the finished reply, layer 2, head 1, whose cursor is on the last token."""
    replied.choose_head(2, 1)
    return RowReader(replied, weights, replied)


def reads(engine: ScriptedEngine) -> list[ReadAttention]:
    """The rows that were asked for."""
    return [command for command in engine.commands if isinstance(command, ReadAttention)]


def test_all_rows_arrive_as_the_engine_made_them(
    replied: Session, reader: RowReader, weights: HeadWeights, settle: Callable[[], None]
) -> None:
    rows = len(replied.tokens) - 1
    reader.want(rows, (0, rows))
    settle()
    expected = attention_weights(2, 1, range(rows), rows)
    for row in range(rows):
        np.testing.assert_array_equal(weights.matrix(2, 1).row(row), expected[row, : row + 1])


def test_one_query_is_in_flight_and_none_when_all_is_known(
    replied: Session, reader: RowReader, engine: ScriptedEngine, settle: Callable[[], None]
) -> None:
    rows = len(replied.tokens) - 1
    engine.answering = False
    reader.want(rows, (0, rows))
    reader.want(rows, (0, rows))
    assert len(reads(engine)) == 1
    engine.answering = True
    engine.answer()
    settle()
    asked = len(reads(engine))
    assert [(read.start, read.stop) for read in reads(engine)] == [(rows - 1, rows), (0, rows - 1)]
    reader.want(rows, (0, rows))
    settle()
    assert len(reads(engine)) == asked


def test_rows_of_a_head_left_meanwhile_are_kept_but_not_announced(
    qtbot: QtBot,
    replied: Session,
    reader: RowReader,
    weights: HeadWeights,
    engine: ScriptedEngine,
    settle: Callable[[], None],
) -> None:
    engine.answering = False
    reader.want(5, (0, 5))
    replied.choose_head(2, "mean")
    with qtbot.assertNotEmitted(reader.arrived):
        engine.answer()
        replied.take_events()
    assert weights.matrix(2, 1).row(0) is not None
    assert weights.matrix(2, "mean").row(0) is None


def test_after_a_refusal_nothing_is_asked_until_something_changes(
    qtbot: QtBot, replied: Session, reader: RowReader, engine: ScriptedEngine
) -> None:
    engine.answering = False
    reader.want(5, (0, 5))
    query = reads(engine)[-1].query
    with qtbot.waitSignal(reader.refused):
        engine.post(Failed("position-not-read", "It is not read.", "Wait.", query=query))
        replied.take_events()
    reader.want(5, (0, 5))
    assert len(reads(engine)) == 1
    reader.resume()
    reader.want(5, (0, 5))
    assert len(reads(engine)) == 2


def test_wanting_nothing_asks_nothing(reader: RowReader, engine: ScriptedEngine) -> None:
    reader.want(0, (0, 0))
    assert not reads(engine)


def test_forgetting_drops_the_answer_in_flight(
    qtbot: QtBot, replied: Session, reader: RowReader, engine: ScriptedEngine
) -> None:
    engine.answering = False
    reader.want(5, (0, 5))
    reader.forget()
    with qtbot.assertNotEmitted(reader.arrived):
        engine.answer()
        replied.take_events()
