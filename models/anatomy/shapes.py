"""The type and shape of every value of a graph for one run, without running it and without its weights.

Knows nothing about what the values mean or what a node costs.

Standard operators tell their shapes themselves; the runtime's own have a rule here. Small whole numbers (lengths,
shapes, axes) are followed as numbers, since shapes are made of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import onnx
import onnx.defs
import onnx.shape_inference
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from models.anatomy.operators import named

Shape: TypeAlias = tuple[int, ...]

MOST_NUMBERS = 4096
"""Entries of an array that is followed as numbers at most."""

_HALF_BYTES = frozenset({onnx.TensorProto.INT4, onnx.TensorProto.UINT4, onnx.TensorProto.FLOAT4E2M1})


@dataclass(frozen=True, slots=True)
class ValueType:
    """What a value is in one run.

    Args:
        element: ONNX's number of its type.
        shape: of it.
    """

    element: int
    shape: Shape

    @property
    def elements(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Memory of them; strings count as nothing."""
        return (self.elements * element_bits(self.element) + 7) // 8


def element_bits(element: int) -> int:
    """Bits of one number of an ONNX type; 0 for strings."""
    if element in _HALF_BYTES:
        return 4
    if element in (onnx.TensorProto.STRING, onnx.TensorProto.UNDEFINED):
        return 0
    return int(helper.tensor_dtype_to_np_dtype(element).itemsize) * 8


def value_types(model: onnx.ModelProto, inputs: Mapping[str, NDArray[Any]]) -> dict[str, ValueType]:
    """The types of all values of a graph that can be told.

    Args:
        model: the graph; its weights need not be there.
        inputs: for inputs of the graph an array of the shape that a run is given, and with its numbers where those
            are lengths or positions. A large one may be ``np.broadcast_to`` of a single number.

    Returns:
        By name. What follows from an operator that nobody knows is missing.
    """
    return _Walk(model, inputs).types


def _is_known(tensor: onnx.TensorProto) -> bool:
    """Whether a weight may be a length or a position; of others the numbers are not wanted, nor can all be read."""
    numbers = helper.tensor_dtype_to_np_dtype(tensor.data_type).kind in "iub"
    return numbers and math.prod(tensor.dims) <= MOST_NUMBERS


class _Walk:
    """Goes through a graph from its inputs on."""

    def __init__(self, model: onnx.ModelProto, inputs: Mapping[str, NDArray[Any]]) -> None:
        self.types: dict[str, ValueType] = {}
        self._values: dict[str, NDArray[Any]] = {}
        self._opsets = list(model.opset_import)
        self._version = next((one.version for one in self._opsets if one.domain in ("", "ai.onnx")), 1)
        for tensor in model.graph.initializer:
            self.types[tensor.name] = ValueType(tensor.data_type, tuple(tensor.dims))
            if tensor.data_location != onnx.TensorProto.EXTERNAL and _is_known(tensor):
                self._know(tensor.name, numpy_helper.to_array(tensor))
        for name, array in inputs.items():
            self.types[name] = ValueType(helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            self._know(name, array)
        for node in in_order(model.graph):
            self._visit(node)

    def _know(self, name: str, array: NDArray[Any]) -> None:
        if array.size <= MOST_NUMBERS and array.dtype.kind in "iub":
            self._values[name] = array

    def _visit(self, node: onnx.NodeProto) -> None:
        given = [self.types.get(name) if name else None for name in node.input]
        rule = rule_of(node)
        try:
            if rule is not None:
                made = rule(node, given)
                self.types |= {
                    name: one for name, one in zip(node.output, made, strict=False) if name and one
                }
            elif not node.domain and all(name in self.types for name in node.input if name):
                self._infer(node)
                self._fold(node)
        except (
            onnx.shape_inference.InferenceError,
            ValueError,
            TypeError,
            IndexError,
            AttributeError,
            KeyError,
        ):
            return  # not told; whoever asks sees that it is missing

    def _infer(self, node: onnx.NodeProto) -> None:
        if node.op_type == "Constant":
            self._constant(node)
            return
        schema = onnx.defs.get_schema(node.op_type, self._version, "")
        names = dict.fromkeys(filter(None, node.input))
        types = {
            name: helper.make_tensor_type_proto(self.types[name].element, self.types[name].shape)
            for name in names
        }
        data = {
            name: numpy_helper.from_array(self._values[name], name) for name in names if name in self._values
        }
        found = onnx.shape_inference.infer_node_outputs(
            schema, node, types, data, opset_imports=self._opsets, ir_version=10
        )
        for name, kind in found.items():
            tensor = kind.tensor_type
            dims = tensor.shape.dim
            if name and tensor.HasField("shape") and all(dim.HasField("dim_value") for dim in dims):
                self.types[name] = ValueType(tensor.elem_type, tuple(dim.dim_value for dim in dims))

    def _constant(self, node: onnx.NodeProto) -> None:
        for attribute in node.attribute:
            value = helper.get_attribute_value(attribute)
            array = (
                numpy_helper.to_array(value)
                if isinstance(value, onnx.TensorProto)
                else np.asarray(value, np.float32 if "float" in attribute.name else np.int64)
            )
            name = node.output[0]
            self.types[name] = ValueType(helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            self._know(name, array)

    def _fold(self, node: onnx.NodeProto) -> None:
        """Follow the numbers of what shapes are made of."""
        if node.op_type == "Shape":
            shape = np.asarray(self.types[node.input[0]].shape, np.int64)
            ends = {one.name: one.i for one in node.attribute}
            self._values[node.output[0]] = shape[ends.get("start", 0) : ends.get("end", len(shape))]
        elif node.op_type in _FOLDED and all(name in self._values for name in node.input if name):
            from onnx.reference import ReferenceEvaluator

            opsets = {one.domain: one.version for one in self._opsets}
            given = {name: self._values[name] for name in node.input if name}
            made = ReferenceEvaluator(node, opsets=opsets).run(None, given)
            for name, array in zip(node.output, made, strict=True):
                array = np.asarray(array)
                self.types[name] = ValueType(helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
                self._know(name, array)


_FOLDED = named(
    "Gather Concat Unsqueeze Squeeze Slice Cast Add Sub Mul Div Mod Neg Range ConstantOfShape Identity Reshape "
    "Min Max Equal Where Expand ReduceSum ReduceMax ReduceMin ReduceProd Size Less Greater Not And Or Abs"
)
"""Operators of which shapes are made."""


def in_order(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """The nodes of a graph, each after those it needs; those that are in order already stay as they are."""
    return [graph.node[index] for index in order_of(graph)]


def order_of(graph: onnx.GraphProto) -> list[int]:
    """Places of the nodes in the graph's list, each after those it needs."""
    makers = {name: index for index, node in enumerate(graph.node) for name in node.output if name}
    ordered: list[int] = []
    state = bytearray(len(graph.node))  # 1 begun, 2 done
    for start in range(len(graph.node)):
        waiting = [start]
        while waiting:
            index = waiting[-1]
            if state[index] == 0:
                state[index] = 1
                needed = (makers[name] for name in graph.node[index].input if name in makers)
                waiting += [one for one in needed if state[one] == 0]
                continue
            waiting.pop()
            if state[index] == 1:
                state[index] = 2
                ordered.append(index)
    return ordered


# ---------------------------------------------------------------- the runtime's own operators

_Given: TypeAlias = Sequence[ValueType | None]
_Rule: TypeAlias = Callable[[onnx.NodeProto, _Given], list[ValueType | None]]


def attribute(node: onnx.NodeProto, name: str, default: Any = 0) -> Any:
    """The value of a node's attribute."""
    for one in node.attribute:
        if one.name == name:
            return helper.get_attribute_value(one)
    return default


def _first(given: _Given) -> ValueType:
    first = given[0]
    if first is None:
        raise ValueError("an input is missing")
    return first


def _second(given: _Given) -> ValueType:
    return _first(given[1:])


def _same(node: onnx.NodeProto, given: _Given) -> list[ValueType | None]:
    return [_first(given)]


def _skip_norm(node: onnx.NodeProto, given: _Given) -> list[ValueType | None]:
    return [_first(given), None, None, _first(given)]


def _blocks_product(node: onnx.NodeProto, given: _Given) -> list[ValueType | None]:
    value = _first(given)
    return [ValueType(value.element, (*value.shape[:-1], attribute(node, "N")))]


def _product(node: onnx.NodeProto, given: _Given) -> list[ValueType | None]:
    left, right = _first(given), _second(given)
    rows = left.shape[-1] if attribute(node, "transA") else left.shape[-2]
    columns = right.shape[-2] if attribute(node, "transB") else right.shape[-1]
    batch = max(left.shape[:-2], right.shape[:-2], key=len)
    return [ValueType(left.element, (*batch, rows, columns))]


def _integer_product(node: onnx.NodeProto, given: _Given) -> list[ValueType | None]:
    return [ValueType(onnx.TensorProto.FLOAT, (*_first(given).shape[:-1], _second(given).shape[-1]))]


def _block_rows(node: onnx.NodeProto, given: _Given) -> list[ValueType | None]:
    scales = _first(given[2:])
    width = scales.shape[-1] * attribute(node, "block_size", 128)
    return [ValueType(scales.element, (*_second(given).shape, width))]


def _group_query(node: onnx.NodeProto, given: _Given) -> list[ValueType | None]:
    query, heads, kept = _first(given), attribute(node, "num_heads"), attribute(node, "kv_num_heads")
    width = query.shape[-1]
    if not node.input[1]:  # packed: queries, keys and values side by side
        width = width // (heads + 2 * kept) * heads
    past = given[3] if len(given) > 3 else None
    return [ValueType(query.element, (*query.shape[:-1], width)), past, past]


def _multi_head(node: onnx.NodeProto, given: _Given) -> list[ValueType | None]:
    value = given[2] if len(given) > 2 else None
    query = _first(given)
    width = value.shape[-1] if value is not None and len(value.shape) == 3 else query.shape[-1]
    heads, past = attribute(node, "num_heads"), given[6] if len(given) > 6 else None
    before = past.shape[2] if past is not None else 0
    present = ValueType(query.element, (query.shape[0], heads, before + query.shape[1], width // heads))
    return [ValueType(query.element, (*query.shape[:2], width)), present, present]


def _packed_attention(node: onnx.NodeProto, given: _Given) -> list[ValueType | None]:
    value, weights = _first(given), _second(given)
    sizes = attribute(node, "qkv_hidden_sizes", None) or [weights.shape[-1] // 3] * 3
    heads, past = attribute(node, "num_heads"), given[4] if len(given) > 4 else None
    before = past.shape[3] if past is not None else 0
    shape = (2, value.shape[0], heads, before + value.shape[1], sizes[0] // heads)
    return [
        ValueType(value.element, (*value.shape[:2], sizes[2])),
        ValueType(value.element, shape),
    ]


RULES: Mapping[str, _Rule] = {
    "MatMulNBits": _blocks_product,
    "GatherBlockQuantized": _block_rows,
    "FusedMatMul": _product,
    "DynamicQuantizeMatMul": _integer_product,
    "MatMulIntegerToFloat": _integer_product,
    "SimplifiedLayerNormalization": _same,
    "SkipSimplifiedLayerNormalization": _skip_norm,
    "SkipLayerNormalization": _skip_norm,
    "QuickGelu": _same,
    "FastGelu": _same,
    "BiasGelu": _same,
    "QMoE": _same,
    "MoE": _same,
    "GroupQueryAttention": _group_query,
    "MultiHeadAttention": _multi_head,
}
"""How operators that are not in the standard shape what they make, by their type."""

_BY_DOMAIN: Mapping[str, _Rule] = {"Attention": _packed_attention, "Gelu": _same, "RotaryEmbedding": _same}
"""The same of those that the standard has too, another one by the same name."""


def rule_of(node: onnx.NodeProto) -> _Rule | None:
    """The rule for a node, ``None`` where the standard has one."""
    if node.op_type in RULES:
        return RULES[node.op_type]
    return _BY_DOMAIN.get(node.op_type) if node.domain == "com.microsoft" else None
