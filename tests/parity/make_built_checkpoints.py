"""Makes tiny random checkpoints whose weights are built into graphs; runs where torch and transformers are.

Knows nothing of how they are read. Usage: ``make_built_checkpoints.py FOLDER [NAME ...]``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from checkpoint_settings import COMMON, GPT2, WINDOW
from make_checkpoints import make_checkpoint

LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 500.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
LINEAR = {"rope_type": "linear", "rope_theta": 10_000.0, "factor": 4.0}
YARN = {
    "rope_type": "yarn",
    "rope_theta": 1_000.0,
    "factor": 4.0,
    "original_max_position_embeddings": 128,
}
LONGROPE = {
    "rope_type": "longrope",
    "rope_theta": 10_000.0,
    "short_factor": [1.0, 1.1, 1.25, 1.5, 1.75, 2.0],
    "long_factor": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    "partial_rotary_factor": 0.75,
}

SEVEN_LAYERS = {**COMMON, "num_hidden_layers": 7}
"""So that the sixth sees all and the seventh has the window again."""

CHECKPOINTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("llama", "Llama", COMMON),
    ("llama_tied", "Llama", {**COMMON, "tie_word_embeddings": True}),
    ("llama_biased", "Llama", {**COMMON, "attention_bias": True, "mlp_bias": True}),
    ("llama_llama3", "Llama", {**COMMON, "rope_parameters": LLAMA3}),
    ("llama_linear", "Llama", {**COMMON, "rope_parameters": LINEAR}),
    ("llama_yarn", "Llama", {**COMMON, "rope_parameters": YARN}),
    ("llama_odd_heads", "Llama", {**COMMON, "head_dim": 20, "attention_bias": True}),
    ("mistral", "Mistral", {**COMMON, "sliding_window": WINDOW}),
    ("qwen2", "Qwen2", COMMON),
    (
        "qwen2_window",
        "Qwen2",
        {**COMMON, "use_sliding_window": True, "sliding_window": WINDOW, "max_window_layers": 1},
    ),
    ("qwen3", "Qwen3", {**COMMON, "head_dim": 32}),
    (
        "gemma2",
        "Gemma2",
        {
            **COMMON,
            "sliding_window": WINDOW,
            "attn_logit_softcapping": 2.0,
            "final_logit_softcapping": 5.0,
            "query_pre_attn_scalar": 16,
        },
    ),
    (
        "gemma2_scaled",
        "Gemma2",
        {**COMMON, "sliding_window": WINDOW, "query_pre_attn_scalar": 24, "attn_logit_softcapping": None},
    ),
    ("gemma3", "Gemma3", {**SEVEN_LAYERS, "sliding_window": WINDOW, "query_pre_attn_scalar": 16}),
    (
        "gemma3_scaled",
        "Gemma3",
        {
            **SEVEN_LAYERS,
            "sliding_window": WINDOW,
            "query_pre_attn_scalar": 16,
            "rope_parameters": {
                "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1_000_000.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
            },
        },
    ),
    ("phi3", "Phi3", {**COMMON, "sliding_window": WINDOW}),
    (
        "phi3_longrope",
        "Phi3",
        {**COMMON, "rope_parameters": LONGROPE, "original_max_position_embeddings": 64},
    ),
    ("gpt2", "GPT2", GPT2),
)
"""Name of the folder, family in transformers, its configuration."""


def main() -> None:
    """Make those named, or all."""
    folder, *names = sys.argv[1:]
    for name, family, settings in CHECKPOINTS:
        if not names or name in names:
            make_checkpoint(Path(folder) / name, family, settings)


if __name__ == "__main__":
    main()
