"""Inputs, sums and activations of neurons are those that hooks see in transformers, in every built architecture."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.formula.contract import Formula, NeuronLayer, ReadFormula
from inference.loaded_model import LoadedModel, load_model
from inference.runtime.session import Interrupter
from tests.parity.conftest import run_script
from tests.parity.reference_settings import LAYER
from tests.parity.test_inside import BUILT, ids, read
from tests.requirements import REFERENCE_VARIABLE

pytestmark = [pytest.mark.reference, pytest.mark.timeout(900)]

CLOSE = 1e-4

MODULES = {
    "query projection": ("q_proj",),
    "key projection": ("k_proj",),
    "value projection": ("v_proj",),
    "output projection": ("o_proj", "attn.c_proj"),
    "gate projection": ("gate_proj",),
    "up projection": ("up_proj",),
    "gate and up projections": ("c_fc",),
    "down projection": ("down_proj", "mlp.c_proj"),
    "head": ("lm_head",),
}
"""By part, how modules that make it alone are called."""

PACKED = ("qkv_proj", "c_attn", "gate_up_proj")
"""Modules that make several parts, in our order."""


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Checkpoints, and what hooks see beside them."""
    folder = tmp_path_factory.mktemp("neurons")
    run_script(REFERENCE_VARIABLE, "make_built_checkpoints.py", folder, *BUILT)
    out = folder / "seen"
    out.mkdir()
    (out / "text.json").write_text(json.dumps(ids()), "utf-8")
    run_script(REFERENCE_VARIABLE, "reference_neurons.py", folder, out / "text.json", out, *BUILT)
    return folder


def seen_of(layer: NeuronLayer, seen: dict[str, NDArray[np.float32]]) -> tuple[NDArray[np.float32], ...]:
    """What goes into a layer and what comes out."""
    for name in seen:
        module, _, what = name.rpartition(".")
        if what == "given" and f".{module}".endswith(tuple(f".{one}" for one in MODULES[layer.part])):
            return seen[name], seen[f"{module}.made"]
    (name,) = (
        one
        for one in seen
        if one.endswith(tuple(f"{packed}.given" for packed in PACKED))
        and len(seen[one.replace(".given", ".made")]) == layer.width
        and ("gate_up" in one) == (layer.part in ("gate projection", "up projection"))
    )
    made = seen[name.replace(".given", ".made")]
    return seen[name], made[layer.first : layer.first + layer.neurons]


def spelled(model: LoadedModel, place: int, neuron: int) -> Formula:
    return model.formulas.formula(ReadFormula(1, place, neuron, len(ids()) - 1, most=1 << 20))


@pytest.mark.parametrize("name", BUILT)
def test_neurons(name: str, checkpoints: Path) -> None:
    seen = dict(np.load(checkpoints / "seen" / f"{name}.npz"))
    model = load_model(checkpoints / name, "cpu", Interrupter(), lambda done, total: None, variant="fp32")
    try:
        read(model)
        compared = 0
        for place, layer in enumerate(model.formulas.layers):
            if layer.block not in (LAYER, -1):
                continue
            assert not layer.why_not
            given, made = seen_of(layer, seen)
            if len(made) != layer.neurons or len(given) != layer.inputs:
                # Kernels that refuse heads of such a size are given longer ones, with zeros.
                assert name == "llama_odd_heads"
                continue
            scale = max(float(np.abs(made).max()), 1.0)
            for neuron in (0, layer.neurons // 2, layer.neurons - 1):
                found = spelled(model, place, neuron)
                inputs = np.empty(found.count)
                inputs[found.indices] = found.inputs
                assert np.abs(inputs - given).max() < CLOSE * max(np.abs(given).max(), 1)
                assert abs(found.computed - made[neuron]) < CLOSE * scale, layer.part
                assert abs(found.sum - made[neuron]) < CLOSE * scale, layer.part
            compared += 1
        assert compared >= 4
    finally:
        model.close()
