"""Opens one export in a process of its own, as Vitrine does or with plain onnxruntime, reads a token, and tells how
much memory that took.

Run as ``python -m tests.benchmarks.export_run (vitrine|plain|nothing) FOLDER``; prints one JSON object. The folder
for bundles is that of `VITRINE_DATA_DIR`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.import_run import peak_memory
from tests.benchmarks.real_exports import HEAD_SIZE

TOKEN = 5


def open_with_vitrine(folder: Path) -> dict[str, Any]:
    """Import, load, read a token, and prove."""
    from inference.loaded_model import load_model
    from inference.proof import PROBE, prove
    from inference.runtime.session import Interrupter

    model = load_model(folder, "cpu", Interrupter(), lambda done, total: None)
    for _ in model.decoder.prefill([TOKEN], 0):
        pass
    model.decoder.last_logits(0)
    opened = peak_memory()
    ids = model.tokenizer.encode(PROBE)
    proof = prove(model.bundle, model.provider, ids, Interrupter())
    size = sum(file.stat().st_size for file in model.bundle.folder.iterdir())
    model.close()
    return {"bundle": size, "opened": opened, "proof": proof.kind, "logits_delta": proof.logits_delta}


def open_plainly(folder: Path) -> dict[str, Any]:
    """Nothing but the runtime."""
    import onnxruntime

    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    feeds: dict[str, Any] = {}
    for value in session.get_inputs():
        if value.name.startswith("past"):
            feeds[value.name] = np.zeros((1, value.shape[1], 0, HEAD_SIZE), np.float32)
        else:
            feeds[value.name] = np.array(
                [[TOKEN if value.name == "input_ids" else value.name == "attention_mask"]]
            )
            feeds[value.name] = feeds[value.name].astype(np.int64)
    session.run(["logits"], feeds)
    return {"opened": peak_memory()}


def open_nothing(folder: Path) -> dict[str, Any]:
    """Import what the others import, and open nothing."""
    import onnxruntime  # noqa: F401

    return {"opened": peak_memory()}


WAYS = {"vitrine": open_with_vitrine, "plain": open_plainly, "nothing": open_nothing}


def main(way: str, folder: Path) -> None:
    """Print what one way takes."""
    start = time.monotonic()
    figures = WAYS[way](folder)
    print(json.dumps({**figures, "peak": peak_memory(), "seconds": time.monotonic() - start}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
