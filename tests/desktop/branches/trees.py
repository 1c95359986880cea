"""Trees of messages for tests.

Knows nothing about what messages say.
"""

from __future__ import annotations

from desktop.history.records import Reason, TreeNode


def tree(*parents: int | None, reasons: dict[int, Reason] | None = None) -> tuple[TreeNode, ...]:
    """Messages 1, 2, 3 … whose parents are given, questions and replies in turn.

    Args:
        parents: of each.
        reasons: of some.
    """
    depths: dict[int | None, int] = {None: -1}
    nodes = []
    for number, parent in enumerate(parents, 1):
        depths[number] = depth = depths[parent] + 1
        role = "user" if depth % 2 == 0 else "assistant"
        usual: Reason = "sent" if depth % 2 == 0 else "answered"
        nodes.append(TreeNode(number, parent, role, (reasons or {}).get(number, usual), depth))  # type: ignore[arg-type]
    return tuple(nodes)
