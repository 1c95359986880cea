"""What the next-token panel gives away: the rows of its list, and everything over the whole vocabulary.

Knows nothing about widgets or files.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from desktop.controls.table_text import Table
from desktop.panels.next_token.scene import Scene
from desktop.panels.next_token.vocabulary import Vocabulary
from desktop.plots.bar_rows import BarSource

TABLE_ROWS = 1000
"""Rows of a copied or saved table; the whole vocabulary goes into a file of arrays."""

COLUMNS = ("rank", "id", "piece", "bytes_hex", "special", "logit", "p", "processed_p", "removed_by")


def table_of(source: BarSource, vocabulary: Vocabulary) -> Table:
    """The first rows of a list, at most `TABLE_ROWS`.

    Args:
        source: the rows.
        vocabulary: whose tokens they are.
    """
    rows = [
        (
            bar.rank or None,
            bar.id,
            bar.piece,
            vocabulary.bytes_of(bar.id).hex(" "),
            bar.special,
            bar.logit,
            bar.before,
            bar.after,
            bar.removed_by,
        )
        for bar in source.bars(0, TABLE_ROWS)
    ]
    return Table(COLUMNS, rows)


def arrays_of(scene: Scene) -> Mapping[str, NDArray[Any]]:
    """Everything about one position by name; nothing while its logits are not known.

    Returns:
        ``position`` (scalar), ``history`` ``int64 [position]``, ``draw`` (scalar), and over the vocabulary
        ``logits``, ``probabilities``, ``processed_logits``, ``processed_probabilities`` and ``removed_by`` (index
        of the stage, 255 for survivors, 254 for tokens that the model masks).
    """
    if scene.result is None or scene.reading is None:
        return {}
    ids = np.arange(scene.reading.logits.size)
    return {
        "position": np.array(scene.moment.position),
        "history": scene.moment.history,
        "draw": np.array(scene.moment.draw),
        "logits": scene.reading.logits,
        "probabilities": scene.reading.raw.probability_of(ids),
        "processed_logits": scene.result.processed(),
        "processed_probabilities": scene.result.final.probability_of(ids),
        "removed_by": scene.result.removed_by(),
    }
