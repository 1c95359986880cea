"""The graphs of a decoder: the body from token IDs to final hidden states, the head from those to logits.

Knows nothing about where weights come from or who runs a graph.

They are two graphs so that logits are computed for the rows somebody wants: the last one while generating,
any past one when a person looks at it, from the same weights and by the same kernel.

Operators: com.microsoft GroupQueryAttention, MatMulNBits, GatherBlockQuantized, QuickGelu and
SkipSimplifiedLayerNormalization, as in ONNX Runtime's ContribOperators.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import onnx_ir as ir

from models.architectures.decoder import DecoderConfiguration, DecoderWeights, LayerWeights, Weights
from models.block_quantization import quantize_8bit_blocks
from models.graphs.precision import BLOCK, Precision
from models.graphs.weight_file import WeightFile
from models.rotary import rotary_tables

MICROSOFT = "com.microsoft"
OPSETS = {"": 21, MICROSOFT: 1}
IR_VERSION = 10


@dataclass(frozen=True, slots=True)
class BodyNames:
    """Names of the body's inputs and outputs."""

    ids: str = "input_ids"
    last_positions: str = "seqlens_k"
    total_length: str = "total_sequence_length"
    hidden: str = "hidden"

    def query(self, layer: int) -> str:
        """Output ``[1, tokens, …]`` whose first heads × head_size columns are the unrotated queries."""
        return f"layers.{layer}.query_key_value"

    def past(self, layer: int, part: str) -> str:
        """Input ``[1, key_value_heads, past_capacity, head_size]``; `part` is ``key`` or ``value``."""
        return f"past.{layer}.{part}"

    def present(self, layer: int, part: str) -> str:
        """Output to be bound to the same memory as `past`."""
        return f"present.{layer}.{part}"


BODY = BodyNames()
HEAD_INPUT, HEAD_OUTPUT = "hidden", "logits"


class DecoderGraphWriter:
    """Writes a decoder's two graphs and their weights into a folder.

    Args:
        sizes: of the decoder.
        precision: how to keep the weights.
        capacity: positions of the rotary tables, the most a sequence can have.
        folder: where `body.onnx`, `head.onnx` and `weights.bin` go.
    """

    def __init__(
        self, sizes: DecoderConfiguration, precision: Precision, capacity: int, folder: Path
    ) -> None:
        self._sizes = sizes
        self._precision = precision
        self._capacity = capacity
        self._folder = folder
        self._nodes: list[ir.Node] = []
        self._initializers: list[ir.Value] = []
        self._outputs: list[ir.Value] = []
        self._inputs: list[ir.Value] = []

    def write(self, weights: DecoderWeights, progress: Callable[[int, int], None]) -> None:
        """Write everything; one layer's weights are in memory at a time.

        Args:
            weights: of the decoder.
            progress: called with parts done and parts in all; may raise to stop.

        Raises:
            OSError: the files cannot be written.
        """
        parts = self._sizes.layers + 2
        with WeightFile(self._folder / "weights.bin") as file:
            self._file = file
            embedding = weights.embedding()
            stored = self._store_matrix("embedding", embedding)
            progress(1, parts)
            self._write_body(weights, stored, progress, parts)
            if weights.head is not None:
                stored = self._store_matrix("head", weights.head())
            self._write_head(stored)
            progress(parts, parts)

    # -------------------------------------------------------------- the two graphs

    def _write_body(
        self,
        weights: DecoderWeights,
        embedding: _StoredMatrix,
        progress: Callable[[int, int], None],
        parts: int,
    ) -> None:
        self._ids = self._input(BODY.ids, ir.DataType.INT64, [1, "tokens"])
        self._last = self._input(BODY.last_positions, ir.DataType.INT32, [1])
        self._total = self._input(BODY.total_length, ir.DataType.INT32, [])
        cosines, sines = rotary_tables(self._sizes.rope_base, self._sizes.rope_dimensions, self._capacity)
        self._cosines = self._store("rotary.cosines", cosines)
        self._sines = self._store("rotary.sines", sines)

        residual = self._embed(embedding)
        branch: ir.Value | None = None
        for layer, layer_weights in enumerate(weights.layers()):
            residual, branch = self._layer(layer, layer_weights, residual, branch)
            progress(layer + 2, parts)
        _, hidden = self._add_and_norm("final_norm", residual, branch, weights.final_norm())
        hidden.name = BODY.hidden
        self._outputs.insert(0, self._typed(hidden, [1, "tokens", self._sizes.width]))
        self._save("body")

    def _write_head(self, stored: _StoredMatrix) -> None:
        self._nodes, self._initializers, self._inputs, self._outputs = [], [], [], []
        hidden = self._input(HEAD_INPUT, self._precision.activations, ["rows", self._sizes.width])
        # The body's rows have a batch axis, the head's do not: its rows may come from anywhere.
        logits = self._multiply("head", hidden, stored)
        if self._precision.activations is not ir.DataType.FLOAT:
            logits = self._node("Cast", [logits], {"to": int(ir.DataType.FLOAT)})
        logits.name = HEAD_OUTPUT
        logits.dtype = ir.DataType.FLOAT
        logits.shape = ir.Shape(["rows", self._sizes.vocabulary])
        self._outputs.append(logits)
        self._save("head")

    def _save(self, name: str) -> None:
        graph = ir.Graph(
            self._inputs,
            self._outputs,
            nodes=self._nodes,
            initializers=self._initializers,
            opset_imports=OPSETS,
            name=name,
        )
        ir.save(
            ir.Model(graph, ir_version=IR_VERSION, producer_name="vitrine"), self._folder / f"{name}.onnx"
        )

    # -------------------------------------------------------------- parts of a layer

    def _layer(
        self, layer: int, weights: LayerWeights, residual: ir.Value, branch: ir.Value | None
    ) -> tuple[ir.Value, ir.Value]:
        name = f"layers.{layer}"
        residual, normed = self._add_and_norm(
            f"{name}.attention_norm", residual, branch, weights.attention_norm
        )
        attended = self._attention(layer, normed, weights)
        residual, normed = self._add_and_norm(
            f"{name}.feed_forward_norm", residual, attended, weights.feed_forward_norm
        )
        gate_up = self._project(f"{name}.gate_up", normed, weights.gate_up)
        gate, up = self._split(gate_up, self._sizes.feed_forward)
        # With alpha 1 this is x · sigmoid(x), the SiLU, in one node.
        activated = self._node("QuickGelu", [gate], {"alpha": 1.0}, MICROSOFT)
        product = self._node("Mul", [activated, up])
        return residual, self._project(f"{name}.down", product, weights.down)

    def _attention(self, layer: int, normed: ir.Value, weights: LayerWeights) -> ir.Value:
        sizes, name = self._sizes, f"layers.{layer}"
        packed = self._project(f"{name}.query_key_value", normed, weights.query_key_value)
        packed.name = BODY.query(layer)
        self._outputs.append(self._typed(packed, [1, "tokens", weights.query_key_value.shape[0]]))
        past_shape: list[int | str] = [1, sizes.key_value_heads, "past_capacity", sizes.head_size]
        present_shape: list[int | str] = [1, sizes.key_value_heads, "capacity", sizes.head_size]
        past = [
            self._input(BODY.past(layer, part), self._precision.activations, past_shape)
            for part in ("key", "value")
        ]
        node = ir.node(
            "GroupQueryAttention",
            [packed, None, None, *past, self._last, self._total, self._cosines, self._sines],
            {"num_heads": sizes.heads, "kv_num_heads": sizes.key_value_heads, "do_rotary": 1},
            domain=MICROSOFT,
            num_outputs=3,
            name=f"{name}.attention",
        )
        self._nodes.append(node)
        for value, part in zip(node.outputs[1:], ("key", "value"), strict=True):
            value.name = BODY.present(layer, part)
            self._outputs.append(self._typed(value, present_shape))
        return self._project(f"{name}.attention_output", node.outputs[0], weights.attention_output)

    def _add_and_norm(
        self, name: str, residual: ir.Value, branch: ir.Value | None, gain: Weights
    ) -> tuple[ir.Value, ir.Value]:
        """The residual stream after adding a branch to it, and its RMS norm."""
        gains = self._store(f"{name}.gain", gain)
        epsilon = {"epsilon": self._sizes.norm_epsilon}
        if branch is None:
            attributes = {"axis": -1, "stash_type": 1, **epsilon}
            return residual, self._node("SimplifiedLayerNormalization", [residual, gains], attributes)
        node = ir.node(
            "SkipSimplifiedLayerNormalization",
            [residual, branch, gains],
            epsilon,
            domain=MICROSOFT,
            num_outputs=4,
        )
        self._nodes.append(node)
        # Its second and third outputs are for training and stay unnamed.
        node.outputs[1].name = node.outputs[2].name = ""
        return node.outputs[3], node.outputs[0]

    def _split(self, value: ir.Value, size: int) -> tuple[ir.Value, ir.Value]:
        node = ir.node("Split", [value], {"axis": -1, "num_outputs": 2}, num_outputs=2)
        self._nodes.append(node)
        return node.outputs[0], node.outputs[1]

    # -------------------------------------------------------------- matrices

    def _embed(self, stored: _StoredMatrix) -> ir.Value:
        # The same bytes as the head's when that is tied, but a value belongs to one graph.
        table = self._file.share("embedding.rows", stored.values, [stored.rows, stored.columns])
        if stored.scales is None:
            self._use(table)
            return self._node("Gather", [table, self._ids], {"axis": 0})
        scales = self._file.share(
            "embedding.row_scales", stored.scales, [stored.rows, stored.columns // BLOCK]
        )
        self._use(table)
        self._use(scales)
        attributes = {"gather_axis": 0, "quantize_axis": 1, "block_size": BLOCK, "bits": 8}
        return self._node("GatherBlockQuantized", [table, self._ids, scales], attributes, MICROSOFT)

    def _project(self, name: str, value: ir.Value, weights: Weights) -> ir.Value:
        return self._multiply(name, value, self._store_matrix(name, weights))

    def _multiply(self, name: str, value: ir.Value, stored: _StoredMatrix) -> ir.Value:
        self._use(stored.values)
        if stored.scales is None:
            # Kept as [outputs, inputs] like the file, because the embedding is read by rows.
            attributes = {"transB": 1}
            if value.shape is not None and len(value.shape) == 2:
                return self._node("Gemm", [value, stored.values], attributes, name=name)
            return self._node("FusedMatMul", [value, stored.values], attributes, MICROSOFT, name=name)
        self._use(stored.scales)
        attributes = {
            "K": stored.columns,
            "N": stored.rows,
            "bits": 8,
            "block_size": BLOCK,
            "accuracy_level": 4,  # 8-bit integer products: three times as fast as 32-bit ones here
        }
        return self._node("MatMulNBits", [value, stored.values, stored.scales], attributes, MICROSOFT, name)

    def _store_matrix(self, name: str, weights: Weights) -> _StoredMatrix:
        rows, columns = weights.shape
        if self._precision.block_bits is None:
            values = self._file.add(f"{name}.values", weights.astype(self._precision.activations.numpy()))
            return _StoredMatrix(rows, columns, values, None)
        quantized, scales = quantize_8bit_blocks(weights, BLOCK)
        return _StoredMatrix(
            rows,
            columns,
            self._file.add(f"{name}.quantized", quantized),
            self._file.add(f"{name}.scales", scales),
        )

    # -------------------------------------------------------------- bookkeeping

    def _store(self, name: str, array: Weights) -> ir.Value:
        value = self._file.add(name, array.astype(self._precision.activations.numpy()))
        self._use(value)
        return value

    def _use(self, initializer: ir.Value) -> None:
        self._initializers.append(initializer)

    def _input(self, name: str, dtype: ir.DataType, shape: list[int | str]) -> ir.Value:
        value = ir.val(name, dtype, shape)
        self._inputs.append(value)
        return value

    def _typed(self, value: ir.Value, shape: list[int | str]) -> ir.Value:
        value.dtype = self._precision.activations
        value.shape = ir.Shape(shape)
        return value

    def _node(
        self,
        kind: str,
        inputs: list[ir.Value],
        attributes: Mapping[str, int | float] | None = None,
        domain: str = "",
        name: str | None = None,
    ) -> ir.Value:
        node = ir.node(kind, inputs, attributes, domain=domain, name=name)
        self._nodes.append(node)
        return node.outputs[0]


@dataclass(frozen=True, slots=True)
class _StoredMatrix:
    """A matrix ``[rows, columns]`` in the weight file; without scales it is kept as it is."""

    rows: int
    columns: int
    values: ir.Value
    scales: ir.Value | None
