"""The tiny model is what its description says, as the `gguf` package reads it."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from tests.models.tiny_gguf import (
    HEAD_WIDTH,
    interleave_rotary_rows,
    tiny_vocabulary,
    tiny_weights,
    write_tiny_llama,
)


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_tiny_llama(tmp_path / "first.gguf").read_bytes()
    assert first == write_tiny_llama(tmp_path / "second.gguf").read_bytes()
    assert first != write_tiny_llama(tmp_path / "third.gguf", seed=1).read_bytes()
    assert len(first) < 1_000_000


def test_every_token_is_there_once() -> None:
    tokens, merges = tiny_vocabulary()
    assert len(tokens) == len(set(tokens)) == 3 + 256 + len(merges)
    assert all("".join(merge.split(" ")) in tokens for merge in merges)


def test_rows_are_interleaved_as_the_converter_does() -> None:
    rows = np.arange(8, dtype=np.float32)[:, np.newaxis]
    # Two heads of four rows: the halves (0, 1) and (2, 3) become the pairs (0, 2) and (1, 3).
    assert interleave_rotary_rows(rows, heads=2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_weights_can_be_read_back(tmp_path: Path) -> None:
    reader = gguf.GGUFReader(write_tiny_llama(tmp_path / "tiny.gguf"))
    stored = {tensor.name: tensor.data for tensor in reader.tensors}
    weights = tiny_weights()
    assert stored.keys() == weights.keys()
    np.testing.assert_array_equal(stored["blk.1.attn_v.weight"], weights["blk.1.attn_v.weight"])
    query = weights["blk.0.attn_q.weight"]
    np.testing.assert_array_equal(stored["blk.0.attn_q.weight"][1], query[HEAD_WIDTH // 2])


def test_quantized_matrices_keep_float_norms(tmp_path: Path) -> None:
    reader = gguf.GGUFReader(write_tiny_llama(tmp_path / "tiny.gguf", quantization="Q4_1"))
    kinds = {tensor.name: tensor.tensor_type.name for tensor in reader.tensors}
    assert kinds["blk.0.ffn_down.weight"] == "Q4_1"
    assert kinds["blk.0.ffn_norm.weight"] == "F32"
