"""A model hub on this machine, in a thread, that can be told to misbehave.

Knows the hub's protocol as far as `huggingface_hub` uses it, and nothing about who asks. It serves as a proxy too: a
request for any host is answered as if it were for the hub.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import os
import threading
import urllib.parse
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from models.directories import DATA_DIRECTORY_VARIABLE

LARGE = 1000
"""Files of so many bytes and more are described by their SHA-256, as the hub does with those in its large storage."""


@dataclass(frozen=True)
class Seen:
    """A request that arrived."""

    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        """Of the target, without host and query."""
        return urllib.parse.unquote(urllib.parse.urlsplit(self.target).path)


@dataclass
class Shelved:
    """A repository of the fake hub."""

    files: dict[str, bytes]
    commit: str
    licence: str = "apache-2.0"
    gated: bool | str = False
    listed: dict[str, Any] = field(default_factory=dict)
    """Replaces entries of what the hub says about the repository."""


# ---------------------------------------------------------------- how a request can be answered wrongly


@dataclass(frozen=True)
class Status:
    """Refuse with a status."""

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


@dataclass(frozen=True)
class Drop:
    """Announce everything, send so many bytes and hang up."""

    after: int


@dataclass(frozen=True)
class Stall:
    """Announce everything, send so many bytes and nothing more, until the hub closes."""

    after: int


@dataclass(frozen=True)
class Content:
    """Send other bytes than are asked for, with their own length, or without any."""

    body: bytes
    kind: str = "application/octet-stream"
    announce: bool = True


@dataclass(frozen=True)
class NoRange:
    """Send the whole file whatever part was asked for."""


@dataclass(frozen=True)
class Redirect:
    """Send on to the same path of another address."""

    base: str


Answer = Status | Drop | Stall | Content | NoRange | Redirect


class FakeHub:
    """A hub with some repositories.

    Attributes:
        requests: everything that was asked, oldest first.
        api_answers: how the next questions about repositories are answered; then as they should be.
        file_answers: how the next requests for files are answered; then as they should be.
        always: for every request for a file, once `file_answers` is empty.
    """

    def __init__(self) -> None:
        self.repositories: dict[str, Shelved] = {}
        self.requests: list[Seen] = []
        self.api_answers: deque[Answer] = deque()
        self.file_answers: deque[Answer] = deque()
        self.always: Answer | None = None
        self.stalled = threading.Event()
        self._closing = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="fake hub")
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def file_requests(self) -> list[Seen]:
        """Those that asked for a file."""
        return [one for one in self.requests if "/resolve/" in one.path]

    def add(self, name: str, files: Mapping[str, bytes], **facts: Any) -> Shelved:
        """Put a repository on the shelf; its commit follows from its files."""
        digest = hashlib.sha1(usedforsecurity=False)
        for path, content in sorted(files.items()):
            digest.update(path.encode() + content)
        self.repositories[name] = shelved = Shelved(dict(files), digest.hexdigest(), **facts)
        return shelved

    def close(self) -> None:
        """End it and every request that is under way."""
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # ------------------------------------------------------------ what it answers

    def _handler(hub) -> type[http.server.BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen = Seen("GET", self.path, dict(self.headers.items()))
                hub.requests.append(seen)
                with contextlib.suppress(OSError):  # whoever asked has gone
                    hub._answer(self, seen)

            def do_CONNECT(self) -> None:
                # As a proxy it lets nobody through to a hub that speaks TLS.
                hub.requests.append(Seen("CONNECT", self.path, dict(self.headers.items())))
                hub._send(self, 407, b"", {"Proxy-Authenticate": "Basic"})

            def log_message(self, format: str, *values: Any) -> None:
                pass

        return Handler

    def _answer(self, handler: http.server.BaseHTTPRequestHandler, seen: Seen) -> None:
        if seen.path.startswith("/api/models/"):
            answer = self.api_answers.popleft() if self.api_answers else None
            if answer is None:
                name, _, revision = seen.path.removeprefix("/api/models/").partition("/revision/")
                self._describe(handler, name, revision)
            else:
                self._misbehave(handler, seen, answer, b"{}")
            return
        name, _, rest = seen.path.lstrip("/").partition("/resolve/")
        revision, _, path = rest.partition("/")
        shelved = self.repositories.get(name)
        if shelved is None or revision != shelved.commit or path not in shelved.files:
            self._send(handler, 404, b"", {"X-Error-Code": "EntryNotFound"})
            return
        answer = self.file_answers.popleft() if self.file_answers else self.always
        if answer is not None:
            self._misbehave(handler, seen, answer, shelved.files[path])
        else:
            self._send_file(handler, seen, shelved.files[path])

    def _describe(self, handler: http.server.BaseHTTPRequestHandler, name: str, revision: str) -> None:
        shelved = self.repositories.get(name)
        if shelved is None:
            self._send(handler, 404, b'{"error": "Repository not found"}', {"X-Error-Code": "RepoNotFound"})
            return
        if revision not in ("", "main", shelved.commit):
            self._send(handler, 404, b'{"error": "Invalid rev id"}', {"X-Error-Code": "RevisionNotFound"})
            return
        said = {
            "id": name,
            "sha": shelved.commit,
            "gated": shelved.gated,
            "tags": [f"license:{shelved.licence}"],
            "cardData": {"license": shelved.licence},
            "siblings": [described(path, content) for path, content in shelved.files.items()],
        }
        body = json.dumps({**said, **shelved.listed}).encode()
        self._send(handler, 200, body, {"Content-Type": "application/json"})

    def _send_file(self, handler: http.server.BaseHTTPRequestHandler, seen: Seen, content: bytes) -> None:
        asked = seen.headers.get("Range", "")
        if not asked:
            self._send(handler, 200, content, {"Content-Type": "application/octet-stream"})
            return
        first = int(asked.removeprefix("bytes=").removesuffix("-"))
        self._send(
            handler,
            206,
            content[first:],
            {"Content-Range": f"bytes {first}-{len(content) - 1}/{len(content)}"},
        )

    def _misbehave(
        self, handler: http.server.BaseHTTPRequestHandler, seen: Seen, answer: Answer, content: bytes
    ) -> None:
        match answer:
            case Status():
                self._send(handler, answer.code, answer.body, answer.headers)
            case NoRange():
                self._send(handler, 200, content, {})
            case Content():
                handler.send_response(200)
                handler.send_header("Content-Type", answer.kind)
                if answer.announce:
                    handler.send_header("Content-Length", str(len(answer.body)))
                handler.end_headers()
                handler.wfile.write(answer.body)
            case Redirect():
                where = f"{answer.base}{urllib.parse.urlsplit(seen.target).path}"
                self._send(handler, 302, b"", {"Location": where})
            case Drop() | Stall():
                # Counted from the byte that was asked for.
                first = int(seen.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
                handler.send_response(206 if first else 200)
                handler.send_header("Content-Length", str(len(content) - first))
                handler.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
                handler.end_headers()
                handler.wfile.write(content[first : first + answer.after])
                handler.wfile.flush()
                if isinstance(answer, Stall):
                    self.stalled.set()
                    self._closing.wait()

    def _send(
        self,
        handler: http.server.BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        headers: Mapping[str, str],
    ) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def described(path: str, content: bytes) -> dict[str, Any]:
    """A file as the hub describes it."""
    said: dict[str, Any] = {
        "rfilename": path,
        "size": len(content),
        "blobId": hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest(),
    }
    if len(content) >= LARGE:
        said["lfs"] = {
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "pointerSize": 134,
        }
    return said


def name_in_environment(hub: FakeHub, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have processes that are started from now on find this hub, and nothing of this machine.

    Args:
        hub: the only one there is for them.
        monkeypatch: takes it back.
        folder: where their data and login go.
    """
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name.startswith(("HF_", "HUGGING", "TRANSFORMERS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setenv("HF_HOME", str(folder / "home"))
    monkeypatch.setenv("HF_HUB_DOWNLOAD_TIMEOUT", "20")
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(folder / "data"))


def random_bytes(seed: int, count: int) -> bytes:
    """Bytes that look like weights and are the same each time."""
    made: Callable[[int], bytes] = lambda number: hashlib.sha256(b"%d %d" % (seed, number)).digest()  # noqa: E731
    return b"".join(made(number) for number in range(count // 32 + 1))[:count]
