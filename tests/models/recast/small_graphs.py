"""Small graphs, inspected, and running them with weights that are given when they are opened.

Knows nothing about formats.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.recast.dense import DenseGraph
from models.weights.given_weights import with_given_weights
from models.weights.graph_weights import graph_weights
from models.weights.inspected_graph import BODY, InspectedGraph
from models.weights.stored_tensor import FilePlace

TOKENS, WORDS = 3, 8


def never() -> None:
    """Lets nobody in."""


def graph_of(
    nodes: list[onnx.NodeProto], arrays: dict[str, NDArray[Any]], *, inputs: dict[str, int] | None = None
) -> InspectedGraph:
    """A graph to ``y`` with its weights inside.

    Args:
        nodes: in order.
        arrays: weights by name.
        inputs: element types by name; by default ``ids``, whole numbers.
    """
    graph = helper.make_graph(
        nodes,
        "graph",
        [
            helper.make_tensor_value_info(name, kind, None)
            for name, kind in (inputs or {"ids": TensorProto.INT64}).items()
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def locate(tensor: onnx.TensorProto) -> FilePlace:
        return FilePlace(Path(tensor.name), 0)

    return InspectedGraph(BODY, model, graph_weights(model, locate))


def run(graph: DenseGraph | InspectedGraph, **feeds: NDArray[Any]) -> NDArray[np.float32]:
    """``y`` of a graph: of a dense one as the runtime likes it best, of another one exactly as its operators say."""
    options = onnxruntime.SessionOptions()
    model = graph.model.SerializeToString()
    if not isinstance(graph, DenseGraph):
        # Where it fuses operators of quantized numbers it rounds more than they say.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    elif graph.weights:
        model, names = with_given_weights(model, graph.weights)
        given = [np.ascontiguousarray(graph.weights[name].inner) for name in names]
        kept = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in given]
        options.add_external_initializers(names, kept)
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    found: NDArray[np.float32] = session.run(["y"], feeds)[0]
    return found
