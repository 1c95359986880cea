"""Downloads in a process of their own: cancel, environment, a full disk (faults 46, 59, 61 and 63).

Knows nothing about windows.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest

from inference import download_worker
from inference.download import HubTask, download_model, start_fetch, start_look_up
from models.errors import VitrineError
from models.hub import shelf
from models.hub.identifier import HubId
from models.hub.messages import Fetched, Fetching, HubMessage, Offer, Order, Refused
from tests.fake_hub import FakeHub, Stall, name_in_environment, random_bytes

REPOSITORY = "tiny-org/tiny-GGUF"
WEIGHTS = random_bytes(1, 400_000)
TOKEN = "hf_AbCdEfSecret"

CANCEL_S = 2.0
"""The promise: a cancel takes effect within so many seconds."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    """A hub that processes started from here find in their environment, and nothing else."""
    made = FakeHub()
    made.add(REPOSITORY, {"tiny-Q4_0.gguf": WEIGHTS, "tiny-F16.gguf": random_bytes(2, 900)})
    name_in_environment(made, monkeypatch, tmp_path)
    yield made
    made.close()


def last_word(task: HubTask) -> HubMessage:
    """What a task ends with."""
    *_, last = task.messages()
    assert not task.running
    return last


def order_of(variant: int = 0) -> Order:
    """What the hub offers, ordered."""
    offer = last_word(start_look_up(HubId(REPOSITORY)))
    assert isinstance(offer, Offer)
    return offer.order(offer.variants[variant])


def until_it_stalls(hub: FakeHub, after: int = 150_000) -> tuple[HubTask, Order]:
    """A download whose connection hangs after some bytes have arrived."""
    order = order_of()
    hub.file_answers.append(Stall(after))
    task = start_fetch(order)
    # The last bytes before it hangs need not be told of: whether they are there is looked at.
    assert hub.stalled.wait(30)
    while shelf.bytes_here(order) < after:
        assert all(isinstance(message, Fetching) for message in task.receive())
        assert task.running
    return task, order


def test_a_model_is_looked_up_and_fetched(hub: FakeHub) -> None:
    announced: list[tuple[int, str]] = []
    reported: list[Fetching] = []
    path = download_model(
        REPOSITORY,
        "q4_0",
        reported.append,
        lambda offer, order: announced.append((len(offer.variants), order.variant.key)),
    )
    assert path.read_bytes() == WEIGHTS
    assert path.name == "tiny-Q4_0.gguf"
    assert announced == [(2, "Q4_0")]
    assert reported[-1].total == len(WEIGHTS)


def test_what_goes_wrong_is_raised_where_it_was_asked_for(hub: FakeHub) -> None:
    for text, case in (("nonsense/", "bad-hub-id"), ("tiny-org/other", "no-such-repository")):
        with pytest.raises(VitrineError) as refused:
            download_model(text)
        assert refused.value.case == case
    with pytest.raises(VitrineError) as refused:
        download_model(REPOSITORY, "Q5_0")
    assert refused.value.case == "no-such-variant"
    assert not hub.file_requests


def test_fault_61_a_cancel_ends_the_process_and_keeps_what_came(hub: FakeHub) -> None:
    task, order = until_it_stalls(hub)
    assert task.process_id is not None
    process = psutil.Process(task.process_id)
    began = time.monotonic()
    task.cancel()
    # No measurement: the bound is the promise, and what is cancelled would wait ten times as long by itself.
    assert time.monotonic() - began < CANCEL_S
    assert not process.is_running()
    assert not task.running
    assert task.receive() == []
    assert shelf.bytes_here(order) == 150_000
    assert shelf.read_record(shelf.destination(order)[0]) is None
    (unfinished,) = shelf.unfinished()
    fetched = last_word(start_fetch(unfinished.order))
    assert isinstance(fetched, Fetched)
    assert fetched.path.read_bytes() == WEIGHTS
    assert hub.file_requests[-1].headers["Range"] == "bytes=150000-"


def test_fault_61_an_interrupted_command_leaves_no_process(hub: FakeHub) -> None:
    hub.always = Stall(100_000)

    def interrupt(_: Fetching) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download_model(REPOSITORY, report=interrupt)
    # That no process is left behind is looked at after every test.
    assert shelf.unfinished()[0].done > 0


def test_fault_61_a_process_that_dies_is_told_and_what_came_is_kept(hub: FakeHub) -> None:
    task, order = until_it_stalls(hub)
    assert task.process_id is not None
    psutil.Process(task.process_id).kill()
    lost = last_word(task)
    assert isinstance(lost, Refused)
    assert lost.case == "download-lost"
    assert shelf.bytes_here(order) == 150_000


PARENT = """
import sys
from inference.download import start_fetch
from models.hub import shelf
if __name__ == "__main__":
    task = start_fetch(shelf.unfinished()[0].order)
    print(task.process_id, flush=True)
    for message in task.messages():
        pass
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX signals")
def test_fault_61_a_download_without_a_window_ends_by_itself(hub: FakeHub) -> None:
    task, _ = until_it_stalls(hub)
    task.cancel()
    hub.stalled.clear()
    hub.file_answers.append(Stall(10_000))
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert hub.stalled.wait(30)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        # It hangs in a connection that would keep it for twenty seconds.
        _, alive = psutil.wait_procs([child], timeout=10)
    assert not alive


# ---------------------------------------------------------------- what the environment says


def test_fault_59_a_hub_that_is_not_there(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    refused = last_word(start_look_up(HubId(REPOSITORY)))
    assert isinstance(refused, Refused)
    assert refused.case == "hub-unreachable"
    assert "127.0.0.1:9" in refused.what


def test_fault_63_offline_mode_is_said_clearly(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    order = order_of()
    asked = len(hub.requests)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for task in (start_look_up(HubId(REPOSITORY)), start_fetch(order)):
        refused = last_word(task)
        assert isinstance(refused, Refused)
        assert refused.case == "hub-offline"
    assert len(hub.requests) == asked


def test_fault_63_token_and_proxy_come_from_the_environment(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")
    monkeypatch.setenv("HTTP_PROXY", hub.url)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    path = download_model(REPOSITORY)
    assert path.read_bytes() == WEIGHTS
    assert {request.target[:18] for request in hub.requests} == {"http://hub.invalid"}
    headers = [{name.lower(): value for name, value in one.headers.items()} for one in hub.requests]
    assert {one["authorization"] for one in headers} == {f"Bearer {TOKEN}"}


def test_fault_63_the_token_is_in_no_argument_and_on_no_disk(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("HF_DEBUG", "1")
    task, _ = until_it_stalls(hub)
    assert task.process_id is not None
    arguments = " ".join(psutil.Process(task.process_id).cmdline())
    task.cancel()
    assert TOKEN not in arguments
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes()
    written = capfd.readouterr()
    assert TOKEN not in written.out + written.err


# ---------------------------------------------------------------- a full disk


def fetch_on_a_full_disk(connection: Connection, order: Order) -> None:
    """In the child: no file may grow beyond 100,000 bytes from now on."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    download_worker.fetch(connection, order)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits on the size of files")
def test_fault_46_a_disk_that_takes_no_more_leaves_what_is_there_intact(hub: FakeHub) -> None:
    other = order_of(1)
    kept = last_word(start_fetch(other))
    assert isinstance(kept, Fetched)
    order = order_of(0)
    refused = last_word(HubTask(fetch_on_a_full_disk, order))
    assert isinstance(refused, Refused)
    assert refused.case == "disk-full"
    assert str(shelf.incoming_folder(order)) in refused.what
    assert kept.path.read_bytes() == random_bytes(2, 900)
    assert shelf.bytes_here(order) == 100_000
    assert not shelf.destination(order)[1]
    fetched = last_word(start_fetch(order))
    assert isinstance(fetched, Fetched)
    assert fetched.path.read_bytes() == WEIGHTS
