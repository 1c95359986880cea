"""Names of repositories on a model hub, as people type and paste them.

Knows nothing about what is in a repository, or whether there is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from models.errors import VitrineError
from models.escaping import escape_text, is_invisible

_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_REPOSITORY = re.compile(rf"(?:{_PART}/)?{_PART}")
_MODEL_FILE = re.compile(r"\.(?:gguf|onnx|safetensors)$", re.IGNORECASE)
_LONGEST_REVISION = 200


@dataclass(frozen=True, slots=True)
class HubId:
    """A repository, and which state of it.

    Args:
        repository: ``organisation/name``, or a name alone for the oldest repositories.
        revision: branch, tag or commit; empty for the main branch.
    """

    repository: str
    revision: str = ""

    def __str__(self) -> str:
        return f"{self.repository}@{self.revision}" if self.revision else self.repository


def is_hub_id(text: str) -> bool:
    """Whether a text can be meant as a repository of the hub rather than as a path.

    A path that exists should be looked for first: ``models/tiny`` can be both.

    Args:
        text: what somebody typed where a model is wanted.
    """
    try:
        found = parse_hub_id(text)
    except VitrineError:
        return False
    return "/" in found.repository and ("://" in text or not _MODEL_FILE.search(found.repository))


def parse_hub_id(text: str) -> HubId:
    """Take a repository's name apart.

    Args:
        text: ``organisation/name``, with ``@revision`` or without, or the address of its page.

    Raises:
        VitrineError: it cannot be one (``bad-hub-id``).
    """
    repository, _, revision = text.strip().partition("@")
    if "://" in text:
        repository, revision = _from_address(text.strip())
    if not _is_repository(repository) or (revision and not _is_revision(revision)):
        raise VitrineError(
            "bad-hub-id",
            f"“{escape_text(text)}” is not the name of a model on the hub.",
            "Type organisation/name, and @revision behind it for another state than the newest.",
        )
    return HubId(repository, revision)


def _from_address(address: str) -> tuple[str, str]:
    """Repository and revision of a page's address; empty where it is no page of the hub."""
    # Imported here: a window starts without it.
    from huggingface_hub import constants

    hosts = {urlsplit(constants.ENDPOINT).hostname, *constants.HF_URL_HOSTS}
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    if parts.scheme not in ("http", "https", "hf") or (parts.scheme != "hf" and parts.hostname not in hosts):
        return "", ""
    whole = f"{parts.netloc}{parts.path}" if parts.scheme == "hf" else parts.path
    words = [unquote(word) for word in whole.strip("/").split("/")]
    if parts.scheme == "hf":
        name, _, revision = "/".join(words[:2]).partition("@")
        return name, revision
    if len(words) > 3 and words[2] in ("tree", "blob", "resolve"):
        return "/".join(words[:2]), words[3]
    return ("/".join(words), "") if len(words) <= 2 else ("", "")


def _is_repository(name: str) -> bool:
    return _REPOSITORY.fullmatch(name) is not None and "--" not in name and ".." not in name


def _is_revision(name: str) -> bool:
    return (
        len(name) <= _LONGEST_REVISION
        and not name.startswith(("-", "/", "."))
        and ".." not in name
        and not any(one.isspace() or is_invisible(one) or one in '\\:?*[~^@"<>|#%&' for one in name)
    )
