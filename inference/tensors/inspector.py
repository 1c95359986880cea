"""Answers questions about the tensors of a model: what there is, and pieces of it.

Knows nothing about the runtime: activations come from a function, and changed weights are told.

What takes long is gone on with a little at a time, for as long as the engine allows, and what was found so far is
kept for the tensors that were asked about last.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inference.tensors.anatomy import read_anatomy
from inference.tensors.contract import (
    VALUES_PER_READ,
    Anatomy,
    FormatErrors,
    Lives,
    QuantizedValue,
    ReadFormatErrors,
    ReadLayerNodes,
    ReadLayers,
    ReadTensor,
    ReadTensorArray,
    ReadTensors,
    ReadTensorSlice,
    ReadTensorStatistics,
    ReadTensorValue,
    TensorArray,
    TensorInfo,
    TensorQuery,
    TensorRef,
    TensorSlice,
    TensorStatistics,
    TensorValue,
)
from inference.tensors.format_errors import FormatErrorSum
from inference.tensors.statistics import StatisticsSum
from models.anatomy.entries import NodeFacts
from models.anatomy.tree import node_facts
from models.bundle import Bundle
from models.errors import VitrineError
from models.escaping import escape_text
from models.number_formats.integer_format import BLOCK
from models.weights.block_matrix import BlockMatrix
from models.weights.element_types import type_of_array
from models.weights.graph_weights import Weight
from models.weights.inspected_graph import InspectedGraph
from models.weights.stored_tensor import NumberSource, StoredTensor

PART = 1 << 17
"""Values at a time: some milliseconds of the engine's time with every format, and a megabyte of memory."""

MOST_KEPT = 8
"""Tensors whose statistics are kept."""


Patience = Callable[[], bool]
"""Whether there is time to go on."""

Activation = Callable[[TensorRef], NDArray[np.generic]]
"""Computes a value of the graph at a position."""


@dataclass(slots=True)
class _Task:
    """Something that is gone on with each time it is asked for.

    Args:
        sum: of what was seen so far.
        parts: what is still to be seen.
        values: what it is about where that was computed; another sequence has others at the same place.
    """

    sum: StatisticsSum | FormatErrorSum
    parts: Iterator[NDArray[np.generic]]
    values: NDArray[np.generic] | None = None


class Inspector:
    """Looks at tensors.

    Args:
        graphs: of the model.
        lives: where the runtime has weights that lie in files.
        activation: computes values; ``None`` where nothing runs.
        bundle: that the graphs are of; ``None`` where they are any others.
    """

    def __init__(
        self,
        graphs: Sequence[InspectedGraph],
        lives: Lives,
        activation: Activation | None = None,
        bundle: Bundle | None = None,
    ) -> None:
        self._bundle = bundle
        self._anatomy: Anatomy | None = None
        self.graphs = {graph.name: graph for graph in graphs}
        self._lives = lives
        self._activation = activation
        self._changed: dict[tuple[str, str], StoredTensor] = {}
        self._tasks: OrderedDict[object, _Task] = OrderedDict()

    def answer(self, query: TensorQuery, patience: Patience) -> object:
        """What a query asks for.

        Args:
            query: the question.
            patience: asked between two pieces of what takes long.

        Raises:
            VitrineError: there is no such tensor, or it cannot be read.
        """
        match query:
            case ReadLayers():
                return self.anatomy()
            case ReadLayerNodes():
                return self.nodes(query.entry)
            case ReadTensors():
                return self.tensors()
            case ReadTensor():
                return self.tensor(query.tensor)
            case ReadTensorStatistics():
                return self.statistics(query.tensor, patience)
            case ReadTensorSlice():
                return self.slice(query)
            case ReadTensorValue():
                return self.value(query.tensor, query.index)
            case ReadTensorArray():
                return self.array(query.tensor, query.start)
            case ReadFormatErrors():
                return self.format_errors(query.tensor, patience)

    # -------------------------------------------------------------- what there is

    def anatomy(self) -> Anatomy:
        """The model as a tree; worked out once."""
        if self._anatomy is None:
            self._anatomy = read_anatomy(tuple(self.graphs.values()), self.tensors(), self._bundle)
        return self._anatomy

    def nodes(self, entry: int) -> tuple[NodeFacts, ...]:
        """The nodes behind a row of the tree.

        Raises:
            VitrineError: there is no such row.
        """
        entries = self.anatomy().entries
        if not 0 <= entry < len(entries):
            raise VitrineError("no-such-layer", f"There is no row {entry}.", "Choose one that is listed.")
        rows = [entries[entry], *(one for one in entries if one.parent == entry)]
        return tuple(
            facts
            for one in rows
            if one.graph
            for facts in node_facts(self.graphs[one.graph].model, one.nodes)
        )

    def tensors(self) -> tuple[TensorInfo, ...]:
        """All weights, in the order of the graphs."""
        seen: dict[object, str] = {}
        found = []
        for graph in self.graphs.values():
            for weight in graph.weights.values():
                info = self._info(graph.name, weight)
                place = weight.stored.place
                if place is not None and weight.stored.count:
                    first = seen.setdefault(place, weight.stored.name)
                    if first != weight.stored.name:
                        info = replace(info, same_as=first, parameters=0)
                found.append(info)
        return tuple(found)

    def tensor(self, ref: TensorRef) -> TensorInfo:
        """What is known of one."""
        if not ref.computed:
            return self._info(ref.graph, self._weight(ref))
        stored = self._computed(ref)
        return TensorInfo(
            ref.graph, ref.name, stored.element.name, stored.element.bits, stored.element.numeric, stored.shape,
            stored.nbytes, 0, "memory",
        )  # fmt: skip

    def _info(self, graph: str, weight: Weight) -> TensorInfo:
        stored, matrix, place = weight.stored, weight.matrix, weight.stored.place
        changed = (graph, stored.name) in self._changed
        lives: Lives = "memory" if changed else "graph" if place is None else self._lives
        return TensorInfo(
            graph=graph,
            name=stored.name,
            element=stored.element.name,
            bits=stored.element.bits,
            numeric=stored.element.numeric,
            shape=stored.shape,
            nbytes=stored.nbytes,
            parameters=weight.parameters,
            lives=lives,
            file="" if place is None else place.path.name,
            offset=0 if place is None else place.offset,
            meant_shape=None if matrix is None else matrix.shape,
            block=0 if matrix is None else matrix.block_columns * matrix.block_rows,
            quantized_bits=0 if matrix is None else matrix.bits,
            part_of=weight.part_of or "",
        )

    # -------------------------------------------------------------- sources

    def change(self, changed: dict[tuple[str, str], StoredTensor]) -> None:
        """Know which weights are others than in their files, by graph and name."""
        self._changed = dict(changed)
        self._tasks.clear()

    def weight(self, ref: TensorRef) -> Weight:
        """A weight as it is now.

        Raises:
            VitrineError: there is none.
        """
        return self._weight(ref)

    def _weight(self, ref: TensorRef) -> Weight:
        graph = self.graphs.get(ref.graph)
        weight = None if graph is None else graph.weights.get(ref.name)
        if weight is None:
            raise VitrineError(
                "no-such-tensor",
                f"The model has no weight “{escape_text(ref.name)}”.",
                "Choose one of those that are listed.",
            )
        changed = self._changed.get((ref.graph, ref.name))
        if changed is None:
            return weight
        matrix = None if weight.matrix is None else replace(weight.matrix, stored=changed)
        return replace(weight, stored=changed, matrix=matrix)

    def _computed(self, ref: TensorRef) -> StoredTensor:
        if self._activation is None:
            raise VitrineError(
                "nothing-runs",
                "Nothing computes here: only weights can be looked at.",
                "Open a language model.",
            )
        graph = self.graphs.get(ref.graph)
        if graph is None or not any(ref.name in node.output for node in graph.model.graph.node):
            raise VitrineError(
                "no-such-value",
                f"No node of the model makes “{escape_text(ref.name)}”.",
                "Choose a value that is listed with its node.",
            )
        values = self._activation(ref)
        element = type_of_array(values.dtype)
        if element is None:
            raise VitrineError(
                "unsupported-data-type",
                f"“{escape_text(ref.name)}” has values of the type {values.dtype}, which cannot be shown.",
                "Choose another.",
            )
        return StoredTensor(ref.name, element, values.shape, inner=values)

    def _source(self, ref: TensorRef) -> NumberSource:
        return self._computed(ref) if ref.computed else self._weight_source(ref)

    def _weight_source(self, ref: TensorRef) -> NumberSource:
        weight = self._weight(ref)
        return weight.stored if ref.stored else weight.numbers

    # -------------------------------------------------------------- pieces

    def slice(self, query: ReadTensorSlice) -> TensorSlice:
        """A part of a tensor; see `ReadTensorSlice`."""
        source = self._source(query.tensor)
        shape = (*(1,) * (2 - len(source.shape)), *source.shape)
        *outer, height, width = shape
        leading = query.leading
        fits = len(leading) == len(outer) and all(
            0 <= one < size for one, size in zip(leading, outer, strict=False)
        )
        if not fits:
            raise VitrineError(
                "no-such-slice",
                f"“{escape_text(query.tensor.name)}” has no slice {list(leading)} in its shape {list(source.shape)}.",
                "Choose indices within the shape.",
            )
        first = int(np.ravel_multi_index(leading, tuple(outer))) * height * width if outer else 0
        rows = _spaced(query.rows, height, query.most_rows)
        columns = _spaced(query.columns, width, query.most_columns)
        values = np.empty((len(rows), len(columns)), np.float64)
        if values.size:
            begin, end = int(columns[0]), int(columns[-1]) + 1
            for index, row in enumerate(rows.tolist()):
                start = first + row * width
                # Some patterns of no number are warned about wherever they are turned into another type.
                with np.errstate(invalid="ignore"):
                    values[index] = source.numbers(start + begin, start + end)[columns - begin]
        return TensorSlice(rows, columns, values, (height, width))

    def value(self, ref: TensorRef, index: int) -> TensorValue:
        """One value; see `ReadTensorValue`."""
        source = self._source(ref)
        count = math.prod(source.shape)
        if not 0 <= index < count:
            raise VitrineError(
                "no-such-value",
                f"“{escape_text(ref.name)}” has no value {index}; it has {count:,}.",
                "Choose one of its values.",
            )
        value = float(source.numbers(index, index + 1)[0])
        start = index - index % BLOCK
        around = source.numbers(start, min(start + BLOCK, count))
        with np.errstate(invalid="ignore"):
            magnitude = float(np.abs(around).max())
        if isinstance(source, BlockMatrix):
            entry = source.entry(index)
            pattern = entry.integer & ((1 << source.bits) - 1)
            block = source.block_columns * source.block_rows
            kept = QuantizedValue(entry.integer, entry.scale, entry.zero_point, source.bits, block)
            name = f"{'INT' if _signed(source) else 'UINT'}{source.bits}"
            return TensorValue(
                value,
                name,
                source.bits,
                0,
                0,
                pattern,
                magnitude,
                kept,
                self._flipped(ref, index, pattern),
                source.shape,
            )
        assert isinstance(source, StoredTensor)
        element, pattern = source.element, source.pattern(index)
        return TensorValue(
            value,
            element.name,
            element.bits,
            element.sign_bits,
            element.exponent_bits,
            pattern,
            magnitude,
            flipped=self._flipped(ref, index, pattern),
            shape=source.shape,
        )

    def _flipped(self, ref: TensorRef, index: int, pattern: int) -> int:
        """Bits of a value that are others than in the file."""
        if (ref.graph, ref.name) not in self._changed or ref.computed:
            return 0
        weight = self.graphs[ref.graph].weights[ref.name]
        if weight.matrix is not None and not ref.stored:
            integer = weight.matrix.entry(index).integer
            return pattern ^ (integer & ((1 << weight.matrix.bits) - 1))
        return pattern ^ weight.stored.pattern(index)

    def array(self, ref: TensorRef, start: int) -> TensorArray:
        """Values to be saved; see `ReadTensorArray`."""
        source = self._source(ref)
        total = math.prod(source.shape)
        stop = min(start + VALUES_PER_READ, total)
        if isinstance(source, StoredTensor):
            values = source.values(start, stop)
            element = source.element
            if element.group == "text":
                values = source.numbers(start, stop)
            elif element.dtype.type.__module__.startswith("ml_dtypes"):
                # Types that only ml_dtypes knows cannot be read without it.
                values = values.astype(np.float32 if element.group == "float" else np.int8)
        else:
            values = source.numbers(start, stop)
        return TensorArray(values, start, total, source.shape)

    # -------------------------------------------------------------- what takes long

    def statistics(self, ref: TensorRef, patience: Patience) -> TensorStatistics:
        """As far as they are after going on a little; see `ReadTensorStatistics`."""

        computed = self._computed(ref) if ref.computed else None

        def begin() -> _Task:
            source = self._weight_source(ref) if computed is None else computed
            return _Task(StatisticsSum(math.prod(source.shape)), _parts(source), _values_of(computed))

        made = self._go_on(("statistics", ref), begin, patience, computed).sum
        assert isinstance(made, StatisticsSum)
        return made.statistics()

    def format_errors(self, ref: TensorRef | None, patience: Patience) -> FormatErrors:
        """As far as they are after going on a little; see `ReadFormatErrors`."""

        computed = self._computed(ref) if ref is not None and ref.computed else None

        def begin() -> _Task:
            sources: list[NumberSource]
            if computed is not None:
                sources, stored = [computed], computed.nbytes
            elif ref is None:
                sources = list(self._learnt())
                stored = sum(
                    info.nbytes
                    for info in self.tensors()
                    if info.parameters or (info.part_of and not info.same_as)
                )
            else:
                sources, stored = [self._weight_source(ref)], self._stored_bytes(ref)
            total = sum(math.prod(one.shape) for one in sources)
            parts = (part for one in sources for part in _parts(one))
            return _Task(FormatErrorSum(total, stored), parts, _values_of(computed))

        made = self._go_on(("errors", ref), begin, patience, computed).sum
        assert isinstance(made, FormatErrorSum)
        return made.errors()

    def _learnt(self) -> Iterator[NumberSource]:
        for info in self.tensors():
            if info.parameters:
                yield self._weight(TensorRef(info.graph, info.name)).numbers

    def _stored_bytes(self, ref: TensorRef) -> int:
        weight = self._weight(ref)
        if weight.matrix is None or ref.stored:
            return weight.stored.nbytes
        points = weight.matrix.zero_points
        return weight.stored.nbytes + weight.matrix.scales.nbytes + (0 if points is None else points.nbytes)

    def _go_on(
        self, key: object, begin: Callable[[], _Task], patience: Patience, computed: StoredTensor | None
    ) -> _Task:
        task = self._tasks.get(key)
        if task is None or task.values is not _values_of(computed):
            task = self._tasks[key] = begin()
            while len(self._tasks) > MOST_KEPT:
                self._tasks.popitem(last=False)
        self._tasks.move_to_end(key)
        try:
            for part in task.parts:
                task.sum.add(part)
                if not patience():
                    break
        except Exception:
            # A file that cannot be read now may be there again later; from the beginning then.
            del self._tasks[key]
            raise
        return task


def _values_of(computed: StoredTensor | None) -> NDArray[np.generic] | None:
    return None if computed is None else computed.inner


def _parts(source: NumberSource) -> Iterator[NDArray[np.generic]]:
    total = math.prod(source.shape)
    for start in range(0, total, PART):
        yield source.numbers(start, min(start + PART, total))


def _spaced(wanted: tuple[int, int], size: int, most: int) -> NDArray[np.int64]:
    """Indices in a range, at most so many of them, evenly spaced."""
    start, stop = max(wanted[0], 0), min(wanted[1], size)
    step = max(1, -(-(stop - start) // max(most, 1)))
    return np.arange(start, max(stop, start), step, dtype=np.int64)


def _signed(matrix: BlockMatrix) -> bool:
    return matrix.stored.element.name.startswith("INT")
