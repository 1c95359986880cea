"""Temperature: flattens the distribution above 1, sharpens it below, and at 0 leaves the most probable token.

Knows nothing about the other stages.

As `TemperatureLogitsWarper` of Hugging Face transformers, which has no 0.
"""

from __future__ import annotations

import numpy as np

from inference.sampling.candidates import Candidates
from inference.sampling.distribution import IntArray
from inference.sampling.stage import Stage


def divide_by_temperature(candidates: Candidates, temperature: float, history: IntArray) -> Candidates:
    """Divide the logits by the temperature; at 0 keep only the most probable token, the lowest ID of equals.

    A temperature so close to 0 that the best logit overflows means 0; other tokens whose quotients overflow
    have a probability of 0 and are dropped.
    """
    divisor = np.float32(temperature)
    if divisor == 0:
        return candidates.keep_only(candidates.best)
    with np.errstate(over="ignore"):
        divided = candidates.logits / divisor
        if np.isfinite(candidates.logits[candidates.best] / divisor) and np.isfinite(
            candidates.lowest / divisor
        ):
            return candidates.with_logits(divided)
    finite = np.isfinite(divided)
    if not finite[candidates.best]:
        return candidates.keep_only(candidates.best)
    return candidates.with_logits(divided).keep(finite)


HOTTEST = 100.0
"""No higher temperature is looked at: all tokens with a chance are about equally probable there."""

# A higher temperature lowers the share of any number of most probable tokens, so it never removes more.
STAGE = Stage("temperature", "temperature", divide_by_temperature, laxest=HOTTEST)
