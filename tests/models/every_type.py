"""A graph that holds a tensor of every type of ONNX, and tensors of odd shapes and odd numbers.

Knows nothing about who reads it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.weights.element_types import ELEMENT_TYPES, ElementType

NUMERIC = tuple(one for one in ELEMENT_TYPES.values() if one.numeric)

ODD = np.array([[np.nan, np.inf, -np.inf], [1e-45, -0.0, 3.5]], np.float32)
"""No number, infinities, the smallest number there is, a zero with a sign; the mean of those three is 7/6."""

FIVE = np.arange(48, dtype=np.float32).reshape(2, 2, 3, 2, 2)


def samples(element: ElementType, shape: tuple[int, ...]) -> NDArray:
    """Values of a type: every pattern of small ones, and whatever bytes make of others."""
    count = int(np.prod(shape))
    if element.group == "boolean":
        return (np.arange(count) % 3 == 0).reshape(shape)
    if element.bits <= 8:
        codes = (np.arange(count) * 7 % (1 << element.bits)).astype(np.uint8)
        return codes.view(element.dtype).reshape(shape)
    raw = np.random.default_rng(element.number).integers(0, 256, count * element.bits // 8, np.uint8)
    return raw.view(element.dtype).reshape(shape)


def write_tensors(path: Path, *tensors: TensorProto) -> Path:
    """A graph that does nothing with some tensors."""
    node = helper.make_node("Identity", ["x"], ["y"])
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [node], "g", [value("x", 1, [1])], [value("y", 1, [1])], initializer=list(tensors)
    )
    path.write_bytes(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 25)]).SerializeToString()
    )
    return path


def write_every_type(path: Path) -> Path:
    """One of each, by the name of its type; and ``texts``, ``scalar``, ``empty``, ``five``, ``odd``."""
    return write_tensors(
        path,
        *(numpy_helper.from_array(samples(one, (6, 40)), one.name) for one in NUMERIC),
        helper.make_tensor("texts", TensorProto.STRING, [2], [b"gato", b"\xff"]),
        numpy_helper.from_array(np.array(2.5, np.float32), "scalar"),
        numpy_helper.from_array(np.zeros((3, 0), np.float32), "empty"),
        numpy_helper.from_array(FIVE, "five"),
        numpy_helper.from_array(ODD, "odd"),
    )
