"""Turns a checkpoint into a GGUF file by the rules of llama.cpp's converter.

Knows nothing of our own readers and tables: names come from the `gguf` package, the rules are written again here.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

ARCHITECTURES = {"mistral": "llama", "gemma3_text": "gemma3"}
"""GGUF's names of the model types that it calls differently."""

BYTE_LEVEL, RULES = "gpt2", "gpt-2"


def write_gguf(checkpoint: Path, path: Path, quantization: str = "F32") -> Path:
    """Write the model and the tokenizer of a checkpoint's folder; give the path back.

    Args:
        checkpoint: with config.json, model.safetensors and, if it has a tokenizer, a byte-level tokenizer.json.
        path: file to write.
        quantization: name of a `gguf.GGMLQuantizationType` for the matrices.
    """
    config = json.loads((checkpoint / "config.json").read_text("utf-8"))
    architecture = ARCHITECTURES.get(config["model_type"], config["model_type"])
    tensors = read_tensors(checkpoint / "model.safetensors")
    writer = gguf.GGUFWriter(path, architecture)
    _write_sizes(writer, config, architecture)
    if (checkpoint / "tokenizer.json").exists():
        _write_tokenizer(writer, json.loads((checkpoint / "tokenizer.json").read_text("utf-8")))
    kind = gguf.GGMLQuantizationType[quantization]
    for name, values in _converted(tensors, config, architecture).items():
        if values.ndim == 2 and kind != gguf.GGMLQuantizationType.F32:
            writer.add_tensor(name, gguf.quantize(values, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def read_tensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """The tensors of a safetensors file of 32-bit numbers, by name."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            assert entry["dtype"] == "F32", entry
            first, last = entry["data_offsets"]
            values = np.frombuffer(content[start + first : start + last], np.float32)
            tensors[name] = values.reshape(entry["shape"])
    return tensors


def _converted(
    tensors: dict[str, NDArray[np.float32]], config: dict[str, Any], architecture: str
) -> dict[str, NDArray[np.float32]]:
    layers = config.get("num_hidden_layers", config.get("n_layer"))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[architecture.upper()], layers)
    converted = _rotary_factors(config, architecture)
    for name, values in tensors.items():
        if architecture == "llama" and "q_proj" in name:
            values = interleaved(values, config["num_attention_heads"])
        if architecture == "llama" and "k_proj" in name:
            values = interleaved(values, config["num_key_value_heads"])
        if architecture.startswith("gemma") and name.endswith("norm.weight"):
            values = values + 1
        if architecture == "gpt2" and name.endswith(("c_attn.weight", "c_proj.weight", "c_fc.weight")):
            values = values.T
        found = names.get_name(name, try_suffixes=(".weight", ".bias"))
        assert found is not None, name
        converted[found] = np.ascontiguousarray(values)
    return converted


def interleaved(values: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Rows in the order of interleaved rotary embedding: ``half * size / 2 + pair`` becomes ``2 * pair + half``."""
    halves = values.reshape(heads, 2, len(values) // heads // 2, *values.shape[1:])
    return halves.swapaxes(1, 2).reshape(values.shape)


def _rope(config: dict[str, Any]) -> dict[str, Any]:
    """Rotary settings of the layers that see all."""
    rope = config.get("rope_parameters") or {}
    return rope.get("full_attention", rope)


def _rotary_factors(config: dict[str, Any], architecture: str) -> dict[str, NDArray[np.float32]]:
    rope = _rope(config)
    if rope.get("rope_type") == "llama3":
        size = config["head_dim"]
        frequencies = rope["rope_theta"] ** -(np.arange(0, size, 2) / size)
        waves = 2 * math.pi / frequencies
        original, factor = rope["original_max_position_embeddings"], rope["factor"]
        low, high = rope["low_freq_factor"], rope["high_freq_factor"]
        smooth = (original / waves - low) / (high - low)
        between = 1 / ((1 - smooth) / factor + smooth)
        factors = np.where(waves > original / low, factor, np.where(waves < original / high, 1, between))
        return {"rope_freqs.weight": factors.astype(np.float32)}
    if rope.get("rope_type") == "longrope":
        return {
            f"rope_factors_{name}.weight": np.asarray(rope[f"{name}_factor"], np.float32)
            for name in ("long", "short")
        }
    return {}


def _write_sizes(writer: gguf.GGUFWriter, config: dict[str, Any], architecture: str) -> None:
    if architecture == "gpt2":
        writer.add_block_count(config["n_layer"])
        writer.add_context_length(config["n_positions"])
        writer.add_embedding_length(config["n_embd"])
        writer.add_feed_forward_length(4 * config["n_embd"])
        writer.add_head_count(config["n_head"])
        writer.add_layer_norm_eps(config["layer_norm_epsilon"])
        return
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    size = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    writer.add_key_length(size)
    writer.add_value_length(size)
    rope = _rope(config)
    writer.add_rope_freq_base(rope["rope_theta"])
    writer.add_rope_dimension_count(int(size * rope.get("partial_rotary_factor", 1.0)))
    if config.get("sliding_window"):
        writer.add_sliding_window(config["sliding_window"])
    if config.get("attn_logit_softcapping"):
        writer.add_attn_logit_softcapping(config["attn_logit_softcapping"])
    if config.get("final_logit_softcapping"):
        writer.add_final_logit_softcapping(config["final_logit_softcapping"])
    match rope.get("rope_type"):
        case "linear":
            writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
            writer.add_rope_scaling_factor(rope["factor"])
        case "yarn":
            writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
            writer.add_rope_scaling_factor(rope["factor"])
            writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
        case "longrope":
            original = rope["original_max_position_embeddings"]
            stretch = config["max_position_embeddings"] / original
            writer.add_rope_scaling_orig_ctx_len(original)
            writer.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(stretch) / math.log(original)))


def _write_tokenizer(writer: gguf.GGUFWriter, definition: dict[str, Any]) -> None:
    vocabulary = definition["model"]["vocab"] | {
        one["content"]: one["id"] for one in definition["added_tokens"]
    }
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    control = {one["content"] for one in definition["added_tokens"] if one["special"]}
    merges = definition["model"]["merges"]
    writer.add_tokenizer_model(BYTE_LEVEL)
    writer.add_tokenizer_pre(RULES)
    writer.add_token_list(tokens)
    writer.add_token_types(
        [gguf.TokenType.CONTROL if one in control else gguf.TokenType.NORMAL for one in tokens]
    )
    writer.add_token_merges([one if isinstance(one, str) else " ".join(one) for one in merges])
    writer.add_eos_token_id(2)
