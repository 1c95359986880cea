"""The graphs of a decoder: the body from token IDs to final hidden states, the head from those to logits.

Knows nothing about where weights come from or who runs a graph.

They are two graphs so that logits are computed for the rows somebody wants: the last one while generating,
any past one when a person looks at it, from the same weights and by the same kernel.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from models.architectures.decoder import DecoderConfiguration, DecoderWeights
from models.graphs.decoder_branches import DecoderBranches
from models.graphs.graph_builder import GraphBuilder
from models.graphs.names import BODY, HEAD_INPUT, HEAD_OUTPUT
from models.graphs.precision import Precision
from models.graphs.residual_stream import ResidualStream
from models.graphs.stored_weights import StoredMatrix, WeightStore, look_up, multiply
from models.graphs.weight_file import WeightFile

__all__ = ["BODY", "HEAD_INPUT", "HEAD_OUTPUT", "DecoderGraphWriter"]


class DecoderGraphWriter:
    """Writes a decoder's two graphs and their weights into a folder.

    Args:
        sizes: of the decoder.
        precision: how to keep the weights.
        capacity: the most positions that a sequence can have.
        folder: where `body.onnx`, `head.onnx` and `weights.bin` go.
    """

    def __init__(
        self, sizes: DecoderConfiguration, precision: Precision, capacity: int, folder: Path
    ) -> None:
        self._sizes = sizes
        self._precision = precision
        self._capacity = capacity
        self._folder = folder

    def write(self, weights: DecoderWeights, progress: Callable[[int, int], None]) -> float:
        """Write everything; a few rows of one matrix are in memory at a time.

        Args:
            weights: of the decoder.
            progress: called with parts done and parts in all; may raise to stop.

        Returns:
            The precision error: root mean square of what keeping the weights in the precision changed, as a fraction
            of that of the weights.

        Raises:
            ModelFileError: some weights cannot be read or kept.
            OSError: the files cannot be written.
        """
        parts = self._sizes.layers + 2
        with WeightFile(self._folder / "weights.bin") as file:
            store = WeightStore(file, self._precision)
            stored = store.matrix("embedding", weights.embedding)
            progress(1, parts)
            self._write_body(weights, store, stored, progress)
            if weights.head is not None:
                stored = store.matrix("head", weights.head)
            self._write_head(stored)
            progress(parts, parts)
        return store.error.relative

    # -------------------------------------------------------------- the body

    def _write_body(
        self,
        weights: DecoderWeights,
        store: WeightStore,
        embedding: StoredMatrix,
        progress: Callable[[int, int], None],
    ) -> None:
        sizes, activations = self._sizes, self._precision.activations
        graph = GraphBuilder("body")
        graph.input(BODY.ids, "int64", [1, "tokens"])
        graph.input(BODY.last_positions, "int32", [1])
        graph.input(BODY.total_length, "int32", [])
        stream = ResidualStream(graph, store, sizes, activations)
        branches = DecoderBranches(graph, store, sizes, self._capacity, activations, stream)
        value = self._embed(graph, store, embedding, weights, stream.dtype)
        branch: str | None = None
        for layer, kept in enumerate(weights.layers()):
            name = f"layers.{layer}"
            value, normed = stream.add_and_norm(f"{name}.attention_norm", value, branch, kept.attention_norm)
            branch = branches.attention(layer, normed, kept)
            branch = stream.leave(f"{name}.attention_branch_norm", branch, kept.attention_branch_norm)
            value, normed = stream.add_and_norm(
                f"{name}.feed_forward_norm", value, branch, kept.feed_forward_norm
            )
            branch = branches.feed_forward(layer, normed, kept)
            branch = stream.leave(f"{name}.feed_forward_branch_norm", branch, kept.feed_forward_branch_norm)
            progress(layer + 2, sizes.layers + 2)
        _, hidden = stream.add_and_norm("final_norm", value, branch, weights.final_norm(), BODY.hidden)
        graph.output(hidden, activations, [1, "tokens", sizes.width], first=True)
        graph.save(self._folder / "body.onnx")

    def _embed(
        self,
        graph: GraphBuilder,
        store: WeightStore,
        embedding: StoredMatrix,
        weights: DecoderWeights,
        dtype: str,
    ) -> str:
        """What enters the residual stream, of the given type."""
        value = look_up(graph, "embedding", BODY.ids, embedding)
        if dtype != self._precision.activations:
            value = graph.cast(value, dtype, name="embedding.wide")
        if self._sizes.embedding_scale != 1:
            scale = graph.constant("embedding_scale", np.asarray(self._sizes.embedding_scale, dtype))
            value = graph.node("Mul", [value, scale], name="embedding.scaled")
        if weights.positions is None:
            return value
        table = graph.weights(store.vector("positions", weights.positions()[: self._capacity], dtype))
        one = graph.constant("one", np.ones(1, np.int32))
        count = graph.node("Shape", [BODY.ids], name="positions.count", attributes={"start": 1, "end": 2})
        length = graph.node("Add", [BODY.last_positions, one], name="positions.length")
        stop = graph.cast(length, "int64", name="positions.stop")
        start = graph.node("Sub", [stop, count], name="positions.start")
        axis = graph.constant("first_axis", np.zeros(1, np.int64))
        rows = graph.node("Slice", [table, start, stop, axis], name="positions.rows")
        return graph.node("Add", [value, rows], name="embedding.placed")

    # -------------------------------------------------------------- the head

    def _write_head(self, stored: StoredMatrix) -> None:
        graph = GraphBuilder("head")
        graph.input(HEAD_INPUT, self._precision.activations, ["rows", self._sizes.width])
        # The body's rows have a batch axis, the head's do not: its rows may come from anywhere.
        is_narrow, is_capped = self._precision.activations != "float32", bool(self._sizes.final_softcap)
        product = None if is_narrow or is_capped else HEAD_OUTPUT
        value = multiply(graph, "head", HEAD_INPUT, stored, rank=2, output=product)
        if is_narrow:
            value = graph.cast(value, "float32", name="head.wide", output=None if is_capped else HEAD_OUTPUT)
        if is_capped:
            cap = graph.constant("softcap", np.asarray(self._sizes.final_softcap, np.float32))
            divided = graph.node("Div", [value, cap], name="head.divided")
            bounded = graph.node("Tanh", [divided], name="head.bounded")
            graph.node("Mul", [bounded, cap], name="head.capped", output=HEAD_OUTPUT)
        graph.output(HEAD_OUTPUT, "float32", ["rows", self._sizes.vocabulary])
        graph.save(self._folder / "head.onnx")
