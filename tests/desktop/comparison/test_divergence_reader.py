"""Rows are read where the engine holds them, one after the other, and what comes of them is right."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.comparison import divergence_reader
from desktop.comparison.comparison import Comparison
from desktop.comparison.divergence_reader import LANES, DivergenceReader
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import Generate, ReadLogits
from tests.desktop.drawing_engine import LOGITS, DrawingEngine

Settle = Callable[[], None]


@pytest.fixture
def reader(replied: Session) -> DivergenceReader:
    made = DivergenceReader(replied, replied)
    made.wake(True)
    return made


@pytest.fixture
def measure(
    qtbot: QtBot, replied: Session, comparison: Comparison, reader: DivergenceReader
) -> Callable[..., None]:
    """Replay with one setting changed, and wait until all is measured."""

    def act(name: str = "temperature", value: float = 1.25) -> None:
        comparison.replay(replied.settings.changed(name, value))
        qtbot.waitUntil(lambda: replied.take_events() or not comparison.queue.running)
        comparison.catch_up()
        follow(comparison, reader)
        read_all(qtbot, replied, reader)

    return act


def follow(comparison: Comparison, reader: DivergenceReader) -> None:
    sides = [column.side for column in comparison.written if column.side is not None]
    reader.follow(sides, comparison.alignment)


def read_all(qtbot: QtBot, session: Session, reader: DivergenceReader) -> None:
    qtbot.waitUntil(lambda: session.take_events() or not reader.reading)


def positions_asked(engine: DrawingEngine) -> list[int]:
    return [command.position for command in engine.commands if isinstance(command, ReadLogits)]


def softmax(logits: np.ndarray) -> np.ndarray:
    weights = np.exp(logits - logits.max())
    return np.asarray(weights / weights.sum())


def test_every_token_they_agree_on_is_measured_and_the_one_where_they_part(
    comparison: Comparison, reader: DivergenceReader, measure: Settle, engine: DrawingEngine
) -> None:
    measure()
    (parting,) = comparison.alignment.partings
    first = comparison.first
    assert first is not None
    measured = [reader.known.measure(1, index) for index in range(len(first))]
    assert all(one is not None for one in measured[: parting.index + 1])
    assert all(one is None for one in measured[parting.index + 1 :])
    rows = [len(first.prompt) + index - 1 for index in range(parting.index + 1)]
    assert sorted(positions_asked(engine)) == rows, "each row once"
    assert positions_asked(engine)[0] == rows[-1], "where they part comes first"


def test_the_numbers_are_those_of_the_two_chains(reader: DivergenceReader, measure: Settle) -> None:
    """Eight words with logits 2 … -1.5; temperatures 0.8 and 1.25, then top-p 0.95 of each."""
    measure()
    found = reader.known.measure(1, 0)
    assert found is not None
    logits = np.array(LOGITS)
    kept = []
    for temperature in (0.8, 1.25):
        p = softmax(logits / temperature)
        count = int(np.searchsorted(np.cumsum(p), 0.95)) + 1
        kept.append(p[:count] / p[:count].sum())
    p, q = kept
    assert len(p) < len(q), "the hotter one keeps more"
    assert found.forward.nats == pytest.approx(float((p * np.log(p / q[: len(p)])).sum()), abs=1e-5)
    assert found.backward.nats == math.inf
    (removal,) = found.backward.removals
    assert (removal.stage, removal.tokens) == ("top-p", len(q) - len(p))
    assert removal.mass == pytest.approx(float(q[len(p) :].sum()), abs=1e-5)


def test_where_they_part_every_choice_has_its_probability_in_both(
    comparison: Comparison, reader: DivergenceReader, measure: Settle, engine: DrawingEngine
) -> None:
    measure()
    opening = reader.known.opening(0)
    assert opening.read
    assert len(opening.choices) == 2
    for side in opening.sides:
        place = opening.choices.index(side.chosen)
        below = 0.0
        for token, share in side.top:
            if token == side.chosen:
                break
            below += share
        assert below <= side.draw < below + side.after[place], "the draw falls on the token that is there"
    assert len({side.draw for side in opening.sides}) == 1, "the same dice"


def test_the_same_settings_read_nothing(
    qtbot: QtBot, replied: Session, comparison: Comparison, reader: DivergenceReader, engine: DrawingEngine
) -> None:
    comparison.replay(replied.settings)
    qtbot.waitUntil(lambda: replied.take_events() or not comparison.queue.running)
    comparison.catch_up()
    follow(comparison, reader)
    assert not reader.reading
    assert positions_asked(engine) == []
    assert reader.known.summary(1, True).largest == 0.0


def test_no_more_than_a_few_rows_are_asked_for_at_a_time(
    qtbot: QtBot, comparison: Comparison, reader: DivergenceReader, replied: Session, engine: DrawingEngine
) -> None:
    comparison.replay(replied.settings.changed("repetition_penalty", 1.01))
    qtbot.waitUntil(lambda: replied.take_events() or not comparison.queue.running)
    comparison.catch_up()
    engine.answering = False
    follow(comparison, reader)
    assert len(positions_asked(engine)) == LANES
    assert reader.left > LANES
    engine.answering = True
    engine.answer()
    read_all(qtbot, replied, reader)
    assert reader.left == 0


def test_it_stops_and_goes_on(
    qtbot: QtBot, comparison: Comparison, reader: DivergenceReader, replied: Session, engine: DrawingEngine
) -> None:
    comparison.replay(replied.settings.changed("repetition_penalty", 1.01))
    qtbot.waitUntil(lambda: replied.take_events() or not comparison.queue.running)
    comparison.catch_up()
    engine.answering = False
    follow(comparison, reader)
    reader.stop()
    engine.answering = True
    engine.answer()
    replied.take_events()
    assert not reader.reading
    assert reader.known.measure(1, 0) is None, "an answer that nobody waits for is dropped"
    reader.read_on()
    read_all(qtbot, replied, reader)
    assert reader.known.measure(1, 0) is not None


def test_nobody_looking_asks_nothing(
    qtbot: QtBot, comparison: Comparison, reader: DivergenceReader, measure: Settle, engine: DrawingEngine
) -> None:
    reader.wake(False)
    measure()
    assert positions_asked(engine) == []
    assert not reader.reading


def test_while_the_model_writes_it_is_left_alone(
    qtbot: QtBot,
    replied: Session,
    comparison: Comparison,
    reader: DivergenceReader,
    measure: Settle,
    engine: DrawingEngine,
) -> None:
    reader.wake(False)
    measure()
    engine.automatic = False
    replied.regenerate()
    replied.take_events()
    assert replied.phase is Phase.PREFILLING
    reader.wake(True)
    assert positions_asked(engine) == []
    engine.automatic = True
    replied.stop()
    read_all(qtbot, replied, reader)


def test_the_engine_is_not_asked_about_a_sequence_that_it_does_not_hold_yet(
    qtbot: QtBot,
    replied: Session,
    comparison: Comparison,
    reader: DivergenceReader,
    measure: Settle,
    engine: DrawingEngine,
) -> None:
    """When another branch is shown the engine still holds the one before, and would answer about that."""
    reader.wake(False)
    measure()
    reader.wake(True)
    engine.commands.clear()
    comparison.show_branch(comparison.columns[0])
    kinds = [type(command) for command in engine.commands]
    assert Generate in kinds
    assert ReadLogits not in kinds
    qtbot.waitUntil(lambda: replied.take_events() or not replied.busy)
    read_all(qtbot, replied, reader)
    assert reader.known.measure(1, 0) is not None


def test_a_branch_that_is_not_held_is_read_when_it_is_shown(
    qtbot: QtBot, replied: Session, comparison: Comparison, reader: DivergenceReader, measure: Settle
) -> None:
    """A and B agree longer than either with C: with C shown, the engine holds only what all three share."""
    reader.wake(False)
    measure("temperature", 0.9)
    measure("temperature", 2.0)
    a, _, c = comparison.columns
    agreeing = comparison.alignment.agreeing
    assert agreeing == (10, 10, 4)
    assert comparison.shown_column() is c
    reader.wake(True)
    read_all(qtbot, replied, reader)
    assert reader.known.measure(1, 4) is not None
    assert reader.known.measure(1, 5) is None
    assert reader.out_of_reach
    comparison.show_branch(a)
    qtbot.waitUntil(lambda: replied.take_events() or not replied.busy)
    read_all(qtbot, replied, reader)
    assert reader.known.measure(1, 10) is not None
    assert not reader.out_of_reach


def test_a_model_that_went_away_takes_its_numbers_with_it(
    qtbot: QtBot, replied: Session, reader: DivergenceReader, measure: Settle, engine: DrawingEngine
) -> None:
    """Fault 52."""
    measure()
    engine.folder = "another"
    replied.open_model("another")
    qtbot.waitUntil(lambda: replied.take_events() or replied.phase is Phase.READY)
    assert reader.known.measure(1, 0) is None
    read_all(qtbot, replied, reader)
    engine.crash()
    qtbot.waitUntil(lambda: replied.take_events() or replied.phase is Phase.LOST)
    read_all(qtbot, replied, reader)
    assert reader.known.measure(1, 0) is None


def test_logits_that_are_none_are_told_and_nothing_breaks(
    qtbot: QtBot,
    replied: Session,
    reader: DivergenceReader,
    measure: Settle,
    engine: DrawingEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fault 21."""
    reader.wake(False)
    measure()
    monkeypatch.setattr(engine, "logits", lambda row: np.full(7, np.nan, np.float32))
    reader.wake(True)
    qtbot.waitUntil(lambda: replied.take_events() or bool(reader.refusal))
    assert "7 logits" in reader.refusal
    assert not reader.reading
    monkeypatch.undo()
    reader.read_on()
    read_all(qtbot, replied, reader)
    assert reader.refusal == ""
    assert reader.known.measure(1, 0) is not None


def test_a_long_agreement_is_measured_to_a_limit_and_where_one_looks(
    qtbot: QtBot,
    comparison: Comparison,
    replied: Session,
    engine: DrawingEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fault 58."""
    monkeypatch.setattr(divergence_reader, "READ_AT_FIRST", 4)
    comparison.replay(replied.settings.changed("repetition_penalty", 1.001))
    qtbot.waitUntil(lambda: replied.take_events() or not comparison.queue.running)
    comparison.catch_up()
    assert comparison.alignment.agreeing[1] == 13
    reader = DivergenceReader(replied, replied)
    reader.wake(True)
    follow(comparison, reader)
    read_all(qtbot, replied, reader)
    measured = [index for index in range(13) if reader.known.measure(1, index) is not None]
    assert measured == [0, 1, 2, 3]
    assert reader.beyond == 9
    reader.look_at(range(8, 10))
    read_all(qtbot, replied, reader)
    assert reader.known.measure(1, 9) is not None
    assert reader.known.measure(1, 6) is None
    reader.read_on()
    read_all(qtbot, replied, reader)
    assert reader.known.measure(1, 6) is not None
    reader.read_on()
    read_all(qtbot, replied, reader)
    assert reader.beyond == 0
