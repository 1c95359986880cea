"""The fastest of many runs: whatever else a machine does can only slow one down.

Knows nothing about what is run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from inference.runtime.session import Session


def fastest_run(session: Session, binding: Any, rounds: int, tell: Callable[[int], None]) -> float:
    """Seconds of the fastest run.

    Args:
        session: what is run.
        binding: of its inputs and outputs.
        rounds: how often.
        tell: called before each with rounds done; may raise to stop.

    Raises:
        Interrupted: a run was interrupted.
        VitrineError: the runtime failed.
    """
    fastest = float("inf")
    for done in range(rounds):
        tell(done)
        started = time.perf_counter()
        session.run_bound(binding)
        fastest = min(fastest, time.perf_counter() - started)
    return fastest
