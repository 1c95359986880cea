"""What a repository of the hub holds at one commit: files with sizes and hashes, licence.

Knows nothing about the network or about which of the files a model needs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RepositoryFile:
    """A file as the hub describes it.

    Args:
        name: path in the repository, with slashes; untrusted.
        size: bytes.
        sha256: of the content, 64 hexadecimal digits; empty for a small file that git itself keeps.
        git_sha1: git's own hash of such a small file, 40 hexadecimal digits; used where there is no `sha256`.
    """

    name: str
    size: int
    sha256: str
    git_sha1: str

    @property
    def expected_hash(self) -> str:
        """The hash that its content must have."""
        return self.sha256 or self.git_sha1

    def new_digest(self) -> hashlib._Hash:
        """Begins the hash, of the kind that `expected_hash` is; its content has still to be added."""
        if self.sha256:
            return hashlib.sha256()
        return hashlib.sha1(b"blob %d\0" % self.size, usedforsecurity=False)


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository at one commit.

    Args:
        name: ``organisation/name``, as the hub writes it.
        revision: as it was asked for; empty for the main branch.
        commit: 40 hexadecimal digits.
        licence: its short name, ``apache-2.0``; empty where none is stated.
        gated: whether its owner wants people to ask, or agree to something, first.
        files: all of them.
    """

    name: str
    revision: str
    commit: str
    licence: str
    gated: bool
    files: tuple[RepositoryFile, ...]
