"""Top-k: keeps the k most probable tokens.

Knows nothing about the other stages.

Fan et al., arXiv 1805.04833, as `TopKLogitsWarper` of Hugging Face transformers has it.
"""

from __future__ import annotations

import numpy as np

from inference.sampling.candidates import Candidates
from inference.sampling.distribution import IntArray
from inference.sampling.selection import positions_of_largest
from inference.sampling.settings import SETTING_BOUNDS
from inference.sampling.stage import Stage


def keep_top_k(candidates: Candidates, k: float, history: IntArray) -> Candidates:
    """Keep tokens no less probable than the k-th; all that equal it stay, so there can be more than k."""
    if k >= len(candidates):
        return candidates
    return candidates.keep_at(positions_of_largest(candidates.logits, int(k)))


def room_in_top_k(candidates: Candidates, k: float, place: int) -> float:
    """What share of the k could be taken by other tokens before it is dropped, if half of it were one."""
    if not k:
        return 1.0
    higher = int(np.count_nonzero(candidates.logits > candidates.logits[place]))
    return 1 - (higher + 0.5) / k


STAGE = Stage("top-k", "top_k", keep_top_k, room_in_top_k, laxest=SETTING_BOUNDS["top_k"].maximum)
