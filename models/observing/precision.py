"""How an export keeps its weights, for people.

Knows nothing about how they are used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import onnx_ir as ir

from models.observing.draft import integer

_NAMES = {
    "FLOAT": "32-bit floating point",
    "FLOAT16": "16-bit floating point",
    "BFLOAT16": "16-bit brain floating point",
    "INT8": "8-bit integers",
    "UINT8": "8-bit integers",
    "INT4": "4-bit integers",
    "UINT4": "4-bit integers",
}
_PACKED = ("MatMulNBits", "QMoE")


def describe_precision(graph: ir.Graph, weight_bytes: Mapping[str, int]) -> str:
    """What most weights are kept as.

    Args:
        graph: of the export.
        weight_bytes: bytes of all weights by the name of their type.
    """
    packed = Counter(
        (integer(node, "bits", integer(node, "expert_weight_bits", 4)), integer(node, "block_size"))
        for node in graph
        if node.op_type in _PACKED
    )
    largest = max(weight_bytes, key=lambda name: weight_bytes[name], default="FLOAT")
    name = _NAMES.get(largest, largest.lower())
    if packed:
        (bits, block), _ = packed.most_common(1)[0]
        blocks = f"{bits}-bit blocks of {block}" if block else f"{bits}-bit numbers"
        # Small models have most of their bytes in tables that were left as they are.
        rest = "" if largest in ("UINT8", "INT8") else f", the rest {name}"
        return blocks + rest
    return name
