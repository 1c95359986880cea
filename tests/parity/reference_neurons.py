"""Computes what goes into and comes out of the products of transformers' eager models; runs where torch is.

Knows nothing of our own code. Usage: ``reference_neurons.py CHECKPOINTS TEXT.json FOLDER [NAME ...]``: of every
folder in CHECKPOINTS, or of those named, FOLDER/NAME.npz has ``MODULE.given`` and ``MODULE.made`` at the last token,
for every product of one layer and for the head.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from reference_settings import LAYER


def read(checkpoint: Path, ids: list[int]) -> dict[str, np.ndarray]:
    """All that is compared of one checkpoint."""
    model = transformers.AutoModelForCausalLM.from_pretrained(
        checkpoint, attn_implementation="eager", dtype=torch.float32
    ).eval()
    inner = model.base_model
    layer = (inner.layers if hasattr(inner, "layers") else inner.h)[LAYER]
    found: dict[str, np.ndarray] = {}

    def keep(name: str) -> Any:
        def hook(_: Any, given: tuple[torch.Tensor, ...], made: torch.Tensor) -> None:
            found[f"{name}.given"] = given[0][0, -1].numpy()
            found[f"{name}.made"] = made[0, -1].numpy()

        return hook

    products = (torch.nn.Linear, transformers.pytorch_utils.Conv1D)
    for name, module in layer.named_modules():
        if isinstance(module, products):
            module.register_forward_hook(keep(name))
    model.lm_head.register_forward_hook(keep("lm_head"))
    with torch.no_grad():
        model(torch.tensor([ids]), use_cache=False)
    return found


def main() -> None:
    """Read the text with every checkpoint."""
    checkpoints, text, out = (Path(argument) for argument in sys.argv[1:4])
    names = sys.argv[4:] or sorted(path.name for path in checkpoints.iterdir() if path.is_dir())
    ids = json.loads(text.read_text("utf-8"))
    for name in names:
        np.savez(out / f"{name}.npz", **read(checkpoints / name, ids))


if __name__ == "__main__":
    main()
