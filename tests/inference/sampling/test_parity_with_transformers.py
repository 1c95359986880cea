"""Every stage and chains of them equal Hugging Face transformers' own logits processors."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from inference.sampling.chain import run_chain
from inference.sampling.settings import SamplingSettings
from tests.requirements import REFERENCE_VARIABLE

SCRIPT = Path(__file__).with_name("reference_sampling.py")
TOLERANCE = 1e-6


@pytest.mark.reference
def test_processed_logits_equal_those_of_transformers(tmp_path: Path) -> None:
    out = tmp_path / "expected.npz"
    subprocess.run([os.environ[REFERENCE_VARIABLE], SCRIPT, out], check=True, timeout=240)
    with np.load(out) as reference:
        groups = [name.removeprefix("logits_") for name in reference.files if name.startswith("logits_")]
        assert groups == ["97", "2048", "49152"]
        for group in groups:
            names = ("logits", "history", "settings", "expected")
            for case in zip(*(reference[f"{name}_{group}"] for name in names), strict=True):
                compare(*case)


def compare(logits: np.ndarray, history: np.ndarray, settings: np.ndarray, expected: np.ndarray) -> None:
    penalty, temperature, top_k, top_p, min_p = (float(value) for value in settings)
    chosen = SamplingSettings(penalty, temperature, int(top_k), top_p, min_p)
    processed = run_chain(logits, history, chosen).processed()
    assert processed.dtype == expected.dtype == np.float32
    removed = np.isneginf(expected)
    assert np.array_equal(np.isneginf(processed), removed), chosen
    assert np.abs(processed[~removed] - expected[~removed]).max() <= TOLERANCE, chosen
