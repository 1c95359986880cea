"""Graphs refer to weights that are given, wherever they had them before, and to nothing else."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.weights.given_weights import PLACEHOLDER, with_given_weights


def test_initializers_and_constants_become_references() -> None:
    """Others stay; names that the graph does not have are not told."""
    value = numpy_helper.from_array(np.ones((2, 3), np.float16))
    graph = helper.make_graph(
        [
            helper.make_node("Constant", [], ["constant"], value=value),
            helper.make_node("Constant", [], ["other"], value_float=1.0),
            helper.make_node("Add", ["x", "w"], ["y"]),
        ],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2])],
        [numpy_helper.from_array(np.zeros(2, np.float32), name) for name in ("w", "kept")],
    )
    made, names = with_given_weights(
        helper.make_model(graph).SerializeToString(), {"w": 0, "constant": 0, "elsewhere": 0}
    )
    assert names == ["w", "constant"]
    found = onnx.ModelProto.FromString(made).graph
    assert [node.output[0] for node in found.node] == ["other", "y"]
    tensors = {one.name: one for one in found.initializer}
    assert set(tensors) == {"w", "kept", "constant"}
    for name, shape, kind in (("w", [2], TensorProto.FLOAT), ("constant", [2, 3], TensorProto.FLOAT16)):
        tensor = tensors[name]
        assert (list(tensor.dims), tensor.data_type, tensor.raw_data) == (shape, kind, b"")
        assert [(one.key, one.value) for one in tensor.external_data] == [("location", PLACEHOLDER)]
    assert numpy_helper.to_array(tensors["kept"]).tolist() == [0, 0]
