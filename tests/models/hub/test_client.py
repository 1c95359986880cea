"""Asking the hub what a repository holds: every way in which it can refuse (faults 59 and 63)."""

from __future__ import annotations

import io
import json
import logging
import pickle
import socket
from pathlib import Path

import pytest
from huggingface_hub.utils import close_session

from models.errors import VitrineError
from models.hub.client import HubClient
from models.hub.faults import HubFault
from models.hub.identifier import HubId
from tests.fake_hub import Answer, Content, Drop, FakeHub, Redirect, Stall, Status, described
from tests.models.hub.conftest import FILES, REPOSITORY

ASKED = HubId(REPOSITORY)
TOKEN = "hf_AbCdEfSecret"


def refusal(client: HubClient, asked: HubId = ASKED) -> HubFault:
    """What the client says when it is refused."""
    with pytest.raises(HubFault) as refused:
        client.look_up(asked)
    assert refused.value.what.endswith(".")
    assert refused.value.remedy.endswith(".")
    return refused.value


def test_a_repository_is_described(hub: FakeHub, client: HubClient) -> None:
    found = client.look_up(ASKED)
    assert (found.name, found.commit) == (REPOSITORY, hub.repositories[REPOSITORY].commit)
    assert (found.licence, found.gated, found.revision) == ("apache-2.0", False, "")
    assert {file.name: file.size for file in found.files} == {name: len(data) for name, data in FILES.items()}
    for file in found.files:
        said = described(file.name, FILES[file.name])
        assert file.expected_hash == said.get("lfs", {"sha256": said["blobId"]})["sha256"]


def test_a_revision_is_asked_for(hub: FakeHub, client: HubClient) -> None:
    commit = hub.repositories[REPOSITORY].commit
    assert client.look_up(HubId(REPOSITORY, commit)).revision == commit
    assert hub.requests[-1].path == f"/api/models/{REPOSITORY}/revision/{commit}"


def test_nothing_is_told_or_asked_besides(hub: FakeHub, client: HubClient) -> None:
    client.look_up(ASKED)
    (request,) = hub.requests
    sent = {name.lower(): value for name, value in request.headers.items()}
    assert "authorization" not in sent
    assert sent["user-agent"].startswith("vitrine/")
    assert not {"torch", "agent", "tensorflow"} & set(sent["user-agent"].replace("/", " ").split())


@pytest.mark.parametrize(
    ("answer", "case", "words"),
    [
        (Status(404, {"X-Error-Code": "RepoNotFound"}), "no-such-repository", "spelling"),
        (Status(401, {"X-Error-Code": "RepoNotFound"}), "token-missing", "hf auth login"),
        (Status(401), "token-missing", "HF_TOKEN"),
        (Status(404, {"X-Error-Code": "RevisionNotFound"}), "no-such-revision", "branch"),
        (Status(404, {"X-Error-Code": "EntryNotFound"}), "no-such-hub-file", "again"),
        (Status(401, {"X-Error-Code": "GatedRepo"}), "gated", "hf auth login"),
        (Status(403, {"X-Error-Code": "GatedRepo"}), "gated", "access"),
        (Status(403), "gated", "access"),
        (Status(403, {"X-Error-Message": "Access to this resource is disabled."}), "hub-disabled", "another"),
        (Status(429), "hub-busy", "token"),
        (Status(429, {"Retry-After": "77"}), "hub-busy", "77 s"),
        (Status(500), "hub-failing", "500"),
        (Status(503, {"Retry-After": "Wed, 21 Oct 2065 07:28:00 GMT"}), "hub-failing", "503"),
        (Status(504), "hub-failing", "504"),
        (Status(407), "hub-proxy", "HTTPS_PROXY"),
        (Status(511), "not-the-hub", "sign in"),
        (Status(418), "hub-refused", "418"),
        (Content(b"<html>Welcome to the airport</html>", "text/html"), "not-the-hub", "sign in"),
        (Content(b"\xff\xfe", "text/html"), "not-the-hub", "sign in"),
        (Content(b"[]"), "hub-bad-answer", "HF_ENDPOINT"),
        (Content(b"{}"), "hub-bad-answer", "HF_ENDPOINT"),
        (Content(b'{"id": 5, "sha": "x"}'), "hub-bad-answer", "commit"),
        (Redirect("http://127.0.0.1:9"), "hub-unreachable", "connection"),
        (Drop(0), "hub-dropped", "connection"),
        (Stall(0), "hub-stalled", "connection"),
    ],
    ids=str,
)
def test_fault_59_every_refusal_has_its_own_sentence(
    hub: FakeHub, client: HubClient, answer: Answer, case: str, words: str
) -> None:
    hub.api_answers.append(answer)
    fault = refusal(client)
    assert fault.case == case
    assert words in f"{fault.what} {fault.remedy}"


@pytest.mark.parametrize(
    ("answer", "case", "words"),
    [
        (
            Status(401, {"X-Error-Message": "Invalid credentials in Authorization header"}),
            "token-refused",
            "HF_TOKEN",
        ),
        (Status(404, {"X-Error-Code": "RepoNotFound"}), "no-such-repository", "account"),
        (Status(403, {"X-Error-Code": "GatedRepo"}), "gated", "account"),
    ],
    ids=str,
)
def test_fault_59_with_a_token_the_sentence_is_about_the_token(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch, answer: Answer, case: str, words: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    hub.api_answers.append(answer)
    fault = refusal(HubClient(hub.url))
    assert fault.case == case
    assert words in f"{fault.what} {fault.remedy}"
    assert TOKEN not in str(fault)


def test_fault_59_repository_revision_and_file_are_told_apart(hub: FakeHub, client: HubClient) -> None:
    assert refusal(client, HubId("tiny-org/other")).case == "no-such-repository"
    assert refusal(client, HubId(REPOSITORY, "v9")).case == "no-such-revision"
    found = client.look_up(ASKED)
    with pytest.raises(HubFault) as refused, client.reading(REPOSITORY, "0" * 40, found.files[0], 0):
        pass
    assert refused.value.case == "no-such-hub-file"


def test_fault_59_without_a_network_it_says_so(client: HubClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_names(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    fault = refusal(client)
    assert fault.case == "no-network"
    assert "127.0.0.1" in fault.what


def test_fault_59_a_wrong_certificate_is_no_missing_network(hub: FakeHub) -> None:
    # The fake hub speaks no TLS: what it answers to a greeting is not TLS either.
    assert refusal(HubClient(hub.url.replace("http:", "https:"), stall_s=5)).case == "hub-certificate"


@pytest.mark.parametrize("endpoint", ["nonsense", "ftp://127.0.0.1", "http://"])
def test_fault_59_an_address_that_is_none_is_named(endpoint: str) -> None:
    assert refusal(HubClient(endpoint)).case == "bad-hub-address"


@pytest.mark.parametrize(
    "listed",
    [
        {"sha": "main"},
        {"sha": None},
        {"id": "../../x"},
        {"siblings": [{"rfilename": "a.onnx", "size": -1, "blobId": "0" * 40}]},
        {"siblings": [{"rfilename": "a.onnx", "size": "9", "blobId": "0" * 40}]},
        {"siblings": [{"rfilename": "a.onnx", "size": 9}]},
        {"siblings": [{"rfilename": "a.onnx", "size": 1 << 60, "blobId": "0" * 40}]},
        {"siblings": [{"rfilename": ["a.onnx"], "size": 9, "blobId": "0" * 40}]},
        {
            "siblings": [
                {"rfilename": "a.onnx", "size": 9, "lfs": {"size": 9, "sha256": "0", "pointerSize": 1}}
            ]
        },
        {"siblings": [{"rfilename": "a.onnx", "size": 9, "lfs": {"size": 9}}]},
        {"siblings": [{"size": 9}]},
        {"siblings": "many"},
        {"cardData": {"license": {"a": 1}}, "sha": 7},
    ],
    ids=json.dumps,
)
def test_fault_59_a_description_that_makes_no_sense_is_refused(
    hub: FakeHub, client: HubClient, listed: dict[str, object]
) -> None:
    hub.repositories[REPOSITORY].listed = listed
    assert refusal(client).case in ("hub-bad-answer", "bad-hub-id")


def test_licences_are_read_in_every_form(hub: FakeHub, client: HubClient) -> None:
    for card, tags, licence in (
        ({"license": ["mit", "apache-2.0"]}, [], "mit, apache-2.0"),
        ({"license": "other", "license_name": "llama3"}, [], "llama3"),
        (None, ["license:gemma"], "gemma"),
        (None, [], ""),
    ):
        hub.repositories[REPOSITORY].listed = {"cardData": card, "tags": tags}
        assert client.look_up(ASKED).licence == licence


# ---------------------------------------------------------------- the token, offline mode


def test_fault_63_the_token_goes_to_the_hub_and_to_nobody_else(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    client = HubClient(hub.url)
    found = client.look_up(ASKED)
    storage = FakeHub()
    storage.repositories = hub.repositories
    try:
        hub.file_answers.append(Redirect(storage.url))
        with client.reading(REPOSITORY, found.commit, found.files[0], 0) as (response, begins):
            assert begins == 0
            assert response.read() == FILES[found.files[0].name]
        hub.api_answers.append(Redirect(storage.url.replace("127.0.0.1", "localhost")))
        client.look_up(ASKED)
    finally:
        storage.close()
    assert {one.headers.get("Authorization") or one.headers.get("authorization") for one in hub.requests} == {
        f"Bearer {TOKEN}"
    }
    assert len(storage.requests) == 2
    for request in storage.requests:
        assert TOKEN not in str(request)


def test_fault_63_the_file_of_the_hubs_own_login_is_read(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    HubClient(hub.url).look_up(ASKED)
    assert hub.requests[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_fault_63_the_token_is_in_no_text(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx2", "httpcore2", "huggingface_hub"):
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    client = HubClient(hub.url, stall_s=0.3)
    assert TOKEN not in repr(client)
    echo = {"X-Error-Message": TOKEN, "X-Error-Code": TOKEN, "X-HF-Warning": f"topic; {TOKEN}"}
    for answer in (
        Status(403, echo),
        Status(500, echo),
        Status(418, echo),
        Stall(0),
        Content(TOKEN.encode()),
    ):
        hub.api_answers.append(answer)
        fault = refusal(client)
        assert TOKEN not in f"{fault!r} {fault} {fault.__cause__!r}"
        assert TOKEN.encode() not in pickle.dumps((fault.case, fault.what, fault.remedy))
    shown = io.StringIO(caplog.text).read()
    assert f"Bearer {TOKEN}" not in shown


def test_fault_63_a_token_with_strange_characters_is_refused_without_repeating_it(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_geh€im")
    with pytest.raises(VitrineError) as refused:
        HubClient(hub.url)
    assert refused.value.case == "token-malformed"
    assert "hf_geh" not in str(refused.value)
    assert not hub.requests


def test_fault_63_in_offline_mode_nothing_is_asked(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(VitrineError) as refused:
        HubClient(hub.url)
    assert refused.value.case == "hub-offline"
    assert "HF_HUB_OFFLINE" in refused.value.what
    assert not hub.requests


def test_fault_63_a_proxy_is_used(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", hub.url)
    close_session()
    assert HubClient("http://hub.invalid").look_up(ASKED).name == REPOSITORY
    assert hub.requests[0].target.startswith("http://hub.invalid/api/models/")


def test_fault_63_a_proxy_is_used_for_tls_and_never_sees_the_token(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", hub.url)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    close_session()
    assert refusal(HubClient("https://hub.invalid")).case == "hub-proxy"
    (request,) = hub.requests
    assert (request.method, request.target) == ("CONNECT", "hub.invalid:443")
    assert TOKEN not in str(request)


def test_fault_63_hosts_that_need_no_proxy_are_asked_directly(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    close_session()
    assert HubClient(hub.url).look_up(ASKED).name == REPOSITORY


def test_fault_63_a_proxy_that_cannot_be_used_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://me:geheim@127.0.0.1:1")
    close_session()
    with pytest.raises(VitrineError) as refused:
        HubClient("http://hub.invalid")
    assert refused.value.case == "hub-proxy"
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None
