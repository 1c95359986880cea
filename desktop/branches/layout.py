"""Where the messages of a conversation stand in a small drawing of its tree.

Knows nothing about pixels.

Messages with equally many before them share a row. A message and the longest that follows from it stand in one
column; whatever branches off stands right of that, the later it branches off the nearer. So no line crosses another
one, and a conversation of which every reply was written twice is two columns wide.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from desktop.history.records import TreeNode


@dataclass(frozen=True, slots=True)
class Row:
    """The messages of one row, from left to right.

    Args:
        nodes: the messages.
        columns: where they stand, increasing.
    """

    nodes: tuple[TreeNode, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TreeLayout:
    """The places of all messages.

    Args:
        rows: from the first message on.
        nodes: by number of the message.
        columns: by number of the message.
        children: by number of the message, ``None`` for those that nothing comes before: oldest first.
        width: how many columns there are.
    """

    rows: tuple[Row, ...]
    nodes: dict[int, TreeNode]
    columns: dict[int, int]
    children: dict[int | None, tuple[int, ...]]
    width: int

    def node_at(self, row: int, column: int) -> TreeNode | None:
        """The message that stands in a place."""
        if not 0 <= row < len(self.rows):
            return None
        columns = self.rows[row].columns
        at = bisect_left(columns, column)
        return self.rows[row].nodes[at] if at < len(columns) and columns[at] == column else None

    def beside(self, message: int, delta: int) -> int | None:
        """The next message in the same row, to the left (-1) or right (1)."""
        row = self.rows[self.nodes[message].depth]
        at = bisect_left(row.columns, self.columns[message]) + delta
        return row.nodes[at].id if 0 <= at < len(row.nodes) else None

    def along(self, message: int, steps: int, preferred: Collection[int] = ()) -> int:
        """The message so many before or after another one, or the last on the way there.

        Args:
            message: from where.
            steps: negative towards the first message.
            preferred: messages that are gone through where the way divides; else it is straight down.
        """
        for _ in range(abs(steps)):
            if steps < 0:
                following = self.nodes[message].parent
            else:
                children = self.children.get(message, ())
                straight = [child for child in children if self.columns[child] == self.columns[message]]
                following = next(
                    (child for child in children if child in preferred), next(iter(straight), None)
                )
            if following is None:
                break
            message = following
        return message

    @property
    def branches(self) -> bool:
        """Whether there is more than one."""
        return any(len(children) > 1 for children in self.children.values())


def lay_out(nodes: Sequence[TreeNode]) -> TreeLayout:
    """Give every message its place, in time proportional to their number.

    Args:
        nodes: of one conversation, parents before children.
    """
    below: dict[int | None, list[int]] = {None: []}
    rows: list[list[TreeNode]] = []
    for node in nodes:
        below.setdefault(node.parent, []).append(node.id)
        if node.depth == len(rows):
            rows.append([])
        rows[node.depth].append(node)
    known = {node.id: node for node in nodes}
    columns = _columns(nodes, known, below, len(rows))
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda node: columns[node.id])
    return TreeLayout(
        rows=tuple(Row(tuple(row), tuple([columns[node.id] for node in row])) for row in rows),
        nodes=known,
        columns=columns,
        children={parent: tuple(children) for parent, children in below.items()},
        width=max(columns.values(), default=-1) + 1,
    )


def _columns(
    nodes: Sequence[TreeNode], known: dict[int, TreeNode], below: dict[int | None, list[int]], rows: int
) -> dict[int, int]:
    """The column of each message."""
    reach = {node.id: node.depth for node in nodes}
    """The last row that each message leads to."""
    onward: dict[int | None, int] = {}
    """The longest that follows from each message; of several the oldest."""
    for node in reversed(nodes):
        if (children := below.get(node.id)) is not None:
            longest = children[0] if len(children) == 1 else max(children, key=reach.__getitem__)
            onward[node.id], reach[node.id] = longest, reach[longest]
    if below[None]:
        onward[None] = max(below[None], key=reach.__getitem__)
    columns: dict[int, int] = {}
    taken = [-1] * rows
    """The rightmost column that is taken, by row."""
    heads = [*_branching_off(None, below, onward), *([onward[None]] if below[None] else [])]
    while heads:
        head = heads.pop()
        first, last = known[head].depth, reach[head] + 1
        column = max(taken[first:last]) + 1
        taken[first:last] = [column] * (last - first)
        at: int | None = head
        while at is not None:
            columns[at] = column
            # What is put on top last comes next: what branches off deepest, and of siblings the oldest.
            if len(below.get(at, ())) > 1:
                heads += _branching_off(at, below, onward)
            at = onward.get(at)
    return columns


def _branching_off(
    parent: int | None, below: dict[int | None, list[int]], onward: dict[int | None, int]
) -> list[int]:
    """What follows from a message besides the longest, youngest first."""
    return [child for child in reversed(below[parent]) if child != onward[parent]]
