"""Every export that people have is opened, and gives the logits and the attention of the model it was made of.

Exact comparison is with transformers' eager model. Where an export holds rounded weights, or is itself wrong, the
file as plain onnxruntime runs it is the truth. Every text is longer than the sliding windows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inference.loaded_model import load_model
from inference.proof import prove
from inference.runtime.session import Interrupter
from tests.parity.conftest import VOCABULARY
from tests.parity.results import Result
from tests.parity.rows import ROWS, Row
from tests.parity.three_ways import (
    AT_ONCE,
    BRANCHING_BACK,
    STEP_BY_STEP,
    Reading,
    read_three_ways,
    read_untouched,
    texts,
)

# The first of them waits until the tools have made the exports.
pytestmark = [pytest.mark.reference, pytest.mark.optimum, pytest.mark.timeout(900)]

HUB_FOLDER = "onnx"


def graph_of(row: Row, folder: Path) -> Path:
    """The graph that a row opens."""
    name = row.file or f"model{'_' if row.variant else ''}{row.variant}.onnx"
    return folder / HUB_FOLDER / name if (folder / HUB_FOLDER).is_dir() else folder / name


def truth_of(row: Row, exports: Path, references: Callable[[str, int], Reading]) -> dict[str, Reading]:
    """What every way of reading must give."""
    if row.against == "transformers":
        first, second = references(row.checkpoint, 0), references(row.checkpoint, 1)
        return {AT_ONCE: first, STEP_BY_STEP: first, BRANCHING_BACK: second}
    config = json.loads((exports / "checkpoints" / row.checkpoint / "config.json").read_text("utf-8"))
    size = config.get("head_dim") or config["n_embd"] // config["n_head"]
    return read_untouched(graph_of(row, exports / row.export), size, VOCABULARY)


def difference(measured: np.ndarray, true: np.ndarray) -> float:
    """Largest absolute difference; NaN where either is NaN."""
    assert measured.shape == true.shape, (measured.shape, true.shape)
    return float(np.abs(measured - true).max())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_logits_and_attention(
    row: Row, exports: Path, references: Callable[[str, int], Reading], results: list[Result]
) -> None:
    folder = exports / row.export
    assert folder.exists(), (exports / f"{row.export}.failed").read_text("utf-8")[-2000:]
    truth = truth_of(row, exports, references)
    interrupter = Interrupter()
    path = folder / row.file if row.file else folder
    model = load_model(path, "cpu", interrupter, lambda done, total: None, variant=row.variant)
    try:
        readings = read_three_ways(model, VOCABULARY)
        proof = prove(model.bundle, model.provider, texts(VOCABULARY)[0], interrupter)
    finally:
        model.close()
    result = Result(
        row.name,
        {way: difference(measured.logits, truth[way].logits) for way, measured in readings.items()},
        {way: difference(measured.attention, truth[way].attention) for way, measured in readings.items()},
        proof.kind,
        proof.max_delta,
        proof.logits_delta,
    )
    results.append(result)
    assert max(result.logits.values()) <= row.logits, result
    assert max(result.attention.values()) <= row.attention, result
    assert proof.kind == "reconstructed", proof
