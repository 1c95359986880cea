"""The engine reads two sentences beside the conversation, and leaves that as it is, bit by bit.

Knows nothing about graphs. Numbers of faults are those of the project's list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from inference.contract import (
    Answer,
    Command,
    Failed,
    Generate,
    IdsPrompt,
    LensGrid,
    Prompted,
    RawPrompt,
    ReadAttentionProfile,
    ReadLens,
    ReadLogits,
    ReadPrompt,
    Step,
    Token,
)
from inference.intervention import NOTHING, Intervention
from inference.loaded_model import LoadedModel, load_model
from inference.readings.contract import (
    MOST_TOKENS,
    CompareReadings,
    ReadWordAtPoint,
    Similarity,
    WordAtPoint,
    WordInSentence,
)
from inference.readings.nearest import largest
from inference.runtime.session import Interrupted, Interrupter
from inference.sampling.settings import SamplingSettings
from models.bundle import Bundle
from models.errors import VitrineError
from tests.inference.event_log import EventLog

GREEDY = SamplingSettings(temperature=0.0)
FIRST = WordInSentence((5, 8, 13, 21, 34, 8), 3)
SECOND = WordInSentence((5, 9, 40, 21, 3), 3)
LAYERS, POINTS = 2, 4
NOT_AT_ALL, FOR_EVER = (lambda: False), (lambda: True)


def compared(log: EventLog, query: int, first: WordInSentence, second: WordInSentence) -> Similarity:
    """The answer, when it is complete."""
    while True:
        found = log.ask(CompareReadings(query, first, second))
        assert isinstance(found, Similarity)
        if found.complete:
            return found
        query += 1


def written(log: EventLog, generation: int, intervention: Intervention = NOTHING) -> list[int]:
    log.engine.send(Generate(generation, IdsPrompt(FIRST.ids), GREEDY, 0, 6, intervention=intervention))
    log.wait_for_stopped(generation)
    return [one.token.id for one in log.events if isinstance(one, Step) and one.generation == generation]


@pytest.fixture
def model(tiny_bundle: Bundle) -> Iterator[LoadedModel]:
    """The tiny model without an engine."""
    opened = load_model(tiny_bundle.folder, "cpu", Interrupter(), lambda done, total: None)
    yield opened
    opened.close()


def test_one_token_starts_as_one_vector_and_becomes_two(engine_log: EventLog) -> None:
    found = compared(engine_log, 1, FIRST, SECOND)
    assert found.total == len(FIRST.ids) + len(SECOND.ids)
    assert found.cosines.shape == found.others.shape == found.centred.shape == (POINTS,)
    assert found.cosines[0] == pytest.approx(1.0, abs=1e-6)
    assert found.cosines[1:].max() < 0.9999
    assert np.isfinite([*found.others, *found.centred, *found.others_centred]).all()


def test_one_sentence_twice_is_alike_throughout(engine_log: EventLog) -> None:
    np.testing.assert_allclose(compared(engine_log, 1, FIRST, FIRST).cosines, 1.0, atol=1e-6)


def test_what_stands_behind_a_word_changes_nothing(engine_log: EventLog) -> None:
    other = replace(FIRST, ids=(*FIRST.ids[:4], 77, 78))
    np.testing.assert_allclose(compared(engine_log, 1, FIRST, other).cosines, 1.0, atol=1e-6)


def test_at_a_point_as_in_a_conversation_of_the_same_tokens(engine_log: EventLog) -> None:
    engine_log.engine.send(Generate(1, IdsPrompt(FIRST.ids), GREEDY, 0, 0))
    engine_log.wait_for_stopped(1)
    profile = engine_log.ask(ReadAttentionProfile(1, FIRST.position))
    lens = engine_log.ask(ReadLens(2, FIRST.position, FIRST.position + 1))
    assert isinstance(profile, np.ndarray)
    assert isinstance(lens, LensGrid)
    for point in range(POINTS):
        found = engine_log.ask(ReadWordAtPoint(10 + point, FIRST, SECOND, point))
        assert isinstance(found, WordAtPoint)
        assert (np.diff(found.first.values) <= 0).all()
        # Behind the last layer there is only the norm: the lens says the same before and after it.
        at = min(point, LAYERS)
        assert found.first.ids[0] == lens.top[0, at]
        assert found.first.values[0] == pytest.approx(lens.top_p[0, at], abs=1e-4)
        if not 0 < point <= LAYERS:
            assert found.first.attention.shape == (0, FIRST.position + 1)
            continue
        np.testing.assert_allclose(found.first.attention, profile[point - 1], atol=1e-5)
        np.testing.assert_allclose(found.second.attention.sum(axis=1), 1.0, atol=1e-5)


def test_nearest_to_an_embedding_is_its_own_token(engine_log: EventLog) -> None:
    found = engine_log.ask(ReadWordAtPoint(1, FIRST, SECOND, 0, "embedding"))
    assert isinstance(found, WordAtPoint)
    for vector in (found.first, found.second):
        assert vector.ids[0] == 21
        assert vector.values[0] == pytest.approx(1.0, abs=1e-6)
        assert (np.diff(vector.values) <= 0).all()


def test_largest_of_equals_is_the_first() -> None:
    found = largest(np.asarray([0.1, 0.4, 0.4, 0.0, 0.1], np.float32), 3)
    np.testing.assert_array_equal(found.ids, [1, 2, 0])
    np.testing.assert_array_equal(largest(np.asarray([0.25, 0.75], np.float32)).ids, [1, 0])


def test_the_conversation_stays_as_it_is(engine_log: EventLog) -> None:
    reply = written(engine_log, 1)
    at = len(FIRST.ids) + 2
    before = engine_log.ask(ReadLogits(1, at)), engine_log.ask(ReadAttentionProfile(2, at))
    compared(engine_log, 10, FIRST, SECOND)
    engine_log.ask(ReadWordAtPoint(100, FIRST, SECOND, 1, "embedding"))
    np.testing.assert_array_equal(engine_log.ask(ReadLogits(3, at)), before[0])
    np.testing.assert_array_equal(engine_log.ask(ReadAttentionProfile(4, at)), before[1])
    assert written(engine_log, 2) == reply
    assert engine_log.wait(Prompted, lambda one: one.generation == 2).reused == len(FIRST.ids)


def test_captures_and_cache_stay_bit_by_bit(model: LoadedModel) -> None:
    model.sequence.replace(FIRST.ids)
    for done in model.decoder.prefill(FIRST.ids, 0):
        model.sequence.read = done

    def all_of_it() -> list[bytes]:
        decoder, positions = model.decoder, np.arange(len(FIRST.ids))
        kept = [decoder.hidden[: len(positions)]]
        for layer in range(LAYERS):
            kept += [decoder.queries_of(layer, positions), decoder.keys_of(layer, len(positions))]
        return [array.tobytes() for array in kept]

    before, runs, read = all_of_it(), model.decoder.runs, model.sequence.read
    model.inside.readings.answer(CompareReadings(1, FIRST, SECOND), FOR_EVER)
    for nearness in ("head", "embedding"):
        model.inside.readings.answer(ReadWordAtPoint(2, FIRST, SECOND, 1, nearness), FOR_EVER)  # type: ignore[arg-type]
    assert all_of_it() == before
    assert (model.decoder.runs, model.sequence.read) == (runs, read)


def test_what_is_muted_in_the_conversation_is_not_here(engine_log: EventLog) -> None:
    whole = compared(engine_log, 1, FIRST, SECOND)
    written(engine_log, 1, Intervention(heads=((0, 1),), mlp=(1,)))
    np.testing.assert_array_equal(compared(engine_log, 20, FIRST, SECOND).cosines, whole.cosines)


def test_long_sentences_are_read_as_far_as_there_is_patience(model: LoadedModel) -> None:
    long = WordInSentence(tuple(range(3, 83)), 70)
    other = WordInSentence(tuple(range(90, 20, -1)), 8)
    reached = []
    while True:
        found = model.inside.readings.answer(CompareReadings(1, long, other), NOT_AT_ALL)
        assert isinstance(found, Similarity)
        reached.append(found.done)
        if found.complete:
            break
        assert found.cosines.size == 0
    assert reached == [32, 64, 80, 112, 144, 150]
    at_once = model.inside.readings.answer(CompareReadings(2, other, long), FOR_EVER)
    assert isinstance(at_once, Similarity)
    np.testing.assert_allclose(at_once.cosines, found.cosines, atol=1e-6)


def test_reading_is_interrupted_and_goes_on(model: LoadedModel) -> None:
    long = WordInSentence(tuple(range(3, 83)), 70)
    model.inside.readings.answer(CompareReadings(1, long, FIRST), NOT_AT_ALL)
    model.interrupter.interrupt()
    with pytest.raises(Interrupted):
        model.inside.readings.answer(CompareReadings(2, long, FIRST), FOR_EVER)
    model.interrupter.resume()
    found = model.inside.readings.answer(CompareReadings(3, long, FIRST), FOR_EVER)
    fresh = model.inside.readings.answer(CompareReadings(4, FIRST, long), FOR_EVER)
    assert isinstance(found, Similarity)
    assert isinstance(fresh, Similarity)
    np.testing.assert_allclose(found.cosines, fresh.cosines, atol=1e-6)


@pytest.mark.parametrize(
    ("question", "case"),
    [
        (CompareReadings(1, replace(FIRST, ids=()), SECOND), "empty-sentence"),
        (CompareReadings(1, FIRST, replace(SECOND, position=5)), "no-such-token"),
        (CompareReadings(1, FIRST, replace(SECOND, position=-1)), "no-such-token"),
        (CompareReadings(1, WordInSentence((5,) * (MOST_TOKENS + 1), 0), SECOND), "sentence-too-long"),
        (CompareReadings(1, WordInSentence((5, 10**9), 0), SECOND), "token-id-out-of-range"),
        (ReadWordAtPoint(1, FIRST, SECOND, POINTS), "no-such-point"),
        (ReadWordAtPoint(1, FIRST, SECOND, -1), "no-such-point"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(engine_log: EventLog, question: Command, case: str) -> None:
    engine_log.engine.send(question)
    assert engine_log.wait(Failed, lambda one: one.query == 1).case == case
    compared(engine_log, 2, FIRST, SECOND)


def test_a_reply_that_is_written_is_not_held_up(process_log: EventLog) -> None:
    process_log.engine.send(Generate(1, IdsPrompt(FIRST.ids), SamplingSettings(), 0, 2000))
    process_log.wait(Step)
    process_log.engine.send(CompareReadings(1, FIRST, SECOND))
    refused = process_log.wait(Answer | Failed, lambda one: one.query == 1)  # type: ignore[arg-type]
    assert isinstance(refused, Failed)
    assert refused.case == "reply-running"
    assert "Wait until it is written" in refused.remedy


def test_control_tokens_that_a_person_types_are_text_31(engine_log: EventLog) -> None:
    found = engine_log.ask(ReadPrompt(1, RawPrompt("the </s> bank <|im_end|> <s>")))
    assert isinstance(found, tuple)
    typed = [one for one in found if isinstance(one, Token) and one.part == "user"]
    assert typed
    assert not any(one.special for one in typed)


def test_numbers_that_are_none_are_refused_21(model: LoadedModel) -> None:
    readings = model.inside.readings
    readings.answer(CompareReadings(1, FIRST, SECOND), FOR_EVER)
    for reading in readings._read.values():
        reading.states[1] = np.nan
    with pytest.raises(VitrineError, match="logits are NaN"):
        readings.answer(ReadWordAtPoint(2, FIRST, SECOND, 1), FOR_EVER)
