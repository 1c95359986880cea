"""The branches of a decoder layer as nodes: attention and the MLP.

Knows nothing about the order of layers or where weights come from.

Operators: com.microsoft GroupQueryAttention, QuickGelu, FastGelu and Gelu, as in ONNX Runtime's ContribOperators.md.
"""

from __future__ import annotations

import numpy as np

from models.architectures.decoder import (
    Activation,
    DecoderConfiguration,
    LayerPlan,
    LayerWeights,
    Linear,
    Weights,
)
from models.graphs.graph_builder import MICROSOFT, Attribute, GraphBuilder
from models.graphs.names import BODY, rotary_name
from models.graphs.residual_stream import ResidualStream
from models.graphs.stored_weights import WeightStore, multiply
from models.graphs.weight_file import StoredArray

ACTIVATIONS: dict[Activation, tuple[str, str, dict[str, Attribute]]] = {
    # With alpha 1 this is x · sigmoid(x) in one node.
    "silu": ("QuickGelu", MICROSOFT, {"alpha": 1.0}),
    "gelu": ("Gelu", MICROSOFT, {}),
    "gelu_tanh": ("FastGelu", MICROSOFT, {}),
    "relu": ("Relu", "", {}),
}
"""Operator, domain and attributes of each activation."""


class DecoderBranches:
    """Adds the branches of layers to a body.

    Args:
        graph: grows.
        store: keeps the weights.
        sizes: of the decoder.
        capacity: positions of the key/value cache.
        activations: numpy's name of the type of everything that is computed.
        stream: norms heads.
    """

    def __init__(
        self,
        graph: GraphBuilder,
        store: WeightStore,
        sizes: DecoderConfiguration,
        capacity: int,
        activations: str,
        stream: ResidualStream,
    ) -> None:
        self._graph = graph
        self._store = store
        self._sizes = sizes
        self._capacity = capacity
        self._activations = activations
        self._stream = stream
        self._rotaries: list[tuple[StoredArray, StoredArray]] = []
        for index, rotary in enumerate(sizes.rotaries):
            name = rotary_name(index)
            cosines, sines = rotary.tables(capacity)
            self._rotaries.append(
                (store.table(f"{name}.cosines", cosines), store.table(f"{name}.sines", sines))
            )

    # -------------------------------------------------------------- attention

    def attention(self, layer: int, normed: str, weights: LayerWeights) -> str:
        """Attention of one layer with its projections, queries captured as the kernel takes them."""
        graph, sizes, name = self._graph, self._sizes, f"layers.{layer}"
        if weights.query_norm is None or weights.key_norm is None:
            packed = self._project(
                f"{name}.query_key_value", normed, weights.query_key_value, BODY.query(layer)
            )
            taken: list[str | None] = [packed, None, None]
            width = weights.query_key_value.matrix.rows
        else:
            packed = self._project(f"{name}.packed", normed, weights.query_key_value)
            taken = [*self._normed_heads(layer, packed, weights.query_norm, weights.key_norm)]
            width = sizes.query_width
        graph.output(BODY.query(layer), self._activations, [1, "tokens", width])
        attended = self._kernel(layer, taken)
        return self._project(f"{name}.attention_output", attended, weights.attention_output)

    def _normed_heads(
        self, layer: int, packed: str, query_norm: Weights, key_norm: Weights
    ) -> tuple[str, str, str]:
        """Queries, keys and values of a packed projection, the first two normed head by head."""
        graph, sizes, name = self._graph, self._sizes, f"layers.{layer}"
        widths = np.asarray([sizes.query_width, sizes.key_width, sizes.key_width], np.int64)
        parts = [f"{name}.packed.{part}" for part in ("query", "key", "value")]
        graph.nodes(
            "Split",
            [packed, graph.constant("packed_widths", widths)],
            parts,
            name=f"{name}.parts",
            attributes={"axis": -1},
        )
        by_head = graph.constant("by_head", np.asarray([0, 0, -1, sizes.head_size], np.int64))
        joined = graph.constant("joined", np.asarray([0, 0, -1], np.int64))
        normed = []
        outputs = (BODY.query(layer), f"{name}.key")
        for part, gain, output in zip(parts, (query_norm, key_norm), outputs, strict=False):
            heads = graph.node("Reshape", [part, by_head], name=f"{part}.by_head")
            scaled = self._stream.norm_heads(f"{part}_norm", heads, gain)
            normed.append(graph.node("Reshape", [scaled, joined], name=output))
        for value in (normed[1], parts[2]):
            graph.describe(value, self._activations, [1, "tokens", sizes.key_width])
        return normed[0], normed[1], parts[2]

    def _kernel(self, layer: int, taken: list[str | None]) -> str:
        graph, sizes, plan = self._graph, self._sizes, self._sizes.plans[layer]
        shapes: dict[str, list[int | str]] = {
            length: [1, sizes.key_value_heads, length, sizes.head_size]
            for length in ("past_capacity", "capacity")
        }
        past = [
            graph.input(BODY.past(layer, part), self._activations, shapes["past_capacity"])
            for part in ("key", "value")
        ]
        tables = []
        if plan.rotary is not None:
            tables = [graph.weights(table) for table in self._rotaries[plan.rotary]]
        name = BODY.kernel(layer)
        present = [BODY.present(layer, part) for part in ("key", "value")]
        graph.nodes(
            "GroupQueryAttention",
            [*taken, *past, BODY.last_positions, BODY.total_length, *tables],
            [name, *present],
            name=name,
            domain=MICROSOFT,
            attributes={
                "num_heads": sizes.heads,
                "kv_num_heads": sizes.key_value_heads,
                "do_rotary": int(plan.rotary is not None),
                "scale": plan.scale,
                **self._mask_attributes(plan),
            },
        )
        for value in present:
            graph.output(value, self._activations, shapes["capacity"])
        return name

    def _mask_attributes(self, plan: LayerPlan) -> dict[str, Attribute]:
        attributes: dict[str, Attribute] = {}
        if plan.window is not None and plan.window < self._capacity:
            attributes["local_window_size"] = plan.window
        if self._sizes.attention_softcap:
            attributes["softcap"] = self._sizes.attention_softcap
        return attributes

    # -------------------------------------------------------------- the MLP

    def feed_forward(self, layer: int, normed: str, weights: LayerWeights) -> str:
        """The MLP of one layer."""
        graph, name = self._graph, f"layers.{layer}"
        inner = self._project(f"{name}.feed_forward_in", normed, weights.feed_forward_in)
        kind, domain, attributes = ACTIVATIONS[self._sizes.activation]
        if not self._sizes.gated:
            active = graph.node(
                kind, [inner], name=f"{name}.activation", domain=domain, attributes=attributes
            )
            return self._project(f"{name}.down", active, weights.down)
        gate, up = f"{name}.gate", f"{name}.up"
        graph.nodes(
            "Split", [inner], [gate, up], name=f"{name}.gate_up", attributes={"axis": -1, "num_outputs": 2}
        )
        active = graph.node(kind, [gate], name=f"{name}.activation", domain=domain, attributes=attributes)
        product = graph.node("Mul", [active, up], name=f"{name}.gated")
        return self._project(f"{name}.down", product, weights.down)

    def _project(self, name: str, value: str, linear: Linear, output: str | None = None) -> str:
        stored = self._store.matrix(name, linear.matrix)
        bias = None if linear.bias is None else self._store.vector(f"{name}.bias", linear.bias)
        return multiply(self._graph, name, value, stored, bias, output=output)
