"""What is said while a repository is looked up and fetched.

Knows nothing about who says it to whom; a process says it through a pipe.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.hub.repository import Repository
from models.hub.variants import Variant


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be fetched.

    Args:
        repository: from where; without its list of files.
        variant: which of its models, with the files that it needs.
    """

    repository: Repository
    variant: Variant


@dataclass(frozen=True, slots=True)
class Transfer:
    """How far one file is.

    Args:
        phase: ``"fetch"`` while bytes come, ``"check"`` while those of earlier are hashed, ``"wait"`` before a
            new attempt.
        done: bytes, of those that are there, fetched or checked.
        why: in ``"wait"``, the sentence that says what for.
    """

    phase: Literal["fetch", "check", "wait"]
    done: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a repository offers.

    Args:
        repository: as it is now; without its list of files.
        variants: at least one, the preferred first.
        free: bytes free on the disk where files would go.
    """

    repository: Repository
    variants: tuple[Variant, ...]
    free: int

    def order(self, variant: Variant) -> Order:
        """The order for one of the variants."""
        return Order(self.repository, variant)


@dataclass(frozen=True, slots=True)
class Fetching:
    """How far a whole order is.

    Args:
        phase: as in `Transfer`.
        file: the one that is worked on.
        done: bytes of all files that are there, whole or in part.
        total: bytes of all files.
        why: as in `Transfer`.
    """

    phase: Literal["fetch", "check", "wait"]
    file: str
    done: int
    total: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Everything is there.

    Args:
        path: what to open: a folder, or a file in one.
    """

    path: Path


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not work.

    Args:
        case: short stable name of the failure.
        what: one sentence, what happened.
        remedy: one sentence, what to do.
    """

    case: str
    what: str
    remedy: str


HubMessage = Offer | Fetching | Fetched | Refused
"""Everything that is said; `Fetched`, `Refused` and `Offer` are the last word."""
