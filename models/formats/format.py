"""What every format of model files can do.

Knows nothing about any one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from models.bundle import BundleFacts
from models.exports.folder import ModelFolder
from models.exports.layouts import FolderKind
from models.graph_runner import GraphRunner

ImportProgress: TypeAlias = Callable[[int, int], None]
"""Called with parts done and parts in all; may raise to stop."""

MAXIMUM_CONTEXT = 8192
"""Positions a key/value cache is made for at most."""


def about_maximum(trained: int) -> tuple[str, ...]:
    """What there is to say of a model that was trained for so many positions: that not all of them can be used."""
    if trained <= MAXIMUM_CONTEXT:
        return ()
    return (
        f"The model was trained for {trained:,} positions; {MAXIMUM_CONTEXT:,} of them can be used here.",
    )


def _fits(name: str, needed: int) -> None:
    """Takes for granted that a model fits into memory."""


@dataclass(frozen=True, slots=True)
class ImportTools:
    """What an import cannot do by itself.

    Args:
        open_graph: runs a graph; ``None`` where no graph can be run, and exports not be imported.
        check_memory: called with a model's name and the bytes of its weights before any long work; raises
            `VitrineError` where they do not fit.
    """

    open_graph: GraphRunner | None = None
    check_memory: Callable[[str, int], None] = _fits


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What is to be imported.

    Args:
        found: the model's folder or file, looked at.
        provider: ``"CPU"`` or ``"CUDA"``, which will run it.
        variant: which of the source's graphs or precisions; empty is the best for the provider.
        tools: what the import cannot do by itself.
    """

    found: ModelFolder
    provider: str
    variant: str = ""
    tools: ImportTools = ImportTools()


class ModelFormat(Protocol):
    """One format."""

    @property
    def kind(self) -> FolderKind:
        """Models of which kind are of this format."""
        ...

    def key(self, request: ImportRequest) -> str:
        """A name for the bundle that the request makes: the same for the same content, provider and variant.

        Raises:
            ModelFileError: the source cannot be read, or has no such variant.
        """
        ...

    def make(self, request: ImportRequest, folder: Path, progress: ImportProgress) -> BundleFacts:
        """Write everything of a bundle but its facts into a folder.

        Raises:
            ModelFileError: the source is damaged or something in it is not supported; before any long work.
            TokenizerError: its tokenizer is not supported.
            OSError: the folder cannot be written.
        """
        ...
