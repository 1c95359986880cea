"""Maps and atlas read in slices, against exact weights of made-up queries and keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.atlas_reader import AtlasReader
from inference.attention import AttentionFormula
from inference.attention_map import pooled, without_sink
from inference.attention_reader import AttentionReader
from inference.captures import Positions
from inference.contract import FloatArray, ReadAttentionMap
from inference.reading import Reader
from inference.sequence import TokenSequence
from inference.slices import finished
from models.attention_site import AttentionSite
from models.errors import VitrineError

LENGTH, HEADS, SIZE = 70, 4, 8


def site(layer: int, window: int | None) -> AttentionSite:
    """Four query heads over two key heads."""
    return AttentionSite(
        layer=layer,
        kind="GroupQueryAttention",
        heads=HEADS,
        key_value_heads=2,
        head_size=SIZE,
        scale=0.5,
        kernel="",
        query="",
        layout="tokens",
        width=HEADS * SIZE,
        keys=layer,
        window=window,
    )


class MadeUp:
    """Captures of two layers, the second of which sees sixteen keys back."""

    vocabulary = 3

    def __init__(self) -> None:
        random = np.random.default_rng(7)
        self.sites = (site(0, None), site(1, 16))
        self.formulas = tuple(AttentionFormula(one) for one in self.sites)
        self._queries = random.normal(size=(2, LENGTH, HEADS * SIZE)).astype(np.float32)
        self._keys = random.normal(size=(2, 2, LENGTH, SIZE)).astype(np.float32)

    def queries_of(self, layer: int, positions: Positions) -> NDArray[Any]:
        return self._queries[layer, positions]

    def keys_of(self, layer: int, length: int) -> NDArray[Any]:
        return self._keys[layer, :, :length]

    def key_dtype_of(self, layer: int) -> np.dtype[Any]:
        return self._keys.dtype

    def bias_of(self, layer: int, positions: Positions, length: int) -> NDArray[Any] | None:
        return None

    def last_logits(self, position: int) -> FloatArray:
        return np.zeros(3, np.float32)

    def logits(self, start: int, stop: int) -> Iterator[tuple[int, FloatArray]]:
        yield start, np.zeros((stop - start, 3), np.float32)


@pytest.fixture
def sequence() -> TokenSequence:
    made = TokenSequence(LENGTH)
    made.replace(range(100, 100 + LENGTH))
    made.read = LENGTH
    return made


@pytest.fixture
def reader(sequence: TokenSequence) -> Reader:
    return Reader(MadeUp(), sequence)


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("head", [0, 3, "mean", "max"])
@pytest.mark.parametrize("stride", [1, 4])
@pytest.mark.parametrize("hide_sink", [False, True])
def test_a_map_is_the_exact_weights_pooled(
    reader: Reader, layer: int, head: int | Literal["mean", "max"], stride: int, hide_sink: bool
) -> None:
    exact = reader.attention(layer, head, 8, LENGTH).weights
    shown = without_sink(exact) if hide_sink else exact
    asked = ReadAttentionMap(1, layer, head, stride, 8, LENGTH, 4, 60, hide_sink)
    part = finished(reader.attention_map(asked))
    assert part.asked == asked
    np.testing.assert_allclose(part.weights, pooled(shown, stride, 4, 60), atol=5e-4)


def test_keys_that_nothing_sees_are_left_out(reader: Reader) -> None:
    part = finished(reader.attention_map(ReadAttentionMap(1, 0, 0, 4, 0, 8, 0, LENGTH)))
    assert part.weights.shape == (2, 2)


def test_a_map_comes_in_slices(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.attention_map.WEIGHTS_OF_A_SLICE", 4 * LENGTH)
    slices = list(reader.attention_map(ReadAttentionMap(1, 0, 0, 4, 0, LENGTH, 0, LENGTH)))
    assert len(slices) > LENGTH // 16


@pytest.mark.parametrize(
    ("asked", "case"),
    [
        (ReadAttentionMap(1, 2, 0, 1, 0, 4, 0, 4), "no-such-layer"),
        (ReadAttentionMap(1, 0, 4, 1, 0, 4, 0, 4), "no-such-head"),
        (ReadAttentionMap(1, 0, 0, 1, 0, LENGTH + 1, 0, 4), "position-not-read"),
        (ReadAttentionMap(1, 0, 0, 4, 2, 8, 0, 8), "no-such-part"),
        (ReadAttentionMap(1, 0, 0, 4, 0, 8, 2, 8), "no-such-part"),
        (ReadAttentionMap(1, 0, 0, 0, 0, 8, 0, 8), "no-such-part"),
        (ReadAttentionMap(1, 0, 0, 4, 0, 8, 8, 12), "no-such-part"),
    ],
)
def test_what_is_no_part_of_a_map_is_refused(reader: Reader, asked: ReadAttentionMap, case: str) -> None:
    with pytest.raises(VitrineError) as refusal:
        finished(reader.attention_map(asked))
    assert refusal.value.case == case


@pytest.mark.parametrize("cells", [3, 10])
def test_a_growing_atlas_is_what_a_fresh_one_would_be(sequence: TokenSequence, cells: int) -> None:
    attention = AttentionReader(MadeUp())
    growing = AtlasReader(attention, sequence)
    for length in (*range(1, 40), 41, 64, LENGTH):
        sequence.read = length
        known = finished(growing.read(cells))
        fresh = finished(AtlasReader(attention, sequence).read(cells))
        assert (known.tokens, known.stride) == (fresh.tokens, fresh.stride)
        np.testing.assert_allclose(known.weights, fresh.weights, atol=1e-6)


def test_an_atlas_of_another_text_keeps_what_both_begin_with(sequence: TokenSequence) -> None:
    attention = AttentionReader(MadeUp())
    atlas = AtlasReader(attention, sequence)
    finished(atlas.read(8))
    sequence.replace([*range(100, 120), *range(50)])
    sequence.read = LENGTH
    fresh = finished(AtlasReader(attention, sequence).read(8))
    np.testing.assert_allclose(finished(atlas.read(8)).weights, fresh.weights, atol=1e-6)
