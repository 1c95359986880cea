"""What rows of logits say: log-probabilities, entropy, ranks, and whether they are usable at all.

Knows nothing about stages, settings or draws.

Everything here works along the last axis, so one row ``[vocabulary]`` and many ``[token, vocabulary]`` are
treated alike. Order among tokens is always: the more probable first, and of equals the one with the lower ID.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.errors import VitrineError

FloatArray: TypeAlias = NDArray[np.float32]
DoubleArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]


def check_logits(logits: FloatArray, vocabulary: int) -> None:
    """Refuse logits that no distribution can be made of.

    Minus infinity is legal for some entries: exports mask tokens with it.

    Args:
        logits: ``[..., vocabulary]``.
        vocabulary: how many there must be in a row.

    Raises:
        VitrineError: the width is wrong, or an entry is NaN or plus infinity, or all of a row are minus
            infinity.
    """
    remedy = "The model file or its conversion is faulty; try another file of this model."
    if logits.ndim == 0 or logits.shape[-1] != vocabulary:
        width = logits.shape[-1] if logits.ndim else 0
        raise VitrineError(
            "logits-wrong-width",
            f"The model gave {width:,} logits for a vocabulary of {vocabulary:,} tokens.",
            remedy,
        )
    # A NaN is the least and the largest of whatever it is among.
    if np.isfinite(logits.min(initial=0.0)) and np.isfinite(logits.max(initial=0.0)):
        return
    for name, wrong in (("NaN", np.isnan(logits)), ("infinite", np.isposinf(logits))):
        if count := int(np.count_nonzero(wrong)):
            first = int(np.argwhere(wrong)[0, -1])
            raise VitrineError(
                "logits-not-finite",
                f"{count:,} of the model's {logits.size:,} logits are {name}, first that of token {first}.",
                remedy,
            )
    if np.isneginf(logits).all(axis=-1).any():
        raise VitrineError(
            "logits-not-finite", "The model gave every token a logit of minus infinity.", remedy
        )


def log_softmax(logits: FloatArray) -> FloatArray:
    """Natural logarithms of the probabilities.

    Args:
        logits: ``[..., vocabulary]``.

    Returns:
        ``float32 [..., vocabulary]``; sums are accumulated in float64.
    """
    shifted, _ = _shifted(logits)
    logprobs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    with np.errstate(over="ignore"):
        return logprobs.astype(np.float32)


def log_normaliser(logits: FloatArray) -> DoubleArray:
    """What to subtract from logits to get log-probabilities: the logarithm of the sum of their exponentials.

    Args:
        logits: ``[..., vocabulary]``.

    Returns:
        ``float64 [...]``.
    """
    shifted, largest = _shifted(logits)
    return np.asarray(np.log(np.exp(shifted).sum(axis=-1)) + largest)


def entropy(logits: FloatArray) -> DoubleArray:
    """Shannon entropy of the distribution.

    Args:
        logits: ``[..., vocabulary]``.

    Returns:
        ``float64 [...]`` nats.
    """
    shifted, _ = _shifted(logits)
    weights = np.exp(shifted)
    total = weights.sum(axis=-1)
    # exp underflows to 0 long before -1e300; the floor only keeps 0 · -inf from being NaN.
    weights *= np.maximum(shifted, -1e300, out=shifted)
    return np.asarray(np.log(total) - weights.sum(axis=-1) / total)


def rank(logits: FloatArray, ids: int | IntArray) -> IntArray:
    """Place of tokens in the order of probability.

    Args:
        logits: ``[..., vocabulary]``.
        ids: ``[...]``, one token of each row.

    Returns:
        ``int64 [...]``, 1 for the most probable.
    """
    chosen = np.asarray(ids)[..., None]
    logit = np.take_along_axis(logits, chosen, axis=-1)
    equals_before = (logits == logit) & (np.arange(logits.shape[-1]) < chosen)
    return np.asarray(
        1 + np.count_nonzero(logits > logit, axis=-1) + np.count_nonzero(equals_before, axis=-1)
    )


def _shifted(logits: FloatArray) -> tuple[DoubleArray, DoubleArray]:
    """Logits in float64 minus their largest, and that largest."""
    largest = logits.max(axis=-1).astype(np.float64)
    return logits.astype(np.float64) - largest[..., None], largest
