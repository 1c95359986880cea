"""The atlas of a growing text: rows that are there already are not computed again, whatever becomes of the stride."""

from __future__ import annotations

import numpy as np
import pytest

from inference.atlas_reader import AtlasReader
from inference.attention_reader import AttentionReader
from inference.contract import FloatArray
from inference.runtime.decoder import Decoder
from inference.sequence import TokenSequence
from inference.slices import finished
from tests.inference.observed_exports import text


class CountingReader(AttentionReader):
    """Counts the rows of cells that are computed."""

    computed = 0

    def cells(self, layer: int, length: int, stride: int, first: int) -> FloatArray:
        """As `AttentionReader.cells`."""
        found = super().cells(layer, length, stride, first)
        self.computed += found.shape[1] if layer == 0 else 0
        return found


def test_larger_cells_are_made_of_the_smaller_ones(tiny_decoder: Decoder) -> None:
    ids = text(1, 140)
    sequence = TokenSequence(tiny_decoder.capacity)
    sequence.replace(ids)
    reader = CountingReader(tiny_decoder)
    grown = AtlasReader(reader, sequence)
    start = 0
    # With 8 cells the stride is 4, 4, 8, 16 and 32; a row is complete at every stride-th token.
    for length, stride, new in ((27, 4, 7), (32, 4, 2), (50, 8, 3), (128, 16, 5), (140, 32, 1)):
        for _ in tiny_decoder.prefill(ids[start:length], start):
            pass
        start = sequence.read = length
        before = reader.computed
        atlas = finished(grown.read(8))
        assert (atlas.tokens, atlas.stride) == (length, stride)
        assert reader.computed - before == new
        fresh = finished(AtlasReader(AttentionReader(tiny_decoder), sequence).read(8))
        np.testing.assert_allclose(atlas.weights, fresh.weights, rtol=0, atol=1e-6)


@pytest.mark.parametrize("cells", [64, 5])
def test_another_size_is_read_anew_or_made_of_what_is_there(tiny_decoder: Decoder, cells: int) -> None:
    ids = text(2, 60)
    sequence = TokenSequence(tiny_decoder.capacity)
    sequence.replace(ids)
    for _ in tiny_decoder.prefill(ids, 0):
        pass
    sequence.read = 60
    reader = AtlasReader(AttentionReader(tiny_decoder), sequence)
    finished(reader.read(20))
    fresh = finished(AtlasReader(AttentionReader(tiny_decoder), sequence).read(cells))
    np.testing.assert_allclose(finished(reader.read(cells)).weights, fresh.weights, rtol=0, atol=1e-6)
