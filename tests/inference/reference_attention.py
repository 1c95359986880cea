"""Run by an interpreter that has torch and transformers: a tiny Llama's logits and attention, by eager attention.

Usage: reference_attention.py IN.npz OUT.npz, where IN holds ``ids`` and the weights under GGUF's names with rows in
half-split rotary order, and OUT gets ``logits [token, vocabulary]`` and ``attention [layer, head, query, key]``.
"""

from __future__ import annotations

import sys

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

HEADS, KEY_VALUE_HEADS, ROPE_BASE, EPSILON = 4, 2, 10_000.0, 1e-5
"""As in the tiny model."""

BLOCK_NAMES = {
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
NAMES = {"token_embd": "model.embed_tokens", "output_norm": "model.norm"}


def transformers_name(name: str) -> str:
    """The name of a GGUF tensor in a checkpoint of Hugging Face."""
    parts = name.removesuffix(".weight").split(".")
    if parts[0] == "blk":
        return f"model.layers.{parts[1]}.{BLOCK_NAMES[parts[2]]}.weight"
    return f"{NAMES[parts[0]]}.weight"


def main(source: str, out: str) -> None:
    """Read the IDs with the model."""
    with np.load(source) as arrays:
        ids = torch.from_numpy(arrays["ids"])[None]
        weights = {
            transformers_name(name): torch.from_numpy(arrays[name]) for name in arrays if name != "ids"
        }
    vocabulary, width = weights["model.embed_tokens.weight"].shape
    configuration = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=weights["model.layers.0.mlp.up_proj.weight"].shape[0],
        num_hidden_layers=sum(name.endswith("q_proj.weight") for name in weights),
        num_attention_heads=HEADS,
        num_key_value_heads=KEY_VALUE_HEADS,
        rms_norm_eps=EPSILON,
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_BASE},
        tie_word_embeddings=True,
        attn_implementation="eager",
    )
    model = LlamaForCausalLM(configuration).eval()
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected
    assert set(missing) <= {"lm_head.weight"}  # tied to the embedding
    with torch.no_grad():
        reading = model(ids, output_attentions=True)
    attention = torch.stack([layer[0] for layer in reading.attentions])
    np.savez(out, logits=reading.logits[0].numpy(), attention=attention.numpy())


if __name__ == "__main__":
    main(*sys.argv[1:])
