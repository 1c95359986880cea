"""Exports checkpoints by onnxruntime-genai's model builder, as its command line would; runs where that is installed.

Knows nothing of our own code. Usage: ``export_genai.py CHECKPOINTS FOLDER [NAME ...]``.
"""

from __future__ import annotations

import json
import shutil
import sys
from functools import partial
from pathlib import Path

from exporting import run_exports
from onnxruntime_genai.models import builder

EXPORTS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("genai_llama_fp32", "llama", "fp32", "cpu", ()),
    ("genai_llama_int4", "llama", "int4", "cpu", ()),
    ("genai_llama_int4_qdq", "llama", "int4", "cpu", ("use_qdq=true",)),
    ("genai_llama_int8", "llama", "int8", "cpu", ()),
    ("genai_llama_fp16", "llama", "fp16", "cpu", ()),
    ("genai_llama_fp16_cuda", "llama", "fp16", "cuda", ()),
    ("genai_llama_bf16_cuda", "llama", "bf16", "cuda", ()),
    ("genai_llama_separate", "llama", "fp32", "cpu", ("fuse_qkv=false",)),
    ("genai_llama_hidden", "llama", "fp32", "cpu", ("include_hidden_states=true",)),
    ("genai_llama_pruned_head", "llama", "fp32", "cpu", ("prune_lm_head=true",)),
    (
        "genai_llama_int8_cache",
        "llama",
        "fp32",
        "cpu",
        ("kv_cache_quant_scheme=int8_per_tensor", "kv_cache_scale_file={scales}"),
    ),
    ("genai_llama_embedded", "llama", "fp32", "cpu", ("exclude_embeds=true",)),
    ("genai_llama_headless", "llama", "fp32", "cpu", ("exclude_lm_head=true",)),
    ("genai_llama_paged", "llama", "fp16", "cuda", ("use_paged_attention=true",)),
    ("genai_llama_all_heads_fp32", "llama_all_heads", "fp32", "cpu", ()),
    ("genai_llama_all_heads_cuda", "llama_all_heads", "fp32", "cuda", ()),
    ("genai_llama_cuda", "llama", "fp32", "cuda", ()),
    ("genai_llama_dml", "llama", "fp32", "dml", ()),
    ("genai_llama_dml_fp16", "llama", "fp16", "dml", ()),
    ("genai_llama_webgpu", "llama", "fp32", "webgpu", ("use_webgpu_fp32=true",)),
    ("genai_llama_int4_webgpu", "llama", "int4", "webgpu", ("use_webgpu_fp32=true",)),
    ("genai_llama_tied_int4", "llama_tied", "int4", "cpu", ()),
    ("genai_mistral_fp32", "mistral", "fp32", "cpu", ()),
    ("genai_phi_fp32", "phi", "fp32", "cpu", ()),
    ("genai_phi_fp16", "phi", "fp16", "cpu", ()),
    ("genai_phi3_fp32", "phi3", "fp32", "cpu", ()),
    ("genai_phi3_window_fp32", "phi3_window", "fp32", "cpu", ()),
    ("genai_qwen2_fp32", "qwen2", "fp32", "cpu", ()),
    ("genai_qwen2_int4", "qwen2", "int4", "cpu", ()),
    ("genai_qwen2_separate", "qwen2", "fp32", "cpu", ("fuse_qkv=false",)),
    ("genai_qwen3_fp32", "qwen3", "fp32", "cpu", ()),
    ("genai_qwen3_int4", "qwen3", "int4", "cpu", ()),
    ("genai_qwen3_webgpu", "qwen3", "fp32", "webgpu", ("use_webgpu_fp32=true",)),
    ("genai_gemma2_fp32", "gemma2", "fp32", "cpu", ()),
    ("genai_gemma2_full_cache", "gemma2", "fp32", "cpu", ("windowed_kv_cache=false",)),
    ("genai_gpt_oss_fp32", "gpt_oss", "fp32", "cpu", ()),
    ("genai_gpt_oss_int4", "gpt_oss", "int4", "cpu", ()),
    ("genai_gpt_oss_full_cache", "gpt_oss", "int4", "cpu", ("windowed_kv_cache=false",)),
)
"""Name of the folder, checkpoint, precision, execution provider, extra options.

Tried and impossible with these versions: GPT-2 (not supported) and Gemma 3 (`KeyError: 'rope_type'`).
"""

SCALES = {"scales": {"k_scales": [0.05] * 3, "v_scales": [0.05] * 3}}
"""Of caches in 8-bit integers, by layer."""


def export(checkpoint: Path, precision: str, provider: str, extra: tuple[str, ...], folder: Path) -> None:
    """Export one checkpoint."""
    cache = folder.with_suffix(".cache")
    cache.mkdir()
    scales = cache / "scales.json"
    scales.write_text(json.dumps(SCALES), "utf-8")
    options = [option.format(scales=scales) for option in extra]
    try:
        parsed = builder.parse_extra_options(
            None, str(checkpoint), str(folder), precision, provider, str(cache), options
        )
        builder.create_model(None, str(checkpoint), str(folder), precision, provider, str(cache), **parsed)
    finally:
        shutil.rmtree(cache, ignore_errors=True)


def main() -> None:
    """Export those named, or all."""
    checkpoints, out, *names = sys.argv[1:]
    exports = (
        (name, partial(export, Path(checkpoints) / checkpoint, precision, provider, options))
        for name, checkpoint, precision, provider, options in EXPORTS
    )
    run_exports(exports, Path(out), names)


if __name__ == "__main__":
    main()
