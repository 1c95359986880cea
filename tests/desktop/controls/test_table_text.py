"""Tables become CSV and JSON that other programs read."""

from __future__ import annotations

import csv
import io
import json
import math

from desktop.controls.table_text import Table, csv_text, json_text

TABLE = Table(
    ("id", "piece", "p"), [(8168, "·composed", 0.28), (198, '⏎", "', math.nan), (1, "a", -math.inf)]
)


def test_csv_has_a_header_quotes_and_empty_cells_for_what_is_unknown() -> None:
    rows = list(csv.reader(io.StringIO(csv_text(TABLE))))
    assert rows == [["id", "piece", "p"], ["8168", "·composed", "0.28"], ["198", '⏎", "', ""], ["1", "a", ""]]


def test_json_has_an_object_for_each_row_and_null_for_what_is_unknown() -> None:
    assert json.loads(json_text(TABLE)) == [
        {"id": 8168, "piece": "·composed", "p": 0.28},
        {"id": 198, "piece": '⏎", "', "p": None},
        {"id": 1, "piece": "a", "p": None},
    ]


def test_a_table_without_rows_is_valid() -> None:
    assert json.loads(json_text(Table(("id",), []))) == []
