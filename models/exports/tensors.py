"""One tensor of a graph: its header read from the wire, its data measured but not read.

Knows nothing about where in a graph the tensor stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

import numpy as np
import onnx_ir as ir

from models.errors import ModelFileError
from models.escaping import escape_text
from models.exports.wire import LENGTH, VARINT, WireReader, damaged

# Fields of TensorProto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
DIMENSIONS, DATA_TYPE, NAME, RAW_DATA, EXTERNAL_DATA, DATA_LOCATION = 1, 2, 8, 9, 13, 14
FLOAT_DATA, INT32_DATA, STRING_DATA, INT64_DATA, DOUBLE_DATA, UINT64_DATA = 4, 5, 6, 7, 10, 11
_KEY, _VALUE = 1, 2
EXTERNAL = 1

DATA = (RAW_DATA, FLOAT_DATA, INT32_DATA, STRING_DATA, INT64_DATA, DOUBLE_DATA, UINT64_DATA)

MOST_DIMENSIONS = 64
LARGEST_PLAUSIBLE = 1 << 44
"""Bytes; a tensor that claims more is damaged or hostile."""

_SIZES = {FLOAT_DATA: 4, DOUBLE_DATA: 8}
_PLAIN = {FLOAT_DATA: ir.DataType.FLOAT, DOUBLE_DATA: ir.DataType.DOUBLE}
_COMPLEX = (ir.DataType.COMPLEX64, ir.DataType.COMPLEX128)


@dataclass(slots=True)
class TensorHeader:
    """What a tensor says of itself.

    Args:
        name: its name.
        shown: what to call it in a sentence.
        type: of its numbers.
        shape: sizes, outermost first.
        nbytes: bytes its numbers take as raw data; 0 for texts.
        raw: place and length of its data in the file, if they lie there as raw data.
        external: the entries that say where its data lie in another file, or `None`.
    """

    name: str = ""
    shown: str = "a tensor"
    type: ir.DataType = ir.DataType.UNDEFINED
    shape: tuple[int, ...] = ()
    nbytes: int = 0
    raw: tuple[int, int] | None = None
    external: dict[str, str] | None = None
    _counts: dict[int, int] = field(default_factory=dict)


def read_tensor_header(wire: WireReader, start: int, end: int) -> TensorHeader:
    """Read the TensorProto that lies from `start` to `end`, and check that its data fit its shape.

    Raises:
        ModelFileError: they do not, or the type is not known.
    """
    header, shape, type_number, location = TensorHeader(), list[int](), 0, 0
    pieces = dict[int, tuple[int, int]]()
    entries = dict[str, str]()
    for number, wire_type, _, begin, stop in wire.fields(start, end):
        if number == NAME and wire_type == LENGTH:
            wire.check_text(begin, stop)
            header.name = wire.text(begin, stop)
            header.shown = f"the tensor “{escape_text(header.name)}”" if header.name else header.shown
        elif number == DIMENSIONS:
            shape += _dimensions(wire, wire_type, begin, stop)
            if len(shape) > MOST_DIMENSIONS:
                raise damaged(wire.name, f"{header.shown} has more than {MOST_DIMENSIONS} dimensions")
        elif number == DATA_TYPE and wire_type == VARINT:
            type_number = begin
        elif number == DATA_LOCATION and wire_type == VARINT:
            location = begin
        elif number == EXTERNAL_DATA and wire_type == LENGTH:
            key, value = _entry(wire, begin, stop)
            if key in entries:
                raise damaged(wire.name, f"{header.shown} has two entries “{escape_text(key)}”")
            entries[key] = value
        elif number in DATA:
            _count_data(wire, header, pieces, number, wire_type, begin, stop)
    header.shape = tuple(shape)
    header.type = _data_type(wire, header, type_number)
    header.nbytes = _expected_bytes(wire, header)
    if location == EXTERNAL:
        header.external = entries
    elif location:
        raise damaged(wire.name, f"{header.shown} keeps its data in a place of kind {location}")
    else:
        _check_inner_data(wire, header, pieces)
    return header


def _dimensions(wire: WireReader, wire_type: int, begin: int, stop: int) -> list[int]:
    if wire_type == VARINT:
        return [begin]
    sizes = list[int]()
    if wire_type == LENGTH:
        while begin < stop and len(sizes) <= MOST_DIMENSIONS:
            size, begin = wire.varint(begin, stop)
            sizes.append(size)
    return sizes


def _entry(wire: WireReader, begin: int, stop: int) -> tuple[str, str]:
    texts = {_KEY: "", _VALUE: ""}
    for number, wire_type, _, text_begin, text_stop in wire.fields(begin, stop):
        if number in texts and wire_type == LENGTH:
            texts[number] = wire.text(text_begin, text_stop)
    return texts[_KEY], texts[_VALUE]


def _count_data(
    wire: WireReader,
    header: TensorHeader,
    pieces: dict[int, tuple[int, int]],
    number: int,
    wire_type: int,
    begin: int,
    stop: int,
) -> None:
    """Note how many numbers a field of data holds, and where."""
    if wire_type != LENGTH or number == STRING_DATA:
        count = 1
    elif number == RAW_DATA:
        count = 0
    elif number in _SIZES:
        count = (stop - begin) // _SIZES[number]
    else:
        # A varint ends with the one byte of it that is below 128.
        count = int(np.count_nonzero(np.frombuffer(wire.data[begin:stop], np.uint8) < 0x80))
    if number == RAW_DATA and number in pieces:
        raise damaged(wire.name, f"{header.shown} has its data twice")
    # What is not in one piece cannot be referred to.
    pieces[number] = (begin, stop - begin) if wire_type == LENGTH and number not in pieces else (0, 0)
    header._counts[number] = header._counts.get(number, 0) + count


def _data_type(wire: WireReader, header: TensorHeader, number: int) -> ir.DataType:
    try:
        kind = ir.DataType(number)
    except ValueError:
        kind = ir.DataType.UNDEFINED
    if kind is ir.DataType.UNDEFINED:
        raise ModelFileError(
            "unsupported-data-type",
            f"In “{wire.name}”, {header.shown} has numbers of type {number}, which is not known.",
            "Update Vitrine, or export the model with weights of another type.",
        )
    return kind


def _expected_bytes(wire: WireReader, header: TensorHeader) -> int:
    if any(size >= 1 << 63 for size in header.shape):
        raise damaged(wire.name, f"{header.shown} has a negative dimension")
    count = prod(header.shape)
    if header.type is ir.DataType.STRING:
        return 0
    nbytes = -(-count * header.type.bitwidth // 8)
    if nbytes > LARGEST_PLAUSIBLE or any(size > LARGEST_PLAUSIBLE for size in header.shape):
        raise damaged(wire.name, f"{header.shown} claims to be {_product(header)} values")
    return nbytes


def _check_inner_data(wire: WireReader, header: TensorHeader, pieces: dict[int, tuple[int, int]]) -> None:
    """Check data that lie in the file itself, and see whether they could be referred to where they lie."""
    if RAW_DATA in pieces:
        header.raw = pieces[RAW_DATA]
        if header.type is ir.DataType.STRING or header.raw[1] != header.nbytes:
            raise _misfit(wire, header, f"{header.raw[1]:,} bytes", f"{header.nbytes:,}")
        return
    count = prod(header.shape)
    if header.type in _COMPLEX:
        count *= 2
    elif header.type is not ir.DataType.STRING and header.type.bitwidth < 8:
        count = header.nbytes  # each number of the field is a byte with several values
    held = sum(header._counts.values())
    if held != count or len(header._counts) > 1:
        raise _misfit(wire, header, f"{held:,} values", f"{count:,}")
    for number, kind in _PLAIN.items():
        # Packed, these are the same bytes as raw data.
        if header.type is kind and number in pieces and pieces[number][1] == header.nbytes:
            header.raw = pieces[number]


def _misfit(wire: WireReader, header: TensorHeader, have: str, need: str) -> ModelFileError:
    return damaged(
        wire.name,
        f"{header.shown} holds {have} instead of {need} ({_product(header)} of {header.type.name.lower()})",
    )


def _product(header: TensorHeader) -> str:
    return " × ".join(f"{size:,}" for size in header.shape[:8]) or "1"
