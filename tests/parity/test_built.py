"""Graphs built from weights give the logits and the attention of transformers' eager model, from both formats.

Knows nothing of exports. The checkpoints are made by transformers itself; the GGUF files from these by the rules of
llama.cpp's converter. Every text is longer than the sliding windows.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from inference.loaded_model import load_model
from inference.proof import prove
from inference.runtime.session import Interrupter
from tests.inference.fidelity import LLAMA_CPP_SCRIPT
from tests.models.gguf_conversion import write_gguf
from tests.parity.conftest import VOCABULARY, run_script
from tests.parity.results import FOLDER, WRITING_VARIABLE
from tests.parity.three_ways import AT_ONCE, BRANCHING_BACK, STEP_BY_STEP, Reading, read_three_ways, texts
from tests.requirements import PEERS_VARIABLE, REFERENCE_VARIABLE

pytestmark = pytest.mark.reference

FULL_PRECISION = "fp32"
LOGITS, ATTENTION = 1e-4, 1e-5
"""Largest absolute differences allowed."""

CHECKPOINTS = {
    "llama": "Llama",
    "llama_tied": "Llama, tied embeddings",
    "llama_biased": "Llama, biases everywhere",
    "llama_llama3": "Llama, Llama 3's rotary scaling",
    "llama_linear": "Llama, linear rotary scaling",
    "llama_yarn": "Llama, YaRN",
    "llama_odd_heads": "Llama, heads of 20",
    "mistral": "Mistral, window 8",
    "qwen2": "Qwen2",
    "qwen2_window": "Qwen2, window 8 in the upper layers",
    "qwen3": "Qwen3",
    "gemma2": "Gemma 2, window 8, softcaps",
    "gemma2_scaled": "Gemma 2, another scale, no attention softcap",
    "gemma3": "Gemma 3, window 8, two rotary bases",
    "gemma3_scaled": "Gemma 3, linear rotary scaling",
    "phi3": "Phi-3, window 8",
    "phi3_longrope": "Phi-3, LongRoPE, partial rotary embedding",
    "gpt2": "GPT-2",
}
"""Names of folders, and of rows of the table."""

NOT_IN_GGUF = {"qwen2_window", "gemma2_scaled"}
"""Have settings that the GGUF format has no field for."""

READ_OTHERWISE_BY_LLAMA_CPP = {"mistral", "phi3", "phi3_longrope"}
"""It leaves out these windows, and takes the long factors where its cache is longer than the original context."""

HALF_PRECISION_CACHE = 0.02
"""Largest difference of logits where keys and values are kept in 16 bits, as llama.cpp does."""

FORMATS = ("safetensors", "gguf")
ROWS = [
    (name, kind)
    for name in CHECKPOINTS
    for kind in FORMATS
    if kind == "safetensors" or name not in NOT_IN_GGUF
]


@dataclass(frozen=True)
class Made:
    """Folders of what was made once for all tests."""

    checkpoints: Path
    references: Path

    def source(self, name: str, kind: str) -> Path:
        """What is opened."""
        folder = self.checkpoints / name
        return folder if kind == "safetensors" else write_gguf(folder, self.references / f"{name}.gguf")

    def truth(self, name: str, text: int) -> Reading:
        """What transformers makes of a text."""
        with np.load(self.references / f"{name}.npz") as arrays:
            return Reading(arrays[f"logits_{text}"], arrays[f"attention_{text}"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The checkpoints, and what transformers makes of both texts with each."""
    made = Made(tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("truth"))
    run_script(REFERENCE_VARIABLE, "make_built_checkpoints.py", made.checkpoints)
    assert sorted(os.listdir(made.checkpoints)) == sorted(CHECKPOINTS)
    (made.references / "texts.json").write_text(json.dumps(texts(VOCABULARY)), "utf-8")
    run_script(
        REFERENCE_VARIABLE, "reference.py", made.checkpoints, made.references / "texts.json", made.references
    )
    return made


@pytest.fixture(scope="module")
def table() -> Iterator[dict[tuple[str, str], list[float]]]:
    """Where tests put what they measured, by checkpoint and format; written where that is asked for."""
    measured: dict[tuple[str, str], list[float]] = {}
    yield measured
    if not os.environ.get(WRITING_VARIABLE):
        return
    lines = [
        "| weights | model | logits max Δ | attention max Δ | proof: attention |",
        "|---|---|---|---|---|",
    ]
    for name, kind in ROWS:
        if (name, kind) in measured:
            figures = " | ".join(f"{figure:.1e}" for figure in measured[name, kind])
            lines.append(f"| {kind} | {CHECKPOINTS[name]} | {figures} |")
    (FOLDER / "built_results.md").write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize(("name", "kind"), ROWS, ids=lambda part: part)
def test_logits_and_attention(
    name: str, kind: str, made: Made, table: dict[tuple[str, str], list[float]]
) -> None:
    first, second = made.truth(name, 0), made.truth(name, 1)
    interrupter = Interrupter()
    source = made.source(name, kind)
    model = load_model(source, "cpu", interrupter, lambda done, total: None, variant=FULL_PRECISION)
    try:
        readings = read_three_ways(model, VOCABULARY)
        proof = prove(model.bundle, model.provider, texts(VOCABULARY)[0], interrupter)
    finally:
        model.close()
    true = {AT_ONCE: first, STEP_BY_STEP: first, BRANCHING_BACK: second}
    logits = [np.abs(reading.logits - true[way].logits).max() for way, reading in readings.items()]
    attention = [np.abs(reading.attention - true[way].attention).max() for way, reading in readings.items()]
    assert proof.kind == "reconstructed", proof
    assert proof.max_delta is not None
    table[name, kind] = [float(max(logits)), float(max(attention)), proof.max_delta]
    assert max(logits) <= LOGITS, logits
    assert max(attention) <= ATTENTION, attention
    assert proof.logits_delta == 0
    assert model.facts.report.precision_error == 0


@pytest.mark.parametrize("name", ["llama", "qwen3", "gemma3", "gpt2"])
def test_eight_bits_stay_close(name: str, made: Made) -> None:
    """Random weights forgive rounding least; the attention is still that of the same graph's own kernels."""
    true = made.truth(name, 0)
    interrupter = Interrupter()
    model = load_model(made.source(name, "safetensors"), "cpu", interrupter, lambda done, total: None)
    try:
        measured = read_three_ways(model, VOCABULARY)[AT_ONCE]
        proof = prove(model.bundle, model.provider, texts(VOCABULARY)[0], interrupter)
    finally:
        model.close()
    assert 1e-3 < model.facts.report.precision_error < 1e-2
    close = np.abs(measured.logits - true.logits).std() / true.logits.std()
    assert close < 0.1
    assert proof.kind == "reconstructed", proof
    assert proof.max_delta is not None
    assert proof.max_delta <= ATTENTION


@pytest.mark.peers
@pytest.mark.parametrize(
    "name", [name for name, kind in ROWS if kind == "gguf" and name not in READ_OTHERWISE_BY_LLAMA_CPP]
)
def test_llama_cpp_reads_the_same_from_the_gguf_file(name: str, made: Made) -> None:
    """That the files are what llama.cpp's own converter would write: else ours would only agree with ourselves."""
    out = made.references / "llama_cpp.npz"
    texts_file = made.references / "texts.json"
    subprocess.run(
        [os.environ[PEERS_VARIABLE], LLAMA_CPP_SCRIPT, made.source(name, "gguf"), texts_file, out],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with np.load(out) as arrays:
        for text in (0, 1):
            assert np.abs(arrays[f"arr_{text}"] - made.truth(name, text).logits).max() <= HALF_PRECISION_CACHE
