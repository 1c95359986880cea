"""Attention kernels that put out their own weights: one function for each kind, and the list of them.

Knows nothing about whole graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import onnx_ir as ir

Inputs: TypeAlias = Sequence[ir.Value | None]
Oracle: TypeAlias = Callable[[ir.Node, Inputs], tuple[list[ir.Node], ir.Value]]

# GroupQueryAttention's attribute: the fourth output is the softmax-normalised products.
_NORMALISED_PRODUCTS = 2
# The standard Attention's attribute: the fourth output is the products after the softmax.
_AFTER_SOFTMAX = 3


def _group_query(kernel: ir.Node, inputs: Inputs) -> tuple[list[ir.Node], ir.Value]:
    node = _again(kernel, inputs, {"qk_output": _NORMALISED_PRODUCTS}, 4)
    return [node], node.outputs[3]


def _standard(kernel: ir.Node, inputs: Inputs) -> tuple[list[ir.Node], ir.Value]:
    node = _again(kernel, inputs, {"qk_matmul_output_mode": _AFTER_SOFTMAX}, 4)
    return [node], node.outputs[3]


def _multi_head(kernel: ir.Node, inputs: Inputs) -> tuple[list[ir.Node], ir.Value]:
    node = _again(kernel, inputs, {}, 4)
    products = node.outputs[3]
    # The runtime does not infer its type. It holds what the kernel's softmax takes, mask and all.
    products.type = None if inputs[0] is None else inputs[0].type
    softmax = ir.node("Softmax", [products], {"axis": -1})
    return [node, softmax], softmax.outputs[0]


ORACLES: dict[tuple[str, str], Oracle] = {
    ("com.microsoft", "GroupQueryAttention"): _group_query,
    ("com.microsoft", "MultiHeadAttention"): _multi_head,
    ("", "Attention"): _standard,
}
"""By domain and operator."""


def oracle_node(kernel: ir.Node, inputs: Inputs) -> tuple[list[ir.Node], ir.Value]:
    """A copy of a kernel that puts out its weights.

    Args:
        kernel: of a graph.
        inputs: what the copy takes in place of the kernel's own inputs.

    Returns:
        The nodes that compute it, and the value with the weights.

    Raises:
        KeyError: the operator has no such output.
    """
    return ORACLES[kernel.domain, kernel.op_type](kernel, inputs)


def _again(kernel: ir.Node, inputs: Inputs, attributes: dict[str, int], outputs: int) -> ir.Node:
    changed = {**kernel.attributes, **{name: ir.AttrInt64(name, value) for name, value in attributes.items()}}
    return ir.Node(
        kernel.domain,
        kernel.op_type,
        list(inputs),
        list(changed.values()),
        num_outputs=outputs,
        name=kernel.name,
    )
