"""Derives exports from exports by onnxruntime's own tools, as a person would; runs where onnx and onnxruntime are.

Knows nothing of our own code. Usage: ``export_derived.py CHECKPOINTS FOLDER [NAME ...]``: reads folders that the
other exporters wrote there, and writes further ones beside them.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import onnx
from exporting import run_exports
from onnxruntime.quantization import QuantType, matmul_nbits_quantizer, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.float16 import convert_float_to_float16

TOKENIZER_FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
)


def copy_texts(source: Path, checkpoint: Path, folder: Path) -> None:
    """Copy what is not a graph."""
    folder.mkdir(parents=True)
    for name in TOKENIZER_FILES:
        for place in (source, checkpoint):
            if (place / name).exists():
                shutil.copy(place / name, folder / name)
                break


def half(model: onnx.ModelProto) -> onnx.ModelProto:
    """In float16, inputs, caches and logits too."""
    return convert_float_to_float16(model, keep_io_types=False, disable_shape_infer=True)


def four_bits(model: onnx.ModelProto) -> onnx.ModelProto:
    """With the weights of its MatMul nodes in blocks of 4 bits."""
    quantizer = matmul_nbits_quantizer.MatMulNBitsQuantizer(
        model, block_size=32, is_symmetric=True, accuracy_level=4
    )
    quantizer.process()
    return quantizer.model.model


def transformers_js(source: Path, checkpoint: Path, folder: Path) -> None:
    """The layout of the hub's folders for transformers.js: every precision of one graph in the folder ``onnx``."""
    copy_texts(source, checkpoint, folder)
    graphs = folder / "onnx"
    graphs.mkdir()

    def load() -> onnx.ModelProto:
        return onnx.load(source / "model.onnx")

    onnx.save(load(), graphs / "model.onnx")
    onnx.save(half(load()), graphs / "model_fp16.onnx")
    onnx.save(four_bits(load()), graphs / "model_q4.onnx")
    onnx.save(half(four_bits(load())), graphs / "model_q4f16.onnx")
    quantize_dynamic(
        graphs / "model.onnx",
        graphs / "model_quantized.onnx",
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
    )
    shutil.copy(graphs / "model_quantized.onnx", graphs / "model_int8.onnx")


def half_within(source: Path, checkpoint: Path, folder: Path) -> None:
    """Computed in float16, with inputs, caches and logits in float32; the converter leaves nodes out of order."""
    copy_texts(source, checkpoint, folder)
    model = onnx.load(source / "model.onnx")
    onnx.save(
        convert_float_to_float16(model, keep_io_types=True, disable_shape_infer=True), folder / "model.onnx"
    )


def transformers_js_external(source: Path, checkpoint: Path, folder: Path) -> None:
    """The same with the weights beside the graph, split into two files, as large models come."""
    copy_texts(source, checkpoint, folder)
    graphs = folder / "onnx"
    graphs.mkdir()
    model = onnx.load(source / "model.onnx")
    onnx.save(
        half(model),
        graphs / "model_fp16.onnx",
        save_as_external_data=True,
        location="model_fp16.onnx_data",
        size_threshold=1024,
    )
    half_way = len(model.graph.initializer) // 2
    model = onnx.load(source / "model.onnx")
    for index, tensor in enumerate(model.graph.initializer):
        place = "model.onnx_data" if index < half_way else "model.onnx_data_1"
        if len(tensor.raw_data) >= 1024:
            onnx.external_data_helper.set_external_data(tensor, place)
    onnx.save(model, graphs / "model.onnx")


def fused(source: Path, checkpoint: Path, folder: Path) -> None:
    """Norms and rotary embedding fused by onnxruntime's optimizer for transformers."""
    copy_texts(source, checkpoint, folder)
    model = optimizer.optimize_model(
        str(source / "model.onnx"), model_type="gpt2", num_heads=4, hidden_size=64, opt_level=0
    )
    model.save_model_to_file(str(folder / "model.onnx"))


def bare(source: Path, checkpoint: Path, folder: Path) -> None:
    """A graph with only a tokenizer beside it; its inputs and outputs have names that no convention knows."""
    folder.mkdir(parents=True)
    model = onnx.load(source / "model.onnx")
    renamed = {"input_ids": "tokens", "attention_mask": "seen", "position_ids": "places", "logits": "scores"}
    for value in [*model.graph.input, *model.graph.output]:
        name = renamed.get(value.name)
        if name is None:
            side, layer, kind = value.name.split(".")
            name = f"{'k' if kind == 'key' else 'v'}_{'old' if side.startswith('past') else 'new'}_{int(layer) + 7}"
        renamed[value.name] = name
        value.name = name
    for node in model.graph.node:
        for names in (node.input, node.output):
            for index, name in enumerate(names):
                names[index] = renamed.get(name, name)
    onnx.save(model, folder / "decoder.onnx")
    shutil.copy(checkpoint / "tokenizer.json", folder)


EXPORTS: tuple[tuple[str, str, str, Callable[[Path, Path, Path], None]], ...] = (
    ("js_llama", "optimum_llama", "llama", transformers_js),
    ("js_gpt2", "optimum_gpt2", "gpt2", transformers_js),
    ("js_llama_gqa", "genai_llama_fp32", "llama", transformers_js),
    ("js_qwen3_gqa", "genai_qwen3_fp32", "qwen3", transformers_js),
    ("js_llama_external", "optimum_llama", "llama", transformers_js_external),
    ("fp16_within_llama", "optimum_llama", "llama", half_within),
    ("fused_gpt2", "optimum_gpt2_opset13", "gpt2", fused),
    ("fused_llama", "optimum_llama_eager", "llama", fused),
    ("bare_llama", "optimum_llama", "llama", bare),
    ("bare_llama_gqa", "genai_llama_fp32", "llama", bare),
    ("bare_gpt2", "optimum_gpt2_no_positions", "gpt2", bare),
)
"""Name of the folder, the export it is made of, the checkpoint of that, and how."""


def main() -> None:
    """Make those named, or all."""
    checkpoints, out, *names = sys.argv[1:]
    exports = (
        (name, partial(export, Path(out) / source, Path(checkpoints) / checkpoint))
        for name, source, checkpoint, export in EXPORTS
    )
    run_exports(exports, Path(out), names)


if __name__ == "__main__":
    main()
