"""The repetition penalty: makes tokens that are already in the sequence less probable.

Knows nothing about the other stages.

Keskar et al., CTRL, arXiv 1909.05858, as `RepetitionPenaltyLogitsProcessor` of Hugging Face transformers
has it.
"""

from __future__ import annotations

import numpy as np

from inference.sampling.candidates import Candidates
from inference.sampling.distribution import IntArray
from inference.sampling.stage import Stage


def penalise_repetition(candidates: Candidates, penalty: float, history: IntArray) -> Candidates:
    """Divide positive and multiply negative logits of tokens in `history` by the penalty, each token once."""
    known = history[(history >= 0) & (history < candidates.vocabulary)]
    seen = np.zeros(candidates.vocabulary, np.bool_)
    seen[known] = True
    repeated = np.flatnonzero(seen[candidates.ids])
    logits = candidates.logits.copy()
    before, factor = logits[repeated], np.float32(penalty)
    limit = np.finfo(np.float32).max
    with np.errstate(over="ignore"):
        logits[repeated] = np.clip(np.where(before < 0, before * factor, before / factor), -limit, limit)
    return candidates.with_logits(logits)


STAGE = Stage("repetition-penalty", "repetition_penalty", penalise_repetition)
