"""The residual stream as nodes: what branches add to it, the norms before and after them, and its type.

Knows nothing about what happens inside a branch.
"""

from __future__ import annotations

from models.architectures.decoder import DecoderConfiguration, NormWeights, Weights
from models.graphs.graph_builder import MICROSOFT, GraphBuilder
from models.graphs.stored_weights import WeightStore


class ResidualStream:
    """Adds norms and sums to a body.

    Args:
        graph: grows.
        store: keeps the weights.
        sizes: of the decoder.
        activations: numpy's name of the type that branches compute with.
    """

    def __init__(
        self, graph: GraphBuilder, store: WeightStore, sizes: DecoderConfiguration, activations: str
    ) -> None:
        self._graph = graph
        self._store = store
        self._epsilon = sizes.norm_epsilon
        self._activations = activations
        self.dtype = "float32" if sizes.wide_residual else activations
        """Numpy's name of the stream's own type."""

    def enter(self, value: str) -> str:
        """A value of the activations' type as one of the stream's."""
        if self.dtype == self._activations:
            return value
        return self._graph.cast(value, self.dtype, name=f"{value}.wide")

    def add_and_norm(
        self, name: str, stream: str, branch: str | None, norm: NormWeights, output: str | None = None
    ) -> tuple[str, str]:
        """The stream after adding a branch to it, and its norm for the next branch.

        Args:
            name: of the norm.
            stream: ``[1, tokens, width]``.
            branch: what `leave` made of it; ``None`` adds nothing.
            norm: its weights.
            output: name of the norm's result; ``None`` makes one up.
        """
        narrows = self.dtype != self._activations
        made = f"{name}.wide" if narrows else output or name
        if branch is None:
            self._norm(name, stream, norm, made)
        else:
            weights = self._weights(name, norm)
            total = f"{name}.residual"
            # The second and third outputs are for training.
            self._graph.nodes(
                "SkipSimplifiedLayerNormalization" if norm.bias is None else "SkipLayerNormalization",
                [stream, branch, *weights],
                [made, "", "", total],
                name=name,
                domain=MICROSOFT,
                attributes={"epsilon": self._epsilon},
            )
            stream = total
        if narrows:
            made = self._graph.cast(made, self._activations, name=f"{name}.narrow", output=output)
        return stream, made

    def leave(self, name: str, branch: str, norm: NormWeights | None) -> str:
        """A branch as it is added to the stream, after its own norm where there is one."""
        branch = self.enter(branch)
        return branch if norm is None else self._norm(name, branch, norm, name)

    def norm_heads(self, name: str, heads: str, gain: Weights) -> str:
        """The RMS norm of each head of ``[1, tokens, heads, head_size]``, in the activations' type."""
        stored = self._store.vector(f"{name}.gain", gain)
        return self._norm_node(
            "SimplifiedLayerNormalization", [heads, self._graph.weights(stored)], name, name
        )

    def _norm(self, name: str, value: str, norm: NormWeights, output: str) -> str:
        kind = "SimplifiedLayerNormalization" if norm.bias is None else "LayerNormalization"
        return self._norm_node(kind, [value, *self._weights(name, norm)], name, output)

    def _norm_node(self, kind: str, inputs: list[str], name: str, output: str) -> str:
        attributes = {"axis": -1, "epsilon": self._epsilon, "stash_type": 1}
        return self._graph.node(kind, inputs, name=name, output=output, attributes=attributes)

    def _weights(self, name: str, norm: NormWeights) -> list[str]:
        kept = [self._store.vector(f"{name}.gain", norm.gain, self.dtype)]
        if norm.bias is not None:
            kept.append(self._store.vector(f"{name}.bias", norm.bias, self.dtype))
        return [self._graph.weights(one) for one in kept]
