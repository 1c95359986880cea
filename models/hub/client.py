"""The line to the hub: asks what a repository holds, and opens one of its files from any byte on.

Knows nothing about where files go. The library `huggingface_hub` knows addresses, the access token and its file,
offline mode and what the hub's refusals mean; its HTTP client takes proxies and certificates from the environment
and sends the token to no other host that a redirect names. Its own downloads are not used: one that is interrupted
begins anew, what comes is not compared with its hash, and the old file is deleted before the new one is there.

The library reads the environment once, when it is imported.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from huggingface_hub import HfApi, ModelInfo, constants, hf_hub_url
from huggingface_hub.utils import get_session, get_token_to_send, hf_raise_for_status, logging

from models.escaping import escape_text
from models.hub.faults import Asked, HubFault, bad_answer, fault_of, not_the_hub, offline
from models.hub.identifier import HubId, parse_hub_id
from models.hub.repository import Repository, RepositoryFile

# Otherwise the library tells the hub which programs are installed here, and fetches a list of names for that.
constants.HF_HUB_DISABLE_TELEMETRY = True

# Its warnings repeat texts of the server on stderr; everything that matters is raised.
logging.set_verbosity(logging.CRITICAL)

MOST_FILES = 20_000
"""Files of a repository that are looked at; more are no model."""

_LARGEST = 1 << 50
_PART = re.compile(r"bytes (\d{1,18})-\d+/(?:\d+|\*)")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class HubClient:
    """Asks the hub.

    Args:
        endpoint: the hub's address; the environment's (HF_ENDPOINT), or the public hub, if left out.
        stall_s: how long to wait for the next bytes; the library's setting (HF_HUB_DOWNLOAD_TIMEOUT) if left out.

    Raises:
        HubFault: offline mode is on, or the access token or a proxy's address is malformed.
    """

    def __init__(self, endpoint: str | None = None, stall_s: float | None = None) -> None:
        self._endpoint = endpoint or constants.ENDPOINT
        self._stall_s = stall_s or float(constants.HF_HUB_DOWNLOAD_TIMEOUT)
        if constants.is_offline_mode():
            raise offline()
        try:
            get_session()
        except Exception:  # what it says can hold the proxy's password
            raise HubFault(
                "hub-proxy",
                "The address of the proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY cannot be used.",
                "Correct it: http://host:port.",
            ) from None
        self._token = get_token_to_send(None)
        if self._token is not None and not (self._token.isascii() and self._token.isprintable()):
            raise HubFault(
                "token-malformed",
                "The access token for the hub holds characters that no token has.",
                "Log in again with “hf auth login”, or correct HF_TOKEN.",
            )

    def __repr__(self) -> str:
        return f"HubClient({self.host}, token {'set' if self._token else 'not set'})"

    @property
    def host(self) -> str:
        """The hub's address without what could be secret in it, for sentences."""
        try:
            url = httpx2.URL(self._endpoint)
        except httpx2.InvalidURL:
            return "the address in HF_ENDPOINT"
        return escape_text(url.host + (f":{url.port}" if url.port else "")) or "the address in HF_ENDPOINT"

    def look_up(self, asked: HubId) -> Repository:
        """What a repository holds.

        Raises:
            HubFault: it cannot be known.
        """
        try:
            found = HfApi(self._endpoint, token=self._token or False, library_name="vitrine").model_info(
                asked.repository, revision=asked.revision or None, files_metadata=True, timeout=self._stall_s
            )
            return self._repository(found, asked)
        except Exception as error:  # whatever the library makes of what came
            raise fault_of(error, self._asked(str(asked))) from None

    @contextmanager
    def reading(
        self, repository: str, commit: str, file: RepositoryFile, first: int
    ) -> Iterator[tuple[httpx2.Response, int]]:
        """Open a file from a byte on.

        Args:
            repository: ``organisation/name``.
            commit: 40 hexadecimal digits.
            file: which.
            first: number of the first byte that is wanted.

        Returns:
            The answer, not read yet, and the number of the byte with which it really begins: `first`, or 0 from a
            server that gives whole files only.

        Raises:
            HubFault: it cannot be had, or the connection fails while it is read.
        """
        headers = {"Accept-Encoding": "identity", "User-Agent": "vitrine"}
        if first:
            headers["Range"] = f"bytes={first}-"
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        url = hf_hub_url(repository, file.name, revision=commit, endpoint=self._endpoint)
        try:
            with get_session().stream("GET", url, headers=headers, timeout=self._stall_s) as response:
                hf_raise_for_status(response)
                begins = self._first_byte(response, file)
                if begins not in (0, first):
                    raise bad_answer(self.host, "it sent another part of the file than was asked for")
                yield response, begins
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, ssl.SSLError) as error:
            raise fault_of(error, self._asked(repository)) from None

    def _asked(self, name: str) -> Asked:
        return Asked(name, self.host, self._token is not None)

    def _first_byte(self, response: httpx2.Response, file: RepositoryFile) -> int:
        """With which byte of the file an answer begins."""
        announced = response.headers.get("Content-Length", "")
        is_page = response.headers.get("Content-Type", "").lower().startswith("text/html")
        if is_page and announced != str(file.size):
            raise not_the_hub(self.host)
        if response.status_code != 206:
            return 0
        part = _PART.fullmatch(response.headers.get("Content-Range", "").strip())
        if part is None or response.headers.get("Content-Encoding", "identity") != "identity":
            raise bad_answer(self.host, "it sent a part of a file without saying which")
        return int(part[1])

    # ------------------------------------------------------------ what the hub says of a repository

    def _repository(self, found: ModelInfo, asked: HubId) -> Repository:
        files = found.siblings or []
        if not isinstance(found.sha, str) or not _COMMIT.fullmatch(found.sha):
            raise bad_answer(self.host, "it names no commit")
        if len(files) > MOST_FILES:
            raise bad_answer(self.host, f"the repository holds {len(files):,} files")
        return Repository(
            name=parse_hub_id(found.id).repository,
            revision=asked.revision,
            commit=found.sha,
            licence=_licence(found),
            gated=bool(found.gated),
            files=tuple(self._file(one) for one in files),
        )

    def _file(self, found: Any) -> RepositoryFile:
        sha256 = found.lfs.sha256 if found.lfs is not None else ""
        git_sha1 = "" if sha256 else found.blob_id
        if not isinstance(found.rfilename, str):
            raise bad_answer(self.host, "a file has no name")
        if type(found.size) is not int or not 0 <= found.size < _LARGEST:
            raise bad_answer(self.host, "a file has no size")
        if not (_SHA256.fullmatch(sha256) if sha256 else _COMMIT.fullmatch(git_sha1 or "")):
            raise bad_answer(self.host, "a file has no hash")
        return RepositoryFile(found.rfilename, found.size, sha256, git_sha1)


def _licence(found: Any) -> str:
    """What the repository's card says, or its tags."""
    stated = getattr(found.card_data, "license", None)
    for tag in found.tags or []:
        if not stated and isinstance(tag, str) and tag.startswith("license:"):
            stated = tag.removeprefix("license:")
    if stated == "other":
        stated = getattr(found.card_data, "license_name", None) or stated
    names = stated if isinstance(stated, list) else [stated]
    return ", ".join(one for one in names if isinstance(one, str))[:120]
