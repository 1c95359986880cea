"""A table as text that other programs read: CSV and JSON.

Knows nothing about what is in the table or where the text goes.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows of plain values.

    Args:
        columns: names, in snake case, with the unit where there is one.
        rows: as many cells each as there are columns; ``None`` and NaN are unknown.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]


def csv_text(table: Table) -> str:
    """Comma-separated values with a header line, as RFC 4180 has them; what is unknown is empty.

    Numbers have decimal points and all their digits, whatever the window's language.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(table.columns)
    writer.writerows([["" if _unknown(cell) else cell for cell in row] for row in table.rows])
    return written.getvalue()


def json_text(table: Table) -> str:
    """A JSON array with an object for each row; what is unknown is null."""
    rows = [
        {name: None if _unknown(cell) else cell for name, cell in zip(table.columns, row, strict=True)}
        for row in table.rows
    ]
    return "[\n" + ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def _unknown(cell: Cell) -> bool:
    # Minus infinity, the log-probability of what cannot happen, has no spelling in JSON either.
    return cell is None or (isinstance(cell, float) and not math.isfinite(cell))
