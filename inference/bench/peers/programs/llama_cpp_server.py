"""Run by an interpreter that has llama-cpp-python: measures llama.cpp when told to.

Knows nothing of our own code. Usage: ``llama_cpp_server.py MODEL.gguf THREADS CONTEXT``; lines as
`inference.bench.peers.peer` says. Tokens are sampled with the same settings as ours.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import llama_cpp
from llama_cpp import Llama


def main(model: str, threads: str, context: str) -> None:
    """Answer until stdin ends."""
    count = int(threads)
    engine = Llama(
        model, n_ctx=int(context), n_batch=512, n_threads=count, n_threads_batch=count, seed=0, verbose=False
    )
    answers = sys.stdout
    sys.stdout = sys.stderr
    print(json.dumps({"version": llama_cpp.__version__}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = read(engine, asked["read"]) if "read" in asked else write(engine, **asked)
        print(json.dumps(answer), file=answers, flush=True)


def read(engine: Llama, ids: list[int]) -> dict[str, float]:
    """Read a prompt into an empty cache."""
    engine.reset()
    started = time.perf_counter()
    engine.eval(ids)
    return {"seconds": time.perf_counter() - started}


def write(engine: Llama, length: int, tokens: int, untimed: int) -> dict[str, Any]:
    """Write after a prompt, step by step as the library's own generator does it."""
    engine.n_tokens = length
    token, model, started = int(engine.input_ids[length - 1]), 0.0, 0.0
    for step in range(untimed + tokens):
        if step == untimed:
            model, started = 0.0, time.perf_counter()
        before = time.perf_counter()
        engine.eval([token])
        model += time.perf_counter() - before
        token = engine.sample(top_k=40, top_p=0.95, min_p=0.0, temp=0.8, repeat_penalty=1.0)
    return {"seconds": time.perf_counter() - started, "model_seconds": model}


if __name__ == "__main__":
    main(*sys.argv[1:])
