"""A bundle in another number format, made for a moment: changed graphs in a folder, their weights in memory.

Knows nothing about running it.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from models.bundle import ARRAYS, BODY_GRAPH, HEAD_GRAPH, Bundle
from models.errors import ModelFileError
from models.number_formats import NUMBER_FORMATS, IntegerFormat, NumberFormat
from models.recast.blocks import block_graph
from models.recast.dense import DenseGraph, dense_graph, in_memory, numbers_of
from models.recast.rounded import round_graph
from models.weights.inspected_graph import BODY, HEAD, bundle_graphs
from models.weights.stored_tensor import NumberSource, StoredTensor
from models.wiring import Role

Between = Callable[[], None]
"""Called every few million numbers; raises to stop."""

_FILES = {BODY: BODY_GRAPH, HEAD: HEAD_GRAPH}

LEAST_SHARE = 0.5
"""Of the learnt numbers, so many must be in matrices that blocks can be made of."""


@dataclass(frozen=True, slots=True, eq=False)
class Recast:
    """A bundle in another format.

    Args:
        bundle: with the changed graphs; it lasts as long as its folder.
        weights: that its graphs refer to and no file has, by name.
        weight_bytes: what all weights take in the format, those that more than one operator reads counted once.
        own: whether the graphs are the file's own, so that this is how the file itself computes.
    """

    bundle: Bundle
    weights: dict[str, StoredTensor]
    weight_bytes: int
    own: bool


def recast_bytes(bundle: Bundle, name: str) -> int:
    """How much memory a recast bundle takes about, to be run: the numbers of emulated formats have 32 bits there."""
    bits = {"INT8": 9, "INT4": 5}.get(name, 32)
    # The runtime packs matrices anew for its products, and keeps both.
    return 2 * bundle.facts.parameters * bits // 8


def recast(
    bundle: Bundle,
    name: str,
    folder: Path,
    between: Between = lambda: None,
    *,
    head_only: bool = False,
) -> Recast:
    """Make a bundle in another format.

    Args:
        bundle: whose numbers count, in the best format there is of them.
        name: ``"FP32"``, ``"FP16"``, ``"BF16"``, ``"INT8"`` or ``"INT4"``.
        folder: empty, for the graphs.
        between: called now and then; may raise to stop.
        head_only: whether only the head is made, and only its weights counted.

    Raises:
        ModelFileError: it cannot be had in that format, or its files cannot be read.
        OSError: the folder cannot be written.
    """
    wiring = bundle.facts.wiring
    if {wiring.hidden_dtype, wiring.cache_dtype, wiring.logits_dtype} != {"float32"}:
        raise ModelFileError(
            "narrow-graph",
            f"{bundle.facts.name} computes in 16-bit numbers, so this file cannot be read in FP32.",
            "Open the model from a file with 32-bit numbers, or from GGUF or safetensors.",
        )
    graphs = [dense_graph(one) for one in bundle_graphs(bundle) if one.name == HEAD or not head_only]
    ids = next((one.name for one in wiring.inputs if one.role is Role.IDS), "")
    begins = {BODY: ids, HEAD: wiring.head_input}
    counted = _once(one for graph in graphs for one in graph.learnt.items())
    parameters = sum(_count(source) for _, source in counted)
    number_format = _format_named(name)
    weight_bytes, own = 4 * parameters, all(graph.unchanged for graph in graphs)
    if isinstance(number_format, IntegerFormat):
        kept = {one for graph in graphs for one in block_graph(graph, number_format.bits, between)}
        inside = sum(_count(source) for key, source in counted if key in kept)
        if inside < LEAST_SHARE * parameters:
            raise ModelFileError(
                "no-block-matrices",
                f"Only {100 * inside // max(parameters, 1)} % of this file’s weights are matrices that blocks of "
                f"{name} can be made of.",
                "Open the model from another file.",
            )
        weight_bytes = int(4 * (parameters - inside) + inside * number_format.memory_bits / 8)
        for graph in graphs:
            _give_numbers(graph, between)
    elif number_format.name != "FP32":
        for graph in graphs:
            round_graph(graph, number_format, begins[graph.name], between)
        weight_bytes = parameters * number_format.memory_bits // 8
    else:
        for graph in graphs:
            _give_numbers(graph, between)
    weights: dict[str, StoredTensor] = {}
    for graph in graphs:
        (folder / _FILES[graph.name]).write_bytes(graph.model.SerializeToString())
        weights |= graph.weights
    if (bundle.folder / ARRAYS).is_file():
        shutil.copyfile(bundle.folder / ARRAYS, folder / ARRAYS)
    made = replace(bundle.facts, weights_folder=str(bundle.weights_folder))
    return Recast(Bundle(folder, made), weights, weight_bytes, own)


def _format_named(name: str) -> NumberFormat:
    return next(one for one in NUMBER_FORMATS if one.name == name)


def _give_numbers(graph: DenseGraph, between: Between) -> None:
    """Have in memory what is read as numbers, and the file has in blocks only."""
    if not graph.unchanged:
        read = {one.name for one in graph.model.graph.initializer}
        for name, source in graph.learnt.items():
            if name in read and not isinstance(source, StoredTensor):
                graph.weights[name] = in_memory(name, numbers_of(source, between))


def _once(weights: Iterable[tuple[str, NumberSource]]) -> list[tuple[str, NumberSource]]:
    """Weights without those of the same name or the same bytes as one before."""
    seen: set[object] = set()
    found = []
    for name, source in weights:
        stored = source if isinstance(source, StoredTensor) else getattr(source, "stored", None)
        place = getattr(stored, "place", None)
        if seen.isdisjoint({name, place} - {None}):
            found.append((name, source))
        seen |= {name, place} - {None}
    return found


def _count(source: NumberSource) -> int:
    return math.prod(source.shape)
