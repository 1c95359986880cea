"""What a reader looks into: what a model made of the positions it has read, live or out of a file.

Knows nothing about how it was made or kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inference.attention import AttentionFormula
from inference.contract import FloatArray
from models.attention_site import AttentionSite

Positions: TypeAlias = NDArray[np.int64]
"""``int64 [rows]`` ascending."""


class Postponed(Exception):
    """What was asked for takes longer than others can wait: ask again, and it goes on from there."""


class Captures(Protocol):
    """Queries, keys and logits by position.

    What is not kept is computed again: that can be interrupted, and can be `Postponed` where an engine has it so.
    """

    @property
    def sites(self) -> tuple[AttentionSite, ...]:
        """Every attention operation that can be shown, by layer."""

    @property
    def formulas(self) -> tuple[AttentionFormula, ...]:
        """By layer, how queries and keys become attention weights."""

    @property
    def vocabulary(self) -> int:
        """Logits of a row."""

    def queries_of(self, layer: int, positions: Positions) -> NDArray[Any]:
        """Captured queries: ``[rows, width]``, as the formula takes them."""

    def keys_of(self, layer: int, length: int) -> NDArray[Any]:
        """Keys of the first positions: ``[key_value_heads, length, head_size]``, as products take them."""

    def key_dtype_of(self, layer: int) -> np.dtype[Any]:
        """The type of a layer's keys, without fetching any."""

    def bias_of(self, layer: int, positions: Positions, length: int) -> NDArray[Any] | None:
        """What is added to the products ``[1 or heads, rows, length]``; ``None`` where nothing is."""

    def last_logits(self, position: int) -> FloatArray:
        """Logits of one row: ``float32 [vocabulary]``, valid until the next call.

        Raises:
            VitrineError: they cannot be had.
        """

    def logits(self, start: int, stop: int) -> Iterator[tuple[int, FloatArray]]:
        """Logits of rows [start, stop), some at a time: first row and ``float32 [rows, vocabulary]``.

        Raises:
            VitrineError: they cannot be had.
        """
