"""Small graphs with weights that can be multiplied by hand.

Knows nothing about who reads them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from models.weights.graph_weights import graph_weights
from models.weights.inspected_graph import InspectedGraph
from models.weights.stored_tensor import FilePlace

MICROSOFT = "com.microsoft"


def small_model(
    nodes: list[onnx.NodeProto], weights: dict[str, Any], width: int = 2, outputs: tuple[str, ...] = ()
) -> onnx.ModelProto:
    """A model of some nodes, from ``x [1, width]`` to ``y``; weights are arrays of 32-bit numbers unless typed."""
    tensors = [
        numpy_helper.from_array(
            np.asarray(value) if hasattr(value, "dtype") else np.asarray(value, np.float32), name
        )
        for name, value in weights.items()
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, width])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs or ("y",)],
        initializer=tensors,
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10)


def inspected(model: onnx.ModelProto) -> InspectedGraph:
    """It as a graph that can be looked into."""
    return InspectedGraph("graph", model, graph_weights(model, lambda tensor: FilePlace(Path(), 0)))
