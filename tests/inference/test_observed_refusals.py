"""Attention that is not what can be computed again is refused with the reason, and everything else works.

Knows nothing about how it is recognised.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.capture import capture
from inference.contract import RawPrompt
from inference.generation import generate
from inference.proof import PROBE, prove
from inference.runtime.session import Interrupter
from inference.sampling.settings import SamplingSettings
from inference.slices import finished
from models.errors import VitrineError
from tests.inference.observed_exports import FOUR_HEADS, KERNEL, opened_export, read_three_ways, text
from tests.models.tiny_export import LAYERS, TinyExport

PATTERN = "it hides keys in a pattern that is no window"
BETWEEN = "something else than a scale, a bound and a mask lies between its products and its Softmax"

REFUSED: dict[str, tuple[TinyExport, str]] = {
    "a bias that falls with the distance": (TinyExport(bias=4), BETWEEN),
    "queries that see what comes later": (TinyExport(bidirectional=True), PATTERN),
    "keys in groups": (TinyExport(groups=50), PATTERN),
    "keys in groups, on the standard operator": (
        TinyExport("standard by head", opset=23, groups=50, boolean_mask=True),
        PATTERN,
    ),
    "keys in groups smaller than the probe": (TinyExport(groups=7), PATTERN),
    "keys in another order than in the cache": (
        TinyExport(keys="reordered"),
        "its keys are not the ones in the cache",
    ),
    "keys that are stretched after the cache": (TinyExport(keys="stretched"), BETWEEN),
    "key heads dealt out in turn": (TinyExport(keys="dealt"), BETWEEN),
    "a bias of keys after the query": (
        TinyExport("multi-head", **FOUR_HEADS, on_node=False, bias=1),
        "a bias of the shape [1, 1, 24, 24] is added to its products",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_attention_is_said_and_the_rest_works(tmp_path: Path, name: str) -> None:
    export, reason = REFUSED[name]
    with opened_export(tmp_path, export) as model:
        facts = model.facts
        assert facts.report.attention_refused == f"{reason[0].upper()}{reason[1:]}."
        assert sum(one.count for one in facts.report.sites) == LAYERS
        assert facts.sites == ()
        proof = prove(model.bundle, model.provider, model.tokenizer.encode(PROBE), Interrupter())
        assert (proof.kind, proof.reason) == ("refused", facts.report.attention_refused)
        assert proof.max_delta is None
        assert proof.logits_delta == 0.0

        if not export.bidirectional:  # which reads a text at once otherwise than in parts, of itself
            readings = read_three_ways(model, text(1)[:55] + text(3)[55:], text(1))
            for other in readings[1:]:
                np.testing.assert_allclose(readings[0].logits, other.logits, atol=1e-4)
        model.sequence.replace(text(1))
        for done in model.decoder.prefill(text(1), 0):
            model.sequence.read = done
        for ask in (
            lambda: model.reader.attention(0, 0, 0, 1),
            lambda: model.reader.attention_profile(0),
            lambda: finished(model.reader.atlas(32)),
            lambda: model.reader.whole_attention(),
            lambda: capture(model, RawPrompt("a text"), 1 << 30, Interrupter()),
        ):
            with pytest.raises(VitrineError) as raised:
                ask()
            assert raised.value.case == "attention-refused"
        model.sequence.replace(text(1))
        steps = generate(model.decoder, model.tokenizer, model.sequence, SamplingSettings, seed=0)
        assert [next(steps).position for _ in range(5)] == [90, 91, 92, 93, 94]


def test_tables_that_change_with_the_length_limit_it(tmp_path: Path) -> None:
    export = TinyExport(KERNEL, rotary="inside", short_tables=100)
    with opened_export(tmp_path, export) as model:
        assert model.facts.context == 100
        assert model.facts.report.attention_refused is None
