"""Run by an interpreter that has onnxruntime-genai: measures it when told to.

Knows nothing of our own code. Usage: ``genai_server.py FOLDER THREADS CONTEXT``; lines as
`inference.bench.peers.peer` says. As fast as it goes: one cache for past and present, and always the most probable
token.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import onnxruntime_genai


def main(folder: str, threads: str, context: str) -> None:
    """Answer until stdin ends."""
    configuration = onnxruntime_genai.Config(folder)
    options = {"intra_op_num_threads": int(threads)}
    configuration.overlay(json.dumps({"model": {"decoder": {"session_options": options}}}))
    model = onnxruntime_genai.Model(configuration)
    parameters = onnxruntime_genai.GeneratorParams(model)
    parameters.set_search_options(max_length=int(context), do_sample=False, past_present_share_buffer=True)
    generator = None
    print(json.dumps({"version": onnxruntime_genai.__version__}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if "read" in asked:
            generator = onnxruntime_genai.Generator(model, parameters)
            answer = read(generator, asked["read"])
        else:
            answer = write(generator, **asked)
        print(json.dumps(answer), flush=True)


def read(generator: Any, ids: list[int]) -> dict[str, float]:
    """Read a prompt into an empty cache."""
    started = time.perf_counter()
    generator.append_tokens(ids)
    return {"seconds": time.perf_counter() - started}


def write(generator: Any, length: int, tokens: int, untimed: int) -> dict[str, Any]:
    """Write after a prompt; the library runs the model and chooses the token in one call."""
    generator.rewind_to(length)
    for _ in range(untimed):
        generator.generate_next_token()
    before, started = generator.token_count(), time.perf_counter()
    for _ in range(tokens):
        generator.generate_next_token()
    seconds = time.perf_counter() - started
    written = generator.token_count() - before
    assert written == tokens, f"{written} tokens were written instead of {tokens}"
    return {"seconds": seconds, "model_seconds": seconds}


if __name__ == "__main__":
    main(*sys.argv[1:])
