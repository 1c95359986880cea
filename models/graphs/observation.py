"""Graphs for checking that observing a body changes nothing and that what is shown is the truth.

Knows nothing about running them; weights are never read, a graph made here refers to the same file.
"""

from __future__ import annotations

from pathlib import Path

import onnx_ir as ir

ORACLE_PREFIX = "oracle."

# GroupQueryAttention's attribute: the fourth output is the softmax-normalised products.
NORMALISED_PRODUCTS = 2


def oracle_graph(body: Path) -> bytes:
    """The body's attention kernels alone, each with its own weights as an output.

    Its inputs have the names of the body's outputs and inputs that the kernels take, so that the oracle is asked
    about exactly the numbers that the running model had: computing the layers between again, by another path
    through the kernel, would differ by the rounding of 8-bit activations.

    Args:
        body: path of the body's graph.

    Returns:
        The serialised graph with outputs ``oracle.0`` … ``[1, heads, tokens, total]``, which only the CPU kernel
        has.
    """
    model = ir.load(body)
    inputs: dict[str, ir.Value] = {}
    initializers: dict[str, ir.Value] = {}
    nodes, outputs = [], []

    def outside(value: ir.Value | None) -> ir.Value | None:
        if value is None or value.name is None:
            return None
        known = inputs if value.const_value is None else initializers
        if value.name not in known:
            shape = None if value.shape is None else ir.Shape(value.shape)
            known[value.name] = ir.val(value.name, value.dtype, shape, const_value=value.const_value)
        return known[value.name]

    kernels = [node for node in model.graph if node.op_type == "GroupQueryAttention"]
    for layer, kernel in enumerate(kernels):
        attributes = {**kernel.attributes, "qk_output": ir.AttrInt64("qk_output", NORMALISED_PRODUCTS)}
        node = ir.Node(
            kernel.domain,
            kernel.op_type,
            [outside(value) for value in kernel.inputs],
            list(attributes.values()),
            num_outputs=4,
            name=kernel.name,
        )
        weights = node.outputs[3]
        weights.name = f"{ORACLE_PREFIX}{layer}"
        weights.type = kernel.outputs[1].type
        weights.shape = ir.Shape([1, "heads", "tokens", "total"])
        nodes.append(node)
        outputs.append(weights)
    graph = ir.Graph(
        list(inputs.values()),
        outputs,
        nodes=nodes,
        initializers=list(initializers.values()),
        opset_imports=dict(model.opset_imports),
        name="oracle",
    )
    return _serialised(ir.Model(graph, ir_version=model.ir_version))


def unobserved_graph(body: Path, observed: tuple[str, ...]) -> bytes:
    """The body without the outputs that were added to look inside.

    Args:
        body: path of the body's graph.
        observed: names of those outputs.

    Returns:
        The serialised graph, without its weights.
    """
    model = ir.load(body)
    kept = [value for value in model.graph.outputs if value.name not in observed]
    model.graph.outputs.clear()
    model.graph.outputs.extend(kept)
    return _serialised(model)


def _serialised(model: ir.Model) -> bytes:
    return ir.to_proto(model).SerializeToString()
