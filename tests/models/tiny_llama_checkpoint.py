"""The tiny Llama of `tiny_gguf` as a safetensors checkpoint: the same weights, tokenizer and chat template.

Knows nothing of our own readers: files are packed byte by byte, the tokenizer is written by its own library.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from tests.models.safetensors_bytes import packed, stored
from tests.models.tiny_gguf import (
    CHAT_TEMPLATE,
    CONTROL_TOKENS,
    EPSILON,
    FEED_FORWARD,
    HEAD_WIDTH,
    HEADS,
    KEY_VALUE_HEADS,
    ROPE_BASE,
    WIDTH,
    tiny_vocabulary,
    tiny_weights,
)

_OF_LAYER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_OF_MODEL = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}


def checkpoint_name(name: str) -> str:
    """What a checkpoint calls a tensor that GGUF calls `name`."""
    parts = name.removesuffix(".weight").split(".")
    if parts[0] == "blk":
        return f"model.layers.{parts[1]}.{_OF_LAYER[parts[2]]}.weight"
    return f"{_OF_MODEL[parts[0]]}.weight"


def write_tiny_llama_checkpoint(
    folder: Path,
    *,
    seed: int = 0,
    layers: int = 2,
    dtype: str = "F32",
    shards: int = 1,
    quantized: Mapping[str, tuple[str, int]] | None = None,
) -> Path:
    """Write the model into `folder`, which is made, and give the folder back.

    Args:
        folder: to write into.
        seed: of the random weights.
        layers: decoder layers.
        dtype: of the tensors, ``"F32"``, ``"F16"``, ``"BF16"`` or ``"F64"``.
        shards: files that hold the tensors; with more than one there is an index.
        quantized: tensors that are zeros of another type, with the bytes of a number.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": WIDTH,
        "intermediate_size": FEED_FORWARD,
        "num_hidden_layers": layers,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KEY_VALUE_HEADS,
        "head_dim": HEAD_WIDTH,
        "hidden_act": "silu",
        "max_position_embeddings": 512,
        "rms_norm_eps": EPSILON,
        "rope_theta": ROPE_BASE,
        "rope_scaling": None,
        "tie_word_embeddings": True,
        "vocab_size": len(tiny_vocabulary()[0]),
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    _write_json(folder / "config.json", config)
    _write_json(folder / "generation_config.json", {"eos_token_id": [2, 0], "temperature": 0.6, "top_p": 0.9})
    _write_json(folder / "tokenizer_config.json", {"chat_template": CHAT_TEMPLATE, "eos_token": "<|im_end|>"})
    (folder / "README.md").write_text("---\nlicense: mit\n---\nA tiny model.\n", "utf-8")
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    weights = {checkpoint_name(name): value for name, value in tiny_weights(seed=seed, layers=layers).items()}
    entries = {name: (dtype, value.shape, stored(value, dtype)) for name, value in weights.items()}
    for name, (other, size) in (quantized or {}).items():
        entries[name] = (other, weights[name].shape, bytes(weights[name].size * size))
    names = [f"model-{number + 1:05}-of-{shards:05}.safetensors" for number in range(shards)]
    if shards == 1:
        names = ["model.safetensors"]
    else:
        places = {name: names[number % shards] for number, name in enumerate(entries)}
        _write_json(folder / "model.safetensors.index.json", {"metadata": {}, "weight_map": places})
    for number, file in enumerate(names):
        part = dict(list(entries.items())[number::shards])
        (folder / file).write_bytes(packed(part, {"format": "pt"}))
    return folder


def tiny_tokenizer() -> Tokenizer:
    """The tokenizer of the tiny model as its library has it: digits alone, then bytes."""
    tokens, merges = tiny_vocabulary()
    vocabulary = {token: number for number, token in enumerate(tokens)}
    pairs = [(left, right) for left, right in (merge.split(" ") for merge in merges)]
    tokenizer = Tokenizer(models.BPE(vocabulary, pairs))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in CONTROL_TOKENS]
    )
    return tokenizer


def _write_json(path: Path, values: object) -> None:
    path.write_text(json.dumps(values, indent=2), "utf-8")
