"""The token IDs that the rows read so far are about, to know which of them another sequence shares.

Knows nothing about rows, sessions or when sequences are replaced.
"""

from __future__ import annotations

from collections.abc import Sequence

from inference.contract import Token


class FollowedSequence:
    """Remembers a sequence as it grows."""

    def __init__(self) -> None:
        self._ids: list[int] = []

    def __len__(self) -> int:
        return len(self._ids)

    def grow(self, tokens: Sequence[Token]) -> None:
        """Take the tokens that were appended to the sequence.

        Args:
            tokens: all of it.
        """
        self._ids += [token.id for token in tokens[len(self._ids) :]]

    def replace(self, tokens: Sequence[Token]) -> int:
        """Take another sequence.

        Returns:
            How many of the first tokens are the same; the attention of their rows is the same, too, for a
            row depends on nothing that comes after it.
        """
        ids = [token.id for token in tokens]
        pairs = enumerate(zip(self._ids, ids, strict=False))
        same = next((at for at, (old, new) in pairs if old != new), min(len(self._ids), len(ids)))
        self._ids = ids
        return same

    def clear(self) -> None:
        """Forget it: the same tokens mean something else to another model."""
        self._ids = []
