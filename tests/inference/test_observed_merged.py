"""Decoders with and without a past in one graph, and with functions of their own, are read like those without.

Knows nothing about how the one is made the other.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from inference.proof import PROBE, prove
from inference.runtime.session import Interrupter
from tests.inference.observed_exports import opened, opened_export, read_three_ways, text
from tests.models.tiny_export import TinyExport, saved_export, tiny_model, write_companions
from tests.models.tiny_merged import merged_model


def with_functions(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same with every Softmax in a function."""
    for node in model.graph.node:
        if node.op_type == "Softmax":
            made = helper.make_node("Weigh", node.input, node.output, node.name, domain="own")
            node.CopyFrom(made)
    standard, own = model.opset_import[0], helper.make_opsetid("own", 1)
    body = [helper.make_node("Identity", ["x"], ["y"]), helper.make_node("Softmax", ["y"], ["z"], axis=-1)]
    model.functions.append(helper.make_function("own", "Weigh", ["x"], ["z"], body, [standard]))
    model.opset_import.append(own)
    return model


def test_attention_in_functions_is_seen(tmp_path: Path) -> None:
    write_companions(tmp_path, 320)
    saved_export(tmp_path, with_functions(tiny_model(TinyExport(window=20))))
    with opened(tmp_path) as model:
        assert model.facts.report.attention_refused is None
        assert [site.window for site in model.facts.sites] == [20, 20]
        proof = prove(model.bundle, model.provider, model.tokenizer.encode(PROBE), Interrupter())
        assert (proof.kind, proof.logits_delta) == ("reconstructed", 0.0)


@pytest.mark.parametrize("external", [False, True], ids=["inside", "elsewhere"])
@pytest.mark.parametrize("within", [(), ("embedding", "query.0", "number 0.25")], ids=["around", "within"])
def test_the_branch_with_a_past_is_the_same_as_the_graph_alone(
    tmp_path: Path, within: tuple[str, ...], external: bool
) -> None:
    export = TinyExport(window=20)
    merged = tmp_path / "merged"
    merged.mkdir()
    write_companions(merged, export.context)
    saved_export(merged, merged_model(export, weights_within=within), external=external)
    first, second = text(1), text(2)
    with opened_export(tmp_path / "alone", export) as model:
        parameters = model.facts.parameters
        expected = read_three_ways(model, first, second)
    with opened(merged) as model:
        proof = prove(model.bundle, model.provider, model.tokenizer.encode(PROBE), Interrupter())
        assert (proof.kind, proof.logits_delta) == ("reconstructed", 0.0)
        assert model.facts.parameters == parameters
        assert [site.window for site in model.facts.sites] == [20, 20]
        found = read_three_ways(model, first, second)
    for one, other in zip(expected, found, strict=True):
        assert np.array_equal(one.logits, other.logits)
        assert one.attention is not None
        assert other.attention is not None
        assert np.array_equal(one.attention, other.attention)
