"""Names of what gates a graph and of what it shows of its residual stream.

Knows nothing about graphs, so that it costs nothing to know.
"""

from __future__ import annotations

from dataclasses import dataclass

COVER = "cover"
"""Input ``[1, 1, tokens, past + tokens]`` that is added to the products of every head, of the type of queries."""


@dataclass(frozen=True, slots=True)
class GatedLayer:
    """Names in the instrumented graph, of one layer.

    Args:
        count: heads.
        heads: input that what the heads mixed is multiplied with, of the shape `gate_shape`.
        gate_shape: of it, with an entry for every head or for every entry of every head.
        attention: input ``[1]`` that what attention adds is multiplied with.
        mlp: input ``[1]``, the same of the MLP.
        mixed: output, what the heads mixed behind the gate: ``[1, tokens, heads * head_size]``, or
            ``[1, heads, tokens, head_size]`` where `by_head`.
        by_head: which of the two.
        added_by_attention: output ``[1, tokens, width]``, what attention adds to the stream.
        added_by_mlp: outputs, the same of the MLP.
        end: output ``[1, tokens, width]``, the stream behind the layer.
        projected: output of the projection behind the heads, where it is normed before it is added; empty otherwise.
    """

    count: int
    heads: str
    gate_shape: tuple[int, ...]
    attention: str
    mlp: str
    mixed: str
    by_head: bool
    added_by_attention: str
    added_by_mlp: tuple[str, ...]
    end: str
    projected: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class InstrumentedGraph:
    """The graph, serialised, and what is where in it.

    Args:
        graph: without its weights.
        layers: by layer.
        embedding: output ``[1, tokens, width]``, what a token itself is.
        start: output, the stream that enters the first layer; the embedding itself where nothing is added to it.
    """

    graph: bytes
    layers: tuple[GatedLayer, ...]
    embedding: str
    start: str

    @property
    def points(self) -> tuple[str, ...]:
        """Outputs: the stream before the first layer and behind each."""
        return (self.start, *(layer.end for layer in self.layers))
