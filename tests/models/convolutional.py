"""The convolutional network of the talk, as Keras would export it: images in, five classes out; random weights.

Knows nothing about how it is read. Rescaling(1/255), three times Conv2D(3 × 3, same, relu) and MaxPooling2D, Flatten,
Dropout(0.2), Dense(128, relu), Dense(5).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

SIDE, CLASSES = 32, 5
FILTERS = (16, 32, 64)
UNITS = 128

PARAMETERS = {
    "conv2d": 3 * 3 * 3 * 16 + 16,
    "conv2d_1": 3 * 3 * 16 * 32 + 32,
    "conv2d_2": 3 * 3 * 32 * 64 + 64,
    "dense": 4 * 4 * 64 * 128 + 128,
    "dense_1": 128 * 5 + 5,
}
"""Numbers that each layer learnt, counted as Keras does."""


def write_convolutional(path: Path) -> Path:
    """Write the network as one ONNX file of less than a megabyte.

    Returns:
        The path.
    """
    path.write_bytes(convolutional_model().SerializeToString())
    return path


def convolutional_model() -> ModelProto:
    """The network, with its weights in it."""
    random = np.random.default_rng(7)
    tensors: list[TensorProto] = []
    nodes = []

    def weight(name: str, *shape: int) -> str:
        return constant(name, random.normal(scale=0.05, size=shape).astype(np.float32))

    def constant(name: str, values: NDArray) -> str:
        tensors.append(numpy_helper.from_array(values, name))
        return name

    def node(kind: str, inputs: list[str], name: str, **attributes: object) -> str:
        nodes.append(helper.make_node(kind, inputs, [f"{name}:0"], name=name, **attributes))
        return f"{name}:0"

    value = node("Mul", ["input", constant("rescaling/scale", np.array(1 / 255, np.float32))], "rescaling")
    channels = 3
    for index, filters in enumerate(FILTERS):
        layer = f"conv2d_{index}" if index else "conv2d"
        pool = f"max_pooling2d_{index}" if index else "max_pooling2d"
        kernel = weight(f"{layer}/kernel", filters, channels, 3, 3)
        value = node(
            "Conv", [value, kernel, weight(f"{layer}/bias", filters)], f"{layer}/Conv2D", pads=[1, 1, 1, 1]
        )
        value = node("Relu", [value], f"{layer}/Relu")
        value = node("MaxPool", [value], pool, kernel_shape=[2, 2], strides=[2, 2])
        channels = filters
    value = node("Flatten", [value], "flatten", axis=1)
    value = node("Dropout", [value, constant("dropout/rate", np.array(0.2, np.float32))], "dropout")
    wide = (SIDE // 8) ** 2 * channels
    for layer, units, inputs in (("dense", UNITS, wide), ("dense_1", CLASSES, UNITS)):
        value = node("MatMul", [value, weight(f"{layer}/kernel", inputs, units)], f"{layer}/MatMul")
        value = node("Add", [value, weight(f"{layer}/bias", units)], f"{layer}/BiasAdd")
        if layer == "dense":
            value = node("Relu", [value], f"{layer}/Relu")
    nodes.append(helper.make_node("Identity", [value], ["output"], name="output"))
    graph = helper.make_graph(
        nodes,
        "sequential",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", CLASSES])],
        initializer=tensors,
    )
    opset = helper.make_opsetid("", 13)
    return helper.make_model(graph, opset_imports=[opset], producer_name="tf2onnx", ir_version=8)
