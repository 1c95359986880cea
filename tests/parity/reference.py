"""Computes what transformers' eager models make of token IDs; runs where torch and transformers are.

Knows nothing of our own code. Usage: ``reference.py CHECKPOINTS TEXTS.json FOLDER``: of every folder in CHECKPOINTS
and a list of lists of IDs, FOLDER/NAME.npz has ``logits_N [token, vocabulary]`` and
``attention_N [layer, head, query, key]``, float32, one pair for each list.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
import transformers


def read(checkpoint: Path, texts: list[list[int]]) -> dict[str, np.ndarray]:
    """Read every text by itself, without a cache."""
    model = transformers.AutoModelForCausalLM.from_pretrained(
        checkpoint, attn_implementation="eager", dtype=torch.float32
    ).eval()
    arrays = {}
    for index, ids in enumerate(texts):
        with torch.no_grad():
            reading = model(torch.tensor([ids]), output_attentions=True, use_cache=False)
        arrays[f"logits_{index}"] = reading.logits[0].numpy()
        arrays[f"attention_{index}"] = torch.stack([layer[0] for layer in reading.attentions]).numpy()
    return arrays


def main() -> None:
    """Read the texts with every checkpoint."""
    checkpoints, texts, out = (Path(argument) for argument in sys.argv[1:])
    for checkpoint in sorted(checkpoints.iterdir()):
        np.savez(out / f"{checkpoint.name}.npz", **read(checkpoint, json.loads(texts.read_text("utf-8"))))


if __name__ == "__main__":
    main()
