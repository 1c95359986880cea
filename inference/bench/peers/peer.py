"""One peer: a program with a model in it, at our side of the pipe.

Knows nothing about which peers there are.

The program says ``{"version": …}`` when its model is ready. Then it is asked, one JSON object a line, and answers
likewise: ``{"read": [ids]}`` with ``seconds``; ``{"length": n, "tokens": n, "untimed": n}``, which goes back to the
prompt's length and writes, with ``seconds`` and ``model_seconds`` of all but the tokens not timed. It ends with its
standard input.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from os import PathLike
from typing import Any

from inference.bench.engine import UNTIMED_TOKENS, Written
from inference.process import Program
from models.errors import VitrineError


class PeerFailed(VitrineError):
    """A peer that could not be started, or ended."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            "peer-failed",
            f"{name} cannot be measured: {why or 'it ended without a word'}.",
            "Check its installation, or leave it out.",
        )
        self.peer, self.why = name, why

    def __reduce__(self) -> tuple[type, Any]:
        return type(self), (self.peer, self.why)


class Peer:
    """A `MeasuredEngine` in a process of its own; a context manager.

    Args:
        name: for people.
        command: starts its program.

    Raises:
        PeerFailed: it cannot be started.
    """

    def __init__(self, name: str, command: Sequence[str | PathLike[str]]) -> None:
        self.name = name
        try:
            self._program = Program(command)
        except OSError as error:
            raise PeerFailed(name, f"{command[0]} cannot be started ({error.strerror})") from error
        try:
            self.version = str(self._answer()["version"])
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End its program."""
        self._program.close()

    def read(self, ids: Sequence[int]) -> float:
        """As `MeasuredEngine.read`; raises `PeerFailed`."""
        return float(self._ask({"read": list(ids)})["seconds"])

    def write(self, length: int, tokens: int) -> Written:
        """As `MeasuredEngine.write`; raises `PeerFailed`."""
        answer = self._ask({"length": length, "tokens": tokens, "untimed": UNTIMED_TOKENS})
        return Written(tokens, float(answer["seconds"]), float(answer["model_seconds"]))

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        self._program.tell(json.dumps(question).encode())
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self._program.hear()
        if line is None:
            raise PeerFailed(self.name, self._program.complaint())
        try:
            answer: dict[str, Any] = json.loads(line)
        except ValueError as error:
            raise PeerFailed(self.name, f"it said “{line[:80].decode(errors='replace')}”") from error
        return answer
