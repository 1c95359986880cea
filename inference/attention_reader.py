"""Attention weights of a decoder's sites at positions it has read.

Knows nothing about who asks; `inference.attention` computes, this finds the queries and keys.
"""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from inference.attention import atlas_cells, attention_rows
from inference.contract import FloatArray
from inference.runtime.decoder import Decoder

_KEYS_OF_BOTH = 0


class AttentionReader:
    """Looks at a decoder's captures and key cache.

    Args:
        decoder: with captures.
    """

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self.sites = decoder.sites
        self.heads = max((site.heads for site in self.sites), default=0)
        """Query heads of the layer with most of them."""

    def rows(self, layer: int, start: int, stop: int, heads: slice = slice(None)) -> FloatArray:
        """Weights of consecutive query rows: ``float32 [heads, stop - start, stop]``."""
        queries = self._decoder.queries[layer, start:stop]
        bias = self._bias(layer, slice(start, stop), stop)
        keys = self._keys(layer, stop)
        return attention_rows(self._decoder.formulas[layer], queries, keys, start, heads, bias)

    def cells(self, layer: int, length: int, stride: int, first: int) -> FloatArray:
        """Rows of small maps of all heads, as `atlas_cells`: ``float32 [heads, cells - first, cells]``."""
        queries = self._decoder.queries[layer, :length]
        keys = self._keys(layer, length)
        bias = self._bias(layer, slice(length), length)
        return atlas_cells(self._decoder.formulas[layer], queries, keys, stride, first, bias)

    def _bias(self, layer: int, rows: slice, length: int) -> NDArray[Any] | None:
        name = self.sites[layer].mask
        return None if name is None else self._decoder.taps.masks[name][:, rows, :length]

    def _keys(self, layer: int, length: int) -> NDArray[Any]:
        found = self._decoder.cache.first(self.sites[layer].keys, length)
        return found[_KEYS_OF_BOTH] if found.ndim == 4 else found
