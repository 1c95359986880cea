"""Min-p: keeps tokens that are at least a share as probable as the most probable one.

Knows nothing about the other stages.

Nguyen et al., arXiv 2407.01082, as `MinPLogitsWarper` of Hugging Face transformers has it.
"""

from __future__ import annotations

import numpy as np

from inference.sampling.candidates import Candidates
from inference.sampling.distribution import IntArray
from inference.sampling.settings import SETTING_BOUNDS
from inference.sampling.stage import Stage


def keep_min_p(candidates: Candidates, share: float, history: IntArray) -> Candidates:
    """Keep tokens whose probability is no less than `share` times the largest."""
    return candidates.keep(candidates.weights.astype(np.float32) >= np.float32(share))


def room_in_min_p(candidates: Candidates, share: float, place: int) -> float:
    """By how much it is more probable than asked, relative to the most probable one."""
    return float(candidates.weights[place]) - share


STAGE = Stage("min-p", "min_p", keep_min_p, room_in_min_p, laxest=SETTING_BOUNDS["min_p"].minimum)
