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


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the chain: a pure function and the setting that steers it.

    Args:
        name: stable name (``"top-k"``), the one that records and JSON output use.
        setting: its field in `SamplingSettings`; at the value `SETTING_BOUNDS` calls off it is not applied.
        apply: what it does.
    """

    name: str
    setting: str
    apply: Apply
