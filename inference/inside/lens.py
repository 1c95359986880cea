"""The logit lens: what the model would say if it ended after each layer.

Knows nothing about who asks. Source: nostalgebraist, “interpreting GPT: the logit lens”, 2020.
"""

from __future__ import annotations

import numpy as np

from inference.contract import LENS_ROWS_PER_READ, FloatArray, LensGrid
from inference.inside.looking import Looking, states_of
from inference.runtime.decoder import LOGITS_ROWS
from inference.sampling.distribution import check_logits, entropy, log_normaliser, rank
from inference.sequence import TokenSequence


def read_lens(looking: Looking, sequence: TokenSequence, start: int, stop: int) -> LensGrid:
    """The lens of some rows of a sequence.

    Args:
        looking: into the model.
        sequence: that it has read.
        start: first row.
        stop: one past the last; at most `LENS_ROWS_PER_READ` are answered.

    Raises:
        Interrupted: a run was interrupted.
        VitrineError: the residual stream cannot be followed, or the runtime failed.
    """
    stop = min(stop, start + LENS_ROWS_PER_READ)
    graph = looking.graph
    rows: list[FloatArray] = []
    dtype = np.dtype(np.float32)
    for count, values in looking.reading.rows(sequence, start, stop, graph.points):
        dtype = values[graph.points[-1]].dtype
        rows.append(np.stack([states_of(values[name], count) for name in graph.points], axis=1))
    states = np.concatenate(rows)
    norm = looking.final_norm(dtype)
    tokens, points, width = states.shape
    # What follows a row is known of all but the last; there it is the most probable one.
    chosen = np.full(tokens, -1, np.int64)
    known = sequence.ids[start + 1 : stop + 1]
    chosen[: len(known)] = known
    shape = tokens, points
    grid = LensGrid(
        start=start,
        stop=stop,
        chosen=chosen,
        top=np.zeros(shape, np.int64),
        top_p=np.zeros(shape, np.float32),
        chosen_p=np.zeros(shape, np.float32),
        entropies=np.zeros(shape, np.float32),
        ranks=np.zeros(shape, np.int64),
    )
    at_once = max(LOGITS_ROWS // points, 1)
    for first in range(0, tokens, at_once):
        part = states[first : first + at_once]
        hidden = norm.states(part.reshape(-1, width))
        looking.check_final(hidden.reshape(len(part), points, -1)[:, -1], start + first)
        logits = _logits(looking, hidden)
        check_logits(logits, looking.instrument.bundle.facts.vocabulary)
        _fill(grid, first, logits.reshape(len(part), points, -1))
    return grid


def _logits(looking: Looking, hidden: FloatArray) -> FloatArray:
    wiring = looking.instrument.bundle.facts.wiring
    rows = hidden.astype(wiring.hidden_dtype, copy=False)
    parts = [
        looking.instrument.head.several(rows[at : at + LOGITS_ROWS])
        for at in range(0, len(rows), LOGITS_ROWS)
    ]
    return np.concatenate(parts)


def _fill(grid: LensGrid, first: int, logits: FloatArray) -> None:
    for row, by_layer in enumerate(logits, first):
        if grid.chosen[row] < 0:
            grid.chosen[row] = int(by_layer[-1].argmax())
        normaliser = log_normaliser(by_layer)
        wanted = np.full(len(by_layer), grid.chosen[row])
        grid.top[row] = by_layer.argmax(axis=-1)
        grid.top_p[row] = np.exp(by_layer.max(axis=-1) - normaliser)
        grid.chosen_p[row] = np.exp(by_layer[:, grid.chosen[row]] - normaliser)
        grid.entropies[row] = entropy(by_layer)
        grid.ranks[row] = rank(by_layer, wanted)
