"""Functions that a file defines, put in the place of their calls, so that what they compute can be seen.

Knows nothing about what is looked for in it.
"""

from __future__ import annotations

from collections.abc import Iterable

import onnx_ir as ir
import onnx_ir.passes.common as passes

from models.errors import ModelFileError
from models.escaping import escape_text

MOST_NODES = 500_000
"""Of a graph with all functions in it; large models have some ten thousand. Functions that call each other twice and
twice again make any number."""


def inline_functions(model: ir.Model) -> None:
    """Replace calls of functions by what they do, in place.

    Raises:
        ModelFileError: that would be too large a graph, or cannot be done.
    """
    if not model.functions:
        return
    try:
        count = _nodes(model)
    except RecursionError:  # functions within functions, hundreds deep
        count = MOST_NODES + 1
    if count > MOST_NODES:
        raise ModelFileError(
            "graph-too-large",
            f"With its functions written out the graph has more than {MOST_NODES:,} operators.",
            "Export the model without functions of its own.",
        )
    try:
        passes.InlinePass()(model)
    except Exception as error:  # a pass raises whatever it stumbles over
        raise ModelFileError(
            "unsupported-functions",
            f"The graph's functions cannot be written out ({escape_text(str(error), 200)}).",
            "Export the model without functions of its own.",
        ) from error


def _nodes(model: ir.Model) -> int:
    """Nodes of the graph with all functions written out."""
    sizes: dict[ir.OperatorIdentifier, int] = {}

    def size(nodes: Iterable[ir.Node]) -> int:
        total = 0
        for node in nodes:
            called = node.op_identifier()
            if called in model.functions and called not in sizes:
                sizes[called] = size(model.functions[called].all_nodes())
            total += sizes.get(called, 1)
        return total

    return size(model.graph.all_nodes())
