"""One file comes here, whatever happens on the way (faults 46 and 60)."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from models.errors import VitrineError
from models.hub.client import HubClient
from models.hub.faults import HubFault
from models.hub.identifier import HubId
from models.hub.messages import Transfer
from models.hub.repository import RepositoryFile
from models.hub.transfer import LONGEST_WAIT_S, Source, fetch_file
from tests.fake_hub import Answer, Content, Drop, FakeHub, NoRange, Stall, Status, random_bytes
from tests.models.hub.conftest import FILES, REPOSITORY, WEIGHTS

NAME = "onnx/model_q4.onnx"
OTHER = random_bytes(9, len(WEIGHTS))


class Attempt:
    """One file, where it goes, and what was said and waited for meanwhile."""

    def __init__(self, hub: FakeHub, client: HubClient, part: Path, name: str = NAME) -> None:
        self.part = part
        self.said: list[Transfer] = []
        self.waited: list[float] = []
        found = client.look_up(HubId(REPOSITORY))
        self.file: RepositoryFile = next(file for file in found.files if file.name == name)
        self.source = Source(client, REPOSITORY, found.commit, (0.1, 0.2, 0.4), self.waited.append)

    def run(self) -> None:
        """Fetch it."""
        fetch_file(self.source, self.file, self.part, self.said.append)

    def refusal(self) -> VitrineError:
        """Fetch it, which fails."""
        with pytest.raises(VitrineError) as refused:
            self.run()
        return refused.value


@pytest.fixture
def attempt(hub: FakeHub, client: HubClient, tmp_path: Path) -> Attempt:
    """Of the weights."""
    return Attempt(hub, client, tmp_path / "part")


def ranges(hub: FakeHub) -> list[str]:
    """From which byte each file request asked."""
    return [one.headers.get("Range", "") for one in hub.file_requests]


def test_a_file_comes_and_is_checked(hub: FakeHub, attempt: Attempt) -> None:
    attempt.run()
    assert attempt.part.read_bytes() == WEIGHTS
    assert {one.phase for one in attempt.said} == {"fetch"}
    assert attempt.said[-1].done == len(WEIGHTS)
    assert hub.file_requests[0].headers["Accept-Encoding"] == "identity"


def test_a_small_file_is_checked_by_the_hash_that_git_gives_it(
    hub: FakeHub, client: HubClient, tmp_path: Path
) -> None:
    attempt = Attempt(hub, client, tmp_path / "part", "config.json")
    assert attempt.file.sha256 == ""
    hub.file_answers.append(Content(b"x" * attempt.file.size))
    attempt.run()
    assert attempt.part.read_bytes() == FILES["config.json"]
    assert len(hub.file_requests) == 2


def test_an_empty_file_needs_no_request(hub: FakeHub, client: HubClient, tmp_path: Path) -> None:
    hub.repositories[REPOSITORY].files["empty"] = b""
    attempt = Attempt(hub, client, tmp_path / "part", "empty")
    attempt.run()
    assert attempt.part.read_bytes() == b""
    assert not hub.file_requests


def test_fault_60_a_dropped_connection_is_gone_on_with(hub: FakeHub, attempt: Attempt) -> None:
    hub.file_answers.extend([Drop(100_000), Drop(50_000)])
    attempt.run()
    assert attempt.part.read_bytes() == WEIGHTS
    assert ranges(hub) == ["", "bytes=100000-", "bytes=150000-"]
    assert attempt.waited == [0.1, 0.2]
    assert [one.done for one in attempt.said if one.phase == "wait"] == [100_000, 150_000]


def test_fault_60_a_stalled_connection_is_given_up_and_gone_on_with(hub: FakeHub, attempt: Attempt) -> None:
    hub.file_answers.append(Stall(70_000))
    attempt.run()
    assert attempt.part.read_bytes() == WEIGHTS
    assert ranges(hub) == ["", "bytes=70000-"]
    assert "stopped answering" in next(one.why for one in attempt.said if one.phase == "wait")


def test_fault_60_after_some_attempts_it_fails_and_what_came_is_kept(hub: FakeHub, attempt: Attempt) -> None:
    hub.always = Drop(1_000)
    fault = attempt.refusal()
    assert fault.case == "hub-dropped"
    assert len(hub.file_requests) == 4
    assert attempt.part.read_bytes() == WEIGHTS[:4_000]
    hub.always = None
    attempt.run()
    assert ranges(hub)[-1] == "bytes=4000-"
    assert attempt.part.read_bytes() == WEIGHTS


def test_fault_60_attempts_that_bring_much_do_not_count(
    hub: FakeHub, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.hub.transfer.ENOUGH_PROGRESS", 20_000)
    hub.always = Drop(20_000)
    attempt.run()
    assert len(hub.file_requests) == 15
    assert set(attempt.waited) == {0.1}


def test_fault_60_what_was_interrupted_in_an_earlier_start_is_gone_on_with(
    hub: FakeHub, attempt: Attempt
) -> None:
    attempt.part.write_bytes(WEIGHTS[:123_456])
    attempt.run()
    assert ranges(hub) == ["bytes=123456-"]
    assert attempt.said[0] == Transfer("check", 123_456)
    assert attempt.part.read_bytes() == WEIGHTS


def test_fault_60_a_server_that_gives_whole_files_only_begins_anew(hub: FakeHub, attempt: Attempt) -> None:
    attempt.part.write_bytes(OTHER[:1_000])
    hub.file_answers.append(NoRange())
    attempt.run()
    assert attempt.part.read_bytes() == WEIGHTS
    assert len(hub.file_requests) == 1


@pytest.mark.parametrize("before", [OTHER[:1_000], OTHER, OTHER + b"x"], ids=["beginning", "whole", "longer"])
def test_fault_60_a_damaged_part_is_found_out_and_fetched_anew(
    hub: FakeHub, attempt: Attempt, before: bytes
) -> None:
    attempt.part.write_bytes(before)
    attempt.run()
    assert attempt.part.read_bytes() == WEIGHTS
    assert ranges(hub)[-1] == ""


def test_fault_60_other_content_of_the_same_size_is_never_complete(hub: FakeHub, attempt: Attempt) -> None:
    hub.file_answers.append(Content(OTHER))
    attempt.run()
    assert attempt.part.read_bytes() == WEIGHTS
    attempt.part.unlink()
    hub.always = Content(OTHER)
    fault = attempt.refusal()
    assert fault.case == "wrong-hash"
    assert NAME in fault.what
    assert attempt.part.read_bytes() == b""
    assert len(hub.file_requests) == 4


@pytest.mark.parametrize("announce", [True, False])
def test_fault_60_a_shorter_file_is_never_complete(hub: FakeHub, attempt: Attempt, announce: bool) -> None:
    hub.always = Content(WEIGHTS[:-1], announce=announce)
    assert attempt.refusal().case in ("hub-dropped", "wrong-hash")
    assert len(hub.file_requests) <= 4


@pytest.mark.parametrize("announce", [True, False])
def test_fault_60_a_longer_file_is_cut_off_and_never_complete(
    hub: FakeHub, attempt: Attempt, announce: bool
) -> None:
    hub.always = Content(WEIGHTS + b"x" * 5_000_000, announce=announce)
    fault = attempt.refusal()
    assert fault.case == "wrong-size"
    assert f"{len(WEIGHTS):,}" in fault.what
    assert attempt.part.read_bytes() == b""


def test_fault_59_a_page_instead_of_a_file_is_no_file(hub: FakeHub, attempt: Attempt) -> None:
    attempt.part.write_bytes(WEIGHTS[:1_000])
    hub.always = Content(b"<html>Sign in</html>", "text/html; charset=utf-8")
    assert attempt.refusal().case == "not-the-hub"
    assert attempt.part.read_bytes() == WEIGHTS[:1_000]
    assert len(hub.file_requests) == 1


@pytest.mark.parametrize(
    ("answer", "waited"),
    [
        (Status(429, {"Retry-After": "7"}), 7.0),
        (Status(503, {"Retry-After": "0"}), 0.0),
        (Status(500), 0.1),
        (Status(408), 0.1),
    ],
    ids=str,
)
def test_fault_59_trouble_that_passes_is_waited_for(
    hub: FakeHub, attempt: Attempt, answer: Answer, waited: float
) -> None:
    hub.file_answers.append(answer)
    attempt.run()
    assert attempt.part.read_bytes() == WEIGHTS
    assert attempt.waited == [waited]


@pytest.mark.parametrize(
    ("answer", "case"),
    [
        (Status(429, {"Retry-After": str(int(LONGEST_WAIT_S) + 1)}), "hub-busy"),
        (Status(403, {"X-Error-Code": "GatedRepo"}), "gated"),
        (Status(404, {"X-Error-Code": "EntryNotFound"}), "no-such-hub-file"),
        (Status(416), "hub-refused"),
    ],
    ids=str,
)
def test_fault_59_trouble_that_stays_is_told_at_once(
    hub: FakeHub, attempt: Attempt, answer: Answer, case: str
) -> None:
    attempt.part.write_bytes(WEIGHTS[:1_000])
    hub.always = answer
    assert attempt.refusal().case == case
    assert len(hub.file_requests) == 1
    assert attempt.waited == []
    assert attempt.part.read_bytes() == WEIGHTS[:1_000]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_fault_46_a_full_disk_is_said_and_not_retried(hub: FakeHub, client: HubClient) -> None:
    attempt = Attempt(hub, client, Path("/dev/full"))
    fault = attempt.refusal()
    assert fault.case == "disk-full"
    assert "/dev" in fault.what
    assert isinstance(fault.__cause__, OSError)
    assert fault.__cause__.errno == errno.ENOSPC
    assert len(hub.file_requests) == 1


def test_a_disk_that_fails_is_said(hub: FakeHub, client: HubClient, tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    assert Attempt(hub, client, tmp_path / "part").refusal().case == "disk-failed"


def test_fault_60_a_part_that_was_not_asked_for_is_refused(
    hub: FakeHub, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt.part.write_bytes(WEIGHTS[:1_000])
    hub.always = Status(206, {"Content-Range": "bytes 5-9/10"}, b"12345")
    fault = attempt.refusal()
    assert fault.case == "hub-bad-answer"
    assert isinstance(fault, HubFault)
    assert attempt.part.read_bytes() == WEIGHTS[:1_000]
