"""A whole Llama model in a GGUF file of a few hundred kilobytes, with random weights and a real tokenizer.

Knows nothing of our own readers: it is written with the `gguf` package, the way llama.cpp's converter would.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

WIDTH, FEED_FORWARD, HEADS, KEY_VALUE_HEADS, HEAD_WIDTH = 64, 128, 4, 2, 16
ROPE_BASE, EPSILON = 10_000.0, 1e-5

CONTROL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
"""Tokens 0, 1 and 2; the last ends a reply."""

WORDS = "the and of to in is that sky blue water light because for you with model token user assistant system"
"""Words whose beginnings are tokens: each adds one merge a letter, from left to right."""

CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] "
    "+ '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
    "{% endif %}"
)


def byte_characters() -> list[str]:
    """The printable character that stands for each byte in GPT-2's byte-level vocabulary."""
    kept = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = (chr(0x100 + number) for number in range(256))
    return [chr(byte) if byte in kept else next(others) for byte in range(256)]


def tiny_vocabulary() -> tuple[list[str], list[str]]:
    """Tokens by ID, in the byte-level alphabet, and merges in the order of their rank."""
    tokens = [*CONTROL_TOKENS, *byte_characters()]
    merges: list[str] = []
    words = WORDS.split()
    # Words after a space first: in their text the plain word's merges would else win and hide them.
    for text in [*("Ġ" + word for word in words), *words]:
        for length in range(2, len(text) + 1):
            if text[:length] not in tokens:
                tokens.append(text[:length])
                merges.append(f"{text[: length - 1]} {text[length - 1]}")
    return tokens, merges


def tiny_weights(*, seed: int = 0, layers: int = 2) -> dict[str, NDArray[np.float32]]:
    """Random weights by GGUF tensor name, as the model computes with them: [output, input].

    The rows of ``attn_q`` and ``attn_k`` are in the order of half-split rotary embedding, as in the
    checkpoints of Hugging Face; `write_tiny_llama` permutes them as llama.cpp's converter does.
    """
    generator = np.random.default_rng(seed)

    def matrix(rows: int, columns: int, gain: float = 1.0) -> NDArray[np.float32]:
        return (generator.standard_normal((rows, columns)) * gain / np.sqrt(columns)).astype(np.float32)

    def norm() -> NDArray[np.float32]:
        return generator.uniform(0.5, 1.5, WIDTH).astype(np.float32)

    key_value_width = KEY_VALUE_HEADS * HEAD_WIDTH
    weights = {"token_embd.weight": matrix(len(tiny_vocabulary()[0]), WIDTH, gain=2.0)}
    for layer in range(layers):
        block = {
            "attn_norm": norm(),
            "attn_q": matrix(HEADS * HEAD_WIDTH, WIDTH, gain=1.5),
            "attn_k": matrix(key_value_width, WIDTH, gain=1.5),
            "attn_v": matrix(key_value_width, WIDTH),
            "attn_output": matrix(WIDTH, HEADS * HEAD_WIDTH),
            "ffn_norm": norm(),
            "ffn_gate": matrix(FEED_FORWARD, WIDTH),
            "ffn_up": matrix(FEED_FORWARD, WIDTH),
            "ffn_down": matrix(WIDTH, FEED_FORWARD),
        }
        weights |= {f"blk.{layer}.{name}.weight": value for name, value in block.items()}
    return weights | {"output_norm.weight": norm()}


def interleave_rotary_rows(weights: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Reorder the rows of a query or key projection from half-split to interleaved rotary pairs.

    llama.cpp's ``convert_hf_to_gguf.py``, ``LlamaModel.permute``: row ``half * (head width / 2) + pair`` of
    each head becomes row ``2 * pair + half``.
    """
    rows, columns = weights.shape
    halves = weights.reshape(heads, 2, rows // heads // 2, columns)
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(rows, columns))


def write_tiny_llama(
    path: Path,
    *,
    seed: int = 0,
    quantization: str = "F32",
    layers: int = 2,
    context: int = 512,
    chat_template: str | None = CHAT_TEMPLATE,
) -> Path:
    """Write the model to `path` and give the path back.

    Width 64, 4 query and 2 key/value heads of 16, feed-forward 128, 389 tokens, embeddings shared with the
    output. The same arguments give the same bytes.

    Args:
        path: file to write.
        seed: of the random weights.
        quantization: name of a `gguf.GGMLQuantizationType` for the matrices (``"F32"``, ``"Q8_0"``,
            ``"Q4_1"``); norms stay F32, as everywhere.
        layers: decoder layers.
        context: context length in the metadata.
        chat_template: Jinja source, ``None`` for a model without one.
    """
    tokens, merges = tiny_vocabulary()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Tiny Llama")
    writer.add_block_count(layers)
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_VALUE_HEADS)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_layer_norm_rms_eps(EPSILON)
    writer.add_vocab_size(len(tokens))
    writer.add_rope_dimension_count(HEAD_WIDTH)
    writer.add_add_space_prefix(False)
    writer.add_add_bos_token(False)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    writer.add_token_types([control if token in CONTROL_TOKENS else normal for token in tokens])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    if chat_template is not None:
        writer.add_chat_template(chat_template)
    kind = gguf.GGMLQuantizationType[quantization]
    heads = {"attn_q": HEADS, "attn_k": KEY_VALUE_HEADS}
    for name, value in tiny_weights(seed=seed, layers=layers).items():
        role = name.split(".")[-2]
        if role in heads:
            value = interleave_rotary_rows(value, heads[role])
        if value.ndim == 2 and kind != gguf.GGMLQuantizationType.F32:
            writer.add_tensor(name, gguf.quantize(value, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
