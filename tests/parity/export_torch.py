"""Exports checkpoints by torch's own exporter, which knows the standard Attention operator from opset 23 on.

Knows nothing of our own code; runs where torch, transformers and onnxscript are.
Usage: ``export_torch.py CHECKPOINTS FOLDER [NAME ...]``.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import torch
import transformers
from exporting import run_exports

EXPORTS: tuple[tuple[str, str, int, str], ...] = (
    ("torch_llama_attention23", "llama", 23, "sdpa"),
    ("torch_llama_attention24", "llama", 24, "sdpa"),
    ("torch_gpt2_attention23", "gpt2", 23, "sdpa"),
    ("torch_gemma3_attention23", "gemma3", 23, "sdpa"),
    ("torch_llama_opset18", "llama", 18, "sdpa"),
)
"""Name of the folder, checkpoint, opset, and the implementation of attention that is traced."""


class Decoder(torch.nn.Module):
    """The model with its caches as plain inputs and outputs."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        position_ids: torch.Tensor,
        *past: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:
        """Logits, then keys and values of every layer."""
        cache = transformers.DynamicCache()
        for layer in range(len(past) // 2):
            cache.update(past[2 * layer], past[2 * layer + 1], layer)
        result = self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=cache,
        )
        return (result.logits, *(part for layer in cache.layers for part in (layer.keys, layer.values)))


def export(checkpoint: Path, opset: int, implementation: str, folder: Path) -> None:
    """Export one checkpoint."""
    model = transformers.AutoModelForCausalLM.from_pretrained(
        checkpoint, attn_implementation=implementation
    ).eval()
    config = model.config
    heads = getattr(config, "num_key_value_heads", config.num_attention_heads)
    size = getattr(config, "head_dim", config.hidden_size // config.num_attention_heads)
    past = [torch.zeros(2, heads, 5, size) for _ in range(2 * config.num_hidden_layers)]
    ids = torch.ones(2, 7, dtype=torch.int64)
    positions = torch.arange(5, 12).repeat(2, 1)
    dynamic = torch.export.Dim.DYNAMIC
    caches = [f"{layer}.{part}" for layer in range(config.num_hidden_layers) for part in ("key", "value")]
    program = torch.onnx.export(
        Decoder(model),
        (ids, torch.ones(2, 12, dtype=torch.int64), positions, *past),
        dynamo=True,
        opset_version=opset,
        input_names=[
            "input_ids",
            "attention_mask",
            "position_ids",
            *(f"past_key_values.{name}" for name in caches),
        ],
        output_names=["logits", *(f"present.{name}" for name in caches)],
        dynamic_shapes=(
            *({0: dynamic, 1: dynamic} for _ in range(3)),
            tuple({0: dynamic, 2: dynamic} for _ in past),
        ),
        external_data=False,
    )
    folder.mkdir(parents=True)
    program.save(folder / "model.onnx")
    config.save_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained(checkpoint).save_pretrained(folder)


def main() -> None:
    """Export those named, or all."""
    checkpoints, out, *names = sys.argv[1:]
    exports = (
        (name, partial(export, Path(checkpoints) / checkpoint, opset, implementation))
        for name, checkpoint, opset, implementation in EXPORTS
    )
    run_exports(exports, Path(out), names)


if __name__ == "__main__":
    main()
