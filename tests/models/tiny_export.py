"""Tiny decoders as ONNX exports, written in the many ways in which exporters write them.

Knows nothing about how exports are read. Two layers, four heads of sixteen entries, random weights, a vocabulary of
the 256 bytes and three control tokens; attention is in `tests.models.tiny_attention`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from tests.models.graph_writer import GraphWriter, renamed
from tests.models.tiny_gguf import byte_characters

LAYERS, HEADS, HEAD_SIZE = 2, 4, 16
WIDTH, FEED_FORWARD = HEADS * HEAD_SIZE, 64
CONTROL_TOKENS = ("<unknown>", "<begin>", "<end>")
VOCABULARY = 256 + len(CONTROL_TOKENS)
DATA_FILE = "model.onnx_data"


@dataclass(frozen=True, slots=True)
class TinyExport:
    """One way to write the model down.

    Args:
        attention: name of a function in `tests.models.tiny_attention.ATTENTIONS`.
        key_value_heads: heads of keys and values.
        dtype: numpy's name of the graph's type.
        opset: version of the standard operators.
        rotary: where queries and keys are turned: ``"inside"`` the kernel, ``"outside"`` or not at all.
        short_tables: rows of tables for short texts, where the kernel's tables are chosen by the length; 0 is none.
        interleaved: whether neighbours are turned together.
        learned_positions: rows of a table that is added to the embeddings; 0 is none.
        position_ids: whether positions are an input; otherwise they follow from the lengths.
        packed: whether queries, keys and values come out of one projection.
        separate_lengths: whether the lengths are inputs of their own, instead of an attention mask.
        packed_bits: whether a projection inside the kernel is kept in 8 bits, and unpacked when the graph runs.
        on_node: whether the kernel takes the past and gives the present itself.
        window: keys that a query sees; 0 is all.
        groups: keys that form a group which only its own queries see; 0 is none.
        windowed_cache: whether the kernel is told to keep the window's positions only.
        softcap: bound of the products; 0 is none.
        sinks: whether heads have sinks.
        bias: heads of a bias added to the products; 0 is none.
        bidirectional: whether queries see keys after themselves.
        keys: what the products take: ``"cached"`` keys, or those in another order, or stretched.
        in_parts: whether several tokens can be read after a past; otherwise their mask is wrong.
        boolean_mask: whether the mask says yes and no, instead of what is added.
        last_row: whether there are logits of the last row only.
        head: ``"plain"``, ``"tied"`` to the embedding or ``"int8"`` with states rounded when it runs.
        logits_type: ONNX type of the logits; 0 is the graph's own.
        cache: whether there are past and present keys and values.
        cache_type: ONNX type of them; 0 is the graph's own.
        further_input: name of an input that nobody knows, which the logits are multiplied by.
        external: whether weights are in a file of their own.
        names: of inputs and outputs: ``"usual"``, ``"unfamiliar"``, or ``"misleading"`` for present keys and values.
        context: what config.json says, and rows of rotary tables.
    """

    attention: str = "softmax"
    key_value_heads: int = 2
    dtype: str = "float32"
    opset: int = 21
    rotary: str = "outside"
    short_tables: int = 0
    interleaved: bool = False
    learned_positions: int = 0
    position_ids: bool = True
    packed: bool = False
    separate_lengths: bool = False
    packed_bits: bool = False
    on_node: bool = True
    window: int = 0
    groups: int = 0
    windowed_cache: bool = False
    softcap: float = 0.0
    sinks: bool = False
    bias: int = 0
    bidirectional: bool = False
    keys: str = "cached"
    in_parts: bool = True
    boolean_mask: bool = False
    last_row: bool = False
    head: str = "plain"
    logits_type: int = 0
    cache: bool = True
    cache_type: int = 0
    further_input: str = ""
    external: bool = False
    names: str = "usual"
    context: int = 320

    @property
    def joined(self) -> bool:
        """Whether keys and values share a cache."""
        return self.attention == "contrib"


def write_tiny_export(folder: Path, export: TinyExport | None = None) -> Path:
    """Write graph, configuration and tokenizer.

    Returns:
        The folder.
    """
    export = export or TinyExport()
    folder.mkdir(parents=True, exist_ok=True)
    saved_export(folder, tiny_model(export), external=export.external)
    write_companions(folder, export.context)
    return folder


def saved_export(folder: Path, model: onnx.ModelProto, *, external: bool = False) -> Path:
    """Write a graph as ``model.onnx``."""
    path = folder / "model.onnx"
    onnx.save(
        model,
        path,
        save_as_external_data=external,
        location=DATA_FILE,
        size_threshold=1024,
        convert_attribute=False,
    )
    return path


def write_companions(folder: Path, context: int) -> None:
    """Write what lies around a graph."""
    (folder / "config.json").write_text(
        json.dumps({"model_type": "tiny", "max_position_embeddings": context, "eos_token_id": 2})
    )
    tokens = {token: number for number, token in enumerate([*CONTROL_TOKENS, *byte_characters()])}
    added = [
        {"id": number, "content": token, "special": True, "normalized": False}
        | dict.fromkeys(("single_word", "lstrip", "rstrip"), False)
        for number, token in enumerate(CONTROL_TOKENS)
    ]
    step = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    tokenizer = {
        "version": "1.0",
        "added_tokens": added,
        "pre_tokenizer": step,
        "decoder": step,
        "model": {"type": "BPE", "vocab": tokens, "merges": []},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))


def tiny_model(export: TinyExport) -> onnx.ModelProto:
    """The model in memory."""
    writer = GraphWriter(0, export.dtype)
    write_decoder(writer, export)
    graph = writer.graph()
    if export.names != "usual":
        renamed(graph, unfamiliar_names() if export.names == "unfamiliar" else misleading_names())
    imports = [helper.make_opsetid("", export.opset), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=imports, ir_version=10, producer_name="tests")


def unfamiliar_names() -> dict[str, str]:
    """Names of inputs and outputs that tell nothing."""
    names = {"input_ids": "a", "attention_mask": "b", "position_ids": "c", "logits": "z"}
    for layer in range(LAYERS):
        for part in ("key", "value"):
            names[f"past_key_values.{layer}.{part}"] = f"in_{part[0]}{layer}"
            names[f"present.{layer}.{part}"] = f"out_{part[0]}{layer}"
    return names


def misleading_names() -> dict[str, str]:
    """Names of present keys and values that are those of others."""
    first, last = (
        [f"present.0.{part}" for part in ("key", "value")],
        [f"present.1.{part}" for part in ("key", "value")],
    )
    return dict(zip([*first, *last], [*reversed(last), *reversed(first)], strict=True))


def write_decoder(writer: GraphWriter, export: TinyExport) -> None:
    """Write everything between token IDs and logits."""
    from tests.models.tiny_attention import ATTENTIONS, Lengths

    ids = writer.input("input_ids", TensorProto.INT64, ["batch", "tokens"])
    lengths = Lengths(writer, export, ids)
    table = writer.weight("embedding", VOCABULARY, WIDTH, gain=np.sqrt(VOCABULARY))
    state = writer.make("Gather", table, ids)
    if export.learned_positions:
        places = writer.weight(
            "places", export.learned_positions, WIDTH, gain=np.sqrt(export.learned_positions)
        )
        state = writer.make("Add", state, writer.make("Gather", places, lengths.positions))
    attend = ATTENTIONS[export.attention]
    for layer in range(LAYERS):
        mixed = attend(writer, export, lengths, layer, _normed(writer, state, f"norm.{layer}"))
        out = writer.weight(f"out.{layer}", WIDTH, WIDTH)
        state = writer.make("Add", state, writer.make("MatMul", mixed, out))
        state = writer.make("Add", state, _feed_forward(writer, state, layer))
    state = _normed(writer, state, "norm.last")
    if export.last_row:
        bounds = (
            writer.constant(f"slice {name}", [value])
            for name, value in (("-1", -1), ("end", 1 << 30), ("1", 1))
        )
        start, end, axis = bounds
        state = writer.make("Slice", state, start, end, axis)
    _write_head(writer, export, state, table)


def _normed(writer: GraphWriter, state: str, name: str) -> str:
    scale, shift = (
        writer.weight(name, WIDTH, gain=0.2, mean=1.0),
        writer.weight(f"{name}.shift", WIDTH, gain=0.1),
    )
    normed: str = writer.make("LayerNormalization", state, scale, shift, epsilon=1e-5)
    return normed


def _feed_forward(writer: GraphWriter, state: str, layer: int) -> str:
    normed = _normed(writer, state, f"feed_norm.{layer}")
    up = writer.make("MatMul", normed, writer.weight(f"up.{layer}", WIDTH, FEED_FORWARD))
    gated = writer.make("Mul", up, writer.make("Sigmoid", up))
    down: str = writer.make("MatMul", gated, writer.weight(f"down.{layer}", FEED_FORWARD, WIDTH))
    return down


def _write_head(writer: GraphWriter, export: TinyExport, state: str, table: str) -> None:
    match export.head:
        case "tied":
            logits = writer.make("MatMul", state, writer.make("Transpose", table, perm=[1, 0]))
        case "int8":
            numbers = np.random.default_rng(1).integers(-99, 100, (WIDTH, VOCABULARY))
            weight = writer.constant("head.int8", numbers, np.int8)
            rounded, scale, zero = writer.make("DynamicQuantizeLinear", state, outputs=3)
            whole = writer.make("MatMulInteger", rounded, weight, zero)
            real = writer.make("Cast", whole, to=TensorProto.FLOAT)
            logits = writer.make("Mul", real, writer.make("Mul", scale, writer.number(0.004)))
        case _:
            logits = writer.make("MatMul", state, writer.weight("head", WIDTH, VOCABULARY))
    if export.further_input:
        factor = writer.input(export.further_input, writer.element, [1])
        logits = writer.make("Mul", logits, factor)
    kind = export.logits_type or writer.element
    if kind != writer.element:
        writer.make("Cast", logits, outputs=["logits"], to=kind)
    else:
        writer.make("Identity", logits, outputs=["logits"])
    writer.output("logits", kind, ["batch", "rows", VOCABULARY])
