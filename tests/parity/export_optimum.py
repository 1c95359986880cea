"""Exports checkpoints by optimum, as a person's `optimum-cli export onnx` would; runs where optimum-onnx is.

Knows nothing of our own code. Usage: ``export_optimum.py CHECKPOINTS FOLDER [NAME ...]``.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import transformers
from exporting import run_exports
from optimum.exporters.onnx import export, onnx_export_from_model
from optimum.exporters.onnx.model_configs import GPT2OnnxConfig, LlamaOnnxConfig
from optimum.onnx import merge_decoders


class LlamaWithoutPositions(LlamaOnnxConfig):
    """The graph counts positions itself, as exports of older versions do."""

    @property
    def inputs(self) -> dict[str, dict[int, str]]:
        """The inputs and their axes."""
        return {name: axes for name, axes in super().inputs.items() if name != "position_ids"}


class Gpt2WithoutPositions(GPT2OnnxConfig):
    """The graph counts positions itself, as exports of older versions do."""

    @property
    def inputs(self) -> dict[str, dict[int, str]]:
        """The inputs and their axes."""
        return {name: axes for name, axes in super().inputs.items() if name != "position_ids"}


EXPORTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("optimum_gpt2", "gpt2", {}),
    ("optimum_gpt2_opset13", "gpt2", {"opset": 13, "attention": "eager"}),
    ("optimum_gpt2_no_positions", "gpt2", {"configuration": Gpt2WithoutPositions}),
    ("optimum_llama", "llama", {}),
    ("optimum_llama_eager", "llama", {"attention": "eager"}),
    ("optimum_llama_no_positions", "llama", {"configuration": LlamaWithoutPositions}),
    ("optimum_llama_no_past", "llama", {"task": "text-generation"}),
    ("optimum_llama_merged", "llama", {"merged": True}),
    ("optimum_llama_external", "llama", {"external": True}),
    ("optimum_llama_tied", "llama_tied", {"post_process": True}),
    ("optimum_llama_opset13", "llama", {"opset": 13, "attention": "eager"}),
    ("optimum_llama_opset14", "llama", {"opset": 14}),
    ("optimum_llama_opset17", "llama", {"opset": 17}),
    ("optimum_llama_opset19", "llama", {"opset": 19}),
    ("optimum_llama_opset20", "llama", {"opset": 20}),
    ("optimum_llama_opset21", "llama", {"opset": 21}),
    ("optimum_qwen2", "qwen2", {}),
    ("optimum_qwen3", "qwen3", {}),
    ("optimum_qwen3_eager", "qwen3", {"attention": "eager"}),
    ("optimum_mistral", "mistral", {}),
    ("optimum_phi", "phi", {}),
    ("optimum_phi3", "phi3", {}),
    ("optimum_phi3_window", "phi3_window", {}),
    ("optimum_gemma2", "gemma2", {"attention": "eager"}),
    ("optimum_gemma3", "gemma3", {}),
    ("optimum_gemma3_eager", "gemma3", {"attention": "eager"}),
)
"""Name of the folder, checkpoint, and how it is exported."""

FURTHER = (
    "bloom",
    "deepseek_v3",
    "falcon",
    "gemma",
    "gpt_bigcode",
    "gpt_neox",
    "gptj",
    "granite",
    "olmo2",
    "opt",
    "qwen3_moe",
    "smollm3",
)
"""Checkpoints of further families, exported as they are."""


def merge(model: transformers.PreTrainedModel, folder: Path) -> None:
    """Join graphs without and with past by a condition, as older versions did."""
    first, further = folder / "decoder_model.onnx", folder / "decoder_with_past_model.onnx"
    merged = folder / "decoder_model_merged.onnx"
    config = LlamaOnnxConfig(model.config, task="text-generation", use_past=True, use_past_in_inputs=False)
    export(model=model, config=config, output=first, opset=18)
    (folder / "model.onnx").rename(further)
    merge_decoders(first, further, save_path=merged)
    first.unlink()
    further.unlink()


def export_checkpoint(checkpoint: Path, options: dict[str, Any], folder: Path) -> None:
    """Export one checkpoint."""
    os.environ["FORCE_ONNX_EXTERNAL_DATA"] = "1" if options.get("external") else "0"
    arguments = {"attn_implementation": options["attention"]} if "attention" in options else {}
    model = transformers.AutoModelForCausalLM.from_pretrained(checkpoint, **arguments)
    configuration = options.get("configuration")
    if configuration is not None:
        configuration = configuration(
            model.config, task="text-generation", use_past=True, use_past_in_inputs=True
        )
    onnx_export_from_model(
        model,
        folder,
        opset=options.get("opset"),
        task=options.get("task", "text-generation-with-past"),
        no_post_process=not options.get("post_process", False),
        do_validation=False,
        preprocessors=[transformers.AutoTokenizer.from_pretrained(checkpoint)],
        custom_onnx_configs=configuration and {"model": configuration},
    )
    if options.get("merged"):
        merge(model, folder)


def main() -> None:
    """Export those named, or all."""
    checkpoints, out, *names = sys.argv[1:]
    exports = (
        (name, partial(export_checkpoint, Path(checkpoints) / checkpoint, options))
        for name, checkpoint, options in (*EXPORTS, *((f"optimum_{one}", one, {}) for one in FURTHER))
    )
    run_exports(exports, Path(out), names)


if __name__ == "__main__":
    main()
