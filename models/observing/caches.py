"""Which output of a graph continues which of its cache inputs.

Knows nothing about what the caches hold beyond keys and values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import onnx_ir as ir

from models.errors import ModelFileError
from models.escaping import escape_text
from models.observing.draft import DraftSite
from models.observing.inputs import is_cache
from models.observing.walking import upwards
from models.wiring import CacheTensor

# Kernels take past and give present in fixed places: by operator, output to input.
_PLACES = {
    "GroupQueryAttention": {1: 3, 2: 4},
    "MultiHeadAttention": {1: 6, 2: 7},
    "Attention": {1: 4, 2: 5},
}
_PASSING_ON = frozenset({"Identity", "Cast"})
_HEADS_AXIS, _BOTH_AXES = 1, 5
CACHE_TYPES = {ir.DataType.FLOAT: "float32", ir.DataType.FLOAT16: "float16"}


def match_caches(graph: ir.Graph, sites: Sequence[DraftSite]) -> tuple[CacheTensor, ...]:
    """Pairs of past and present, in the order of the graph's outputs.

    Raises:
        ModelFileError: there are none, or one has no partner, a shape that is not told or a type that is not
            supported.
    """
    pasts = [value for value in graph.inputs if is_cache(value)]
    if not pasts:
        raise ModelFileError(
            "no-cache",
            "This graph has no key/value cache: it takes no past keys and values.",
            "Export the model for text generation with past (as “text-generation-with-past” of optimum).",
        )
    pairs: dict[str, ir.Value] = {}
    taken: set[int] = set()
    for output in graph.outputs:
        past = _past_of(output, pasts, taken)
        if past is not None:
            taken.add(id(past))
            pairs[output.name or ""] = past
    missing = [value for value in pasts if id(value) not in taken]
    if missing:
        raise ModelFileError(
            "cache-without-present",
            f"No output continues the cache “{escape_text(missing[0].name or '')}”.",
            "Export the model again, with its present keys and values as outputs.",
        )
    keys = {name for site in sites if (name := output_name(site.key_present)) is not None}
    keys |= _key_outputs(graph)
    head_size = _common_head_size(sites)
    return tuple(_described(name, past, name in keys, head_size) for name, past in pairs.items())


def output_name(value: ir.Value) -> str | None:
    """Name of the graph output that hands a value on; ``None`` where none does."""
    if value.is_graph_output():
        return value.name
    for usage in value.uses():
        passed = usage.node.outputs[0]
        if usage.node.op_type in _PASSING_ON and passed.is_graph_output():
            return passed.name
    return None


def _key_outputs(graph: ir.Graph) -> set[str]:
    return {
        name
        for node in graph
        if node.op_type in _PLACES and len(node.outputs) > 1
        if (name := output_name(node.outputs[1])) is not None
    }


def _common_head_size(sites: Sequence[DraftSite]) -> int:
    """What all kernels say of the size of heads; 0 where they do not, or disagree."""
    sizes = {site.head_size for site in sites if site.product is None}
    return sizes.pop() if len(sizes) == 1 else 0


def _past_of(output: ir.Value, pasts: Sequence[ir.Value], taken: set[int]) -> ir.Value | None:
    if output.dtype not in {past.dtype for past in pasts} or (
        output.shape is not None and len(output.shape) not in (4, 5)
    ):
        return None
    value: ir.Value | None = output
    while value is not None and (node := value.producer()) is not None and node.op_type in _PASSING_ON:
        value = node.inputs[0]
    node = None if value is None else value.producer()
    start: list[ir.Value | None] = [value]
    if node is not None and node.op_type in _PLACES and value is not None:
        place = _PLACES[node.op_type].get(value.index() or 0)
        start = [node.inputs[place]] if place is not None and place < len(node.inputs) else []
    free = {id(past) for past in pasts} - taken
    return next((one for one in upwards(start) if id(one) in free), None)


def _described(name: str, past: ir.Value, is_key: bool, head_size: int) -> CacheTensor:
    assert past.shape is not None
    shape = list(past.shape)
    both = len(shape) == _BOTH_AXES
    heads, size = shape[_HEADS_AXIS + both], shape[-1]
    if not isinstance(size, int) and head_size:
        size = head_size
    if past.dtype not in CACHE_TYPES:
        raise ModelFileError(
            "unsupported-cache-type",
            f"The cache “{escape_text(past.name or '')}” holds "
            f"{past.dtype.name if past.dtype else 'unknown'} numbers.",
            "Export the model with a cache of 16- or 32-bit floating point numbers.",
        )
    if not isinstance(heads, int) or not isinstance(size, int) or heads < 1 or size < 1:
        raise ModelFileError(
            "unknown-cache-shape",
            f"The cache “{escape_text(past.name or '')}” has the shape {escape_text(str(past.shape))}, which does "
            "not tell its heads and their size.",
            "Export the model again, with keys and values as [batch, heads, positions, size].",
        )
    part: Literal["key", "value", "both"] = "both" if both else "key" if is_key else "value"
    return CacheTensor(past.name or "", name, part, heads, size)
