"""What a filter lies on, at every place: against the runtime's own convolution."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.formula.convolution import patch_of


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"pads": [1, 1, 1, 1]},
        {"pads": [2, 0, 1, 1], "strides": [2, 1]},
        {"dilations": [2, 2], "pads": [1, 2, 1, 2]},
        {"group": 2, "pads": [1, 0, 0, 1]},
    ],
    ids=str,
)
def test_every_place_of_every_filter(attributes: dict[str, object]) -> None:
    random = np.random.default_rng(0)
    groups = attributes.get("group", 1)
    assert isinstance(groups, int)
    given = random.normal(size=(1, 4, 7, 6)).astype(np.float32)
    kernel = random.normal(size=(6, 4 // groups, 3, 2)).astype(np.float32)
    node = helper.make_node("Conv", ["x", "w"], ["y"], **attributes)
    graph = helper.make_graph(
        [node],
        "convolution",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, given.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(kernel, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (made,) = session.run(["y"], {"x": given})
    places = made.shape[2:]
    spelled = [
        patch_of(node, given, kernel.shape, neuron, places)
        @ kernel[neuron // (places[0] * places[1])].reshape(-1)
        for neuron in range(made.size)
    ]
    np.testing.assert_allclose(spelled, made.reshape(-1), atol=1e-5)
