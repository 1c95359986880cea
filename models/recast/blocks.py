"""Graphs with their matrices as whole numbers of 8 or 4 bits in blocks of 32, as the program keeps them itself.

Knows nothing about running them.

Products are then the runtime's own for such blocks, which round what they multiply with to 8 bits as well; embeddings
are looked up in blocks. What is no matrix, or has no whole blocks in its rows, stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from models.block_quantization import quantize_4bit_blocks, quantize_8bit_blocks
from models.graphs.precision import BLOCK
from models.graphs.stored_weights import INTEGER_PRODUCTS
from models.recast.dense import (
    MICROSOFT,
    DenseGraph,
    add_given,
    attribute,
    drop_unused,
    in_memory,
    numbers_of,
)

_PRODUCTS = frozenset(("MatMul", "Gemm", "FusedMatMul"))
_BYTES, _NUMBERS = onnx.TensorProto.UINT8, onnx.TensorProto.FLOAT


def block_graph(graph: DenseGraph, bits: int, between: Callable[[], None]) -> set[str]:
    """Keep a graph's matrices in blocks; it is changed in place.

    Args:
        graph: with 32-bit numbers.
        bits: of a whole number, 8 or 4.
        between: called every few million numbers; may raise to stop.

    Returns:
        Names of the matrices that are kept so.

    Raises:
        ModelFileError: its numbers cannot be read.
    """
    quantized: set[str] = set()
    nodes: list[onnx.NodeProto] = []
    for node in graph.model.graph.node:
        made = _in_blocks(graph, node, bits, between)
        if made:
            quantized.add(node.input[0] if node.op_type == "Gather" else node.input[1])
        nodes += made or [node]
    del graph.model.graph.node[:]
    graph.model.graph.node.extend(nodes)
    if not any(one.domain == MICROSOFT for one in graph.model.opset_import):
        graph.model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
    drop_unused(graph.model)
    return quantized


def _in_blocks(
    graph: DenseGraph, node: onnx.NodeProto, bits: int, between: Callable[[], None]
) -> list[onnx.NodeProto]:
    """What takes a node's place; nothing where it stays."""
    if node.op_type == "Gather":
        source = graph.learnt.get(node.input[0])
        if source is None or len(source.shape) != 2 or source.shape[1] % BLOCK or attribute(node, "axis", 0):
            return []
        rows, columns = source.shape
        names = _keep(graph, node.input[0], "rows", bits, between, transposed=False)
        return [
            helper.make_node(
                "GatherBlockQuantized", [names[0], node.input[1], names[1]], list(node.output), name=node.name,
                domain=MICROSOFT, gather_axis=0, quantize_axis=1, block_size=BLOCK, bits=bits,
            )
        ]  # fmt: skip
    if node.op_type not in _PRODUCTS or not _is_plain(node):
        return []
    source = graph.learnt.get(node.input[1])
    if source is None or len(source.shape) != 2:
        return []
    transposed = not attribute(node, "transB", 0)
    columns, rows = source.shape if transposed else source.shape[::-1]
    if columns % BLOCK:
        return []
    names = _keep(
        graph, node.input[1], "columns" if transposed else "lines", bits, between, transposed=transposed
    )
    bias = node.input[2] if len(node.input) > 2 else ""
    product = f"{node.output[0]}.product" if bias else node.output[0]
    made = [
        helper.make_node(
            "MatMulNBits", [node.input[0], *names], [product], name=node.name, domain=MICROSOFT,
            K=columns, N=rows, bits=bits, block_size=BLOCK, accuracy_level=INTEGER_PRODUCTS,
        )
    ]  # fmt: skip
    if bias:
        made.append(helper.make_node("Add", [product, bias], [node.output[0]], name=f"{node.name}.sum"))
    return made


def _is_plain(node: onnx.NodeProto) -> bool:
    """Whether it is nothing but a product with an offset."""
    return (
        not attribute(node, "transA", 0)
        and not attribute(node, "transBatchA", 0)
        and not attribute(node, "transBatchB", 0)
        and attribute(node, "alpha", 1.0) == 1.0
        and attribute(node, "beta", 1.0) == 1.0
    )


def _keep(
    graph: DenseGraph, name: str, role: str, bits: int, between: Callable[[], None], *, transposed: bool
) -> tuple[str, str]:
    """Names of the whole numbers and the scales of a matrix for an operator of one kind."""
    values, scales = f"{name}.{role}.int{bits}", f"{name}.{role}.scales"
    if values in graph.weights:
        return values, scales
    numbers: NDArray[np.float32] = numbers_of(graph.learnt[name], between)
    if transposed:
        numbers = np.ascontiguousarray(numbers.T)
    quantize = quantize_8bit_blocks if bits == 8 else quantize_4bit_blocks
    kept, by_block = quantize(numbers, BLOCK)
    if role == "rows":
        kept = kept.reshape(len(kept), -1)
    for key, array, kind in ((values, kept, _BYTES), (scales, by_block, _NUMBERS)):
        graph.weights[key] = in_memory(key, array, kind)
        add_given(graph.model, key, array.shape, kind)
    return values, scales
