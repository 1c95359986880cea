"""The queries of every attention site and what is added to products, bound as outputs of a run.

Knows nothing about attention, about graphs beyond the names of their outputs, or about who keeps what came out.
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
    """What is captured of a run.

    Args:
        sites: whose queries are captured, by layer.
        wiring: of the body.
        masks: what is captured of what is added to products; ``None`` is all that the wiring names, if there are
            sites.
    """

    def __init__(
        self,
        sites: Sequence[AttentionSite],
        wiring: Wiring,
        masks: Sequence[tuple[str, int]] | None = None,
    ) -> None:
        self._sites = sites
        self.layers = len(sites)
        """How many sites there are."""
        self._widths = [_kept_width(site) for site in sites]
        self.width = max(self._widths, default=0)
        """Columns of queries; of a narrower site only the first mean something."""
        self._tap_width = max((site.width for site in sites), default=0)
        self.dtype: np.dtype[Any] = np.dtype(wiring.query_dtype)
        """Of queries and masks."""
        dtype = self.dtype
        # Of one run, all layers side by side: flat, because the layout depends on how many tokens there are.
        self._several = np.empty((len(sites), 0), dtype)
        self._one = np.zeros((len(sites), self._tap_width), dtype)
        self.last_count = 0
        """Tokens of the last run."""
        self.mask_names = tuple(masks) if masks is not None else wiring.masks if sites else ()
        """What is added to products, with the number of its heads."""
        self.masks: dict[str, NDArray[Any]] = {}
        """What the last run has put out of it: ``[1, 1 or heads, rows, keys]``."""

    @property
    def rebinds(self) -> bool:
        """Whether `bind_masks` is wanted before every run."""
        return bool(self.mask_names)

    @property
    def names(self) -> list[str]:
        """The outputs that are bound."""
        return [*(site.query for site in self._sites), *(name for name, _ in self.mask_names)]

    @property
    def nbytes(self) -> int:
        """Memory of the outputs that stay bound, and of the last run's."""
        return self._several.nbytes + self._one.nbytes + sum(mask.nbytes for mask in self.masks.values())

    def bytes_of(self, count: int) -> int:
        """Memory that a run over so many tokens takes for its queries."""
        return len(self._sites) * count * self._tap_width * self.dtype.itemsize

    @property
    def last(self) -> dict[str, NDArray[Any]]:
        """What the last run put out, as it came out."""
        return self.masks | {
            site.query: array for site, array in zip(self._sites, self._arrays(self.last_count), strict=True)
        }

    def bind(self, binding: Any, count: int) -> None:
        """Bind the outputs of a run over `count` tokens."""
        if self._several.shape[1] < count * self._tap_width:
            self._several = np.empty((len(self._sites), count * self._tap_width), self._several.dtype)
        for site, array in zip(self._sites, self._arrays(count), strict=True):
            bind_output(binding, site.query, array)

    def bind_masks(self, binding: Any, start: int, count: int) -> None:
        """Bind the outputs whose shape depends on the position too."""
        for name, heads in self.mask_names:
            array = np.empty((1, heads, count, start + count), self.dtype)
            self.masks[name] = array
            bind_output(binding, name, array)

    @property
    def one(self) -> NDArray[Any]:
        """Queries of a run over one token: ``[layer, width]``, a view."""
        # One token has the same layout either way.
        return self._one[:, : self.width]

    def rows(self, count: int) -> list[NDArray[Any]]:
        """Queries of a run, by layer ``[count, columns]``; views where the layout allows it."""
        found = []
        for kept, site, array in zip(self._widths, self._sites, self._arrays(count), strict=True):
            rows = array[0].swapaxes(0, 1).reshape(count, -1) if site.layout == "heads" else array[0]
            found.append(rows[:, :kept])
        return found

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
