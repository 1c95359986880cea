"""An ONNX file read without its weights: the graph, and where each weight lies.

Knows nothing about what the graph computes; `structure` checks that it can be one at all.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import onnx_ir as ir

from models.exports.data_files import DataFile, common_folder
from models.exports.stripped import Stripped, read_stripped, unreadable
from models.exports.stripping import Placed
from models.exports.structure import SINGLE_VERSION_DOMAINS
from models.files import displayed_name


class PlacedTensor(ir.ExternalTensor):
    """A weight that stays in its file; `numpy()` maps it.

    Its location is relative to `Outline.folder`, which is where a graph that refers to it has to be run.
    """

    __slots__ = ("_file",)

    def __init__(self, tensor: ir.ExternalTensor, place: Placed, folder: Path) -> None:
        # No base folder: onnx_ir would refuse the links of the hub's cache. The path was checked before.
        super().__init__(
            place.file.real.relative_to(folder).as_posix(),
            place.offset,
            place.length,
            tensor.dtype,
            shape=ir.Shape(tensor.shape),
            name=tensor.name,
            doc_string=tensor.doc_string,
        )
        self._file = place.file.real

    @property
    def path(self) -> str:
        """The file that holds it, absolute and without links."""
        return str(self._file)


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """An ONNX file without its weights.

    Args:
        path: the file.
        model: the graph; every tensor of more than `stripping.LARGEST_INLINE` bytes is a `PlacedTensor`.
        folder: what the locations of those tensors are relative to: absolute, and free of links.
        files: what holds those tensors, the .onnx file itself among them if it does.
        weight_bytes: bytes of all weights by the name of their type, ``"FLOAT16"``; the largest first.
    """

    path: Path
    model: ir.Model
    folder: Path
    files: tuple[DataFile, ...]
    weight_bytes: dict[str, int]

    @property
    def ir_version(self) -> int:
        """Version of the file format."""
        return self.model.ir_version

    @property
    def opset_imports(self) -> dict[str, int]:
        """Versions of the operator sets by domain; the standard one is ``""``."""
        return self.model.opset_imports

    @property
    def producer(self) -> str:
        """The program that wrote the file, with its version; empty if it does not say."""
        return f"{self.model.producer_name or ''} {self.model.producer_version or ''}".strip()


def read_outline(path: Path) -> Outline:
    """Read an ONNX file without its weights.

    Raises:
        ModelFileError: the path is no readable regular file, the file is no ONNX, incomplete or damaged; its weights
            are missing, incomplete or in a place that is not its own; it is of a version or uses an operator that
            is not known.
    """
    stripped = read_stripped(path)
    stripper, model = stripped.stripper, _built(stripped, displayed_name(path))
    files = list({placed.file.real: placed.file for placed in stripper.placed}.values())
    folder = common_folder(files, path)

    def placed(tensor: ir.ExternalTensor) -> PlacedTensor:
        place = stripper.placed[int(os.fspath(tensor.location))]
        return PlacedTensor(tensor, place, folder)

    for graph in (model.graph, *model.graph.subgraphs()):
        for value in graph.initializers.values():
            if isinstance(value.const_value, ir.ExternalTensor):
                value.const_value = placed(value.const_value)
    for node in model.graph.all_nodes():
        if node.domain in SINGLE_VERSION_DOMAINS:
            model.opset_imports.setdefault(node.domain, 1)
        for attribute in node.attributes.values():
            if isinstance(attribute.value, ir.ExternalTensor):
                node.attributes[attribute.name] = ir.AttrTensor(attribute.name, placed(attribute.value))
    return Outline(path, model, folder, tuple(files), dict(stripper.weight_bytes.most_common()))


def _built(stripped: Stripped, name: str) -> ir.Model:
    """The model of a ModelProto.

    Raises:
        ModelFileError: it is not sound.
    """
    try:
        return ir.from_proto(stripped.model)
    except Exception as error:  # the readers raise whatever they stumble over
        raise unreadable(error, name) from error
