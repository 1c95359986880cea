"""Functions of a file are written out where they are called, and not without end."""

from __future__ import annotations

from itertools import pairwise

import onnx
import onnx_ir as ir
import pytest
from onnx import TensorProto, helper

from models.errors import ModelFileError
from models.observing.inlining import inline_functions

STANDARD = helper.make_opsetid("", 21)
OWN = helper.make_opsetid("own", 1)


def calling(depth: int, width: int, start: str = "Abs") -> onnx.ModelProto:
    """Functions that call the next one a few times each, the last of them an operator."""
    functions = []
    for level in range(depth):
        called = {"op_type": start} if level == depth - 1 else {"op_type": f"f{level + 1}", "domain": "own"}
        names = ["x", *(f"v{index}" for index in range(width - 1)), "y"]
        body = [helper.make_node(inputs=[one], outputs=[other], **called) for one, other in pairwise(names)]
        functions.append(helper.make_function("own", f"f{level}", ["x"], ["y"], body, [STANDARD, OWN]))
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [3]) for name in ("a", "b")]
    graph = helper.make_graph([helper.make_node("f0", ["a"], ["b"], domain="own")], "g", ends[:1], ends[1:])
    return helper.make_model(graph, opset_imports=[STANDARD, OWN], functions=functions, ir_version=10)


def test_functions_within_functions_become_operators() -> None:
    model = ir.from_proto(calling(3, 2))
    inline_functions(model)
    assert [node.op_type for node in model.graph] == ["Abs"] * 8
    assert not model.functions
    assert [value.name for value in model.graph.outputs] == ["b"]


def test_a_graph_without_functions_stays() -> None:
    model = ir.from_proto(calling(1, 1))
    model.functions.clear()
    inline_functions(model)
    assert [node.op_type for node in model.graph] == ["f0"]


@pytest.mark.parametrize(("depth", "width"), [(40, 2), (6, 30), (3000, 1)])
def test_fault_16_functions_that_multiply_are_refused(depth: int, width: int) -> None:
    model = ir.from_proto(calling(depth, width))
    with pytest.raises(ModelFileError) as raised:
        inline_functions(model)
    assert raised.value.case == "graph-too-large"
