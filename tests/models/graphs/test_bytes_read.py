"""Bytes of a decode step, counted by hand for the tiny model."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.bundle_library import ready_bundle
from models.directories import DATA_DIRECTORY_VARIABLE
from models.graphs.bytes_read import bytes_read
from tests.models.tiny_gguf import write_tiny_llama

WIDTH, QUERY_KEY_VALUE, INNER, VOCABULARY, LAYERS = 64, 64 + 2 * 32, 128, 389, 2


def test_every_weight_counts_once_and_of_a_table_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path))
    bundle, _ = ready_bundle(write_tiny_llama(tmp_path / "tiny.gguf"), "CPU", lambda done, total: None)

    def blocks(rows: int, columns: int) -> int:
        """8 bits a weight, and a scale of four bytes for 32 of them."""
        return rows * columns + rows * columns // 32 * 4

    layer = (
        blocks(QUERY_KEY_VALUE, WIDTH)
        + blocks(WIDTH, WIDTH)
        + blocks(2 * INNER, WIDTH)
        + blocks(WIDTH, INNER)
    )
    gains = (2 * LAYERS + 1) * WIDTH * 4
    row = blocks(1, WIDTH)
    # One row each of the tables of cosines and sines, half a head of 16 long.
    turns = 2 * 8 * 4
    read = bytes_read(bundle, 10)
    rest = read.weights - (LAYERS * layer + blocks(VOCABULARY, WIDTH) + gains + row)
    assert rest in (turns, turns + 8)  # and constants of a few bytes
    # Keys and values of two heads of 16 in two layers.
    assert read.cache == 10 * LAYERS * 2 * 2 * 16 * 4
    assert read.total == read.weights + read.cache
