"""What a stage of the sampling chain is.

Knows nothing about any stage in particular; `inference.sampling.chain` lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from inference.sampling.candidates import Candidates
from inference.sampling.distribution import IntArray

Apply: TypeAlias = Callable[[Candidates, float, IntArray], Candidates]
"""Candidates before, the setting's value, IDs of the sequence so far → candidates after. Changes nothing."""

Room: TypeAlias = Callable[[Candidates, float, int], float]
"""Candidates before, the setting's value, a place in their arrays → how clearly the token there is kept.

Positive if it is kept, negative if not; the nearer to 0, the less has to change. The unit is the stage's own."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the chain: a pure function and the setting that steers it.

    Args:
        name: stable name (``"top-k"``), the one that records and JSON output use.
        setting: its field in `SamplingSettings`; at the value `SETTING_BOUNDS` calls off it is not applied.
        apply: what it does.
        room: of a stage that only keeps or removes tokens; ``None`` for one that changes their logits.
        laxest: the value towards which more and more tokens get through the chain, and none fewer; ``None``
            where there is no such order.
    """

    name: str
    setting: str
    apply: Apply
    room: Room | None = None
    laxest: float | None = None
