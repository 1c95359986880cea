"""Fidelity in figures: ours and llama.cpp's distance from the exact computation, side by side.

What must hold is held in `tests.inference.test_fidelity`.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import pytest

from models.default_model import default_model_path
from tests.benchmarks.report import keep
from tests.inference.default_bundle import default_bundle, default_decoder
from tests.inference.fidelity import (
    decoder_logits,
    distance,
    exact_log_probabilities,
    llama_cpp_logits,
    texts_of,
)
from tests.requirements import PEERS_VARIABLE


@pytest.mark.benchmark
@pytest.mark.default_model
@pytest.mark.peers
def test_distance_from_the_exact_computation(tmp_path: Path) -> None:
    texts = texts_of(default_bundle().tokenizer())
    exact = exact_log_probabilities(default_model_path(), texts)
    peer = llama_cpp_logits(os.environ[PEERS_VARIABLE], default_model_path(), texts, tmp_path)
    distances = {
        "Vitrine": distance(exact, texts, decoder_logits(default_decoder())),
        "llama.cpp": distance(exact, texts, peer),
    }
    keep(
        "fidelity",
        {name: asdict(one) for name, one in distances.items()},
        ["", "mean KL, nats a token", "same most probable token"],
        [[name, f"{one.mean_kl:.4f}", f"{one.top_1:.1%}"] for name, one in distances.items()],
    )
    assert distances["Vitrine"].mean_kl <= 0.01
