"""The engine answers about the inside, and writes with parts muted, without touching what it has read.

Knows nothing about graphs.
"""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from inference.contract import (
    Answer,
    Attribution,
    Command,
    Effect,
    Failed,
    Generate,
    HeadEffects,
    IdsPrompt,
    LensGrid,
    Prompted,
    ReadAttention,
    ReadAttribution,
    ReadEffect,
    ReadHeadEffects,
    ReadLens,
    ReadLogits,
    Step,
)
from inference.intervention import NOTHING, Intervention
from inference.sampling.settings import SamplingSettings
from tests.inference.event_log import EventLog

GREEDY = SamplingSettings(temperature=0.0)
IDS = tuple(range(10, 40))
MUTED = Intervention(heads=((0, 1), (1, 3)), mlp=(1,))


def answer(log: EventLog, question: Command) -> object:
    log.engine.send(question)
    number = question.query  # type: ignore[union-attr]
    found = log.wait(Answer | Failed, lambda one: one.query == number)  # type: ignore[arg-type]
    assert isinstance(found, Answer), found
    return found.value


def written(log: EventLog, generation: int, intervention: Intervention) -> list[int]:
    log.engine.send(Generate(generation, IdsPrompt(IDS), GREEDY, 0, 6, intervention=intervention))
    log.wait_for_stopped(generation)
    return [one.token.id for one in log.events if isinstance(one, Step) and one.generation == generation]


def test_a_muted_reply_is_another_and_the_ordinary_one_is_read_no_more(engine_log: EventLog) -> None:
    plain = written(engine_log, 1, NOTHING)
    ordinary = answer(engine_log, ReadLogits(1, len(IDS) - 1))
    muted = written(engine_log, 2, MUTED)
    assert muted != plain
    # What is asked now is answered under the intervention, attention too.
    assert not np.array_equal(answer(engine_log, ReadLogits(2, len(IDS) - 1)), ordinary)
    answer(engine_log, ReadAttention(3, 1, 0, 5, 6))
    assert written(engine_log, 3, NOTHING) == plain
    prompted = engine_log.wait(Prompted, lambda one: one.generation == 3)
    assert prompted.reused == len(IDS)
    np.testing.assert_array_equal(answer(engine_log, ReadLogits(4, len(IDS) - 1)), ordinary)


def test_an_effect_is_what_a_muted_reply_would_see(engine_log: EventLog) -> None:
    written(engine_log, 1, NOTHING)
    at = len(IDS) + 2
    found = answer(engine_log, ReadEffect(1, at, MUTED))
    assert isinstance(found, Effect)
    assert found.as_written
    np.testing.assert_array_equal(found.before, answer(engine_log, ReadLogits(2, at)))
    nothing = answer(engine_log, ReadEffect(3, at, NOTHING))
    assert isinstance(nothing, Effect)
    np.testing.assert_array_equal(nothing.after, nothing.before)
    written(engine_log, 2, MUTED)
    # Before is the whole model, for a muted reply too.
    other = answer(engine_log, ReadEffect(4, len(IDS) - 1, MUTED))
    assert isinstance(other, Effect)
    np.testing.assert_array_equal(other.after, answer(engine_log, ReadLogits(5, len(IDS) - 1)))
    assert np.abs(other.after - other.before).max() > 0.01


@pytest.mark.parametrize("everywhere", [True, False])
def test_heads_are_ranked_as_muting_each_alone_tells(engine_log: EventLog, everywhere: bool) -> None:
    written(engine_log, 1, NOTHING)
    at, heads = len(IDS) - 1, ((0, 1), (1, 2))
    found = answer(engine_log, ReadHeadEffects(1, at, None, heads, everywhere))
    assert isinstance(found, HeadEffects)
    assert found.heads == heads
    assert found.after.shape == (2,)
    if not everywhere:
        # What earlier positions left stays: in the last layer that is all there is to a head.
        whole = answer(engine_log, ReadHeadEffects(2, at, None, ((1, 2),), True))
        assert isinstance(whole, HeadEffects)
        assert found.after[1] == pytest.approx(whole.after[0], abs=0.05)
        return
    for index, head in enumerate(heads):
        effect = answer(engine_log, ReadEffect(10 + index, at, Intervention(heads=(head,))))
        assert isinstance(effect, Effect)
        logits = effect.after.astype(np.float64)
        logprob = logits[found.token] - np.log(np.exp(logits).sum())
        assert found.after[index] == pytest.approx(logprob, abs=1e-5)


@pytest.mark.parametrize("base", [MUTED, Intervention(covered=(2,))])
def test_heads_are_ranked_beside_what_is_muted_and_without_it(
    engine_log: EventLog, base: Intervention
) -> None:
    """Whatever the sequence itself was read under, each head is compared with what the question says."""
    written(engine_log, 1, MUTED)
    at, head, numbers = len(IDS) - 1, (0, 0), count(20)
    for muted in (base, NOTHING, base):
        found = answer(engine_log, ReadHeadEffects(next(numbers), at, 5, (head,), True, muted))
        assert isinstance(found, HeadEffects)
        for told, under in ((found.before, muted), (found.after[0], muted.toggled_heads((head,)))):
            effect = answer(engine_log, ReadEffect(next(numbers), at, under))
            assert isinstance(effect, Effect)
            logits = effect.after.astype(np.float64)
            assert told == pytest.approx(logits[5] - np.log(np.exp(logits).sum()), abs=1e-4)
        here = answer(engine_log, ReadHeadEffects(next(numbers), at, 5, (head,), False, muted))
        assert isinstance(here, HeadEffects)
        assert here.before == pytest.approx(found.before, abs=0.05)


def test_lens_and_attribution_are_asked_for_by_position(engine_log: EventLog) -> None:
    written(engine_log, 1, NOTHING)
    grid = answer(engine_log, ReadLens(1, 0, 20))
    assert isinstance(grid, LensGrid)
    assert (grid.start, grid.stop) == (0, 8)
    assert grid.top.shape == (8, 3)
    shares = answer(engine_log, ReadAttribution(2, len(IDS) - 1))
    assert isinstance(shares, Attribution)
    total = shares.embedding + shares.heads.sum() + shares.beside_heads.sum() + shares.mlp.sum()
    assert total + shares.offset + shares.remainder == pytest.approx(shares.logit, abs=1e-4)


@pytest.mark.parametrize(
    ("question", "case"),
    [
        (ReadLens(1, 0, 200), "position-not-read"),
        (ReadAttribution(1, 200), "position-not-read"),
        (ReadEffect(1, 3, Intervention(heads=((0, 4),))), "no-such-head"),
        (ReadEffect(1, 3, Intervention(mlp=(2,))), "no-such-layer"),
        (ReadHeadEffects(1, 3, None, ((5, 0),)), "no-such-layer"),
    ],
)
def test_what_is_not_there_is_refused_by_name(engine_log: EventLog, question: Command, case: str) -> None:
    written(engine_log, 1, NOTHING)
    engine_log.engine.send(question)
    assert engine_log.wait(Failed, lambda one: one.query == 1).case == case


def test_a_reply_cannot_be_muted_where_there_is_no_such_head(engine_log: EventLog) -> None:
    engine_log.engine.send(
        Generate(1, IdsPrompt(IDS), GREEDY, 0, 2, intervention=Intervention(heads=((9, 0),)))
    )
    assert engine_log.wait_for_stopped(1).reason == "failed"
    assert written(engine_log, 2, NOTHING)
