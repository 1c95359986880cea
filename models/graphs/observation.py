"""Graphs for checking that observing a body changes nothing and that what is shown is the truth.

Knows nothing about running them; weights are never read, a graph made here refers to the same files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx_ir as ir
from numpy.typing import DTypeLike

from models.attention_site import AttentionSite
from models.graphs.oracle_nodes import ORACLES, oracle_node

ORACLE_PREFIX = "oracle."


def kernel_inputs(body: Path, sites: Sequence[AttentionSite]) -> tuple[str, ...]:
    """Names of the values and inputs of the body that its attention kernels take, constants left out."""
    kernels = {site.kernel for site in sites}
    return tuple(
        dict.fromkeys(
            value.name
            for node in ir.load(body).graph
            if node.name in kernels and (node.domain, node.op_type) in ORACLES
            for value in node.inputs
            if value is not None and value.name and value.const_value is None
        )
    )


def oracle_graph(body: Path, sites: Sequence[AttentionSite], types: Mapping[str, DTypeLike]) -> bytes:
    """The body's attention kernels alone, each with its own weights as an output.

    Its inputs have the names of the body's values and inputs that the kernels take, so that the oracle is asked
    about exactly the numbers that the running model had: computing the layers between again, by another path
    through the kernel, would differ by the rounding of 8-bit activations.

    Args:
        body: path of the body's graph.
        sites: whose kernels; those of an operator that cannot put out its weights are left out.
        types: of the values that `kernel_inputs` names; graphs need not tell them.

    Returns:
        The serialised graph with outputs ``oracle.LAYER`` ``[1, heads, tokens, total]``, which only the CPU's kernels
        have.
    """
    model = ir.load(body)
    kernels = {node.name: node for node in model.graph}
    inputs: dict[str, ir.Value] = {}
    initializers: dict[str, ir.Value] = {}
    nodes: list[ir.Node] = []
    outputs: list[ir.Value] = []

    def outside(value: ir.Value | None) -> ir.Value | None:
        if value is None or not value.name:
            return None
        known = inputs if value.const_value is None else initializers
        if value.name not in known:
            shape = None if value.shape is None or known is inputs else ir.Shape(value.shape)
            dtype = ir.DataType.from_numpy(np.dtype(types[value.name])) if known is inputs else value.dtype
            known[value.name] = ir.val(value.name, dtype, shape, const_value=value.const_value)
        return known[value.name]

    for site in sites:
        kernel = kernels.get(site.kernel)
        if kernel is None or (kernel.domain, kernel.op_type) not in ORACLES:
            continue
        added, weights = oracle_node(kernel, [outside(value) for value in kernel.inputs])
        weights.name = f"{ORACLE_PREFIX}{site.layer}"
        nodes.extend(added)
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


def with_outputs(body: Path, names: Iterable[str]) -> bytes:
    """The body with more of its values as outputs.

    Args:
        body: path of the body's graph.
        names: of values; what is an output or an input already stays as it is.

    Returns:
        The serialised graph, without its weights.
    """
    model = ir.load(body)
    known = {value.name for value in (*model.graph.outputs, *model.graph.inputs)}
    wanted = [name for name in names if name not in known]
    made = {value.name: value for node in model.graph for value in node.outputs}
    model.graph.outputs.extend(made[name] for name in wanted)
    return _serialised(model)


def without_outputs(body: Path, names: Collection[str]) -> bytes:
    """The body without the outputs that were added to look inside.

    Args:
        body: path of the body's graph.
        names: of those outputs.

    Returns:
        The serialised graph, without its weights.
    """
    model = ir.load(body)
    kept = [value for value in model.graph.outputs if value.name not in names]
    model.graph.outputs.clear()
    model.graph.outputs.extend(kept)
    return _serialised(model)


def _serialised(model: ir.Model) -> bytes:
    return ir.to_proto(model).SerializeToString()
