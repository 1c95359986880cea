"""A graph that cannot be one is refused, and what is wrong with it is named (fault 16)."""

from __future__ import annotations

from pathlib import Path

import onnx
import onnx.defs
import pytest
from onnx import TensorProto, helper

from models.exports.cycles import step_in_cycle
from models.exports.outline import read_outline
from tests.models.exports.refusal import refusal_of
from tests.models.exports.small_models import WIDTH, model, node, saved, weight


def test_fault_16_a_future_operator_set_is_named(tmp_path: Path) -> None:
    error = refusal_of(tmp_path, model([node("Relu", ["x"])], opset=99))
    assert error.case == "unsupported-onnx-version"
    assert "version 99 of the standard operators" in error.what


def test_fault_16_a_future_format_is_named(tmp_path: Path) -> None:
    error = refusal_of(tmp_path, model([node("Relu", ["x"])], ir_version=99))
    assert error.case == "unsupported-onnx-version"
    assert "version 99 of the ONNX format" in error.what


@pytest.mark.parametrize("opset", [0, -1])
def test_fault_16_versions_below_one_are_refused(tmp_path: Path, opset: int) -> None:
    assert refusal_of(tmp_path, model([node("Relu", ["x"])], opset=opset)).case == "damaged-onnx"


@pytest.mark.parametrize(
    ("kind", "domain", "shown"),
    [
        ("Foo", "", "“Foo”"),
        ("Foo", "com.example", "“com.example.Foo”"),
        ("FusedThing", "ai.onnx.contrib", "“ai.onnx.contrib.FusedThing”"),
        ("Fo\u202eo", "", "“Fo⟨U+202E⟩o”"),
    ],
)
def test_fault_16_an_unknown_operator_is_named(tmp_path: Path, kind: str, domain: str, shown: str) -> None:
    made = model([node(kind, ["x"], domain=domain)], domains=[domain] if domain else [])
    error = refusal_of(tmp_path, made)
    assert error.case == "unsupported-operator"
    assert shown in error.what


def test_fault_16_an_unknown_operator_in_a_branch_is_named(tmp_path: Path) -> None:
    result = [helper.make_tensor_value_info("z", TensorProto.FLOAT, [WIDTH])]
    branch = helper.make_graph([node("Foo", ["x"], ["z"])], "branch", [], result)
    made = model([node("If", ["x"], then_branch=branch, else_branch=branch)])
    assert "“Foo”" in refusal_of(tmp_path, made).what


def test_operators_of_the_runtime_are_known(tmp_path: Path) -> None:
    nodes = [
        node("SimplifiedLayerNormalization", ["x", "w"], ["s"]),
        node("Gelu", ["s"], domain="com.microsoft"),
    ]
    read_outline(saved(tmp_path / "model.onnx", model(nodes, [weight("w")], domains=["com.microsoft"])))


def test_a_domain_without_version_is_refused_where_there_are_several(tmp_path: Path) -> None:
    error = refusal_of(tmp_path, model([node("Binarizer", ["x"], domain="ai.onnx.ml")]))
    assert "in which version it uses the operator Binarizer" in error.what
    made = model([node("Gelu", ["x"], domain="com.microsoft")])
    outline = read_outline(saved(tmp_path / "model.onnx", made))
    assert outline.opset_imports == {"": 21, "com.microsoft": 1}


def test_both_names_of_the_standard_domain_are_the_same(tmp_path: Path) -> None:
    read_outline(saved(tmp_path / "model.onnx", model([node("Relu", ["x"], domain="ai.onnx")])))
    error = refusal_of(tmp_path, model([node("Relu", ["x"])], domains=["ai.onnx"]))
    assert "two versions" in error.what


@pytest.mark.parametrize(
    "nodes",
    [
        [node("Add", ["x", "y"], name="loop")],
        [node("Add", ["x", "b"], ["a"], name="loop"), node("Relu", ["a"], ["b"]), node("Relu", ["b"])],
        [node("Relu", ["b"], ["y"]), node("Relu", ["a"], ["b"]), node("Add", ["x", "b"], ["a"], name="loop")],
    ],
)
def test_fault_16_a_cycle_is_named(tmp_path: Path, nodes: list[onnx.NodeProto]) -> None:
    error = refusal_of(tmp_path, model(nodes))
    assert error.case == "damaged-onnx"
    assert "needs its own result" in error.what
    assert "the operator " in error.what


def test_fault_16_a_cycle_through_a_branch_is_found(tmp_path: Path) -> None:
    result = [helper.make_tensor_value_info("z", TensorProto.FLOAT, [WIDTH])]
    branch = helper.make_graph([node("Relu", ["y"], ["z"])], "branch", [], result)
    error = refusal_of(
        tmp_path, model([node("If", ["x"], name="loop", then_branch=branch, else_branch=branch)])
    )
    assert "the operator If “loop” needs its own result" in error.what


def test_operators_out_of_order_are_accepted(tmp_path: Path) -> None:
    nodes = [node("Relu", ["b"]), node("Relu", ["a"], ["b"]), node("Relu", ["x"], ["a"])]
    read_outline(saved(tmp_path / "model.onnx", model(nodes)))


def test_steps_in_a_cycle() -> None:
    assert step_in_cycle([], []) is None
    assert step_in_cycle([["a"], ["b"]], [[], ["a"]]) is None
    assert step_in_cycle([["b"], ["a"]], [["a"], []]) is None
    assert step_in_cycle([["a"]], [["a"]]) == 0
    # 3 waits for the cycle of 1 and 2 but is not in it.
    assert step_in_cycle([["a"], ["b"], ["c"], ["d"]], [[], ["c"], ["b"], ["c"]]) in (1, 2)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            model([node("Relu", ["nothing"], name="n")]),
            "the operator Relu “n” takes “nothing”, which nothing makes",
        ),
        (model([node("Relu", ["x"])], outputs=["gone"]), "nothing makes its output “gone”"),
        (model([node("Relu", ["x"]), node("Abs", ["x"])]), "two operators make “y”"),
        (model([node("Relu", ["x"], ["x"])], outputs=["x"]), "makes “x”, which is there already"),
        (model([node("Relu", ["w"])], [weight("w"), weight("w")]), "two weights are called “w”"),
        (model([node("Relu", ["x"])], [weight("")]), "has no name"),
        (model([node("", ["x"])]), "has no type"),
    ],
)
def test_fault_16_values_that_do_not_add_up_are_named(
    tmp_path: Path, made: onnx.ModelProto, said: str
) -> None:
    error = refusal_of(tmp_path, made)
    assert error.case == "damaged-onnx"
    assert said in error.what


def function(name: str, calls: str, overload: str = "") -> onnx.FunctionProto:
    imports = [helper.make_opsetid("", 21), helper.make_opsetid("own", 1)]
    body = [node(calls, ["a"], ["b"], domain="own" if calls in ("F", "G") else "")]
    made = helper.make_function("own", name, ["a"], ["b"], body, imports)
    made.overload = overload
    return made


def test_functions_of_the_model_are_operators(tmp_path: Path) -> None:
    made = model([node("F", ["x"], domain="own")], domains=["own"], functions=[function("F", "Relu")])
    assert len(read_outline(saved(tmp_path / "model.onnx", made)).model.functions) == 1


@pytest.mark.parametrize(
    ("functions", "said"),
    [
        ([function("F", "F")], "its function “F” calls itself"),
        ([function("F", "G"), function("G", "F")], "calls itself"),
        ([function("F", "Relu"), function("F", "Abs")], "two of its functions have the same name"),
        ([function("F", "Foo")], "“Foo”, which is not known"),
    ],
)
def test_fault_16_functions_that_cannot_be_are_refused(
    tmp_path: Path, functions: list[onnx.FunctionProto], said: str
) -> None:
    made = model([node("F", ["x"], domain="own")], domains=["own"], functions=functions)
    assert said in refusal_of(tmp_path, made).what
