"""The attention of tiny exports, by operator: single ones, or one of the fused kernels.

Knows nothing about the rest of the decoder.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from tests.models.graph_writer import GraphWriter
from tests.models.tiny_export import HEAD_SIZE, HEADS, WIDTH, TinyExport

CONTRIB = "com.microsoft"
SCALE = float(1 / np.sqrt(HEAD_SIZE))
GAIN = 1.3
"""Of queries and keys: makes weights that differ."""


class Lengths:
    """What attention is told of lengths and positions; inputs are declared when they are wanted.

    Args:
        writer: of the graph.
        export: how.
        ids: the input with token IDs.
    """

    def __init__(self, writer: GraphWriter, export: TinyExport, ids: str) -> None:
        self._writer, self._export = writer, export
        make = writer.make
        for name, value in (("0", 0), ("1", 1), ("[0]", [0]), ("[1]", [1])):
            writer.constant(name, value)
        if export.separate_lengths:
            self.last = writer.input("seqlens_k", TensorProto.INT32, ["batch"])
            self.total32 = writer.input("total_sequence_length", TensorProto.INT32, [])
            self.total = make("Cast", self.total32, to=TensorProto.INT64)
        else:
            ones = writer.input("attention_mask", TensorProto.INT64, ["batch", "total"])
            self.total = make("Gather", make("Shape", ones), "1", axis=0)
            self.total32 = make("Cast", self.total, to=TensorProto.INT32)
            summed = make("ReduceSum", ones, "[1]", keepdims=0)
            self.last = make("Cast", make("Sub", summed, "1"), to=TensorProto.INT32)
        self.count = make("Gather", make("Shape", ids), "1", axis=0)
        self.past = make("Sub", self.total, self.count)
        if export.position_ids:
            self.positions = writer.input("position_ids", TensorProto.INT64, ["batch", "tokens"])
        else:
            self.positions = make("Unsqueeze", make("Range", self.past, self.total, "1"), "[0]")
        self._distances = ""
        self._masks: dict[Any, str] = {}

    @property
    def distances(self) -> str:
        """Of every key before every query: ``[tokens, total]``."""
        make = self._writer.make
        if not self._distances:
            start = self.past
            if not self._export.in_parts:
                start = make("Where", make("Equal", self.count, "1"), start, "0")
            rows = make("Unsqueeze", make("Range", start, make("Add", start, self.count), "1"), "[1]")
            columns = make("Unsqueeze", make("Range", "0", self.total, "1"), "[0]")
            self._distances = make("Sub", rows, columns)
        return self._distances

    def bias(self) -> str:
        """What falls with the distance, another slope for every head: ``[1, heads, tokens, total]``."""
        if "bias" not in self._masks:
            writer, heads = self._writer, self._export.bias
            slopes = -0.1 * np.arange(1, heads + 1).reshape(1, heads, 1, 1)
            falling = writer.make("Cast", self.distances, to=writer.element)
            self._masks["bias"] = writer.make("Mul", falling, writer.constant("slopes", slopes, writer.dtype))
        return self._masks["bias"]

    def visible(self) -> str:
        """Which keys a query sees: booleans ``[1, 1, tokens, total]``."""
        writer, export = self._writer, self._export
        key = ("visible",)
        if key not in self._masks:
            make = writer.make
            far = writer.constant("far", -(1 << 40) if export.bidirectional else -1)
            seen = make("Greater", self.distances, far)
            if export.window:
                near = writer.constant("window", export.window)
                seen = make("And", seen, make("Less", self.distances, near))
            if export.groups:
                size = writer.constant("group size", export.groups)
                places = (make("Range", start, self.total, "1") for start in (self.past, "0"))
                rows, columns = (make("Div", place, size) for place in places)
                rows, columns = make("Unsqueeze", rows, "[1]"), make("Unsqueeze", columns, "[0]")
                seen = make("And", seen, make("Equal", rows, columns))
            self._masks[key] = make("Unsqueeze", seen, writer.constant("[0, 1]", [0, 1]))
        return self._masks[key]

    def mask(self) -> str:
        """What is added to products ``[1, 1 or heads, tokens, total]``."""
        writer = self._writer
        if "mask" not in self._masks:
            hidden = writer.number(float(np.finfo(writer.dtype).min))
            added = writer.make("Where", self.visible(), writer.number(0.0), hidden)
            if self._export.bias:
                added = writer.make("Add", added, self.bias())
            self._masks["mask"] = added
        return self._masks["mask"]


def projections(writer: GraphWriter, export: TinyExport, layer: int, state: str) -> list[str]:
    """Queries, keys and values ``[batch, tokens, heads * size]``."""
    narrow = export.key_value_heads * HEAD_SIZE
    sizes = (("query", WIDTH, GAIN), ("key", narrow, GAIN), ("value", narrow, 1.0))
    return [
        writer.make("MatMul", state, writer.weight(f"{name}.{layer}", WIDTH, width, gain=gain))
        for name, width, gain in sizes
    ]


def by_head(writer: GraphWriter, value: str, heads: int) -> str:
    """``[batch, tokens, heads * size]`` to ``[batch, heads, tokens, size]``."""
    shape = writer.constant(f"to {heads} heads", [0, 0, heads, HEAD_SIZE])
    turned: str = writer.make("Transpose", writer.make("Reshape", value, shape), perm=[0, 2, 1, 3])
    return turned


def flat(writer: GraphWriter, value: str) -> str:
    """``[batch, heads, tokens, size]`` to ``[batch, tokens, heads * size]``."""
    tokens_first = writer.make("Transpose", value, perm=[0, 2, 1, 3])
    shaped: str = writer.make("Reshape", tokens_first, writer.constant("to flat", [0, 0, -1]))
    return shaped


def rotation_tables(writer: GraphWriter, export: TinyExport) -> tuple[str, str]:
    """Cosines and sines ``[context, size / 2]``."""
    speeds = 1 / 100.0 ** (np.arange(HEAD_SIZE // 2) / (HEAD_SIZE // 2))
    angles = np.outer(np.arange(export.context), speeds)
    return (
        writer.constant("cosines", np.cos(angles), writer.dtype),
        writer.constant("sines", np.sin(angles), writer.dtype),
    )


def chosen_tables(writer: GraphWriter, export: TinyExport, lengths: Lengths) -> tuple[str, str]:
    """Tables for short texts or for long ones, by the length."""
    whole = rotation_tables(writer, export)
    if not export.short_tables:
        return whole
    is_long = writer.make("Greater", lengths.total, writer.constant("short tables", export.short_tables))
    branches = {}
    for branch, rows, factor in (("then", export.context, 0.5), ("else", export.short_tables, 1.0)):
        names = [writer.fresh(f"{branch} table") for _ in whole]
        tables = [np.asarray(writer.arrays[name][:rows] * factor, writer.dtype) for name in whole]
        nodes = [
            helper.make_node("Constant", [], [name], value=numpy_helper.from_array(table, name))
            for name, table in zip(names, tables, strict=True)
        ]
        outputs = [
            helper.make_tensor_value_info(name, writer.element, ["rows", HEAD_SIZE // 2]) for name in names
        ]
        branches[f"{branch}_branch"] = helper.make_graph(nodes, branch, [], outputs)
    cosines, sines = writer.make("If", is_long, outputs=2, **branches)
    return cosines, sines


def turned(writer: GraphWriter, export: TinyExport, lengths: Lengths, value: str) -> str:
    """Heads ``[batch, heads, tokens, size]`` turned by their positions, in single operators."""
    if export.rotary != "outside":
        return value
    make, parts = writer.make, []
    for table in rotation_tables(writer, export):
        rows = make("Unsqueeze", make("Gather", table, lengths.positions), "[1]")
        parts.append(make("Concat", rows, rows, axis=-1))
    half = writer.constant("halves", [HEAD_SIZE // 2] * 2)
    first, second = make("Split", value, half, outputs=2, axis=-1)
    across = make("Concat", make("Neg", second), first, axis=-1)
    whole: str = make("Add", make("Mul", value, parts[0]), make("Mul", across, parts[1]))
    return whole


def cache_names(writer: GraphWriter, export: TinyExport, layer: int) -> tuple[list[str], list[str]]:
    """Declare past and present of a layer."""
    element = export.cache_type or writer.element
    pasts, presents = [], []
    for part in ("key", "value"):
        shape = ["batch", export.key_value_heads, "past", HEAD_SIZE]
        pasts.append(writer.input(f"past_key_values.{layer}.{part}", element, shape))
        shape = ["batch", export.key_value_heads, "total", HEAD_SIZE]
        presents.append(writer.output(f"present.{layer}.{part}", element, shape))
    return pasts, presents


def appended(writer: GraphWriter, export: TinyExport, layer: int, new: list[str]) -> list[str]:
    """Keys and values with those of the past before them, ``[batch, heads, total, size]``."""
    if not export.cache:
        return new
    pasts, presents = cache_names(writer, export, layer)
    if not export.cache_type:
        return [
            writer.make("Concat", past, one, outputs=[present], axis=2)
            for past, one, present in zip(pasts, new, presents, strict=True)
        ]
    whole = []
    for past, one, present in zip(pasts, new, presents, strict=True):
        joined = writer.make("Concat", writer.make("Cast", past, to=writer.element), one, axis=2)
        writer.make("Cast", joined, outputs=[present], to=export.cache_type)
        whole.append(joined)
    return whole


def repeated(writer: GraphWriter, export: TinyExport, value: str) -> str:
    """Every key and value head for the query heads that share it."""
    group = HEADS // export.key_value_heads
    if group == 1:
        return value
    if export.keys == "dealt":  # query head h takes key head h % heads, as no model does
        return str(writer.make("Tile", value, writer.constant("deal", [1, group, 1, 1])))
    make = writer.make
    wide = make("Unsqueeze", value, writer.constant("[2]", [2]))
    shape = make("Shape", wide)
    for_group = writer.constant("group", [1, 1, group, 1, 1])
    expanded = make("Expand", wide, make("Mul", shape, for_group))
    joined: str = make("Reshape", expanded, writer.constant("to all heads", [0, HEADS, -1, HEAD_SIZE]))
    return joined


def softmax(writer: GraphWriter, export: TinyExport, lengths: Lengths, layer: int, state: str) -> str:
    """Single operators: products, scale, bound, mask, Softmax."""
    make = writer.make
    query, key, value = projections(writer, export, layer, state)
    query = turned(writer, export, lengths, by_head(writer, query, HEADS))
    key = turned(writer, export, lengths, by_head(writer, key, export.key_value_heads))
    value = by_head(writer, value, export.key_value_heads)
    keys, values = appended(writer, export, layer, [key, value])
    if export.keys == "reordered":
        order = writer.constant("order", np.roll(np.arange(HEAD_SIZE), 3))
        keys, query = make("Gather", keys, order, axis=3), make("Gather", query, order, axis=3)
    if export.keys == "stretched":
        keys = make("Mul", keys, writer.weight("stretch", HEAD_SIZE, gain=0.5, mean=1.0))
    keys, values = repeated(writer, export, keys), repeated(writer, export, values)
    products = make("MatMul", query, make("Transpose", keys, perm=[0, 1, 3, 2]))
    scores = make("Mul", products, writer.number(SCALE))
    if export.softcap:
        bound = writer.number(export.softcap)
        scores = make("Mul", make("Tanh", make("Div", scores, bound)), bound)
    if export.boolean_mask:
        scores = make("Where", lengths.visible(), scores, writer.number(float(np.finfo(writer.dtype).min)))
    else:
        scores = make("Add", scores, lengths.mask())
    weights = make("Softmax", scores, axis=-1)
    return flat(writer, make("MatMul", weights, values))


def group_query(writer: GraphWriter, export: TinyExport, lengths: Lengths, layer: int, state: str) -> str:
    """com.microsoft GroupQueryAttention."""
    query, key, value = projections(writer, export, layer, state)
    if export.rotary == "outside":
        query = flat(writer, turned(writer, export, lengths, by_head(writer, query, HEADS)))
        heads = export.key_value_heads
        key = flat(writer, turned(writer, export, lengths, by_head(writer, key, heads)))
    if export.packed:
        query, key, value = writer.make("Concat", query, key, value, axis=-1), "", ""
    inside = export.rotary == "inside"
    tables = chosen_tables(writer, export, lengths) if inside else ("", "")
    pasts, presents = cache_names(writer, export, layer)
    attributes: dict[str, Any] = {"num_heads": HEADS, "kv_num_heads": export.key_value_heads}
    attributes |= {"do_rotary": int(inside), "rotary_interleaved": int(export.interleaved)}
    if export.window:
        attributes["local_window_size"] = export.window
    if export.windowed_cache:
        attributes["sliding_window_cache"] = 1
    if export.softcap:
        attributes["softcap"] = export.softcap
    bias = lengths.bias() if export.bias else ""
    sinks = writer.weight(f"sinks.{layer}", HEADS) if export.sinks else ""
    inputs = [query, key, value, *pasts, lengths.last, lengths.total32, *tables]
    inputs += [lengths.positions if bias or sinks else "", bias, sinks]
    mixed, *_ = writer.make(
        "GroupQueryAttention",
        *inputs,
        outputs=[writer.fresh("mixed"), *presents],
        domain=CONTRIB,
        **attributes,
    )
    return str(mixed)


def multi_head(writer: GraphWriter, export: TinyExport, lengths: Lengths, layer: int, state: str) -> str:
    """com.microsoft MultiHeadAttention, with past and bias inside or outside."""
    query, key, value = projections(writer, export, layer, state)
    if export.on_node:
        pasts, outputs = cache_names(writer, export, layer)
        added = writer.weight(f"added.{layer}", 3 * WIDTH, gain=0.3)
        inputs, attributes = [query, key, value, added, "", "", *pasts], {"unidirectional": 1}
    else:
        both = [by_head(writer, one, HEADS) for one in (key, value)]
        keys, values = appended(writer, export, layer, both)
        inputs, outputs, attributes = [query, keys, values, "", "", lengths.mask()], [], {}
    mixed = writer.make(
        "MultiHeadAttention",
        *inputs,
        outputs=[writer.fresh("mixed"), *outputs],
        domain=CONTRIB,
        num_heads=HEADS,
        **attributes,
    )
    return str(mixed[0] if outputs else mixed)


def standard(writer: GraphWriter, export: TinyExport, lengths: Lengths, layer: int, state: str) -> str:
    """The standard Attention with three axes, causal by attribute where it takes the past itself."""
    query, key, value = projections(writer, export, layer, state)
    heads = {"q_num_heads": HEADS, "kv_num_heads": export.key_value_heads}
    if export.on_node:
        pasts, presents = cache_names(writer, export, layer)
        mixed, *_ = writer.make(
            "Attention",
            *(query, key, value, "", *pasts),
            outputs=[writer.fresh("mixed"), *presents],
            is_causal=1,
            softcap=export.softcap,
            **heads,
        )
        return str(mixed)
    both = [by_head(writer, one, export.key_value_heads) for one in (key, value)]
    keys, values = (flat(writer, one) for one in appended(writer, export, layer, both))
    return str(writer.make("Attention", query, keys, values, lengths.mask(), **heads))


def standard_by_head(
    writer: GraphWriter, export: TinyExport, lengths: Lengths, layer: int, state: str
) -> str:
    """The standard Attention with four axes and a mask."""
    parts = projections(writer, export, layer, state)
    query = turned(writer, export, lengths, by_head(writer, parts[0], HEADS))
    key = turned(writer, export, lengths, by_head(writer, parts[1], export.key_value_heads))
    value = by_head(writer, parts[2], export.key_value_heads)
    mask = lengths.visible() if export.boolean_mask else lengths.mask()
    attributes = {"softcap": export.softcap, "scale": SCALE}
    if not export.on_node:
        keys, values = appended(writer, export, layer, [key, value])
        return flat(writer, writer.make("Attention", query, keys, values, mask, **attributes))
    pasts, presents = cache_names(writer, export, layer)
    mixed, *_ = writer.make(
        "Attention",
        *(query, key, value, mask, *pasts),
        outputs=[writer.fresh("mixed"), *presents],
        **attributes,
    )
    return flat(writer, str(mixed))


def contrib(writer: GraphWriter, export: TinyExport, lengths: Lengths, layer: int, state: str) -> str:
    """com.microsoft Attention: projections inside, keys and values in one cache."""
    weight = writer.weight(f"all.{layer}", WIDTH, 3 * WIDTH, gain=GAIN)
    if export.packed_bits:
        rounded = writer.constant(f"all.{layer}.int8", np.rint(writer.arrays.pop(weight) * 100), np.int8)
        weight = writer.make("DequantizeLinear", rounded, writer.number(0.01))
    added = writer.weight(f"added.{layer}", 3 * WIDTH, gain=0.3)
    shape = [2, "batch", HEADS, "past", HEAD_SIZE]
    past = writer.input(f"past_{layer}", writer.element, shape)
    present = writer.output(f"present_{layer}", writer.element, [2, "batch", HEADS, "total", HEAD_SIZE])
    mixed, _ = writer.make(
        "Attention",
        *(state, weight, added, "", past),
        outputs=[writer.fresh("mixed"), present],
        domain=CONTRIB,
        num_heads=HEADS,
        unidirectional=1,
    )
    return str(mixed)


Attention = Callable[[GraphWriter, TinyExport, Lengths, int, str], str]

ATTENTIONS: dict[str, Attention] = {
    "softmax": softmax,
    "group query": group_query,
    "multi-head": multi_head,
    "standard": standard,
    "standard by head": standard_by_head,
    "contrib": contrib,
}
"""By name: what writes the attention of a layer and returns what it mixed, ``[batch, tokens, width]``."""
