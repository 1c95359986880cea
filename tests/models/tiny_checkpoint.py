"""Checkpoints of a few hundred kilobytes with random weights, of every model type that is read.

Knows nothing of our own readers: names and shapes are those of transformers' classes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

VOCABULARY, WIDTH, FEED_FORWARD, HEADS, KEY_VALUE_HEADS, HEAD_SIZE, LAYERS, WINDOW = (
    96,
    64,
    96,
    4,
    2,
    16,
    3,
    8,
)

COMMON: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": WIDTH,
    "intermediate_size": FEED_FORWARD,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "num_key_value_heads": KEY_VALUE_HEADS,
    "head_dim": HEAD_SIZE,
    "max_position_embeddings": 256,
    "rms_norm_eps": 1e-6,
    "tie_word_embeddings": False,
    "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0},
}
GEMMA = {
    **COMMON,
    "tie_word_embeddings": True,
    "hidden_activation": "gelu_pytorch_tanh",
    "query_pre_attn_scalar": HEAD_SIZE,
    "sliding_window": WINDOW,
}

CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "llama": COMMON,
    "mistral": {**COMMON, "sliding_window": WINDOW},
    "qwen2": COMMON,
    "qwen3": COMMON,
    "gemma2": {**GEMMA, "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0},
    "gemma3_text": {
        **GEMMA,
        "layer_types": [*["sliding_attention"] * 2, "full_attention"],
        "sliding_window_pattern": 3,
        "rope_parameters": {
            "full_attention": {"rope_type": "default", "rope_theta": 1_000_000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
        },
    },
    "phi3": {**COMMON, "sliding_window": WINDOW},
    "gpt2": {
        "vocab_size": VOCABULARY,
        "n_positions": 256,
        "n_embd": WIDTH,
        "n_layer": LAYERS,
        "n_head": HEADS,
        "layer_norm_epsilon": 1e-5,
        "activation_function": "gelu_new",
        "tie_word_embeddings": True,
    },
}
"""By model type."""

CLASSES = {
    "llama": "LlamaForCausalLM",
    "mistral": "MistralForCausalLM",
    "qwen2": "Qwen2ForCausalLM",
    "qwen3": "Qwen3ForCausalLM",
    "gemma2": "Gemma2ForCausalLM",
    "gemma3_text": "Gemma3ForCausalLM",
    "phi3": "Phi3ForCausalLM",
    "gpt2": "GPT2LMHeadModel",
}


def write_tiny_checkpoint(folder: Path, model_type: str, **changes: Any) -> Path:
    """Write config.json and model.safetensors, and give the folder back.

    Args:
        folder: to write into.
        model_type: one of `CONFIGURATIONS`.
        changes: fields of the configuration; ``None`` is written as ``null``.
    """
    config = {**CONFIGURATIONS[model_type], **changes}
    config = {"model_type": model_type, "architectures": [CLASSES[model_type]], **config}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    generator = np.random.default_rng(5)
    tensors = {
        name: generator.standard_normal(shape).astype(np.float32) / 8
        for name, shape in tensor_shapes(model_type, config).items()
    }
    write_safetensors(folder / "model.safetensors", tensors)
    return folder


def write_safetensors(path: Path, tensors: dict[str, NDArray[np.float32]]) -> None:
    """Write 32-bit tensors into a safetensors file."""
    header, offset = {}, 0
    for name, values in tensors.items():
        header[name] = {
            "dtype": "F32",
            "shape": values.shape,
            "data_offsets": [offset, offset + values.nbytes],
        }
        offset += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    content = b"".join(values.tobytes() for values in tensors.values())
    path.write_bytes(len(text).to_bytes(8, "little") + text + content)


def tensor_shapes(model_type: str, config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Shapes by name of all tensors of a model."""
    if model_type == "gpt2":
        return _gpt2_shapes(config)
    width, inner = config["hidden_size"], config["intermediate_size"]
    query, key = (
        config[name] * config["head_dim"] for name in ("num_attention_heads", "num_key_value_heads")
    )
    layer: dict[str, tuple[int, ...]] = {"self_attn.o_proj.weight": (width, query)}
    if model_type == "phi3":
        layer |= {
            "self_attn.qkv_proj.weight": (query + 2 * key, width),
            "mlp.gate_up_proj.weight": (2 * inner, width),
        }
    else:
        for letter, rows in (("q", query), ("k", key), ("v", key)):
            layer[f"self_attn.{letter}_proj.weight"] = (rows, width)
            if model_type == "qwen2":
                layer[f"self_attn.{letter}_proj.bias"] = (rows,)
        layer |= {"mlp.gate_proj.weight": (inner, width), "mlp.up_proj.weight": (inner, width)}
    layer["mlp.down_proj.weight"] = (width, inner)
    norms = ["input", "post_attention"]
    norms += ["pre_feedforward", "post_feedforward"] if model_type.startswith("gemma") else []
    layer |= {f"{name}_layernorm.weight": (width,) for name in norms}
    if model_type in ("qwen3", "gemma3_text"):
        layer |= {f"self_attn.{letter}_norm.weight": (config["head_dim"],) for letter in "qk"}
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (config["vocab_size"], width)}
    for number in range(config["num_hidden_layers"]):
        shapes |= {f"model.layers.{number}.{name}": shape for name, shape in layer.items()}
    shapes["model.norm.weight"] = (width,)
    if not config["tie_word_embeddings"]:
        shapes["lm_head.weight"] = (config["vocab_size"], width)
    return shapes


def _gpt2_shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    width = config["n_embd"]
    layer = {
        **{f"{norm}.{kind}": (width,) for norm in ("ln_1", "ln_2") for kind in ("weight", "bias")},
        "attn.c_attn.weight": (width, 3 * width),
        "attn.c_attn.bias": (3 * width,),
        "attn.c_proj.weight": (width, width),
        "attn.c_proj.bias": (width,),
        "mlp.c_fc.weight": (width, 4 * width),
        "mlp.c_fc.bias": (4 * width,),
        "mlp.c_proj.weight": (4 * width, width),
        "mlp.c_proj.bias": (width,),
    }
    shapes = {
        "transformer.wte.weight": (config["vocab_size"], width),
        "transformer.wpe.weight": (config["n_positions"], width),
    }
    for number in range(config["n_layer"]):
        shapes |= {f"transformer.h.{number}.{name}": shape for name, shape in layer.items()}
    return shapes | {"transformer.ln_f.weight": (width,), "transformer.ln_f.bias": (width,)}
