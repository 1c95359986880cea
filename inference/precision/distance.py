"""What rows of logits say about given tokens, and how far two kinds of them are apart: numbers for each token only.

Knows nothing about models; everything is summed up in ``float64``, a few rows at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.precision.contract import DoubleArray, IntArray
from inference.sampling.distribution import FloatArray

VALUES_AT_ONCE = 1 << 20
"""Logits that are looked at together: 8 MiB in 64 bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """By token; arrays as of `inference.precision.contract.FormatRun`."""

    logprobs: DoubleArray
    ranks: IntArray
    divergence: DoubleArray
    top: IntArray
    top_logprobs: DoubleArray

    @classmethod
    def joined(cls, parts: list[Distances]) -> Distances:
        """One after the other."""
        return cls(
            np.concatenate([one.logprobs for one in parts]),
            np.concatenate([one.ranks for one in parts]),
            np.concatenate([one.divergence for one in parts]),
            np.concatenate([one.top for one in parts]),
            np.concatenate([one.top_logprobs for one in parts]),
        )


def distances(logits: FloatArray, tokens: IntArray, reference: FloatArray | None) -> Distances:
    """Compare rows with others.

    Args:
        logits: ``float32 [rows, vocabulary]``, checked as by `inference.sampling.distribution.check_logits`.
        tokens: ``int64 [rows]`` the token that follows each.
        reference: as `logits`; ``None`` where these are the reference, which is not apart from itself.
    """
    step = max(1, VALUES_AT_ONCE // logits.shape[1])
    return Distances.joined(
        [
            _of_few(
                logits[start : start + step],
                tokens[start : start + step],
                None if reference is None else reference[start : start + step],
            )
            for start in range(0, len(logits), step)
        ]
    )


def divergence(reference: DoubleArray, other: DoubleArray) -> DoubleArray:
    """Kullback-Leibler divergence of other distributions from reference ones, in nats.

    Args:
        reference: ``float64 [rows, vocabulary]`` natural logarithms of probabilities.
        other: likewise.

    Returns:
        ``float64 [rows]``, never below 0.
    """
    likely = np.isfinite(reference)
    with np.errstate(invalid="ignore"):
        parts = np.where(likely, np.exp(reference) * (reference - other), 0.0)
    found: DoubleArray = np.maximum(parts.sum(axis=-1), 0.0)
    return found


def log_probabilities(logits: FloatArray) -> DoubleArray:
    """Natural logarithms of the probabilities of rows of logits, in 64 bits."""
    wide = logits.astype(np.float64)
    wide -= wide.max(axis=-1, keepdims=True)
    wide -= np.log(np.exp(wide).sum(axis=-1, keepdims=True))
    return wide


def _of_few(logits: FloatArray, tokens: IntArray, reference: FloatArray | None) -> Distances:
    rows = np.arange(len(logits))
    logs = log_probabilities(logits)
    own = logits[rows, tokens][:, None]
    # Of equals the one with the lower ID comes first.
    before = (logits > own).sum(axis=1)
    before += [int((row[:token] == row[token]).sum()) for row, token in zip(logits, tokens, strict=True)]
    top = logits.argmax(axis=1)
    apart = np.zeros(len(logits)) if reference is None else divergence(log_probabilities(reference), logs)
    return Distances(logs[rows, tokens], before + 1, apart, top, logs[rows, top])
