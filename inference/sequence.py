"""The one sequence an engine holds: its token IDs, and up to where the cache and the captures are valid.

Knows nothing about models: positions and IDs only.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence as Ids

import numpy as np
from numpy.typing import NDArray

from inference.reading_plan import EITHER


class TokenSequence:
    """Token IDs with a mark: positions before `read` have keys, values, queries and hidden states.

    Args:
        capacity: positions at most.
    """

    def __init__(self, capacity: int) -> None:
        self._ids = np.zeros(capacity, np.int64)
        self.alone = np.zeros(capacity, np.bool_)
        """``bool [capacity]`` whether each position that was read was so in a run of its own."""
        self._length = 0
        self.read = 0
        """Positions from 0 that the model has read."""

    def __len__(self) -> int:
        return self._length

    @property
    def capacity(self) -> int:
        """Positions at most."""
        return len(self._ids)

    @property
    def ids(self) -> NDArray[np.int64]:
        """``int64 [length]``, a view."""
        return self._ids[: self._length]

    @property
    def is_full(self) -> bool:
        """Whether no further token fits."""
        return self._length == len(self._ids)

    def replace(self, ids: Ids[int], wanted: NDArray[np.int8] | None = None) -> int:
        """Become another sequence, keeping what the two have in common at the start.

        Args:
            ids: the new sequence, within the capacity.
            wanted: ``int8 [tokens]`` how each has to have been read to be kept, as `inference.reading_plan` has it.

        Returns:
            How many positions stay read.
        """
        new = np.asarray(ids, np.int64)
        self.read = self.shared(new, wanted)
        self._ids[: len(new)] = new
        self._length = len(new)
        return self.read

    def shared(self, ids: Ids[int] | NDArray[np.int64], wanted: NDArray[np.int8] | None = None) -> int:
        """How many positions would stay read, were this another sequence; arguments as in `replace`."""
        new = np.asarray(ids, np.int64)
        shared = min(len(new), self.read)
        differs = self._ids[:shared] != new[:shared]
        if wanted is not None:
            differs |= (wanted[:shared] != EITHER) & (wanted[:shared] != self.alone[:shared])
        different = np.flatnonzero(differs)
        return int(different[0]) if len(different) else shared

    def append(self, token: int) -> int:
        """Add a token that the model has not read yet.

        Returns:
            Its position.
        """
        position = self._length
        self._ids[position] = token
        self._length += 1
        return position


def checksum(ids: Ids[int] | NDArray[np.int64]) -> int:
    """CRC-32 of token IDs: tells whether a sequence is still the one it was."""
    return zlib.crc32(np.asarray(ids, "<i8").tobytes())
