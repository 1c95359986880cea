"""llama.cpp as a peer: a process that measures it, at our side of the pipe.

Knows nothing about what it is compared with.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

SERVER = Path(__file__).with_name("llama_cpp_server.py")


@dataclass(frozen=True)
class PeerRun:
    """Seconds of one run.

    Args:
        prefill: reading the prompt into an empty cache.
        first: the same and the first token of the reply.
        reply: the tokens after the first.
        model: how much of the reply's time the model took, nothing sampled.
    """

    prefill: float
    first: float
    reply: float
    model: float


class LlamaCpp:
    """A process that has a model in llama.cpp; a context manager.

    Args:
        python: an interpreter that has llama-cpp-python.
        model: the GGUF file.
        threads: it may use.
        context: tokens of its cache.
    """

    def __init__(self, python: str, model: Path, threads: int, context: int) -> None:
        self._command = [python, SERVER, str(model), str(threads), str(context)]
        self.version = ""

    def __enter__(self) -> LlamaCpp:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, text=True)
        try:
            self.version = self._answer()["version"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate(timeout=30)

    def run(self, ids: list[int], tokens: int) -> PeerRun:
        """Read a prompt and write a reply."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"ids": ids, "tokens": tokens}) + "\n")
        self._process.stdin.flush()
        return PeerRun(**self._answer())

    def _answer(self) -> dict:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "llama.cpp ended"
        return json.loads(line)
