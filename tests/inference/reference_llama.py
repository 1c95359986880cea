"""A Llama model computed exactly, from the numbers in its GGUF file: float32, whole sequences, nothing cached.

Knows nothing of our own code: the file is read by the `gguf` package, and the arithmetic follows llama.cpp's graph
(rotary embedding of adjacent pairs, as the rows of query and key are ordered in these files).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class ReferenceReading:
    """What a text made of the model.

    Args:
        logits: ``[token, vocabulary]``.
        attention: ``[layer, head, query, key]``.
    """

    logits: FloatArray
    attention: FloatArray


class ReferenceLlama:
    """The model of a file, dequantized into memory."""

    def __init__(self, path: Path) -> None:
        reader = gguf.GGUFReader(path)

        def number(key: str) -> float:
            return reader.fields[f"llama.{key}"].contents()

        self.layers = int(number("block_count"))
        self.heads = int(number("attention.head_count"))
        self.key_value_heads = int(number("attention.head_count_kv"))
        self.epsilon = number("attention.layer_norm_rms_epsilon")
        self.rope_base = number("rope.freq_base")
        self.weights: dict[str, FloatArray] = {
            tensor.name: gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
            for tensor in reader.tensors
        }

    def read(self, ids: list[int]) -> ReferenceReading:
        """Read a whole text."""
        return self.read_all([ids])[0]

    def read_all(self, texts: list[list[int]]) -> list[ReferenceReading]:
        """Read texts, each by itself; large products for all of them at once are faster than many small ones."""
        weights = self.weights
        ends = np.cumsum([len(ids) for ids in texts])
        residual = weights["token_embd.weight"][np.concatenate(texts)]
        looks: list[list[FloatArray]] = [[] for _ in texts]
        for layer in range(self.layers):
            block = f"blk.{layer}."
            normed = self._norm(residual, weights[f"{block}attn_norm.weight"])
            attended = []
            for index, part in enumerate(np.split(normed, ends[:-1])):
                result, look = self._attend(part, block)
                attended.append(result)
                looks[index].append(look)
            residual = residual + np.concatenate(attended) @ weights[f"{block}attn_output.weight"].T
            normed = self._norm(residual, weights[f"{block}ffn_norm.weight"])
            gate = normed @ weights[f"{block}ffn_gate.weight"].T
            gate = gate / (1 + np.exp(-gate))
            gate *= normed @ weights[f"{block}ffn_up.weight"].T
            residual = residual + gate @ weights[f"{block}ffn_down.weight"].T
        normed = self._norm(residual, weights["output_norm.weight"])
        logits = normed @ weights.get("output.weight", weights["token_embd.weight"]).T
        parts = np.split(logits, ends[:-1])
        return [ReferenceReading(part, np.stack(look)) for part, look in zip(parts, looks, strict=True)]

    def _attend(self, normed: FloatArray, block: str) -> tuple[FloatArray, FloatArray]:
        """Attention's result ``[token, heads * head_size]`` and its weights ``[head, query, key]``."""
        length = len(normed)

        def heads_of(name: str, heads: int) -> FloatArray:
            return (normed @ self.weights[f"{block}{name}.weight"].T).reshape(length, heads, -1)

        group = self.heads // self.key_value_heads
        query = self._turn(heads_of("attn_q", self.heads)).swapaxes(0, 1)
        key = np.repeat(self._turn(heads_of("attn_k", self.key_value_heads)), group, axis=1).swapaxes(0, 1)
        value = np.repeat(heads_of("attn_v", self.key_value_heads), group, axis=1).swapaxes(0, 1)
        scores = query @ key.swapaxes(1, 2) / np.float32(np.sqrt(query.shape[-1]))
        scores[:, np.triu(np.ones((length, length), bool), 1)] = -np.inf
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        return (weights @ value).swapaxes(0, 1).reshape(length, -1), weights

    def _turn(self, vectors: FloatArray) -> FloatArray:
        """Rotary embedding of adjacent pairs as complex numbers; ``[token, head, head_size]``."""
        length, _, size = vectors.shape
        frequencies = self.rope_base ** (-np.arange(0, size, 2) / size)
        turns = np.exp(1j * np.outer(np.arange(length), frequencies))
        pairs = vectors[..., 0::2] + 1j * vectors[..., 1::2]
        turned = pairs * turns[:, None]
        return np.stack([turned.real, turned.imag], axis=-1).reshape(vectors.shape).astype(np.float32)

    def _norm(self, vectors: FloatArray, gain: FloatArray) -> FloatArray:
        scale = np.sqrt((vectors * vectors).mean(axis=-1, keepdims=True) + np.float32(self.epsilon))
        return vectors / scale * gain
