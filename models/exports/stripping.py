"""A ModelProto copied without its weights: each large tensor becomes a reference to where its bytes lie.

Knows nothing about operators; the shape of the messages comes from the protobuf definitions of the onnx package.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import onnx
import onnx_ir as ir

from models.errors import ModelFileError
from models.escaping import escape_text
from models.exports import tensors
from models.exports.data_files import DataFile, DataFiles
from models.exports.tensors import TensorHeader, read_tensor_header
from models.exports.wire import LENGTH, VARINT, WireReader, damaged, length_field, varint

LARGEST_INLINE = 4096
"""Bytes of a tensor that stays in the graph: shapes and scalars, which the runtime wants to look at."""

LARGEST_OUTLINE = 256 << 20
"""Bytes of a graph without its weights; graphs of real models have some millions."""

MOST_NESTED = 64
"""Messages within messages; a graph within a graph takes three."""

_CONSTANT = "Constant"
_OPERATOR_TYPE = 4  # field of NodeProto
# For training and for several devices: of no use here.
_LEFT_OUT = {"ModelProto": (20, 26), "NodeProto": (10,)}
_DATA_FIELDS = (*tensors.DATA, tensors.EXTERNAL_DATA, tensors.DATA_LOCATION)
_NUMBER = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the bytes of a tensor lie.

    Args:
        file: the file.
        offset: first byte.
        length: bytes.
    """

    file: DataFile
    offset: int
    length: int


class Stripper:
    """Copies a model without its weights.

    Args:
        wire: over the whole file.
        files: finds those that tensors refer to.
    """

    def __init__(self, wire: WireReader, files: DataFiles) -> None:
        self.placed: list[Placed] = []
        """Where the tensors lie that were left out; each has its number here as its location."""
        self.weight_bytes: Counter[str] = Counter()
        """Bytes of all tensors by the name of their type."""
        self._wire = wire
        self._files = files
        self._kept = 0
        self._in_function = False

    def strip(self) -> bytes:
        """The ModelProto without large tensors.

        Raises:
            ModelFileError: the file is damaged, or what a tensor refers to cannot be used.
        """
        end = len(self._wire.data)
        changed = self._message(onnx.ModelProto.DESCRIPTOR, 0, end, 0, movable=False)
        return bytes(self._wire.data) if changed is None else changed

    def _message(self, kind: Any, start: int, end: int, depth: int, *, movable: bool) -> bytes | None:
        """A message without large tensors; `None` if it stays as it is.

        Args:
            kind: protobuf descriptor of the message.
            start: its place in the file.
            end: the place after it.
            depth: messages around it.
            movable: whether tensors right in it may be left where they are.
        """
        wire = self._wire
        if depth > MOST_NESTED:
            raise damaged(wire.name, "its graphs are nested too deeply")
        children, single, texts = _fields(kind)
        pieces, copied, seen = list[bytes](), start, set[int]()
        for number, wire_type, place, begin, stop in wire.fields(start, end):
            if number not in children:
                self._keep(stop - place)
                if number in texts and wire_type == LENGTH:
                    wire.check_text(begin, stop)
                continue
            child, replacement = children[number], b""
            if child is not None:
                if wire_type != LENGTH:
                    raise damaged(wire.name, f"the field at byte {place:,} is no message")
                if number in single and number in seen:
                    raise damaged(wire.name, f"the field at byte {place:,} occurs twice")
                seen.add(number)
                content = self._child(child, begin, stop, depth + 1, movable=movable)
                if content is None:
                    continue
                replacement = length_field(number, content)
            pieces += [bytes(wire.data[copied:place]), replacement]
            copied = stop
        if not pieces:
            return None
        pieces.append(bytes(wire.data[copied:end]))
        return b"".join(pieces)

    def _child(self, kind: Any, start: int, end: int, depth: int, *, movable: bool) -> bytes | None:
        match kind.name:
            case "TensorProto":
                return self._tensor(start, end, movable=movable)
            case "SparseTensorProto":
                raise ModelFileError(
                    "unsupported-sparse-tensor",
                    f"“{self._wire.name}” has sparse weights, which are not supported.",
                    "Export the model with dense weights.",
                )
            case "FunctionProto":
                self._in_function = True
                content = self._message(kind, start, end, depth, movable=False)
                self._in_function = False
                return content
            case "GraphProto":
                movable = not self._in_function
            case "NodeProto":
                # Of tensors in attributes, the runtime takes only those of constants from elsewhere.
                movable = (
                    not self._in_function and end - start > LARGEST_INLINE and self._is_constant(start, end)
                )
            case "AttributeProto":
                pass
            case _:
                movable = False
        return self._message(kind, start, end, depth, movable=movable)

    def _is_constant(self, start: int, end: int) -> bool:
        return any(
            number == _OPERATOR_TYPE and wire_type == LENGTH and self._wire.text(begin, stop) == _CONSTANT
            for number, wire_type, _, begin, stop in self._wire.fields(start, end)
        )

    def _tensor(self, start: int, end: int, *, movable: bool) -> bytes | None:
        header = read_tensor_header(self._wire, start, end)
        self.weight_bytes[header.type.name] += header.nbytes
        if header.external is not None:
            placed = self._external(header)
        elif movable and header.raw is not None and header.nbytes > LARGEST_INLINE:
            placed = Placed(self._files.own(), *header.raw)
        else:
            self._keep(end - start)
            return None
        self.placed.append(placed)
        return self._reference(start, end, len(self.placed) - 1)

    def _external(self, header: TensorHeader) -> Placed:
        """Where a tensor lies that the export itself keeps elsewhere."""
        assert header.external is not None
        if header.type is ir.DataType.STRING:
            raise damaged(self._wire.name, f"{header.shown} has texts in another file")
        offset = self._place(header, "offset", 0)
        length = self._place(header, "length", header.nbytes)
        if length != header.nbytes:
            raise damaged(
                self._wire.name, f"{header.shown} has {length:,} bytes elsewhere instead of {header.nbytes:,}"
            )
        file = self._files.find(header.external.get("location", ""))
        if offset + length > file.size:
            raise ModelFileError(
                "truncated-external-data",
                f"“{escape_text(file.path.name)}” is incomplete: it has {file.size:,} of at least "
                f"{offset + length:,} bytes that “{self._wire.name}” refers to.",
                "Download or copy the file again.",
            )
        return Placed(file, offset, length)

    def _place(self, header: TensorHeader, key: str, default: int) -> int:
        assert header.external is not None
        text = header.external.get(key, "")
        if not text:
            return default
        if not _NUMBER.fullmatch(text):
            raise damaged(self._wire.name, f"{header.shown} has the {key} “{escape_text(text, 40)}”")
        return int(text)

    def _reference(self, start: int, end: int, index: int) -> bytes:
        """The tensor from `start` to `end` with its data in the place of that number."""
        wire, pieces = self._wire, list[bytes]()
        for number, _, place, _, stop in wire.fields(start, end):
            if number not in _DATA_FIELDS:
                self._keep(stop - place)
                pieces.append(bytes(wire.data[place:stop]))
        entry = length_field(1, b"location") + length_field(2, str(index).encode())
        pieces += [
            length_field(tensors.EXTERNAL_DATA, entry),
            varint(tensors.DATA_LOCATION << 3 | VARINT) + varint(tensors.EXTERNAL),
        ]
        return b"".join(pieces)

    def _keep(self, size: int) -> None:
        """Count bytes that stay in the graph, before they are copied."""
        self._kept += size
        if self._kept > LARGEST_OUTLINE:
            raise ModelFileError(
                "outline-too-large",
                f"“{self._wire.name}” keeps more than {LARGEST_OUTLINE >> 20} MiB in a form that has to be read "
                "whole.",
                "Export the model with its weights as raw data, as current exporters do.",
            )


@cache
def _fields(kind: Any) -> tuple[dict[int, Any], frozenset[int], frozenset[int]]:
    """The fields of a message by number: those that hold messages (`None` for those to leave out), which of them
    occur only once, and those that hold texts.
    """
    children = {one.number: one.message_type for one in kind.fields if one.message_type is not None}
    single = frozenset(one.number for one in kind.fields if one.number in children and one.has_presence)
    texts = frozenset(one.number for one in kind.fields if one.type == one.TYPE_STRING)
    return children | dict.fromkeys(_LEFT_OUT.get(kind.name, ())), single, texts
