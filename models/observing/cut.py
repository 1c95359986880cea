"""Where a graph ends computing states and begins computing logits.

Knows nothing about attention.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import onnx_ir as ir

from models.errors import ModelFileError
from models.escaping import escape_text
from models.observing.walking import constant_shape, depends_without, upwards

_NODES_LOOKED_AT = 40
"""How far before the logits the last state is looked for: a head has few operators."""

_CHOOSING_ROWS = frozenset({"Gather", "GatherND", "Slice"})
_RESHAPING = frozenset({"Unsqueeze", "Squeeze", "Identity"})
_LEAST_HEAD_WEIGHTS = 1024


def logits_output(graph: ir.Graph, caches: Sequence[str]) -> ir.Value:
    """The output with the logits.

    Args:
        graph: of a decoder.
        caches: names of the outputs that are caches.

    Raises:
        ModelFileError: there is none.
    """
    floats = (ir.DataType.FLOAT, ir.DataType.FLOAT16)
    others = [value for value in graph.outputs if value.name not in caches]
    candidates = [value for value in others if value.dtype in floats]
    for value in candidates:
        if value.name == "logits":
            return value

    def width(value: ir.Value) -> int:
        last = value.shape[-1] if value.shape is not None and len(value.shape) else 0
        return last if isinstance(last, int) else 0

    if candidates:
        return max(candidates, key=width)
    found = ", ".join(
        f"{escape_text(value.name or '')} ({value.dtype.name if value.dtype else 'unknown'})"
        for value in others
    )
    raise no_logits(found)


def no_logits(found: str) -> ModelFileError:
    """The error for a graph that computes states but no logits.

    Args:
        found: its other outputs, safe to show; empty where it has none.
    """
    return ModelFileError(
        "no-logits",
        f"No output of this graph can be logits in 16- or 32-bit numbers; there is {found or 'none but caches'}.",
        "Export the model for text generation.",
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a graph is cut in two.

    Args:
        state: the last value of the body, with the states of all rows.
        start: the first value of the head; another than the state where the graph goes on with the last rows only.
    """

    state: ir.Value
    start: ir.Value


def find_cut(graph: ir.Graph, logits: ir.Value) -> Cut:
    """The value nearest to the logits that all of them depend on and that the vocabulary's weights come after.

    Returns:
        A cut at the logits themselves where there is no such value: the head has nothing left to do then.
    """
    inputs = {id(value) for value in graph.inputs if value.const_value is None}
    seen_head = False
    for index, value in enumerate(upwards([logits])):
        if index > _NODES_LOOKED_AT * 4:
            break
        node = value.producer()
        if node is None:
            continue
        if not seen_head:
            seen_head = _has_large_weights(node)
            continue
        if value.const_value is not None or depends_without(logits, value, inputs):
            continue
        if not _depends(value, inputs):
            continue
        return Cut(_before_choosing_rows(value), value)
    return Cut(logits, logits)


def _before_choosing_rows(value: ir.Value) -> ir.Value:
    """States of all rows, where the graph goes on with the last ones only."""
    above: ir.Value | None = value
    while above is not None and (node := above.producer()) is not None:
        if node.op_type in _CHOOSING_ROWS:
            return _before_choosing_rows(node.inputs[0]) if node.inputs[0] is not None else value
        above = node.inputs[0] if node.op_type in _RESHAPING else None
    return value


def _depends(value: ir.Value, inputs: set[int]) -> bool:
    return any(id(one) in inputs for one in upwards([value]))


def _has_large_weights(node: ir.Node) -> bool:
    shapes = [constant_shape(value) for value in node.inputs]
    for value in node.inputs:
        producer = None if value is None else value.producer()
        if producer is not None and producer.op_type in ("Transpose", "DequantizeLinear", "Cast"):
            shapes.append(constant_shape(producer.inputs[0]))
    return any(
        shape is not None and len(shape) > 1 and math.prod(shape) >= _LEAST_HEAD_WEIGHTS for shape in shapes
    )
