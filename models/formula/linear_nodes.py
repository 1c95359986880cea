"""The nodes of a graph whose outputs are sums of inputs times weights, with the offset that is added to them.

Knows nothing about running a graph, nor what a node is for. Operators: MatMul, Gemm, com.microsoft MatMulNBits,
FusedMatMul and, in two dimensions, Conv; weights may lie behind Transpose, Cast or DequantizeLinear.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from models.anatomy.operators import CONVOLUTIONS, EXPERTS, PRODUCTS
from models.anatomy.shapes import attribute
from models.weights.graph_weights import Weight

INTEGER_PRODUCTS = 4
"""Accuracy level of MatMulNBits with which its kernel rounds inputs to 8 bits, in the blocks of the weights."""

_PASSING_ON = frozenset({"Cast", "Identity", "CastLike"})


class Unknown(Exception):
    """A node is no sum of products that can be spelled out; the reason as a clause to follow “because”."""


@dataclass(frozen=True, slots=True)
class LinearNode:
    """One node.

    Args:
        index: of it in the graph's list.
        given: name of the value that is multiplied.
        made: name of the value with the sums, their offset added.
        weights: name of the weight ``[outputs, inputs]``, or ``[inputs, outputs]`` where not `transposed`; of a
            convolution ``[outputs, channels, height, width]``.
        transposed: which of the two.
        outputs: how many sums there are; of a convolution the filters, each of which makes one for every place.
        inputs: how many products each has.
        factor: what every sum is multiplied with before its offset is added.
        offset: name of the weight ``[outputs]`` that is added; empty for none.
        offset_factor: what that is multiplied with.
        rounding_block: inputs are rounded to 8 bits in blocks of so many, where the provider has such a kernel;
            0 where they are not.
        convolves: whether it is a convolution.
    """

    index: int
    given: str
    made: str
    weights: str
    transposed: bool
    outputs: int
    inputs: int
    factor: float = 1.0
    offset: str = ""
    offset_factor: float = 1.0
    rounding_block: int = 0
    convolves: bool = False


class LinearNodes:
    """Reads the nodes of one graph.

    Args:
        graph: without its weights.
        weights: by name.
    """

    def __init__(self, graph: onnx.GraphProto, weights: Mapping[str, Weight]) -> None:
        self._nodes = graph.node
        self._weights = weights
        self.maker: dict[str, int] = {
            name: index for index, node in enumerate(graph.node) for name in node.output if name
        }
        """By value, the node that makes it."""
        self.users: dict[str, list[int]] = defaultdict(list)
        """By value, the nodes that take it."""
        for index, node in enumerate(graph.node):
            for name in dict.fromkeys(filter(None, node.input)):
                self.users[name].append(index)

    def multiplies(self, index: int) -> bool:
        """Whether a node multiplies with weights, in a way that is known or not."""
        node = self._nodes[index]
        if node.op_type in EXPERTS:
            return True
        if node.op_type not in PRODUCTS and node.op_type not in CONVOLUTIONS:
            return False
        return any(self._weight_behind(name) is not None for name in node.input[1:2])

    def read(self, index: int) -> LinearNode:
        """What a node that multiplies makes of what.

        Raises:
            Unknown: that cannot be spelled out.
        """
        node = self._nodes[index]
        match node.op_type:
            case "MatMulNBits":
                return self._blocks(index)
            case "MatMul" | "FusedMatMul" | "Gemm":
                return self._product(index)
            case "Conv":
                return self._convolution(index)
        if node.op_type in EXPERTS:
            raise Unknown("each token goes through other experts inside one operator")
        raise Unknown(f"the operator {node.op_type} multiplies whole numbers, scaled before and afterwards")

    # -------------------------------------------------------------- kinds

    def _blocks(self, index: int) -> LinearNode:
        node = self._nodes[index]
        matrix = self._weights[node.input[1]].matrix if node.input[1] in self._weights else None
        if matrix is None:
            raise Unknown("its weights are kept in a way that is not known")
        rounds = attribute(node, "accuracy_level", 0) == INTEGER_PRODUCTS
        offset = self._known(_input(node, 5))
        made = node.output[0]
        if not offset:
            made, offset = self._with_offset(made, matrix.rows)
        return LinearNode(
            index,
            node.input[0],
            made,
            node.input[1],
            True,
            matrix.rows,
            matrix.columns,
            offset=offset,
            rounding_block=matrix.block_columns if rounds else 0,
        )

    def _product(self, index: int) -> LinearNode:
        node = self._nodes[index]
        name, turned = self._weight_behind(node.input[1]) or ("", False)
        shape = self._weights[name].numbers.shape if name else ()
        if len(shape) != 2:
            raise Unknown("its weights are no matrix")
        if any(attribute(node, one, 0) for one in ("transA", "transBatchA", "transBatchB")):
            raise Unknown("it turns what it is given")
        transposed = (attribute(node, "transB", 0) == 1) != turned
        outputs, inputs = shape if transposed else (shape[1], shape[0])
        factor = float(attribute(node, "alpha", 1.0))
        made, offset = node.output[0], ""
        if node.op_type == "Gemm" and (added := _input(node, 2)):
            offset = self._known(added)
            if not offset or self._weights[offset].stored.count != outputs:
                raise Unknown("what is added to its sums is not the same for every token")
        else:
            made, offset = self._with_offset(made, outputs)
        beta = float(attribute(node, "beta", 1.0)) if node.op_type == "Gemm" else 1.0
        return LinearNode(index, node.input[0], made, name, transposed, outputs, inputs, factor, offset, beta)

    def _convolution(self, index: int) -> LinearNode:
        node = self._nodes[index]
        weight = self._weights.get(node.input[1])
        if weight is None or weight.matrix is not None or len(weight.stored.shape) != 4:
            raise Unknown("its filters are not kept as numbers in four dimensions")
        if attribute(node, "auto_pad", b"NOTSET") != b"NOTSET":
            raise Unknown("it does not say how it pads what it is given")
        filters, channels, height, width = weight.stored.shape
        offset = self._known(_input(node, 2))
        return LinearNode(
            index,
            node.input[0],
            node.output[0],
            node.input[1],
            True,
            filters,
            channels * height * width,
            offset=offset,
            convolves=True,
        )

    # -------------------------------------------------------------- weights

    def _known(self, name: str) -> str:
        """A weight's name; empty for what is none."""
        return name if name in self._weights else ""

    def _weight_behind(self, name: str) -> tuple[str, bool] | None:
        """The weight that a value is, and whether it is turned; ``None`` where it is none."""
        turned = False
        while name not in self._weights:
            index = self.maker.get(name)
            if index is None:
                return None
            node = self._nodes[index]
            if node.op_type == "Transpose":
                turned = not turned
            elif node.op_type == "DequantizeLinear":
                stored = self._weights.get(node.input[0])
                return None if stored is None or stored.matrix is None else (node.input[0], turned)
            elif node.op_type not in _PASSING_ON:
                return None
            name = node.input[0]
        return name, turned

    def _with_offset(self, made: str, outputs: int) -> tuple[str, str]:
        """The value with the offset that an Add gives to sums, and that; the sums themselves where it gives none."""
        users = self.users.get(made, [])
        if len(users) == 1 and self._nodes[users[0]].op_type == "Add":
            node = self._nodes[users[0]]
            others = [name for name in node.input if name != made]
            if len(others) == 1 and (name := self._known(others[0])):
                shape = self._weights[name].stored.shape
                if self._weights[name].stored.count == outputs and (shape or outputs == 1):
                    return node.output[0], name
        return made, ""


def _input(node: onnx.NodeProto, index: int) -> str:
    """Name of an input, empty where it is not given."""
    return str(node.input[index]) if index < len(node.input) else ""


def row_of_weights(node: LinearNode, weight: Weight, output: int) -> NDArray[Any]:
    """The weights of one sum, as the numbers that they mean.

    Args:
        node: whose.
        weight: as it is now, of the name `LinearNode.weights`.
        output: which sum; of a convolution which filter.

    Returns:
        ``float [inputs]``, 32 bits or 64.

    Raises:
        ModelFileError: they cannot be read.
    """
    source = weight.numbers
    if node.transposed:
        return source.numbers(output * node.inputs, (output + 1) * node.inputs)
    # A column: one read for each row, so that a large matrix is not read for one of its sums.
    read = [
        source.numbers(row * node.outputs + output, row * node.outputs + output + 1)
        for row in range(node.inputs)
    ]
    return np.concatenate(read)
