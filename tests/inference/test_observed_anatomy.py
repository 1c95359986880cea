"""Layers, parts and costs of observed exports, whatever their nodes are called."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from models.anatomy.cost import decode_costs, total_cost
from models.anatomy.layers import Part, Place, bundle_places
from tests.inference.observed_exports import OBSERVED, opened_export
from tests.models.tiny_export import FEED_FORWARD, LAYERS, WIDTH

WRITTEN = (
    "decomposed",
    "decomposed, cache in 16 bits",
    "decomposed, boolean mask",
    "decomposed, unfamiliar names",
    "kernel",
    "kernel, packed",
    "kernel, misleading names",
    "multi-head",
    "standard by head, window",
    "contrib",
)


@pytest.mark.parametrize("name", WRITTEN)
def test_layers_are_found_by_structure(name: str, tmp_path: Path) -> None:
    """Every node has a place; each layer has one output projection, two sums, an MLP of two products."""
    with opened_export(tmp_path, OBSERVED[name]) as model:
        body, head = bundle_places(model.bundle)
        costs = decode_costs(model.bundle, 20)

    for layer in range(LAYERS):
        counted = Counter(place.part for place in body.values() if place.layer == layer)
        once = (Part.ATTENTION_NORM, Part.ATTENTION_OUTPUT, Part.MLP_NORM, Part.GATE_UP, Part.DOWN)
        assert [counted[part] for part in once] == [1, 1, 1, 1, 1]
        assert counted[Part.RESIDUAL] == 2
        assert counted[Part.ATTENTION] >= 1
    outside = {place.part for place in body.values() if place.layer is None}
    assert Part.EMBEDDING in outside
    assert outside <= {Part.EMBEDDING, Part.POSITIONS, Part.FINAL_NORM}
    assert Place(None, Part.OTHER) not in body.values()
    assert {place.part for place in head.values()} == {Part.HEAD}
    assert all(one.known for part in costs for one in part)
    mlp = sum(
        one.cost.flops for one in costs[0] if body[one.name] in (Place(1, Part.GATE_UP), Place(1, Part.DOWN))
    )
    assert mlp == 2 * 2 * WIDTH * FEED_FORWARD
    assert total_cost(costs[1]).flops == 2 * WIDTH * model.facts.vocabulary


def test_what_cannot_be_told_is_said(tmp_path: Path) -> None:
    """Tables that are chosen by a condition have no known shape."""
    with opened_export(tmp_path, OBSERVED["kernel, tables by length"]) as model:
        body, _ = decode_costs(model.bundle, 20)

    assert {one.operator for one in body if not one.known} >= {"If"}
