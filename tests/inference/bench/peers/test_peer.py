"""A peer's program: asked, answering, failing, and gone when it is closed; a stand-in plays every peer."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from inference.bench.engine import Written
from inference.bench.peers.finding import PEERS, start_peers
from inference.bench.peers.peer import Peer, PeerFailed
from inference.bench.peers.request import PeerRequest
from tests.models.tiny_gguf import write_tiny_llama

STAND_IN = Path(__file__).with_name("stand_in.py")


def peer(what: str) -> Peer:
    return Peer("the peer", [sys.executable, STAND_IN, what])


def request(python: Path, folder: Path) -> PeerRequest:
    return PeerRequest(
        python, write_tiny_llama(folder / "tiny.gguf"), 1, 64, folder, lambda done, total: None
    )


def test_a_peer_tells_its_version_and_its_seconds() -> None:
    with peer("fair") as one:
        assert one.version == "1.2"
        assert one.read([5, 6]) == 0.5
        assert one.write(2, 8) == Written(tokens=8, seconds=4.0, model_seconds=2.0)


def test_what_it_complained_of_is_told() -> None:
    with pytest.raises(PeerFailed, match="the peer cannot be measured: a fault of its own"):
        peer("mute")


def test_what_is_no_answer_is_told() -> None:
    with peer("babble") as one, pytest.raises(PeerFailed, match="it said “well”"):
        one.read([1])


def test_a_python_that_is_not_there_is_told(tmp_path: Path) -> None:
    with ExitStack() as stack:
        asked = request(tmp_path / "python", tmp_path)
        found, absent = start_peers(stack, asked, asked.model)
    assert found == {}
    assert [one.peer for one in absent] == [kind.name for kind in PEERS]
    assert all("cannot be started" in one.why and "Install" in one.remedy for one in absent)


def test_without_a_python_every_peer_says_what_to_do(tmp_path: Path) -> None:
    with ExitStack() as stack:
        _, absent = start_peers(stack, None, tmp_path)
    assert [one.peer for one in absent] == [kind.name for kind in PEERS]
    assert all("--peers-python" in one.remedy for one in absent)


def test_a_python_without_the_packages_says_which(tmp_path: Path) -> None:
    with ExitStack() as stack:
        asked = request(Path(sys.executable), tmp_path)
        _, absent = start_peers(stack, asked, asked.model)
    assert ["llama_cpp" in absent[0].why, "onnxruntime_genai" in absent[1].why] == [True, True]
