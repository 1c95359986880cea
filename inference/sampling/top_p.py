"""Top-p (nucleus): keeps the most probable tokens that together reach a probability.

Knows nothing about the other stages.

Holtzman et al., arXiv 1904.09751, as `TopPLogitsWarper` of Hugging Face transformers has it.
"""

from __future__ import annotations

import numpy as np

from inference.sampling.candidates import Candidates
from inference.sampling.distribution import IntArray
from inference.sampling.selection import find_boundary
from inference.sampling.settings import SETTING_BOUNDS
from inference.sampling.stage import Stage


def keep_top_p(candidates: Candidates, p: float, history: IntArray) -> Candidates:
    """Drop the least probable tokens as long as those dropped sum to no more than 1 - p; the best one stays.

    So the token with which the sum reaches p is kept. transformers leaves open which of several equally
    probable tokens at the boundary goes first; here it is the one with the higher ID.
    """
    # transformers compares in float32; a tail that equals 1 - p there is dropped.
    droppable = np.float32(1 - p)
    total = candidates.total
    boundary = find_boundary(candidates.logits, candidates.weights, total * (1 - float(droppable)))
    weights = candidates.weights[boundary.positions]
    tail = total - boundary.before - (np.cumsum(weights) - weights)
    kept = int(np.count_nonzero((tail / total).astype(np.float32) > droppable))
    mask = boundary.above.copy()
    mask[boundary.positions[:kept]] = True
    mask[candidates.best] = True
    return candidates.keep(mask)


def room_in_top_p(candidates: Candidates, p: float, place: int) -> float:
    """How much more probability could come before it; the most probable token has all of it."""
    return p - candidates.share_before(place) if place != candidates.best else 1.0


STAGE = Stage("top-p", "top_p", keep_top_p, room_in_top_p, laxest=SETTING_BOUNDS["top_p"].maximum)
