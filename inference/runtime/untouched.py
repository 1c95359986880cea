"""An export's own graph, as it is: for checking that observing it changed nothing.

Knows nothing about bundles' graphs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.contract import FloatArray
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter, Session
from models.bundle import Bundle
from models.feeds import Feeds
from models.wiring import Wiring


def untouched_logits(
    bundle: Bundle, provider: Provider, ids: list[int], interrupter: Interrupter
) -> FloatArray:
    """Logits of a text by the file that was opened, in one run where its rows do not depend on each other.

    Args:
        bundle: of an export.
        provider: that runs it.
        ids: the text.
        interrupter: what can end this from another thread.

    Returns:
        ``float32 [rows, vocabulary]`` of the last rows: all of them, unless the export gives fewer.

    Raises:
        Interrupted: it was interrupted.
        VitrineError: the runtime failed.
    """
    facts = bundle.facts
    assert facts.untouched is not None
    session = Session(facts.untouched, provider, interrupter)
    feeds = Feeds(facts.wiring.inputs, max(facts.context, len(ids)))
    if not facts.wiring.rows_apart:
        # A kernel that appends in place is content with room for the text, and some want as much as their window.
        room = max(facts.context, len(ids)) if facts.wiring.in_place else 0
        inputs = feeds.several(np.asarray(ids, np.int64), 0) | _empty_past(facts.wiring, room)
        (logits,) = session.run([facts.untouched_logits], inputs)
        return np.asarray(logits, np.float32).reshape(-1, facts.vocabulary)
    # Rows that are rounded together differ by what they are read with: one at a time, as they are written.
    presents = [tensor.present for tensor in facts.wiring.caches]
    past, rows = _empty_past(facts.wiring, 0), []
    for position, token in enumerate(ids):
        inputs = feeds.several(np.asarray([token], np.int64), position) | past
        logits, *arrays = session.run([facts.untouched_logits, *presents], inputs)
        rows.append(np.asarray(logits, np.float32).reshape(facts.vocabulary))
        past = {tensor.past: array for tensor, array in zip(facts.wiring.caches, arrays, strict=True)}
    return np.stack(rows)


def _empty_past(wiring: Wiring, room: int) -> dict[str, NDArray[Any]]:
    return {tensor.past: np.zeros(tensor.shape(room), wiring.cache_dtype) for tensor in wiring.caches}
