"""Whether a model's numbers depend on how many tokens are read at once, two or more: guessing ahead relies on no.

Knows nothing about guesses or replies.

Most graphs compute every row by itself, in the same order however many rows there are. Some do not: an export may
round the activations of a whole run by one scale, or keep keys in fewer bits than those of the tokens being read.
What can be told from the graph is told at once; the rest is measured where it will be relied on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from inference.contract import ProviderChoice
from inference.runtime.decoder import Decoder
from inference.sequence import TokenSequence
from models.attention_site import AttentionSite
from models.wiring import Wiring

PROBED = 8
"""Tokens that are read in different ways."""

SIZES = (2, 5, 9)
"""Of runs that must agree with one over all of them."""

_OWN_ROUNDING = "GroupQueryAttention"
"""The operator that sees keys of 16 bits as it keeps them, also those of the tokens being read."""


def refusal_of(wiring: Wiring, sites: Sequence[AttentionSite], provider: ProviderChoice) -> str:
    """Why a model's rows cannot be relied on, as far as graph and provider tell; empty where they may."""
    if provider.name != "CPU":
        return "On a GPU the number of tokens that are read at once decides which kernels round them."
    if not wiring.in_parts:
        return "This export can read a whole text or one token, never several tokens after others."
    halves = "float16" in (wiring.cache_dtype, wiring.query_dtype, wiring.hidden_dtype)
    if halves and not (sites and all(site.kind == _OWN_ROUNDING for site in sites)):
        return "This export keeps keys and values in 16 bits, and those of the tokens being read in more."
    return ""


def measured_refusal(decoder: Decoder, sequence: TokenSequence) -> str:
    """The same as the model itself shows; empty where all numbers agree bit for bit.

    Tokens are read behind those that are read already, where nobody looks; what is known of the sequence stays valid.

    Args:
        decoder: a model that can read several tokens after others.
        sequence: what it has read.

    Raises:
        Interrupted: a run was interrupted.
        VitrineError: the runtime failed.
    """
    count = min(PROBED, decoder.capacity - max(SIZES))
    if count < 2:
        return "Its context is too short."
    start = min(sequence.read, decoder.capacity - count - max(SIZES))
    sequence.read = start
    ids = (np.arange(count + max(SIZES)) * 7919 % decoder.vocabulary).tolist()
    wanted = _read(decoder, ids[:count], start)[:count].copy()
    for size in SIZES:
        # Each run keeps its first row and is overwritten by the next, as where all guesses were wrong.
        for index in range(0, count, max(size // 2, 1)):
            rows = _read(decoder, ids[index : index + size], start + index)
            difference = _difference(rows[: count - index], wanted[index : index + size])
            if difference > 0:
                return (
                    "A token's numbers change here when others are read with it "
                    f"(final hidden states by up to {difference:.1e})."
                )
    return ""


def _read(decoder: Decoder, ids: Sequence[int], start: int) -> NDArray[np.floating]:
    for _ in decoder.prefill(ids, start):
        pass
    return decoder.hidden[start : start + len(ids)]


def _difference(some: NDArray[np.floating], others: NDArray[np.floating]) -> float:
    if np.array_equal(some, others, equal_nan=True):
        return 0.0
    largest = np.abs(some.astype(np.float64) - others.astype(np.float64)).max()
    return float(largest) if np.isfinite(largest) else np.inf
