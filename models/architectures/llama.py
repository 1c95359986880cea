"""Llama (with Mistral and SmolLM) from GGUF: its sizes and where its weights lie.

Knows nothing about graphs. Source: Touvron et al., arXiv 2302.13971; tensor names of the GGUF format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from models.architectures.decoder import (
    Architecture,
    DecoderConfiguration,
    DecoderWeights,
    LayerWeights,
    Weights,
)
from models.errors import ModelFileError
from models.gguf.reader import GgufFile
from models.gguf.values import check_supported, dequantize

LARGEST_SIZE = 2**24
"""More than any size of a model, and small enough that products of two of them are harmless."""

UNSUPPORTED_KEYS = {
    "llama.expert_count": "a mixture of experts",
    "llama.rope.scaling.type": "rotary scaling",
}


def read_configuration(file: GgufFile) -> DecoderConfiguration:
    """The sizes of a llama model.

    Raises:
        ModelFileError: a field is missing, impossible or asks for something unsupported.
    """
    for key, meaning in UNSUPPORTED_KEYS.items():
        if file.metadata.get(key) not in (None, 0, "none"):
            raise ModelFileError(
                "unsupported-architecture",
                f"This llama model uses {meaning} ({key} = {file.metadata[key]}), which is not supported.",
                "Choose a model without it.",
            )
    fields = file.metadata

    def size(name: str, default: int | None = None) -> int:
        return fields.integer(f"llama.{name}", 1, LARGEST_SIZE, default)

    width = size("embedding_length")
    heads = size("attention.head_count")
    head_size = size("attention.key_length", max(1, width // heads))
    key_value_heads = size("attention.head_count_kv", heads)
    if heads % key_value_heads:
        raise ModelFileError(
            "bad-metadata",
            f"“llama.attention.head_count_kv” is {key_value_heads}, which does not divide {heads} heads.",
            "Use another file of this model.",
        )
    embedding = file.tensors.get("token_embd.weight")
    if embedding is None:
        raise _missing("token_embd.weight")
    return DecoderConfiguration(
        architecture="llama",
        layers=size("block_count"),
        width=width,
        heads=heads,
        key_value_heads=key_value_heads,
        head_size=head_size,
        feed_forward=size("feed_forward_length"),
        vocabulary=embedding.shape[0],
        context=size("context_length"),
        rope_base=fields.real("llama.rope.freq_base", 1.0, 1e12, 10_000.0),
        rope_dimensions=fields.integer("llama.rope.dimension_count", 2, head_size, head_size),
        norm_epsilon=fields.real("llama.attention.layer_norm_rms_epsilon", 0.0, 1.0, 1e-5),
        tied="output.weight" not in file.tensors,
    )


def find_weights(file: GgufFile, sizes: DecoderConfiguration) -> DecoderWeights:
    """Check that every tensor is there, of the right shape and of a supported kind.

    Raises:
        ModelFileError: names the first tensor that is not.
    """
    query_width = sizes.heads * sizes.head_size
    key_width = sizes.key_value_heads * sizes.head_size
    layer_shapes = {
        "attn_norm": (sizes.width,),
        "attn_q": (query_width, sizes.width),
        "attn_k": (key_width, sizes.width),
        "attn_v": (key_width, sizes.width),
        "attn_output": (sizes.width, query_width),
        "ffn_norm": (sizes.width,),
        "ffn_gate": (sizes.feed_forward, sizes.width),
        "ffn_up": (sizes.feed_forward, sizes.width),
        "ffn_down": (sizes.width, sizes.feed_forward),
    }
    matrix = (sizes.vocabulary, sizes.width)
    shapes = {"token_embd.weight": matrix, "output_norm.weight": (sizes.width,)}
    if not sizes.tied:
        shapes["output.weight"] = matrix
    for layer in range(sizes.layers):
        shapes |= {f"blk.{layer}.{name}.weight": shape for name, shape in layer_shapes.items()}
    for name, shape in shapes.items():
        _check(file, name, shape)
    if "rope_freqs.weight" in file.tensors:
        raise ModelFileError(
            "unsupported-architecture",
            "This llama model scales its rotary frequencies (tensor rope_freqs.weight), which is not supported.",
            "Choose a model without it.",
        )

    def reader(name: str) -> Callable[[], Weights]:
        return lambda: dequantize(file.tensors[name])

    def layers() -> Iterator[LayerWeights]:
        for layer in range(sizes.layers):

            def read(name: str, layer: int = layer) -> Weights:
                return dequantize(file.tensors[f"blk.{layer}.{name}.weight"])

            yield LayerWeights(
                attention_norm=read("attn_norm"),
                query_key_value=np.concatenate(
                    [
                        half_split_rows(read("attn_q"), sizes.heads, sizes.rope_dimensions),
                        half_split_rows(read("attn_k"), sizes.key_value_heads, sizes.rope_dimensions),
                        read("attn_v"),
                    ]
                ),
                attention_output=read("attn_output"),
                feed_forward_norm=read("ffn_norm"),
                gate_up=np.concatenate([read("ffn_gate"), read("ffn_up")]),
                down=read("ffn_down"),
            )

    return DecoderWeights(
        embedding=reader("token_embd.weight"),
        layers=layers,
        final_norm=reader("output_norm.weight"),
        head=None if sizes.tied else reader("output.weight"),
    )


def half_split_rows(weights: Weights, heads: int, rotary: int) -> Weights:
    """Undo the row order that GGUF files keep for interleaved rotary embedding.

    Args:
        weights: ``[heads * head_size, width]`` with the two entries of each rotated pair adjacent.
        heads: how many heads the rows hold.
        rotary: how many rows of each head are rotated; those after them stay.

    Returns:
        ``[heads * head_size, width]`` with the first entries of all pairs before the second ones.
    """
    by_head = weights.reshape(heads, -1, weights.shape[1])
    rotated = by_head[:, :rotary]
    pairs = rotated.reshape(heads, rotary // 2, 2, -1).swapaxes(1, 2).reshape(rotated.shape)
    return np.concatenate([pairs, by_head[:, rotary:]], axis=1).reshape(weights.shape)


LLAMA = Architecture("llama", read_configuration, find_weights)


def _check(file: GgufFile, name: str, shape: tuple[int, ...]) -> None:
    tensor = file.tensors.get(name)
    if tensor is None:
        raise _missing(name)
    if tuple(tensor.shape) != shape:
        raise ModelFileError(
            "wrong-shape",
            f"The tensor {name} has the shape {list(tensor.shape)} where {list(shape)} was expected.",
            "The file is damaged or of another architecture than it says; get it again.",
        )
    check_supported(tensor)


def _missing(name: str) -> ModelFileError:
    return ModelFileError(
        "incomplete-model", f"The model lacks {name}.", "Get the file again or choose another."
    )
