"""The tree laid out: columns that a person can check with a pencil, and lines that never cross."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from desktop.branches.layout import TreeLayout, lay_out
from tests.desktop.branches.trees import tree


def columns(*parents: int | None) -> list[int]:
    """Columns of messages 1, 2, 3 … whose parents are given."""
    layout = lay_out(tree(*parents))
    return [layout.columns[number] for number in range(1, len(parents) + 1)]


def test_a_conversation_without_branches_is_one_column() -> None:
    layout = lay_out(tree(None, 1, 2, 3))
    assert [[node.id for node in row.nodes] for row in layout.rows] == [[1], [2], [3], [4]]
    assert (layout.width, layout.branches) == (1, False)
    assert set(layout.columns.values()) == {0}


def test_nothing_has_no_columns() -> None:
    layout = lay_out(())
    assert (layout.rows, layout.width, layout.branches) == ((), 0, False)


def test_a_variant_stands_beside_the_one_before_it() -> None:
    #  1
    #  2 3
    assert columns(None, 1, 1) == [0, 0, 1]


def test_the_longest_goes_straight_on() -> None:
    #  1
    #  3 2
    #  4
    assert columns(None, 1, 1, 3) == [0, 1, 0, 0]


def test_a_conversation_whose_every_reply_was_written_twice_is_two_columns_wide() -> None:
    #  1
    #  2 3
    #  4
    #  5 6
    #  7
    #  8 9
    assert columns(None, 1, 1, 2, 4, 4, 5, 7, 7) == [0, 0, 1, 0, 0, 1, 0, 0, 1]


def test_what_branches_off_later_stands_nearer() -> None:
    #  1
    #  2 . 6
    #  3 5 7
    #  4
    assert columns(None, 1, 2, 3, 2, 1, 6) == [0, 0, 0, 0, 1, 2, 2]


def test_a_branch_of_a_branch_stands_right_of_it() -> None:
    #  1
    #  2 5
    #  3 6 8
    #  4 7
    assert columns(None, 1, 2, 3, 1, 5, 6, 5) == [0, 0, 0, 0, 1, 1, 1, 2]


def test_a_first_message_said_otherwise_is_another_beginning() -> None:
    #  1 3
    #  2
    assert columns(None, 1, None) == [0, 0, 1]
    assert lay_out(tree(None, 1, None)).branches


def test_messages_are_found_by_place_and_beside_each_other() -> None:
    layout = lay_out(tree(None, 1, 2, 3, 2, 1, 6))
    found = layout.node_at(1, 2)
    assert found is not None
    assert found.id == 6
    assert layout.node_at(1, 1) is None
    assert layout.node_at(99, 0) is None
    assert layout.node_at(-1, 0) is None
    assert (layout.beside(2, 1), layout.beside(6, -1)) == (6, 2)
    assert (layout.beside(2, -1), layout.beside(6, 1)) == (None, None)


def test_one_goes_along_the_lines() -> None:
    layout = lay_out(tree(None, 1, 2, 3, 2, 1, 6))
    assert [layout.along(1, steps) for steps in (0, 1, 2, 3, 9, -1)] == [1, 2, 3, 4, 4, 1]
    assert layout.along(1, 9, preferred={1, 6, 7}) == 7
    assert layout.along(7, -1) == 6
    assert layout.along(7, -9) == 1


def lines_between(layout: TreeLayout, row: int) -> list[tuple[int, int]]:
    """From where to where the lines from the messages of a row lead, from left to right."""
    spans = []
    for node in layout.rows[row].nodes:
        children = layout.children.get(node.id, ())
        if children:
            ends = [layout.columns[child] for child in children]
            spans.append((layout.columns[node.id], max(ends)))
            assert min(ends) == layout.columns[node.id], "one of them goes straight on"
    return spans


@given(st.lists(st.integers(0, 10**6), max_size=60))
def test_no_two_messages_share_a_place_and_no_line_crosses_another(choices: list[int]) -> None:
    # The parent of each message is any of those before it, or nothing.
    parents = [None if (at := choice % (number + 1)) == 0 else at for number, choice in enumerate(choices)]
    layout = lay_out(tree(*parents))
    assert sum(len(row.nodes) for row in layout.rows) == len(parents)
    for number, row in enumerate(layout.rows):
        assert list(row.columns) == sorted(set(row.columns))
        assert all(node.depth == number for node in row.nodes)
        assert all(left[1] < right[0] for left, right in pairwise(lines_between(layout, number)))


def test_fault_58_ten_thousand_messages_are_laid_out_without_recursion() -> None:
    every_other = [None, *(number - number % 2 or 1 for number in range(1, 10_000))]
    layout = lay_out(tree(*every_other))
    assert sum(len(row.nodes) for row in layout.rows) == 10_000
    assert layout.width == 2
    variants = lay_out(tree(None, *([1] * 9_999)))
    assert (len(variants.rows), variants.width) == (2, 9_999)
    staircase = [
        parent
        for start in range(100)
        for parent in (start * 100 + 1, *range(start * 100 + 2, start * 100 + 101))
    ]
    nested = lay_out(tree(None, *staircase))
    assert sum(len(row.nodes) for row in nested.rows) == 10_001
