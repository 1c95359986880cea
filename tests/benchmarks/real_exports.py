"""The tiny exports at the size of real models, so that what costs time and memory can be measured on them.

Knows nothing about what is measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

from tests.models import tiny_attention, tiny_export
from tests.models.graph_writer import GraphWriter
from tests.models.tiny_export import TinyExport, write_companions

HEAD_SIZE = 64
DATA_FILE = "model.onnx_data"


def quick_weight(writer: GraphWriter, name: str, *shape: int, gain: float = 1.0, mean: float = 0.0) -> str:
    """As `GraphWriter.weight`, of a distribution that is made in a fifth of the time."""
    scale = gain * math.sqrt(12 / (shape[0] if len(shape) > 1 else 1))
    numbers = writer._random.random(shape, np.float32)
    numbers -= 0.5
    numbers *= scale
    return writer.constant(name, numbers + mean if mean else numbers, writer.dtype)


@contextmanager
def of_size(layers: int, heads: int, feed_forward: int) -> Iterator[None]:
    """Write what is called tiny elsewhere with so many layers, so many heads of `HEAD_SIZE`, and so wide."""
    sizes = {
        "LAYERS": layers,
        "HEADS": heads,
        "HEAD_SIZE": HEAD_SIZE,
        "WIDTH": heads * HEAD_SIZE,
        "FEED_FORWARD": feed_forward,
        "SCALE": 1 / math.sqrt(HEAD_SIZE),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GraphWriter, "weight", quick_weight)
        for module in (tiny_export, tiny_attention):
            for name in sizes.keys() & vars(module).keys():
                patch.setattr(module, name, sizes[name])
        yield


def write_real_export(folder: Path, export: TinyExport, bits: int = 32) -> Path:
    """Write graph, weights beside it, configuration and tokenizer.

    Args:
        folder: which is made.
        export: how; within `of_size`.
        bits: of the weights; 4 are blocks of 32 with a scale each.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True)
    model = tiny_export.tiny_model(export)
    if bits == 4:
        quantizer = MatMulNBitsQuantizer(model, block_size=32, is_symmetric=True, accuracy_level=4)
        quantizer.process()
        model = quantizer.model.model
    onnx.save(
        model, folder / "model.onnx", save_as_external_data=True, location=DATA_FILE, size_threshold=1024
    )
    write_companions(folder, export.context)
    return folder
