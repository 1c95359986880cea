"""Run by an interpreter that has llama-cpp-python: the logits of every token of some texts.

Usage: llama_cpp_logits.py MODEL.gguf TEXTS.json OUT.npz, where TEXTS is a list of lists of token IDs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from llama_cpp import Llama


def main(model: str, texts: str, out: str) -> None:
    """Read every text from an empty cache and keep its logits."""
    all_ids = json.loads(Path(texts).read_text())
    engine = Llama(model, n_ctx=max(map(len, all_ids)), logits_all=True, verbose=False)
    rows = []
    for ids in all_ids:
        engine.reset()
        engine.eval(ids)
        rows.append(np.array(engine.scores[: len(ids)], np.float32))
    np.savez(out, *rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
