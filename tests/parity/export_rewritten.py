"""Rewrites exports so that they hold attention operators of the world that no exporter at hand still writes.

Knows nothing of our own code; runs where onnx is. Usage: ``export_rewritten.py FOLDER [NAME ...]``: reads folders
that the other exporters wrote there, and writes further ones beside them.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import onnx
from exporting import run_exports
from onnx import TensorProto, helper, numpy_helper

LAYERS, HEADS, SIZE = 3, 4, 16
WIDTH = HEADS * SIZE

Rewrite = Callable[[onnx.GraphProto, int, str, str], list[onnx.NodeProto]]


def prune(model: onnx.ModelProto) -> None:
    """Take out what no output needs, and put nodes in order."""
    graph = model.graph
    makers = {output: node for node in graph.node for output in node.output if output}
    order: list[onnx.NodeProto] = []
    done: set[int] = set()
    waiting = [value.name for value in reversed(graph.output)]
    while waiting:
        node = makers.get(waiting[-1])
        if node is None or id(node) in done:
            waiting.pop()
            continue
        missing = [name for name in node.input if name in makers and id(makers[name]) not in done]
        if missing:
            waiting.extend(missing)
            continue
        done.add(id(node))
        order.append(node)
    del graph.node[:]
    graph.node.extend(order)
    used = {name for node in order for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    del graph.value_info[:]


def drop(graph: onnx.GraphProto, names: set[str]) -> None:
    """Remove the makers of these values."""
    kept = [node for node in graph.node if not names.intersection(node.output)]
    del graph.node[:]
    graph.node.extend(kept)


def constant(graph: onnx.GraphProto, name: str, values: object, dtype: type = np.int64) -> str:
    """An initializer."""
    graph.initializer.append(numpy_helper.from_array(np.array(values, dtype), name))
    return name


def keep_only(values: object, names: set[str]) -> None:
    """Of the graph's inputs or outputs, those named."""
    kept = [value for value in values if value.name in names]  # type: ignore[attr-defined]
    del values[:]  # type: ignore[attr-defined]
    values.extend(kept)  # type: ignore[attr-defined]


def projections(graph: onnx.GraphProto, layer: int, normed: str, biased: bool) -> list[onnx.NodeProto]:
    """Query, key and value, ``[batch, token, width]`` each, called ``query_N``, ``key_N``, ``value_N``."""
    parts = [f"{part}_{layer}" for part in ("query", "key", "value")]
    sizes = constant(graph, f"sizes_{layer}", [WIDTH] * 3)
    attention = f"transformer.h.{layer}.attn.c_attn"
    nodes = [helper.make_node("MatMul", [normed, f"{attention}.weight"], [f"projected_{layer}"])]
    if biased:
        nodes.append(
            helper.make_node("Add", [f"projected_{layer}", f"{attention}.bias"], [f"biased_{layer}"])
        )
    nodes.append(helper.make_node("Split", [nodes[-1].output[0], sizes], parts, axis=-1))
    return nodes


def contrib_attention(graph: onnx.GraphProto, layer: int, normed: str, result: str) -> list[onnx.NodeProto]:
    """One node with the projections in it; key and value share one cache, as in GPT-2 files of onnxruntime."""
    attention = f"transformer.h.{layer}.attn.c_attn"
    mask = (
        [] if layer else [helper.make_node("Cast", ["attention_mask"], ["mask_index"], to=TensorProto.INT32)]
    )
    inputs = [normed, f"{attention}.weight", f"{attention}.bias", "mask_index", f"past_{layer}"]
    node = helper.make_node(
        "Attention",
        inputs,
        [result, f"present_{layer}"],
        domain="com.microsoft",
        num_heads=HEADS,
        unidirectional=1,
    )
    return [*mask, node]


def multi_head(graph: onnx.GraphProto, layer: int, normed: str, result: str) -> list[onnx.NodeProto]:
    """MultiHeadAttention that adds the projections' bias itself and is causal by attribute."""
    caches = [
        f"{side}.{layer}.{part}" for side in ("past_key_values", "present") for part in ("key", "value")
    ]
    inputs = [f"query_{layer}", f"key_{layer}", f"value_{layer}", f"transformer.h.{layer}.attn.c_attn.bias"]
    node = helper.make_node(
        "MultiHeadAttention",
        [*inputs, "", "", *caches[:2]],
        [result, *caches[2:]],
        domain="com.microsoft",
        num_heads=HEADS,
        unidirectional=1,
    )
    return [*projections(graph, layer, normed, biased=False), node]


def standard_flat(graph: onnx.GraphProto, layer: int, normed: str, result: str) -> list[onnx.NodeProto]:
    """The standard operator on ``[batch, token, width]``, causal by attribute, with the caches on the node."""
    caches = [
        f"{side}.{layer}.{part}" for side in ("past_key_values", "present") for part in ("key", "value")
    ]
    node = helper.make_node(
        "Attention",
        [f"query_{layer}", f"key_{layer}", f"value_{layer}", "", *caches[:2]],
        [result, *caches[2:]],
        is_causal=1,
        q_num_heads=HEADS,
        kv_num_heads=HEADS,
    )
    return [*projections(graph, layer, normed, biased=True), node]


def rewrite_gpt2(rewrite: Rewrite, opset: int, source: Path, folder: Path, joined: bool = False) -> None:
    """Put other attention into GPT-2 as optimum exports it by eager attention."""
    model = onnx.load(source / "model.onnx")
    graph = model.graph
    caches = {f"present.{layer}.{part}" for layer in range(LAYERS) for part in ("key", "value")}
    results = [f"/transformer/h.{layer}/attn/Reshape_3_output_0" for layer in range(LAYERS)]
    drop(graph, {*caches, *results})
    makers = [output for node in graph.node for output in node.output]
    for layer, result in enumerate(results):
        normed = next(
            name
            for name in (
                f"/transformer/h.{layer}/ln_1/{last}_output_0" for last in ("LayerNormalization", "Add_1")
            )
            if name in makers
        )
        graph.node.extend(rewrite(graph, layer, normed, result))
    if joined:
        keep_only(graph.input, {"input_ids", "attention_mask", "position_ids"})
        keep_only(graph.output, {"logits"})
        for layer in range(LAYERS):
            for values, name, length in (
                (graph.input, f"past_{layer}", "past_sequence_length"),
                (graph.output, f"present_{layer}", "total_sequence_length"),
            ):
                shape = [2, "batch_size", HEADS, length, SIZE]
                values.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    del model.opset_import[:]
    model.opset_import.extend([helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)])
    save(model, source, folder)


def past_on_node(source: Path, folder: Path) -> None:
    """Put the caches, and grouped heads, onto the standard operator's node in what torch exported."""
    model = onnx.load(source / "model.onnx")
    graph = model.graph
    makers = {output: node for node in graph.node for output in node.output}
    for layer, node in enumerate([node for node in graph.node if node.op_type == "Attention"]):
        new = []
        for part in ("key", "value"):
            joined = makers[f"present.{layer}.{part}"]
            assert joined.op_type == "Concat", joined.op_type
            new.append(joined.input[1])
        drop(graph, {f"present.{layer}.{part}" for part in ("key", "value")})
        node = next(each for each in graph.node if each.output[0] == node.output[0])
        pasts = [f"past_key_values.{layer}.{part}" for part in ("key", "value")]
        inputs = [node.input[0], *new, node.input[3], *pasts]
        outputs = [node.output[0], f"present.{layer}.key", f"present.{layer}.value"]
        replacement = helper.make_node("Attention", inputs, outputs, scale=1 / np.sqrt(SIZE))
        drop(graph, {node.output[0]})
        graph.node.append(replacement)
    save(model, source, folder)


def grouped_with_bias(source: Path, folder: Path) -> None:
    """Give GroupQueryAttention its optional positions, and a bias that falls with the key's position."""
    model = onnx.load(source / "model.onnx")
    graph = model.graph
    shape = [helper.make_node("Shape", ["attention_mask"], ["mask_shape"])]
    for name, index in (("zero", 0), ("one", 1)):
        constant(graph, name, index)
    constant(graph, "slope", -0.25, np.float32)
    constant(graph, "to_key_axis", [0, 1, 2])
    nodes = [
        *shape,
        helper.make_node("Gather", ["mask_shape", "one"], ["total"]),
        helper.make_node("Shape", ["input_ids"], ["ids_shape"]),
        helper.make_node("Gather", ["ids_shape", "one"], ["count"]),
        helper.make_node("Sub", ["total", "count"], ["first"]),
        helper.make_node("Range", ["zero", "total", "one"], ["key_places"]),
        helper.make_node("Range", ["first", "total", "one"], ["query_places"]),
        helper.make_node("Cast", ["key_places"], ["key_numbers"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["key_numbers", "slope"], ["row"]),
        helper.make_node("Unsqueeze", ["row", "to_key_axis"], ["rows"]),
        helper.make_node("Unsqueeze", ["count", "zero_axis"], ["count_list"]),
        helper.make_node("Unsqueeze", ["total", "zero_axis"], ["total_list"]),
        helper.make_node("Concat", ["ones", "count_list", "total_list"], ["bias_shape"], axis=0),
        helper.make_node("Expand", ["rows", "bias_shape"], ["attention_bias"]),
        helper.make_node("Unsqueeze", ["query_places", "zero_axis"], ["rotary_places"]),
    ]
    constant(graph, "zero_axis", [0])
    constant(graph, "ones", [1, 1])
    graph.node.extend(nodes)
    for node in graph.node:
        if node.op_type == "GroupQueryAttention":
            del node.input[9:]
            node.input.extend(["rotary_places", "attention_bias"])
    save(model, source, folder)


def save(model: onnx.ModelProto, source: Path, folder: Path) -> None:
    """Write the model and copy what belongs to it."""
    prune(model)
    shutil.rmtree(folder, ignore_errors=True)
    weights = [place.name for place in source.iterdir() if place.suffix in (".onnx", ".data")]
    shutil.copytree(source, folder, ignore=lambda _folder, _names: weights)
    onnx.save(model, folder / "model.onnx")


EXPORTS: tuple[tuple[str, str, Callable[[Path, Path], None]], ...] = (
    (
        "contrib_attention_gpt2",
        "optimum_gpt2_opset13",
        partial(rewrite_gpt2, contrib_attention, 13, joined=True),
    ),
    ("contrib_mha_gpt2", "optimum_gpt2_opset13", partial(rewrite_gpt2, multi_head, 13)),
    ("attention23_gpt2", "optimum_gpt2", partial(rewrite_gpt2, standard_flat, 23)),
    ("attention24_gpt2", "optimum_gpt2", partial(rewrite_gpt2, standard_flat, 24)),
    ("attention23_llama_grouped", "torch_llama_attention23", past_on_node),
    ("attention24_llama_grouped", "torch_llama_attention24", past_on_node),
    ("gqa_llama_bias", "genai_llama_separate", grouped_with_bias),
)
"""Name of the folder, the export it is made of, and how."""


def main() -> None:
    """Make those named, or all."""
    out, *names = sys.argv[1:]
    exports = ((name, partial(rewrite, Path(out) / source)) for name, source, rewrite in EXPORTS)
    run_exports(exports, Path(out), names)


if __name__ == "__main__":
    main()
