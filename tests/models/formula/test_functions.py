"""Functions of single numbers: known values, ends of the range, and the runtime's own."""

from __future__ import annotations

import math

import numpy as np
import onnxruntime
import pytest
from onnx import NodeProto, helper

from models.formula.functions import Function, function_of, sigmoid
from tests.models.formula.small_graphs import MICROSOFT, small_model

NODES = [
    helper.make_node("QuickGelu", ["x"], ["y"], domain=MICROSOFT, alpha=1.0),
    helper.make_node("QuickGelu", ["x"], ["y"], domain=MICROSOFT, alpha=1.702),
    helper.make_node("Gelu", ["x"], ["y"], domain=MICROSOFT),
    helper.make_node("Gelu", ["x"], ["y"]),
    helper.make_node("Gelu", ["x"], ["y"], approximate="tanh"),
    helper.make_node("FastGelu", ["x"], ["y"], domain=MICROSOFT),
    helper.make_node("Relu", ["x"], ["y"]),
    helper.make_node("LeakyRelu", ["x"], ["y"], alpha=0.2),
    helper.make_node("Elu", ["x"], ["y"], alpha=0.7),
    helper.make_node("Tanh", ["x"], ["y"]),
    helper.make_node("Sigmoid", ["x"], ["y"]),
    helper.make_node("Softplus", ["x"], ["y"]),
]


@pytest.mark.parametrize("node", NODES, ids=lambda node: f"{node.op_type}-{len(node.attribute)}")
def test_they_are_what_the_runtime_computes(node: NodeProto) -> None:
    values = np.array([[-30, -4, -1.5, -0.1, 0, 0.1, 1.5, 4, 30]], np.float32)
    model = small_model([node], {}, width=values.size)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (made,) = session.run(["y"], {"x": values})
    function = function_of(node)
    assert function is not None
    np.testing.assert_allclose([function(float(one)) for one in values[0]], made[0], atol=2e-6)


def test_numbers_that_are_none_and_infinite_ones_go_through() -> None:
    """Fault 21: NaN and infinities are shown, and nothing is raised."""
    for name in ("SiLU", "GELU", "GELU (tanh)", "ReLU", "tanh", "sigmoid", "softplus"):
        assert math.isnan(Function(name)(math.nan))
    assert Function("SiLU")(-math.inf) == 0.0
    assert Function("SiLU")(math.inf) == math.inf
    assert Function("GELU")(-math.inf) == 0.0
    assert sigmoid(-1e9) == pytest.approx(0.0, abs=1e-300)


def test_an_operator_that_adds_an_offset_first_is_none_of_them() -> None:
    assert function_of(helper.make_node("FastGelu", ["x", "b"], ["y"], domain=MICROSOFT)) is None
    assert function_of(helper.make_node("Softmax", ["x"], ["y"])) is None
