"""The tiny random checkpoints: which families, how large, with what peculiarities.

Knows nothing of how they are made; runs with nothing but Python.
"""

from __future__ import annotations

from typing import Any

VOCABULARY = 320
"""IDs of the tokenizer and rows of the embedding."""

WINDOW = 8
"""Tokens that a sliding layer sees: fewer than the prompts have."""

SPREAD = 0.15
"""Standard deviation of the weights: with less the attention would be uniform and prove nothing."""

COMMON = {
    "vocab_size": VOCABULARY,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 512,
    "initializer_range": SPREAD,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "pad_token_id": 0,
}

GPT2 = {
    "vocab_size": VOCABULARY,
    "n_positions": 512,
    "n_embd": 64,
    "n_layer": 3,
    "n_head": 4,
    "initializer_range": SPREAD,
    "bos_token_id": 0,
    "eos_token_id": 2,
    "pad_token_id": 0,
}

LOCAL_THEN_GLOBAL = ["sliding_attention", "full_attention", "sliding_attention", "full_attention"]

EVERY_SIXTH_GLOBAL = ["sliding_attention"] * 5 + ["full_attention", "sliding_attention"]
"""As llama.cpp takes for granted."""

CHECKPOINTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("gpt2", "GPT2", GPT2),
    ("llama", "Llama", COMMON),
    ("llama_all_heads", "Llama", {**COMMON, "num_key_value_heads": 4}),
    (
        "llama_wide",
        "Llama",
        {
            **COMMON,
            "hidden_size": 256,
            "intermediate_size": 256,
            "num_hidden_layers": 2,
            "head_dim": 64,
            "initializer_range": SPREAD / 2,
        },
    ),
    ("llama_tied", "Llama", {**COMMON, "tie_word_embeddings": True}),
    ("mistral", "Mistral", {**COMMON, "sliding_window": WINDOW}),
    (
        "phi",
        "Phi",
        {
            **COMMON,
            "hidden_size": 128,
            "head_dim": 32,
            "num_key_value_heads": 4,
            "partial_rotary_factor": 0.5,
        },
    ),
    ("phi3", "Phi3", {**COMMON, "sliding_window": None, "original_max_position_embeddings": 512}),
    ("phi3_window", "Phi3", {**COMMON, "sliding_window": WINDOW, "original_max_position_embeddings": 512}),
    ("qwen2", "Qwen2", COMMON),
    ("qwen3", "Qwen3", COMMON),
    (
        "gemma2",
        "Gemma2",
        {
            **COMMON,
            "num_hidden_layers": 4,
            "sliding_window": WINDOW,
            "layer_types": LOCAL_THEN_GLOBAL,
            "attn_logit_softcapping": 2.0,
            "final_logit_softcapping": 5.0,
            "query_pre_attn_scalar": 24,
        },
    ),
    (
        "gemma3",
        "Gemma3",
        {
            **COMMON,
            "num_hidden_layers": 4,
            "sliding_window": WINDOW,
            "layer_types": LOCAL_THEN_GLOBAL,
            "query_pre_attn_scalar": 24,
        },
    ),
    (
        "gemma2_head_scale",
        "Gemma2",
        {
            **COMMON,
            "num_hidden_layers": 4,
            "sliding_window": WINDOW,
            "layer_types": LOCAL_THEN_GLOBAL,
            "attn_logit_softcapping": 2.0,
            "final_logit_softcapping": 5.0,
            "query_pre_attn_scalar": 16,
        },
    ),
    (
        "gemma3_six",
        "Gemma3",
        {
            **COMMON,
            "num_hidden_layers": 7,
            "sliding_window": WINDOW,
            "layer_types": EVERY_SIXTH_GLOBAL,
            "query_pre_attn_scalar": 16,
        },
    ),
    (
        "gpt_oss",
        "GptOss",
        {
            **COMMON,
            "num_hidden_layers": 4,
            "sliding_window": WINDOW,
            "layer_types": LOCAL_THEN_GLOBAL,
            "num_local_experts": 4,
            "num_experts_per_tok": 2,
            "intermediate_size": 64,
            "rope_scaling": {
                "rope_type": "yarn",
                "factor": 2.0,
                "beta_fast": 32.0,
                "beta_slow": 1.0,
                "truncate": False,
                "original_max_position_embeddings": 256,
            },
        },
    ),
)
"""Name of the folder, family in transformers, its configuration."""


PLAIN = {
    "vocab_size": VOCABULARY,
    "hidden_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "initializer_range": SPREAD,
    "bos_token_id": 0,
    "eos_token_id": 2,
}

FURTHER: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("bloom", "Bloom", {**GPT2, "hidden_size": 64}),
    (
        "deepseek_v3",
        "DeepseekV3",
        {
            **PLAIN,
            "intermediate_size": 128,
            "num_key_value_heads": 4,
            "q_lora_rank": 32,
            "kv_lora_rank": 32,
            "qk_rope_head_dim": 8,
            "qk_nope_head_dim": 16,
            "v_head_dim": 16,
            "n_routed_experts": 4,
            "num_experts_per_tok": 2,
            "n_group": 1,
            "topk_group": 1,
            "moe_intermediate_size": 32,
            "first_k_dense_replace": 1,
            "max_position_embeddings": 512,
        },
    ),
    (
        "falcon",
        "Falcon",
        {
            **PLAIN,
            "multi_query": True,
            "alibi": False,
            "new_decoder_architecture": False,
            "max_position_embeddings": 512,
        },
    ),
    ("gemma", "Gemma", COMMON),
    ("gpt_bigcode", "GPTBigCode", {**GPT2, "multi_query": True}),
    (
        "gpt_neox",
        "GPTNeoX",
        {
            **PLAIN,
            "intermediate_size": 128,
            "rotary_pct": 0.5,
            "max_position_embeddings": 512,
        },
    ),
    ("gptj", "GPTJ", {**GPT2, "rotary_dim": 8}),
    (
        "granite",
        "Granite",
        {
            **COMMON,
            "attention_multiplier": 0.2,
            "embedding_multiplier": 2.0,
            "logits_scaling": 2.0,
            "residual_multiplier": 0.5,
        },
    ),
    ("olmo2", "Olmo2", COMMON),
    (
        "opt",
        "OPT",
        {
            **PLAIN,
            "ffn_dim": 128,
            "word_embed_proj_dim": 64,
            "max_position_embeddings": 512,
            "pad_token_id": 0,
        },
    ),
    (
        "qwen3_moe",
        "Qwen3Moe",
        {
            **COMMON,
            "num_experts": 4,
            "num_experts_per_tok": 2,
            "moe_intermediate_size": 64,
        },
    ),
    ("smollm3", "SmolLM3", COMMON),
)
"""Families that nobody promised: whatever holds a known kind of attention opens."""
