"""A GGUF file of the size and kind that people download, with random numbers in it.

Knows nothing of our own readers.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind
from numpy.typing import NDArray

from tests.models.tiny_gguf import CHAT_TEMPLATE, CONTROL_TOKENS, tiny_vocabulary

LAYERS, WIDTH, FEED_FORWARD, HEADS, KEY_VALUE_HEADS, HEAD_SIZE, VOCABULARY = (
    22,
    2048,
    5632,
    32,
    4,
    64,
    32_000,
)
"""Those of TinyLlama 1.1B."""

_SCALE_PLACES = {Kind.Q4_K: (0, 2), Kind.Q6_K: (208,)}
_LARGEST_SCALE = 2e-5


def write_random_llama(path: Path) -> Path:
    """Write a Llama of 1.1 billion parameters in the mixture of Q4_K and Q6_K that is called Q4_K_M."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(LAYERS)
    writer.add_context_length(2048)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_VALUE_HEADS)
    writer.add_rope_freq_base(10_000.0)
    writer.add_rope_dimension_count(HEAD_SIZE)
    writer.add_layer_norm_rms_eps(1e-5)
    _add_tokenizer(writer)
    generator = np.random.default_rng(0)

    def add(name: str, rows: int, columns: int, kind: Kind = Kind.Q4_K) -> None:
        writer.add_tensor(name, _random_blocks(generator, rows, columns, kind), raw_dtype=kind)

    add("token_embd.weight", VOCABULARY, WIDTH)
    add("output.weight", VOCABULARY, WIDTH, Kind.Q6_K)
    gain = np.ones(WIDTH, np.float32)
    writer.add_tensor("output_norm.weight", gain)
    for layer in range(LAYERS):
        block = f"blk.{layer}."
        finer = Kind.Q6_K if layer % 2 else Kind.Q4_K
        writer.add_tensor(f"{block}attn_norm.weight", gain)
        writer.add_tensor(f"{block}ffn_norm.weight", gain)
        add(f"{block}attn_q.weight", HEADS * HEAD_SIZE, WIDTH)
        add(f"{block}attn_k.weight", KEY_VALUE_HEADS * HEAD_SIZE, WIDTH)
        add(f"{block}attn_v.weight", KEY_VALUE_HEADS * HEAD_SIZE, WIDTH, finer)
        add(f"{block}attn_output.weight", WIDTH, HEADS * HEAD_SIZE)
        add(f"{block}ffn_gate.weight", FEED_FORWARD, WIDTH)
        add(f"{block}ffn_up.weight", FEED_FORWARD, WIDTH)
        add(f"{block}ffn_down.weight", WIDTH, FEED_FORWARD, finer)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(writer: gguf.GGUFWriter) -> None:
    tokens, merges = tiny_vocabulary()
    unused = VOCABULARY - len(tokens)
    types = [gguf.TokenType.CONTROL if token in CONTROL_TOKENS else gguf.TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list([*tokens, *(f"unused{number}" for number in range(unused))])
    writer.add_token_types([*types, *[gguf.TokenType.UNUSED] * unused])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(CHAT_TEMPLATE)


def _random_blocks(generator: np.random.Generator, rows: int, columns: int, kind: Kind) -> NDArray[np.uint8]:
    """Blocks of random bits with scales that keep the numbers small."""
    values, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = generator.integers(0, 256, (rows * columns // values, size), np.uint8)
    for place in _SCALE_PLACES[kind]:
        scales = generator.uniform(0, _LARGEST_SCALE, (len(blocks), 1)).astype(np.float16)
        blocks[:, place : place + 2] = scales.view(np.uint8)
    return blocks.reshape(rows, -1)
