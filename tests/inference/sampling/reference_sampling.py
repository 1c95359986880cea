"""Writes what Hugging Face transformers' own logits processors make of random logits.

Knows nothing about Vitrine: it runs by itself under an interpreter that has torch and transformers.

    python reference_sampling.py OUT.npz

The arrays, one group for each vocabulary V, are ``logits_V [case, V]``, ``history_V [case, tokens]``,
``settings_V [case, 5]`` in the order of the chain (off where not applied), ``expected_V [case, V]``;
and ``versions``.
"""

from __future__ import annotations

import itertools
import sys

import numpy as np
import torch
import transformers
from transformers.generation import logits_process as processors

VOCABULARIES = (97, 2048, 49_152)
SPREADS = (0.5, 3.0)
TRIALS = 3

OFF = (1.0, 1.0, 0.0, 1.0, 0.0)
ALONE = (
    (1.3, *OFF[1:]),
    (0.7, *OFF[1:]),
    (1.0, 0.3, *OFF[2:]),
    (1.0, 1.7, *OFF[2:]),
    (*OFF[:2], 1.0, *OFF[3:]),
    (*OFF[:2], 40.0, *OFF[3:]),
    (*OFF[:2], 90_000.0, *OFF[3:]),
    (*OFF[:3], 0.3, 0.0),
    (*OFF[:3], 0.95, 0.0),
    (*OFF[:4], 0.05),
    (*OFF[:4], 0.9),
)
CHAINS = tuple(itertools.product((1.0, 1.2), (0.6, 1.5), (0.0, 40.0), (1.0, 0.9), (0.0, 0.03)))


def process(logits: torch.Tensor, history: torch.Tensor, settings: tuple[float, ...]) -> torch.Tensor:
    """Apply the processors that `generate` would make of these settings, in its order."""
    penalty, temperature, top_k, top_p, min_p = settings
    chain = processors.LogitsProcessorList()
    if penalty != 1.0:
        chain.append(processors.RepetitionPenaltyLogitsProcessor(penalty))
    if temperature != 1.0:
        chain.append(processors.TemperatureLogitsWarper(temperature))
    if top_k != 0:
        chain.append(processors.TopKLogitsWarper(int(top_k)))
    if top_p < 1.0:
        chain.append(processors.TopPLogitsWarper(top_p))
    if min_p != 0.0:
        chain.append(processors.MinPLogitsWarper(min_p))
    return chain(history[None], logits[None])[0]


def main(out: str) -> None:
    """Compute every case and write them, one group of arrays a vocabulary."""
    generator = torch.Generator().manual_seed(2024)
    arrays: dict[str, np.ndarray] = {}
    for vocabulary in VOCABULARIES:
        rows, histories, used, expected = [], [], [], []
        for settings, spread, _ in itertools.product(ALONE + CHAINS, SPREADS, range(TRIALS)):
            logits = torch.randn(vocabulary, generator=generator) * spread
            history = torch.randint(0, vocabulary, (200,), generator=generator)
            rows.append(logits.numpy())
            histories.append(history.numpy())
            used.append(settings)
            expected.append(process(logits, history, settings).numpy())
        for name, values in (
            ("logits", rows),
            ("history", histories),
            ("settings", used),
            ("expected", expected),
        ):
            arrays[f"{name}_{vocabulary}"] = np.stack([np.asarray(value) for value in values])
    versions = np.array([f"torch {torch.__version__}", f"transformers {transformers.__version__}"])
    np.savez(out, versions=versions, **arrays)


if __name__ == "__main__":
    main(sys.argv[1])
