"""Exports of every kind are opened, proved, and read alike at once, step by step and after branching back.

Knows nothing about how exports are understood.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from inference.proof import PROBE, prove
from inference.runtime.session import Interrupter
from tests.inference.observed_exports import (
    KINDS,
    OBSERVED,
    SHARED,
    Reading,
    opened,
    opened_export,
    read_three_ways,
    text,
)
from tests.models.tiny_export import (
    HEAD_SIZE,
    HEADS,
    LAYERS,
    VOCABULARY,
    WIDTH,
    TinyExport,
    write_companions,
    write_tiny_export,
)


def agree(one: Reading, other: Reading, logits: float, attention: float) -> None:
    np.testing.assert_allclose(one.logits, other.logits, rtol=0, atol=logits)
    assert one.attention is not None
    assert other.attention is not None
    np.testing.assert_allclose(one.attention, other.attention, rtol=0, atol=attention)


@pytest.mark.parametrize("name", OBSERVED)
def test_an_export_is_opened_proved_and_read_in_every_way(tmp_path: Path, name: str) -> None:
    export = OBSERVED[name]
    half = export.dtype == "float16"
    half_cache = half or export.cache_type == TensorProto.FLOAT16
    rounded = half_cache or export.logits_type == TensorProto.FLOAT16
    first, second = text(1), text(2)
    second[:SHARED] = first[:SHARED]
    with opened_export(tmp_path, export) as model:
        facts = model.facts
        assert [(one.kind, one.count) for one in facts.report.sites] == [(KINDS[export.attention], LAYERS)]
        assert facts.report.attention_refused is None
        assert (facts.layers, facts.heads, facts.head_size) == (LAYERS, HEADS, HEAD_SIZE)
        assert (facts.key_value_heads, facts.vocabulary) == (export.key_value_heads, VOCABULARY)
        assert facts.width == WIDTH
        assert facts.wiring.in_parts == export.in_parts
        tables = (rows for rows in (export.learned_positions, export.short_tables) if rows)
        assert facts.context == min([export.context, *tables])
        assert [site.window for site in facts.sites] == [export.window or None] * LAYERS
        assert [site.softcap for site in facts.sites] == [pytest.approx(export.softcap)] * LAYERS

        proof = prove(model.bundle, model.provider, model.tokenizer.encode(PROBE), Interrupter())
        assert proof.kind == "reconstructed", proof
        assert proof.tokens > 190
        assert proof.max_delta is not None
        assert proof.max_delta <= (5e-3 if half_cache else 1e-5)
        assert proof.logits_delta is not None
        # The runtime keeps 32 bits where nobody looks; an output in between rounds to 16.
        assert proof.logits_delta <= (1e-2 if half else 0.0)

        at_once, step_by_step, branched = read_three_ways(model, first, second)
    for other in (step_by_step, branched):
        agree(at_once, other, 0.05 if rounded else 1e-4, 1e-2 if half_cache else 1e-5)
    assert at_once.attention is not None
    sums = at_once.attention.sum(axis=-1)
    if export.sinks:
        assert sums.max() < 1
    else:
        np.testing.assert_allclose(sums, 1, atol=1e-5)
    # No test that all would pass whatever they show.
    assert at_once.attention[..., 30:, :].max() > 0.1
    assert np.abs(at_once.attention[0, 0] - at_once.attention[1, 1]).max() > 0.1


@pytest.mark.parametrize(
    ("context", "positions", "said"),
    [
        (320, 320, ""),
        (9000, 8192, "The model was trained for 9,000 positions; 8,192 of them can be used here."),
    ],
)
def test_positions_that_cannot_be_used_are_told(
    tmp_path: Path, context: int, positions: int, said: str
) -> None:
    with opened_export(tmp_path, TinyExport(context=context)) as model:
        assert model.facts.context == positions
        assert model.facts.report.warnings == ((said,) if said else ())


def test_fewer_tables_than_configured_and_no_configuration_are_told(tmp_path: Path) -> None:
    write_tiny_export(tmp_path, TinyExport(context=100))
    write_companions(tmp_path, 4096)
    with opened(tmp_path) as model:
        assert model.facts.context == 100
        assert model.facts.report.warnings == (
            "The graph has tables for 100 positions; its configuration says 4,096.",
        )
    write_tiny_export(tmp_path, TinyExport("softmax", rotary=""))
    (tmp_path / "config.json").unlink()
    with opened(tmp_path) as model:
        assert model.facts.context == 2048
        assert model.facts.report.warnings == (
            "Nothing says how many positions the model was trained for; 2,048 are allowed.",
        )
