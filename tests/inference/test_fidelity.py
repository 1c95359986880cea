"""The imported default model says what its file says: its distributions beside the exact computation's.

Knows nothing about speed.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from models.default_model import default_model_path
from tests.inference.default_bundle import default_bundle, default_decoder
from tests.inference.fidelity import (
    REPLY_TOKENS,
    Text,
    decoder_logits,
    distance,
    exact_log_probabilities,
    llama_cpp_logits,
    texts_of,
)
from tests.requirements import PEERS_VARIABLE

pytestmark = pytest.mark.default_model


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return texts_of(default_bundle().tokenizer())


@pytest.fixture(scope="module")
def exact(texts: list[Text]) -> list[np.ndarray]:
    return exact_log_probabilities(default_model_path(), texts)


def test_our_distributions_are_within_a_hundredth_nat(texts: list[Text], exact: list[np.ndarray]) -> None:
    ours = distance(exact, texts, decoder_logits(default_decoder()))
    assert ours.tokens == 10 * REPLY_TOKENS
    assert ours.mean_kl <= 0.01, ours
    assert ours.top_1 >= 0.95, ours


@pytest.mark.peers
def test_llama_cpp_confirms_the_exact_computation(
    texts: list[Text], exact: list[np.ndarray], tmp_path: Path
) -> None:
    # Another program from the same file comes as near: what both are compared with is the model.
    logits = llama_cpp_logits(os.environ[PEERS_VARIABLE], default_model_path(), texts, tmp_path)
    peer = distance(exact, texts, logits)
    assert peer.mean_kl <= 0.01, peer
    assert peer.top_1 >= 0.95, peer
