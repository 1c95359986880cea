"""The rows of the parity table: which export is compared with what, and how closely.

Knows nothing of how exports are made or read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """One export.

    Args:
        source: the tool that made it, as README names it.
        model: family, and what is special about this export.
        export: folder, as the scripts of this folder name it.
        checkpoint: what it was made of.
        variant: which of the export's graphs; empty is the best for the provider.
        file: within the folder; empty opens the folder.
        against: what its logits and attention are compared with: transformers' eager model, or plain onnxruntime
            on the untouched file, where the file holds rounded weights or is itself wrong.
        because: why it is not compared with transformers.
        logits: largest absolute difference allowed.
        attention: largest absolute difference allowed.
    """

    source: str
    model: str
    export: str
    checkpoint: str
    variant: str = ""
    file: str = ""
    against: Literal["transformers", "file"] = "transformers"
    because: str = ""
    logits: float = 1e-4
    attention: float = 1e-5

    @property
    def name(self) -> str:
        """Of the row, unique."""
        return self.export + (f"-{self.variant}" if self.variant else "")


OPTIMUM, GENAI, HUB = "optimum", "onnxruntime-genai", "transformers.js"
TORCH, REWRITTEN, BARE = "torch.onnx", "rewritten by a script", "bare .onnx"

HALF = {"against": "file", "because": "float16 rounds", "logits": 2e-2, "attention": 2e-3}
"""float16 keeps 11 bits of queries, keys and hidden states."""

MULTI_HEAD_HALF = {"logits": 5e-2, "attention": 5e-3}
"""Its kernel puts out no weights, so it is compared with transformers, weights rounded by float16 or not."""

ROUNDED = {"against": "file", "because": "its weights are rounded", "attention": 5e-3}
"""Activations are rounded too: what differs in the last digit may be rounded to another step. The proof, which asks
the kernels about one layer at a time, has no such doubt."""

ROWS_TOGETHER = {**ROUNDED, "because": "it rounds rows together, shown one by one", "logits": 0.1}
"""The file rounds the hidden states of all rows of a run in common; each row by itself is rounded more finely."""

NO_WINDOW = "the export has no sliding window"

GGUF_TYPES = (
    "F32",
    "F16",
    "BF16",
    "Q8_0",
    "Q4_0",
    "Q4_1",
    "Q5_0",
    "Q5_1",
    "Q4_K_M",
    "Q5_K_M",
    "Q6_K",
    "Q3_K_M",
    "Q2_K",
)

GGUF_FAMILIES = (
    ("Llama", "llama"),
    ("Llama, tied embeddings", "llama_tied"),
    ("Qwen2", "qwen2"),
    ("Qwen3", "qwen3"),
    ("Gemma 2, window 8, softcap", "gemma2_head_scale"),
    ("Gemma 3, window 8", "gemma3_six"),
    ("Phi-3", "phi3"),
    ("GPT-2", "gpt2"),
)

CHECKPOINTS = (
    ("Llama", "llama"),
    ("Llama, four shards", "llama_shards"),
    ("Llama, F16", "llama_f16"),
    ("Llama, BF16", "llama_bf16"),
    ("Llama, tied embeddings", "llama_tied"),
    ("Mistral, window 8", "mistral"),
    ("Qwen2", "qwen2"),
    ("Qwen3", "qwen3"),
    ("Gemma 2, window 8, softcap", "gemma2"),
    ("Gemma 3, window 8", "gemma3"),
    ("Phi-3", "phi3"),
    ("Phi-3, window 8", "phi3_window"),
    ("GPT-2", "gpt2"),
)


def gguf_row(model: str, checkpoint: str, kind: str) -> Row:
    """A GGUF file, computed with exactly the numbers in it."""
    rounded = checkpoint if kind == "F32" else f"{checkpoint}-{kind}"
    return Row("GGUF", f"{model}, {kind}", f"gguf/{checkpoint}-{kind}.gguf", rounded, "fp32")


ROWS: tuple[Row, ...] = (
    *(gguf_row("Llama", "llama_wide", kind) for kind in GGUF_TYPES),
    *(gguf_row(model, checkpoint, "F32") for model, checkpoint in GGUF_FAMILIES),
    *(gguf_row(model, checkpoint, "Q8_0") for model, checkpoint in GGUF_FAMILIES[2:]),
    *(
        Row("safetensors", model, f"checkpoints/{checkpoint}", checkpoint, "fp32")
        for model, checkpoint in CHECKPOINTS
    ),
    Row(OPTIMUM, "GPT-2", "optimum_gpt2", "gpt2"),
    Row(OPTIMUM, "GPT-2, opset 13, eager", "optimum_gpt2_opset13", "gpt2"),
    Row(OPTIMUM, "GPT-2 without position_ids", "optimum_gpt2_no_positions", "gpt2"),
    Row(OPTIMUM, "Llama", "optimum_llama", "llama"),
    Row(OPTIMUM, "Llama, eager", "optimum_llama_eager", "llama"),
    Row(OPTIMUM, "Llama, with and without past in one graph", "optimum_llama_merged", "llama"),
    Row(OPTIMUM, "Llama without position_ids", "optimum_llama_no_positions", "llama"),
    Row(OPTIMUM, "Llama, external data", "optimum_llama_external", "llama"),
    Row(OPTIMUM, "Llama, tied embeddings", "optimum_llama_tied", "llama_tied"),
    Row(OPTIMUM, "Llama, opset 13, eager", "optimum_llama_opset13", "llama"),
    Row(OPTIMUM, "Llama, opset 14", "optimum_llama_opset14", "llama"),
    Row(OPTIMUM, "Llama, opset 17", "optimum_llama_opset17", "llama"),
    Row(OPTIMUM, "Llama, opset 19", "optimum_llama_opset19", "llama"),
    Row(OPTIMUM, "Llama, opset 20", "optimum_llama_opset20", "llama"),
    Row(OPTIMUM, "Llama, opset 21", "optimum_llama_opset21", "llama"),
    Row(OPTIMUM, "Mistral, window 8", "optimum_mistral", "mistral"),
    Row(OPTIMUM, "Qwen2", "optimum_qwen2", "qwen2"),
    Row(OPTIMUM, "Qwen3", "optimum_qwen3", "qwen3"),
    Row(OPTIMUM, "Qwen3, eager", "optimum_qwen3_eager", "qwen3"),
    Row(OPTIMUM, "Phi", "optimum_phi", "phi"),
    Row(OPTIMUM, "Phi-3", "optimum_phi3", "phi3"),
    Row(OPTIMUM, "Phi-3, window 8", "optimum_phi3_window", "phi3_window"),
    Row(OPTIMUM, "Gemma 2, window 8, softcap", "optimum_gemma2", "gemma2"),
    Row(OPTIMUM, "Gemma 3, window 8", "optimum_gemma3", "gemma3"),
    Row(OPTIMUM, "Gemma 3, window 8, eager", "optimum_gemma3_eager", "gemma3"),
    Row(OPTIMUM, "DeepSeek-V3", "optimum_deepseek_v3", "deepseek_v3"),
    Row(OPTIMUM, "Falcon", "optimum_falcon", "falcon"),
    Row(OPTIMUM, "Gemma", "optimum_gemma", "gemma"),
    Row(OPTIMUM, "GPT-BigCode", "optimum_gpt_bigcode", "gpt_bigcode"),
    Row(OPTIMUM, "GPT-NeoX", "optimum_gpt_neox", "gpt_neox"),
    Row(OPTIMUM, "GPT-J", "optimum_gptj", "gptj"),
    Row(OPTIMUM, "Granite", "optimum_granite", "granite"),
    Row(OPTIMUM, "OLMo 2", "optimum_olmo2", "olmo2"),
    Row(OPTIMUM, "OPT", "optimum_opt", "opt"),
    Row(OPTIMUM, "Qwen3, experts", "optimum_qwen3_moe", "qwen3_moe"),
    Row(OPTIMUM, "SmolLM3", "optimum_smollm3", "smollm3"),
    Row(GENAI, "Llama, fp32, packed QKV", "genai_llama_fp32", "llama"),
    Row(GENAI, "Llama, fp32, separate QKV", "genai_llama_separate", "llama"),
    Row(GENAI, "Llama, fp32, as many key heads", "genai_llama_all_heads_fp32", "llama_all_heads"),
    Row(GENAI, "Llama, fp32, hidden states put out", "genai_llama_hidden", "llama"),
    Row(GENAI, "Llama, fp32, logits of the last only", "genai_llama_pruned_head", "llama"),
    Row(GENAI, "Llama, fp32, for WebGPU", "genai_llama_webgpu", "llama"),
    Row(GENAI, "Llama, fp16, MultiHeadAttention", "genai_llama_fp16", "llama", **MULTI_HEAD_HALF),
    Row(GENAI, "Llama, fp16, for CUDA", "genai_llama_fp16_cuda", "llama", **HALF),
    Row(GENAI, "Llama, fp16, rotary outside", "genai_llama_dml_fp16", "llama", **HALF),
    Row(GENAI, "Llama, int4", "genai_llama_int4", "llama", **ROUNDED),
    Row(GENAI, "Llama, int4, QDQ", "genai_llama_int4_qdq", "llama", **ROUNDED),
    Row(
        GENAI,
        "Llama, int4, tied embeddings",
        "genai_llama_tied_int4",
        "llama",
        **ROUNDED,
    ),
    Row(GENAI, "Llama, int8", "genai_llama_int8", "llama", **ROUNDED),
    Row(GENAI, "Qwen2, fp32, biases", "genai_qwen2_fp32", "qwen2"),
    Row(GENAI, "Qwen2, fp32, separate QKV", "genai_qwen2_separate", "qwen2"),
    Row(GENAI, "Qwen2, int4", "genai_qwen2_int4", "qwen2", **ROUNDED),
    Row(GENAI, "Qwen3, fp32, q/k norm", "genai_qwen3_fp32", "qwen3"),
    Row(GENAI, "Qwen3, int4", "genai_qwen3_int4", "qwen3", **ROUNDED),
    Row(GENAI, "Phi-3, fp32", "genai_phi3_fp32", "phi3"),
    Row(GENAI, "Phi-3, window 8", "genai_phi3_window_fp32", "phi3_window", against="file", because=NO_WINDOW),
    Row(GENAI, "Mistral, window 8", "genai_mistral_fp32", "mistral", against="file", because=NO_WINDOW),
    Row(
        GENAI,
        "Phi, fp32, partial rotary",
        "genai_phi_fp32",
        "phi",
        against="file",
        because="the export computes another GELU",
    ),
    Row(GENAI, "Phi, fp16, MultiHeadAttention with past", "genai_phi_fp16", "phi", **MULTI_HEAD_HALF),
    Row(GENAI, "Gemma 2, window 8, softcap, short caches", "genai_gemma2_fp32", "gemma2"),
    Row(GENAI, "Gemma 2, window 8, softcap", "genai_gemma2_full_cache", "gemma2"),
    Row(GENAI, "gpt-oss, fp32, window 8, sinks, short caches", "genai_gpt_oss_fp32", "gpt_oss"),
    Row(
        GENAI,
        "gpt-oss, int4, window 8, sinks, short caches",
        "genai_gpt_oss_int4",
        "gpt_oss",
        **ROUNDED,
    ),
    Row(
        GENAI,
        "gpt-oss, int4, window 8, sinks",
        "genai_gpt_oss_full_cache",
        "gpt_oss",
        **ROUNDED,
    ),
    Row(HUB, "Llama, chosen by itself", "js_llama", "llama"),
    Row(HUB, "Llama, fp16", "js_llama", "llama", "fp16", **HALF),
    Row(OPTIMUM, "Llama, converted to fp16 within", "fp16_within_llama", "llama", **HALF),
    Row(HUB, "Llama, q4", "js_llama", "llama", "q4", **ROUNDED),
    Row(HUB, "Llama, q4f16", "js_llama", "llama", "q4f16", **HALF),
    Row(HUB, "Llama, int8", "js_llama", "llama", "quantized", **ROWS_TOGETHER),
    Row(HUB, "GPT-2", "js_gpt2", "gpt2"),
    Row(HUB, "GPT-2, fp16", "js_gpt2", "gpt2", "fp16", **HALF),
    Row(HUB, "GPT-2, q4", "js_gpt2", "gpt2", "q4", **ROUNDED),
    Row(HUB, "GPT-2, int8", "js_gpt2", "gpt2", "quantized", **ROWS_TOGETHER),
    Row(HUB, "Llama, GroupQueryAttention", "js_llama_gqa", "llama"),
    Row(HUB, "Llama, GroupQueryAttention, fp16", "js_llama_gqa", "llama", "fp16", **HALF),
    Row(
        HUB,
        "Llama, GroupQueryAttention, q4f16",
        "js_llama_gqa",
        "llama",
        "q4f16",
        **HALF,
    ),
    Row(HUB, "Qwen3, GroupQueryAttention", "js_qwen3_gqa", "qwen3"),
    Row(HUB, "Llama, external data in two files", "js_llama_external", "llama"),
    Row(TORCH, "Llama, standard Attention 23", "torch_llama_attention23", "llama"),
    Row(TORCH, "Llama, standard Attention 24", "torch_llama_attention24", "llama"),
    Row(TORCH, "GPT-2, standard Attention 23", "torch_gpt2_attention23", "gpt2"),
    Row(TORCH, "Gemma 3, window 8, standard Attention 23", "torch_gemma3_attention23", "gemma3"),
    Row(TORCH, "Llama, opset 18", "torch_llama_opset18", "llama"),
    Row(REWRITTEN, "GPT-2, standard Attention 23, caches on the node", "attention23_gpt2", "gpt2"),
    Row(REWRITTEN, "GPT-2, standard Attention 24, caches on the node", "attention24_gpt2", "gpt2"),
    Row(REWRITTEN, "Llama, standard Attention 23, grouped heads", "attention23_llama_grouped", "llama"),
    Row(REWRITTEN, "Llama, standard Attention 24, grouped heads", "attention24_llama_grouped", "llama"),
    Row(REWRITTEN, "GPT-2, contrib Attention", "contrib_attention_gpt2", "gpt2"),
    Row(REWRITTEN, "GPT-2, contrib MultiHeadAttention", "contrib_mha_gpt2", "gpt2"),
    Row(
        REWRITTEN,
        "Llama, GroupQueryAttention with attention_bias",
        "gqa_llama_bias",
        "llama",
        against="file",
        because="the bias is the script's",
    ),
    Row("onnxruntime's optimizer", "GPT-2", "fused_gpt2", "gpt2"),
    Row("onnxruntime's optimizer", "Llama", "fused_llama", "llama"),
    Row(BARE, "Llama, decomposed, unfamiliar names", "bare_llama", "llama", file="decoder.onnx"),
    Row(BARE, "Llama, GroupQueryAttention, unfamiliar names", "bare_llama_gqa", "llama", file="decoder.onnx"),
    Row(BARE, "GPT-2, unfamiliar names", "bare_gpt2", "gpt2", file="decoder.onnx"),
)
