"""Opening graphs that nobody has run yet: watched for hanging, and marked in case they end the process.

Knows nothing about what the graphs are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter, Session
from models.directories import bundles_directory
from models.errors import VitrineError
from models.graph_runner import GraphRunner, Run

Watch = Callable[[], AbstractContextManager[None]]
"""Makes what surrounds the runtime's own work, which nothing but the end of the process can stop."""


def graph_opener(provider: Provider, interrupter: Interrupter, watch: Watch) -> GraphRunner:
    """What opens and runs the graphs of a model that is being imported.

    Args:
        provider: where they run.
        interrupter: what can end their runs.
        watch: surrounds opening and each run.
    """

    def open_graph(graph: bytes, folder: Path) -> Run:
        digest = hashlib.sha256(graph).hexdigest()[:24]
        mark = bundles_directory() / f"opening-{digest}"
        mark.parent.mkdir(parents=True, exist_ok=True)
        with marked(mark, "this model"), watch():
            session = Session(graph, provider, interrupter, str(folder))

        def run(outputs: Sequence[str], inputs: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
            with marked(mark, "this model"), watch():
                return session.run(list(outputs), dict(inputs))

        return run

    return open_graph


_marks: set[Path] = set()
"""Those of this process that stand now."""


def withdraw_marks() -> None:
    """Take the marks of this process away: somebody ends it, and no model is to blame; from any thread."""
    for mark in tuple(_marks):
        with suppress(OSError):
            mark.unlink(missing_ok=True)


@contextmanager
def marked(mark: Path, name: str) -> Iterator[None]:
    """Leave a mark while the runtime works on a model for the first time, so that one that ends the engine is known.

    Args:
        mark: a file.
        name: of the model, for people.

    Raises:
        VitrineError: the mark is still there from last time. It is taken away, so the next attempt is made.
    """
    if mark.exists():
        mark.unlink(missing_ok=True)
        raise VitrineError(
            "model-ended-engine",
            f"The engine ended while it was opening {name} last time.",
            "Load it again to try once more, or choose another model.",
        )
    with suppress(OSError):  # where nothing can be written a model can be opened all the same
        mark.touch()
    _marks.add(mark)
    try:
        yield
    finally:
        _marks.discard(mark)
        with suppress(OSError):
            mark.unlink(missing_ok=True)
