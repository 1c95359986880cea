"""What the panels show of a model on the GPU, beside the same model on the processor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest

from inference.contract import (
    AttentionRows,
    Attribution,
    Effect,
    Generate,
    IdsPrompt,
    LensGrid,
    Load,
    MachineLimits,
    ReadAttention,
    ReadAttribution,
    ReadEffect,
    ReadLens,
    ReadMachineLimits,
)
from inference.formula.contract import Formula, ReadFormula, ReadNeuronLayers
from inference.intervention import Intervention
from inference.process import EngineProcess
from inference.readings.contract import CompareReadings, ReadWordAtPoint, Similarity, WordInSentence
from inference.sampling.settings import SamplingSettings
from tests.inference.event_log import EventLog

pytestmark = [pytest.mark.gpu, pytest.mark.default_model]

MUTED = Intervention(heads=((3, 2), (11, 5)), mlp=(20,))


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[EventLog, EventLog]]:
    """The model in 16 bits on the GPU and on the processor."""
    with ExitStack() as stack:
        logs = []
        for provider in ("cuda", "cpu"):
            engine = EngineProcess()
            stack.callback(engine.close)
            log = EventLog(engine)
            engine.send(Load(None, provider, "fp16"))
            assert log.wait_for_loaded().provider.name == provider.upper()
            logs.append(log)
        yield logs[0], logs[1]


@pytest.fixture
def asked(both: tuple[EventLog, EventLog], ids: list[int]) -> Callable[[Any], tuple[Any, Any]]:
    """Asks both, after both have read the same text, and gives what the GPU and what the processor says."""
    for number, log in enumerate(both):
        log.events.clear()
        log.generate(number, IdsPrompt(tuple(ids)), max_tokens=0)
        log.wait_for_stopped(number)
    return lambda query: (both[0].ask(query), both[1].ask(query))


def apart(there: Any, here: Any) -> float:
    """Largest difference, in parts of the largest number."""
    return float(np.nanmax(np.abs(there - here)) / np.nanmax(np.abs(here)))


def test_attention_is_the_same(asked: Callable[[Any], tuple[Any, Any]]) -> None:
    for layer in (0, 14, 29):
        there, here = asked(ReadAttention(100 + layer, layer, 4, 0, 64))
        assert isinstance(there, AttentionRows)
        assert np.abs(there.weights.astype(np.float32) - here.weights.astype(np.float32)).max() < 0.02


def test_the_lens_sees_the_same(asked: Callable[[Any], tuple[Any, Any]]) -> None:
    there, here = asked(ReadLens(200, 60, 66))
    assert isinstance(there, LensGrid)
    assert (there.top == here.top).mean() > 0.95
    assert np.abs(there.top_p - here.top_p).max() < 0.05


def test_contributions_add_up_to_the_same(asked: Callable[[Any], tuple[Any, Any]]) -> None:
    there, here = asked(ReadAttribution(300, 70, 28))
    assert isinstance(there, Attribution)
    assert abs(there.logit - here.logit) < 0.05
    assert apart(there.heads, here.heads) < 0.02
    assert apart(there.mlp, here.mlp) < 0.02


def test_what_is_muted_is_muted_there_too(asked: Callable[[Any], tuple[Any, Any]]) -> None:
    there, here = asked(ReadEffect(400, 70, MUTED))
    assert isinstance(there, Effect)
    assert apart(there.before, here.before) < 0.02
    assert apart(there.after, here.after) < 0.02
    assert np.abs(there.after - there.before).max() > 0.1


def test_a_neuron_is_spelled_out_there_too(asked: Callable[[Any], tuple[Any, Any]]) -> None:
    layers, same = asked(ReadNeuronLayers(600))
    assert layers == same
    for number, part in enumerate(("query projection", "gate projection", "down projection", "head"), 601):
        index = next(index for index, one in enumerate(layers) if one.part == part)
        there, here = asked(ReadFormula(number, index, 7, 70))
        assert isinstance(there, Formula)
        assert abs(there.difference) < 0.01 * max(1.0, there.magnitude)
        assert abs(there.computed - here.computed) < 0.02 * max(1.0, here.magnitude)


def test_two_sentences_are_read_beside_the_conversation(asked: Callable[[Any], tuple[Any, Any]]) -> None:
    pair = WordInSentence((9, 40, 51, 77, 300), 3), WordInSentence((12, 14, 77), 2)
    there, here = asked(CompareReadings(700, *pair))
    assert isinstance(there, Similarity)
    assert there.complete
    np.testing.assert_allclose(there.cosines, here.cosines, atol=0.01)
    there, here = asked(ReadWordAtPoint(701, *pair, 12))
    assert np.abs(there.first.attention - here.first.attention).max() < 0.02
    assert set(there.first.ids[:3].tolist()) & set(here.first.ids[:3].tolist())


def test_a_reply_under_the_knife_is_written(both: tuple[EventLog, EventLog], ids: list[int]) -> None:
    """Token by token, greedily: what the processor writes, but for ties."""
    written = []
    for log in both:
        log.engine.send(
            Generate(
                50,
                IdsPrompt(tuple(ids)),
                SamplingSettings(temperature=0.0),
                1,
                max_tokens=24,
                intervention=MUTED,
            )
        )
        log.wait_for_stopped(50)
        written.append([step.token.id for step in log.steps(50)])
    assert written[0][:6] == written[1][:6]


def test_the_gpu_is_measured(both: tuple[EventLog, EventLog]) -> None:
    limits = both[0].ask(ReadMachineLimits(500))
    assert isinstance(limits, MachineLimits)
    print(limits)
    assert limits.bits == 16
    assert 1e10 < limits.read_bytes_per_s < 1e14
    assert 1e11 < limits.flops_per_s < 1e16
