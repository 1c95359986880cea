"""One run of a graph that nobody talks to, on an input that is made up, for its neurons to have numbers.

Knows nothing about formulas. Real numbers are drawn evenly from 0 to 1 with a fixed seed, whole ones are 1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.memory import check_memory
from models.anatomy.shapes import ValueType, value_types
from models.anatomy.tree import input_shapes
from models.errors import VitrineError
from models.escaping import escape_text
from models.graph_runner import GraphRunner, Run
from models.weights.inspected_graph import InspectedGraph

SEED = 0

MOST_VALUES = 1 << 24
"""Numbers of an input: a picture of four thousand by four thousand."""


class MadeUpRun:
    """Runs a graph of a file.

    Args:
        path: of the file.
        graph: it.
        open_graph: opens it, with its outputs changed.
    """

    def __init__(self, path: Path, graph: InspectedGraph, open_graph: GraphRunner) -> None:
        self._path = path
        self._graph = graph
        self._open_graph = open_graph
        self._names: tuple[str, ...] = ()
        self._opened: Run | None = None

    def expect(self, names: Mapping[str, Collection[str]]) -> None:
        """Know, by graph, which values may be asked for."""
        self._names = tuple(names[self._graph.name])
        self._opened = None

    def places_of(self, name: str) -> tuple[int, ...]:
        """The last axes of a value ``[1, filters, …]``; empty where they are not known before a run."""
        known = self._types.get(name)
        shape = () if known is None else known.shape
        return tuple(shape[2:]) if len(shape) > 2 and shape[0] == 1 else ()

    def observed(self, graph: str, names: tuple[str, ...], position: int) -> Mapping[str, NDArray[Any]]:
        """Values of the graph; as `inference.formula.formulas.Observe`.

        Raises:
            Interrupted: something else is wanted first.
            VitrineError: the graph cannot be run on an input that is made up.
        """
        given = self._inputs
        wanted = [name for name in names if name not in given]
        made = self._run(wanted, given) if wanted else []
        return {**given, **dict(zip(wanted, made, strict=True))}

    def _run(self, wanted: list[str], given: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        if self._opened is None:
            # What it needs takes a moment to import, and is wanted only by those who look.
            from models.graphs.observation import with_outputs

            stored = sum(one.stored.nbytes for one in self._graph.weights.values())
            check_memory(escape_text(self._path.stem), stored)
            self._opened = self._open_graph(with_outputs(self._path, self._names), self._path.parent)
        return self._opened(wanted, given)

    @cached_property
    def _types(self) -> dict[str, ValueType]:
        shapes = input_shapes(self._graph.model)
        return {} if shapes is None else value_types(self._graph.model, shapes)

    @cached_property
    def _inputs(self) -> dict[str, NDArray[Any]]:
        shapes = input_shapes(self._graph.model)
        size = 0 if shapes is None else sum(one.size for one in shapes.values())
        if (
            shapes is None
            or size > MOST_VALUES
            or any(one.dtype.kind not in "fiub" for one in shapes.values())
        ):
            raise VitrineError(
                "cannot-make-up-input",
                f"“{escape_text(self._path.stem)}” is given something that cannot be made up.",
                "Its layers, tensors and numbers can be looked at.",
            )
        random = np.random.default_rng(SEED)
        return {
            name: random.random(one.shape).astype(one.dtype)
            if one.dtype.kind == "f"
            else np.ones(one.shape, one.dtype)
            for name, one in shapes.items()
        }
