"""Columns share a row's width, and the less needed ones go first where it is narrow."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.plots.bar_columns import BarColumns, ColumnNeeds, lay_out_columns


def columns(width: float) -> BarColumns:
    return lay_out_columns(
        width,
        ColumnNeeds(
            numbers=theme.ui_font(13),
            small=theme.ui_font(11),
            pieces=theme.mono_font(13),
            rank_digits=6,
            id_digits=5,
            before="model %",
            after="temperature",
        ),
    )


@pytest.mark.parametrize("width", [300, 420, 560, 700, 1400])
def test_columns_follow_each_other_and_end_at_the_rows_end(qtbot: QtBot, width: float) -> None:
    laid = columns(width)
    shown = [
        column
        for column in (
            laid.mark,
            laid.rank,
            laid.id,
            laid.piece,
            laid.bar,
            laid.logit,
            laid.before,
            laid.after,
        )
        if column.width
    ]
    for left, right in pairwise(shown):
        assert right.left >= left.right
    assert laid.after.right <= width


def test_logit_goes_first_then_the_id_then_the_models_number(qtbot: QtBot) -> None:
    present = [
        (bool(laid.logit.width), bool(laid.id.width), bool(laid.before.width))
        for laid in (columns(width) for width in range(250, 1200, 10))
    ]
    assert present == sorted(present)
    assert set(present) == {
        (False, False, False),
        (False, False, True),
        (False, True, True),
        (True, True, True),
    }


def test_the_bar_is_the_widest_column_where_there_is_room(qtbot: QtBot) -> None:
    laid = columns(900)
    assert laid.bar.width > laid.piece.width > laid.rank.width
