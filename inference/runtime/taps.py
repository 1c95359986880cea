"""The captured queries of every attention site: bound as outputs of a run, kept by position.

Knows nothing about attention or about graphs beyond the names of their outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.runtime.session import bind_output
from models.attention_site import AttentionSite
from models.wiring import Wiring


class Taps:
    """What is captured of every position.

    Args:
        sites: whose queries are captured, by layer.
        wiring: of the body.
        capacity: most positions.
    """

    def __init__(self, sites: Sequence[AttentionSite], wiring: Wiring, capacity: int) -> None:
        self._sites = sites
        self._widths = [_kept_width(site) for site in sites]
        self._width = max(self._widths, default=0)
        self._tap_width = max((site.width for site in sites), default=0)
        dtype = np.dtype(wiring.query_dtype)
        self.captured: NDArray[Any] = np.empty((len(sites), capacity, self._width), dtype)
        """``[layer, position, width]``; of a narrower site only the first columns mean something."""
        # Of one run, all layers side by side: flat, because the layout depends on how many tokens there are.
        self._several = np.empty((len(sites), 0), dtype)
        self._one = np.empty((len(sites), self._tap_width), dtype)
        self._last_count = 0
        self._mask_names = wiring.masks if sites else ()
        self.masks: dict[str, NDArray[Any]] = {
            name: np.zeros((heads, capacity, capacity), dtype) for name, heads in self._mask_names
        }
        """What is added to products ``[1 or heads, query, key]``; what no query was read for costs no memory."""
        self._bound_masks: dict[str, NDArray[Any]] = {}

    @property
    def rebinds(self) -> bool:
        """Whether `bind_masks` is wanted before every run."""
        return bool(self._mask_names)

    @property
    def names(self) -> list[str]:
        """The outputs that are bound."""
        return [*(site.query for site in self._sites), *(name for name, _ in self._mask_names)]

    @property
    def bytes_per_position(self) -> int:
        """Memory of one position."""
        return len(self._sites) * self._width * self.captured.itemsize

    def rows(self, layer: int, start: int, stop: int) -> NDArray[Any]:
        """Captured queries of positions [start, stop) ``[rows, width]``, a view."""
        return self.captured[layer, start:stop]

    @property
    def last(self) -> dict[str, NDArray[Any]]:
        """What the last run put out, as it came out."""
        return self._bound_masks | {
            site.query: array for site, array in zip(self._sites, self._arrays(self._last_count), strict=True)
        }

    def bind(self, binding: Any, count: int) -> None:
        """Bind the outputs of a run over `count` tokens."""
        if self._several.shape[1] < count * self._tap_width:
            self._several = np.empty((len(self._sites), count * self._tap_width), self._several.dtype)
        for site, array in zip(self._sites, self._arrays(count), strict=True):
            bind_output(binding, site.query, array)

    def bind_masks(self, binding: Any, start: int, count: int) -> None:
        """Bind the outputs whose shape depends on the position too."""
        for name, heads in self._mask_names:
            array = np.empty((1, heads, count, start + count), self.captured.dtype)
            self._bound_masks[name] = array
            bind_output(binding, name, array)

    def _keep_masks(self, start: int) -> None:
        for name, array in self._bound_masks.items():
            _, _, count, length = array.shape
            self.masks[name][:, start : start + count, :length] = array[0]

    def keep_one(self, position: int) -> None:
        """Keep what a decode step put out."""
        self._keep_masks(position)
        self._last_count = 1
        # One token has the same layout either way.
        self.captured[:, position] = self._one[:, : self._width]

    def keep(self, start: int, count: int) -> None:
        """Keep what a run over several tokens put out."""
        self._keep_masks(start)
        self._last_count = count
        for site, kept, array in zip(self._sites, self._widths, self._arrays(count), strict=True):
            rows = array[0].swapaxes(0, 1).reshape(count, -1) if site.layout == "heads" else array[0]
            self.captured[site.layer, start : start + count, :kept] = rows[:, :kept]

    def _arrays(self, count: int) -> list[NDArray[Any]]:
        return [self._array(index, site, count) for index, site in enumerate(self._sites)]

    def _array(self, index: int, site: AttentionSite, count: int) -> NDArray[Any]:
        block = self._one[index] if count == 1 else self._several[index]
        flat = block[: count * site.width]
        if site.layout == "heads":
            return flat.reshape(1, site.heads, count, site.head_size)
        return flat.reshape(1, count, site.width)


def _kept_width(site: AttentionSite) -> int:
    return site.width if site.projection is not None else site.heads * site.head_size
