"""Which peers there are on this machine, started.

Knows nothing about what is asked of them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from inference.bench.peers import genai_peer, llama_cpp_peer
from inference.bench.peers.peer import Peer, PeerFailed
from inference.bench.peers.request import PeerRequest
from models.errors import ModelFileError
from models.files import FileKind, recognise

VARIABLE = "VITRINE_PEERS_PYTHON"
"""Names an interpreter that has the peers."""


@dataclass(frozen=True, slots=True)
class PeerKind:
    """One engine of other people.

    Args:
        name: of it.
        packages: what it needs, for people.
        open: starts it in every configuration that may be its fastest; raises `PeerFailed`, or `ModelFileError`
            where it cannot have the model.
    """

    name: str
    packages: str
    open: Callable[[PeerRequest], list[Peer]]


PEERS = (
    PeerKind(llama_cpp_peer.NAME, llama_cpp_peer.PACKAGES, llama_cpp_peer.open_llama_cpp),
    PeerKind(genai_peer.NAME, genai_peer.PACKAGES, genai_peer.open_genai),
)
"""All that can be compared with."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A peer that is not there.

    Args:
        peer: its name.
        why: one clause.
        remedy: one sentence, what to do about it.
    """

    peer: str
    why: str
    remedy: str


def start_peers(
    stack: ExitStack, request: PeerRequest | None, model: Path
) -> tuple[dict[str, list[Peer]], tuple[Absence, ...]]:
    """Start every peer that is there.

    Args:
        stack: ends them.
        request: what they are started with; ``None`` where no interpreter is known.
        model: what is to be run.

    Returns:
        By name, every configuration of a peer; and those that are not there.
    """
    if request is None:
        return {}, tuple(
            Absence(
                one.name,
                "no Python is known that has it",
                f"Name one that has {one.packages} with --peers-python or in {VARIABLE}.",
            )
            for one in PEERS
        )
    if recognise(model) is not FileKind.GGUF:
        remedy = "Compare a GGUF file."
        return {}, tuple(Absence(one.name, "the model is no GGUF file", remedy) for one in PEERS)
    found: dict[str, list[Peer]] = {}
    absent = []
    for kind in PEERS:
        try:
            found[kind.name] = kind.open(request)
        except PeerFailed as error:
            remedy = f"Install {kind.packages} for {request.python}."
            absent.append(Absence(kind.name, error.why or "it ended without a word", remedy))
        except ModelFileError as error:
            absent.append(Absence(kind.name, error.what.rstrip("."), error.remedy))
        else:
            for peer in found[kind.name]:
                stack.callback(peer.close)
    return found, tuple(absent)
