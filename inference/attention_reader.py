"""Attention weights of a model's sites at positions it has read.

Knows nothing about who asks; `inference.attention` computes, this hands it queries and keys.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from inference.attention import atlas_cells, atlas_rows, attention_rows, combine_heads
from inference.captures import Captures
from inference.contract import FloatArray


class AttentionReader:
    """Looks at captured queries and keys.

    Args:
        captures: of a model.
    """

    def __init__(self, captures: Captures) -> None:
        self._captures = captures
        self.sites = captures.sites
        self.heads = max((site.heads for site in self.sites), default=0)
        """Query heads of the layer with most of them."""

    def rows(self, layer: int, start: int, stop: int, heads: slice = slice(None)) -> FloatArray:
        """Weights of consecutive query rows: ``float32 [heads, stop - start, stop]``."""
        rows = np.arange(start, stop)
        captures = self._captures
        queries, bias = captures.queries_of(layer, rows), captures.bias_of(layer, rows, stop)
        return attention_rows(
            captures.formulas[layer], queries, captures.keys_of(layer, stop), start, heads, bias
        )

    def one_map(self, layer: int, head: int | Literal["mean", "max"], start: int, stop: int) -> FloatArray:
        """Weights of consecutive query rows of one head, or of all combined: ``float32 [stop - start, stop]``."""
        if isinstance(head, int):
            return self.rows(layer, start, stop, slice(head, head + 1))[0]
        return combine_heads(self.rows(layer, start, stop), head)

    def cells(self, layer: int, length: int, stride: int, first: int) -> FloatArray:
        """Rows of small maps of all heads, as `atlas_cells`: ``float32 [heads, cells - first, cells]``."""
        rows = atlas_rows(length, stride, first)
        captures = self._captures
        queries, bias = captures.queries_of(layer, rows), captures.bias_of(layer, rows, length)
        keys = captures.keys_of(layer, length)
        return atlas_cells(captures.formulas[layer], queries, keys, stride, rows, bias)
