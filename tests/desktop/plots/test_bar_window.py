"""Singled-out rows stay in sight, at the expense of the last rows in view."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from desktop.plots.bar_rows import Bar
from desktop.plots.bar_window import BarWindow


class Numbered:
    """Token r stands in row r."""

    def __len__(self) -> int:
        return 100

    def bars(self, start: int, stop: int) -> Sequence[Bar]:
        return [Bar(row, row + 1, "", False, None, 0.0, None, None) for row in range(start, min(stop, 100))]

    def place_of(self, token: int) -> int:
        return token if 0 <= token < 100 else -1

    def bar_of(self, token: int) -> Bar | None:
        return self.bars(token, token + 1)[0] if self.place_of(token) >= 0 else None


@pytest.mark.parametrize(
    ("first", "singled_out", "rows", "pinned"),
    [
        (0, (-1, -1), range(10), []),
        (0, (3, 4), range(10), []),
        (0, (3, 50), range(9), [50]),
        (0, (60, 50), range(8), [50, 60]),
        (0, (7, 7), range(10), []),
        (0, (50, 50), range(9), [50]),
        # Row 9 would be the last in view, but what is pinned takes its place.
        (0, (9, 50), range(8), [9, 50]),
        (20, (3, 25), range(20, 29), [3]),
        (95, (-1, -1), range(95, 100), []),
        (0, (500, -1), range(10), []),
    ],
)
def test_rows_in_view_and_below_them(
    first: int, singled_out: tuple[int, int], rows: range, pinned: list[int]
) -> None:
    window = BarWindow(Numbered(), first, 10, singled_out)
    assert window.rows == rows
    assert [bar.id for bar in window.pinned] == pinned
    assert [bar.id for bar in window.bars] == list(rows)
