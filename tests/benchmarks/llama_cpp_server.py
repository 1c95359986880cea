"""Run by an interpreter that has llama-cpp-python: measures llama.cpp when told to.

Usage: llama_cpp_server.py MODEL.gguf THREADS CONTEXT. Then one JSON object a line on stdin,
``{"ids": [...], "tokens": n}``, and one a line on stdout: seconds to read the IDs into an empty cache, to the first
token, and for the ``n - 1`` tokens after the first, sampled with the same settings as ours; and how much of the
latter the model alone took.
"""

from __future__ import annotations

import json
import sys
import time

import llama_cpp
from llama_cpp import Llama


def main(model: str, threads: str, context: str) -> None:
    """Answer until stdin ends."""
    count = int(threads)
    engine = Llama(
        model, n_ctx=int(context), n_batch=512, n_threads=count, n_threads_batch=count, seed=0, verbose=False
    )
    print(json.dumps({"version": llama_cpp.__version__}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(measure(engine, asked["ids"], asked["tokens"])), flush=True)


def measure(engine: Llama, ids: list[int], tokens: int) -> dict[str, float]:
    """One prompt and one reply, step by step as the library's own generator does it."""

    def sample() -> int:
        return engine.sample(top_k=40, top_p=0.95, min_p=0.0, temp=0.8, repeat_penalty=1.0)

    engine.reset()
    started = time.perf_counter()
    engine.eval(ids)
    prefilled = time.perf_counter()
    token = sample()
    first = time.perf_counter()
    model = 0.0
    for _ in range(tokens - 1):
        before = time.perf_counter()
        engine.eval([token])
        model += time.perf_counter() - before
        token = sample()
    reply = time.perf_counter() - first
    return {"prefill": prefilled - started, "first": first - started, "reply": reply, "model": model}


if __name__ == "__main__":
    main(*sys.argv[1:])
