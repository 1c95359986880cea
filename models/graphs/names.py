"""Names of the inputs and outputs of a decoder's graphs.

Knows nothing about what computes them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BodyNames:
    """Names of the body's inputs, outputs and attention kernels."""

    ids: str = "input_ids"
    last_positions: str = "seqlens_k"
    total_length: str = "total_sequence_length"
    hidden: str = "hidden"

    def query(self, layer: int) -> str:
        """Output ``[1, tokens, …]`` whose first heads × head_size columns are the queries before they are turned."""
        return f"layers.{layer}.query"

    def kernel(self, layer: int) -> str:
        """The node that computes a layer's attention."""
        return f"layers.{layer}.attention"

    def past(self, layer: int, part: str) -> str:
        """Input ``[1, key_value_heads, past_capacity, head_size]``; `part` is ``key`` or ``value``."""
        return f"past.{layer}.{part}"

    def present(self, layer: int, part: str) -> str:
        """Output to be bound to the same memory as `past`."""
        return f"present.{layer}.{part}"


BODY = BodyNames()
HEAD_INPUT, HEAD_OUTPUT = "hidden", "logits"


def rotary_name(index: int) -> str:
    """Of a pair of tables ``NAME.cosines`` and ``NAME.sines``."""
    return f"rotary.{index}"
