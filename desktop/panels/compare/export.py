"""What the compare panel gives away: every token of every reply with its numbers and its distance from the first.

Knows nothing about widgets or files.
"""

from __future__ import annotations

import math

from desktop.comparison.column import LETTERS, Column
from desktop.comparison.comparison import Comparison
from desktop.comparison.divergence import Divergence
from desktop.comparison.measurements import Measurements
from desktop.controls.table_text import Cell, Table
from inference.sampling.settings import SETTING_BOUNDS
from models.tokenizer.pieces import render_piece

MOST_ROWS = 40_000
"""Of one table: four replies of ten thousand tokens."""

COLUMNS = (
    "column", "reply", "seed", *SETTING_BOUNDS, "index", "position", "id", "piece", "bytes_hex", "special",
    "source", "agrees_with_first", "parts", "probability", "processed_probability", "draw",
    "kl_first_to_this_nats", "kl_this_to_first_nats", "removed_by_this", "removed_by_first",
)  # fmt: skip
"""``inf`` as text where a divergence is infinite; empty where it is not measured."""


def table_of(comparison: Comparison, known: Measurements) -> Table:
    """Every token of every column that has some, at most `MOST_ROWS`."""
    rows: list[tuple[Cell, ...]] = []
    for number, column in enumerate(comparison.written):
        letter = LETTERS[comparison.columns.index(column)]
        count = min(column.length, MOST_ROWS - len(rows))
        rows += [_row(comparison, known, number, column, letter, index) for index in range(count)]
    return Table(COLUMNS, rows)


def _row(
    comparison: Comparison, known: Measurements, number: int, column: Column, letter: str, index: int
) -> tuple[Cell, ...]:
    side = column.side
    assert side is not None
    token, settings = side.tokens[index], side.settings_at(index)
    measure = known.measure(number, index) if number else None
    return (
        letter,
        column.reply,
        side.seed,
        *(getattr(settings, name) for name in SETTING_BOUNDS),
        index,
        len(side.prompt) + index,
        token.id,
        render_piece(token.piece),
        token.piece.hex(" "),
        token.special,
        side.sources[index],
        index < comparison.alignment.agreeing[number],
        comparison.alignment.parting_at(number, index) >= 0,
        math.exp(side.logprobs[index]),
        math.exp(side.processed_logprobs[index]),
        float(side.draws[index]),
        None if measure is None else _nats(measure.forward),
        None if measure is None else _nats(measure.backward),
        None if measure is None else _removers(measure.forward),
        None if measure is None else _removers(measure.backward),
    )


def _nats(divergence: Divergence) -> Cell:
    # What is not finite would be taken for unknown.
    return divergence.nats if divergence.finite else "inf"


def _removers(divergence: Divergence) -> str:
    return " ".join(removal.stage for removal in divergence.removals)
