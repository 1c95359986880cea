"""What it costs to look into a model of two gigabytes: time to the first table, and memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
import onnx
import psutil
import pytest
from onnx import TensorProto, helper, numpy_helper

from inference.contract import Load
from inference.process import EngineProcess
from inference.tensors.contract import (
    Anatomy,
    FormatErrors,
    ReadFormatErrors,
    ReadLayers,
    ReadTensors,
    ReadTensorSlice,
    ReadTensorStatistics,
    TensorInfo,
    TensorRef,
    TensorSlice,
)
from tests.benchmarks.report import keep
from tests.inference.event_log import EventLog
from tests.models.convolutional import write_convolutional

GIGABYTES = 2
TABLE_S = 1.0
"""To the first table, once the engine runs."""
MOST_GROWN = 0.1
"""Memory that looking at everything may take, as a share of the model's size."""

WIDTH, LAYERS = 4096, 32
LOOKED_AT = 8
"""Tensors whose numbers are all counted: half a gigabyte."""


def external(name: str, kind: int, shape: tuple[int, ...], offset: int) -> tuple[TensorProto, int]:
    """A weight whose bytes lie in the file from there on, and where the next one begins."""
    nbytes = int(np.prod(shape)) * helper.tensor_dtype_to_np_dtype(kind).itemsize
    tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "weights.bin"), ("offset", str(offset)), ("length", str(nbytes))):
        tensor.external_data.add(key=key, value=value)
    return tensor, offset + nbytes


def products(path: Path) -> int:
    """Products of 32-bit matrices one after the other."""
    made, weights, offset = [], [], 0
    side = GIGABYTES * 10**9 // 4 // LAYERS // WIDTH
    for layer in range(LAYERS):
        tensor, offset = external(f"layers.{layer}.weight", TensorProto.FLOAT, (WIDTH, side), offset)
        weights.append(tensor)
        made.append(helper.make_node("MatMul", ["x", tensor.name], [f"y.{layer}"], name=f"layers.{layer}"))
    return saved(path, made, weights, offset)


def quantized(path: Path) -> int:
    """Products of matrices in 8-bit blocks of 32, as bundles have them."""
    made, weights, offset = [], [], 0
    rows = GIGABYTES * 10**9 // LAYERS // (WIDTH + WIDTH // 8)
    for layer in range(LAYERS):
        names = f"layers.{layer}.quantized", f"layers.{layer}.scales"
        blocks, offset = external(names[0], TensorProto.UINT8, (rows, WIDTH // 32, 32), offset)
        scales, offset = external(names[1], TensorProto.FLOAT, (rows * WIDTH // 32,), offset)
        weights += [blocks, scales]
        node = helper.make_node(
            "MatMulNBits", ["x", *names], [f"y.{layer}"], name=f"layers.{layer}", domain="com.microsoft",
            K=WIDTH, N=rows, bits=8, block_size=32,
        )  # fmt: skip
        made.append(node)
    return saved(path, made, weights, offset)


def saved(path: Path, nodes: list[onnx.NodeProto], weights: list[TensorProto], nbytes: int) -> int:
    """A graph of it beside a file that is nothing but a hole, and how many bytes that has."""
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "g",
        [value("x", TensorProto.FLOAT, [1, WIDTH])],
        [value(node.output[0], TensorProto.FLOAT, None) for node in nodes],
        [*weights, numpy_helper.from_array(np.ones(3, np.float32), "small")],
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    path.write_bytes(helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString())
    with (path.parent / "weights.bin").open("wb") as file:
        file.truncate(nbytes)
    return nbytes


@pytest.fixture
def engine() -> Iterator[EngineProcess]:
    """An engine in a process of its own, as the window has it."""
    made = EngineProcess()
    yield made
    made.close()


@pytest.mark.benchmark
def test_a_large_file_is_looked_into_at_once_and_in_little_memory(
    engine: EngineProcess, tmp_path: Path
) -> None:
    log, rows, figures = EventLog(engine), [], {}
    engine.send(Load(str(write_convolutional(tmp_path / "small.onnx")), "cpu"))
    log.wait_for_loaded()  # modules that are imported once are there before the clock runs
    numbers = count(1)
    assert isinstance(log.ask(ReadLayers(next(numbers))), Anatomy)
    process = max(psutil.Process().children(), key=lambda one: one.memory_info().rss)
    for name, write in (("32 bits", products), ("8-bit blocks", quantized)):
        folder = tmp_path / name
        folder.mkdir()
        size = write(folder / "large.onnx")
        before, began = process.memory_info().rss, time.perf_counter()
        log.events.clear()
        engine.send(Load(str(folder / "large.onnx"), "cpu"))
        log.wait_for_loaded()
        anatomy = log.ask(ReadLayers(next(numbers)))
        layers_s = time.perf_counter() - began
        tensors = log.ask(ReadTensors(next(numbers)))
        table_s = time.perf_counter() - began
        assert isinstance(anatomy, Anatomy)
        assert isinstance(tensors, tuple)
        assert anatomy.nbytes == size
        opened = process.memory_info().rss
        looked_at = look_at(log, tensors, numbers)
        grown = process.memory_info().rss - before
        figures[name] = {
            "size": size, "layers_s": layers_s, "tensors_s": table_s, "opened": opened - before, "grown": grown,
            "looked_at": looked_at,
        }  # fmt: skip
        rows.append(
            (
                name, f"{size / 1e9:.2f} GB", f"{layers_s:.2f} s", f"{table_s:.2f} s",
                f"{(opened - before) / 1e6:.0f} MB", f"{looked_at / 1e6:.0f} million", f"{grown / 1e6:.0f} MB",
            )
        )  # fmt: skip
        assert layers_s < TABLE_S
        assert grown < MOST_GROWN * size
    columns = (
        "weights", "size", "to the tree of layers", "to the table of tensors", "memory then", "numbers looked at",
        "memory then",
    )  # fmt: skip
    keep("inspector", figures, columns, rows)


def look_at(log: EventLog, tensors: tuple[TensorInfo, ...], numbers: Iterator[int]) -> int:
    """Statistics and a picture of some tensors, errors by format for a while; how many numbers that were."""
    seen = 0
    for info in sorted(tensors, key=lambda one: -one.parameters)[:LOOKED_AT]:
        ref = TensorRef(info.graph, info.name)
        shape = info.meant_shape or info.shape
        question = ReadTensorSlice(next(numbers), ref, (), (0, shape[0]), (0, shape[1]), 512, 512)
        assert isinstance(log.ask(question), TensorSlice)
        while not (found := log.ask(ReadTensorStatistics(next(numbers), ref))).complete:  # type: ignore[attr-defined]
            log.events.clear()
        seen += found.total  # type: ignore[attr-defined]
    for _ in range(20):
        errors = log.ask(ReadFormatErrors(next(numbers), None))
        assert isinstance(errors, FormatErrors)
    return seen
