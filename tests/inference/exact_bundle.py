"""A bundle whose products are computed with 32-bit activations, for comparing with exact computations.

Knows nothing about what is compared. The weights are the bundle's own, in 8-bit blocks; only the rounding of
activations to 8 bits, which makes the shipped graph fast, is left out.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from models.block_quantization import dequantize_8bit_blocks, quantize_8bit_blocks
from models.bundle import BODY_GRAPH, HEAD_GRAPH, Bundle

FLOAT_ACTIVATIONS = 1
"""`accuracy_level` of MatMulNBits that computes in 32 bits."""


def with_exact_products(bundle: Bundle, folder: Path) -> Bundle:
    """A copy of a bundle in a new folder, computing exactly with the same weights."""
    shutil.copytree(bundle.folder, folder)
    for name in (BODY_GRAPH, HEAD_GRAPH):
        model = ir.load(folder / name)
        for node in model.graph:
            if node.op_type == "MatMulNBits":
                node.attributes["accuracy_level"] = ir.AttrInt64("accuracy_level", FLOAT_ACTIVATIONS)
        (folder / name).write_bytes(ir.to_proto(model).SerializeToString())
    return Bundle.open(folder)


def as_kept(weights: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Weights by name as a bundle keeps them: matrices rounded to 8-bit blocks, vectors as they are."""
    return {
        name: dequantize_8bit_blocks(*quantize_8bit_blocks(value)) if value.ndim == 2 else value
        for name, value in weights.items()
    }
