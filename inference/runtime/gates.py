"""What a body with gates is given besides its other inputs: a factor for every head and block, and what covers words.

Knows nothing about where gates are in a graph but the names of the inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.intervention import Intervention
from inference.runtime.head import Head
from inference.runtime.session import Session, bind_input
from models.inside.gated_layer import COVER, GatedLayer


class Gates:
    """The gates of one decoder.

    Args:
        layers: names and shapes, by layer.
        dtype: of the gates.
        covers: whether the graph takes what covers words.
        intervention: what is muted and covered; of this model.
    """

    def __init__(
        self,
        layers: tuple[GatedLayer, ...],
        dtype: np.dtype[Any],
        *,
        covers: bool,
        intervention: Intervention,
    ) -> None:
        self._layers = layers
        self._dtype = dtype
        self._covers = covers
        self._covered = np.zeros(0, np.int64)
        self._cover: NDArray[Any] = np.zeros(0, dtype)
        self._arrays: dict[str, NDArray[Any]] = {}
        for layer in layers:
            self._arrays[layer.heads] = np.ones(layer.gate_shape, dtype)
            self._arrays[layer.attention] = np.ones(1, dtype)
            self._arrays[layer.mlp] = np.ones(1, dtype)
        self.change(intervention)

    def change(self, intervention: Intervention) -> None:
        """Mute and cover something else; what was read before is not as it would be now, nor is any binding."""
        for array in self._arrays.values():
            array[...] = 1
        for layer, head in intervention.heads:
            gated = self._layers[layer]
            self._arrays[gated.heads].reshape(gated.count, -1)[head] = 0
        for layer in intervention.attention:
            self._arrays[self._layers[layer].attention][...] = 0
        for layer in intervention.mlp:
            self._arrays[self._layers[layer].mlp][...] = 0
        self._covered = np.asarray(intervention.covered, np.int64)

    def bind(self, binding: Any, start: int, count: int) -> None:
        """Bind all of it for a run that reads `count` tokens from `start` on."""
        for name, array in self._arrays.items():
            bind_input(binding, name, array)
        self.rebind(binding, start, count)

    def rebind(self, binding: Any, start: int, count: int) -> None:
        """Bind what has another shape for every run."""
        if not self._covers:
            return
        self._cover = np.zeros((1, 1, count, start + count), self._dtype)
        # Half of the least number: whatever else is added to a product, the sum is a number or far below all others.
        hidden = float(np.finfo(self._dtype).min) / 2
        for position in self._covered[self._covered < start + count].tolist():
            # Rows before it do not see it anyway, and its own must see something.
            self._cover[0, 0, max(position + 1 - start, 0) :, position] = hidden
        bind_input(binding, COVER, self._cover)


@dataclass(frozen=True, slots=True, eq=False)
class Gated:
    """What a decoder runs instead of the body itself.

    Args:
        body: session of the instrumented graph.
        head: to share.
        gates: of this decoder alone.
    """

    body: Session
    head: Head
    gates: Gates
