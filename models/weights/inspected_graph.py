"""The graphs that can be looked into: a bundle's, or any ONNX file by itself.

Knows nothing about running them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import onnx

from models.bundle import BODY_GRAPH, HEAD_GRAPH, Bundle
from models.files import reading
from models.weights.graph_weights import Weight, graph_weights
from models.weights.stored_tensor import FilePlace

BODY, HEAD, WHOLE = "body", "head", "graph"
"""Names of the graphs: two of a bundle, or the one of a file."""


@dataclass(frozen=True, slots=True, eq=False)
class InspectedGraph:
    """One graph.

    Args:
        name: `BODY`, `HEAD` or `WHOLE`.
        model: without its weights.
        weights: by name.
    """

    name: str
    model: onnx.ModelProto
    weights: dict[str, Weight]


def bundle_graphs(bundle: Bundle) -> tuple[InspectedGraph, ...]:
    """The graphs of a bundle: those that run.

    Raises:
        ModelFileError: they cannot be read.
    """
    folder = bundle.weights_folder

    def locate(tensor: onnx.TensorProto) -> FilePlace:
        entries = {one.key: one.value for one in tensor.external_data}
        return FilePlace(folder / entries["location"], int(entries.get("offset", "0") or 0))

    made = []
    for name, file in ((BODY, BODY_GRAPH), (HEAD, HEAD_GRAPH)):
        path = bundle.folder / file
        with reading(path):
            model = onnx.load_model(path, load_external_data=False)
        made.append(InspectedGraph(name, model, graph_weights(model, locate)))
    return tuple(made)


def file_graphs(path: Path) -> tuple[InspectedGraph, ...]:
    """The graph of any ONNX file.

    Raises:
        ModelFileError: as `read_stripped`.
    """
    # What reads files of others takes long to import, and bundles do without.
    from models.exports.stripped import read_stripped

    stripped = read_stripped(path)

    def locate(tensor: onnx.TensorProto) -> FilePlace:
        placed = stripped.place_of(tensor)
        return FilePlace(placed.file.real, placed.offset)

    return (InspectedGraph(WHOLE, stripped.model, graph_weights(stripped.model, locate)),)
