"""What a peer is started with.

Knows nothing about which peers there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PeerRequest:
    """A model to be run by other engines.

    Args:
        python: an interpreter that has them.
        model: a GGUF file.
        threads: of each engine.
        context: tokens of its cache.
        exports: where models are kept that had to be exported for an engine.
        progress: called with exports made and in all.
    """

    python: Path
    model: Path
    threads: int
    context: int
    exports: Path
    progress: Callable[[int, int], None]
