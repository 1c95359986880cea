"""llama.cpp as a peer: it reads the same GGUF file.

Knows nothing about the figures.
"""

from __future__ import annotations

from pathlib import Path

from inference.bench.peers.peer import Peer
from inference.bench.peers.request import PeerRequest

NAME = "llama.cpp"
PACKAGES = "llama-cpp-python"

_SERVER = Path(__file__).with_name("programs") / "llama_cpp_server.py"


def open_llama_cpp(request: PeerRequest) -> list[Peer]:
    """The one way it is run.

    Raises:
        PeerFailed: it is not there, or failed.
    """
    command: list[str | Path] = [
        request.python,
        _SERVER,
        request.model,
        str(request.threads),
        str(request.context),
    ]
    return [Peer(NAME, command)]
