"""What the precision panel shows as one table for other programs.

Knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from desktop.controls.table_text import Cell, Table
from desktop.panels.precision.replays import Replays

_COLUMNS = (
    "format", "what", "position", "token", "emulated", "in_use", "weight_bytes", "cache_bytes", "perplexity",
    "mean_kl_nats", "largest_kl_nats", "flipped", "written_first_changed", "tokens_per_s", "logprob", "rank",
    "kl_nats", "top_id", "top_piece", "top_logprob", "step_ms",
)  # fmt: skip


def precision_table(
    replays: Replays, token_of: Callable[[int], int], piece_of: Callable[[int], str]
) -> Table:
    """A row for each format, then a row for each token in each format.

    Args:
        replays: who knows.
        token_of: the token ID at a position.
        piece_of: the text of a token ID.
    """
    rows: list[tuple[Cell, ...]] = []
    reference = replays.reference
    for name, run in replays.runs.items():
        flipped = None if reference is None else int(run.flipped(reference).sum())
        written = None if reference is None else int(run.dethroned(reference).sum())
        rows.append(
            (
                name, "reply", None, None, run.emulated, run.in_use, run.weights, run.cache, run.perplexity,
                run.mean_divergence, run.largest_divergence, flipped, written, run.tokens_per_s, None, None, None,
                None, "", None, None,
            )
        )  # fmt: skip
    for name, run in replays.runs.items():
        changed = np.zeros(run.count, bool) if reference is None else run.flipped(reference)
        for index in range(run.count):
            position = run.start + index
            # The first token was predicted by the end of the prompt, which was not read alone.
            ms = float(run.step_ms[index - 1]) if 0 < index <= len(run.step_ms) else None
            top = int(run.top[index])
            rows.append(
                (
                    name, "token", position, token_of(position), run.emulated, run.in_use, None, None, None, None,
                    None, int(changed[index]), None, None, float(run.logprobs[index]), int(run.ranks[index]),
                    float(run.divergence[index]), top, piece_of(top), float(run.top_logprobs[index]), ms,
                )
            )  # fmt: skip
    return Table(_COLUMNS, rows)
