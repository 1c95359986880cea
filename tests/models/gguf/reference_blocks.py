"""Numbers quantized and dequantized by llama.cpp's own library, for comparison with what we read.

Runs under the interpreter that has llama-cpp-python and knows nothing of this project:
``python reference_blocks.py OUT.npz NAME=NUMBER …`` with names and numbers of ggml's types.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from pathlib import Path

import numpy as np

ROWS, COLUMNS = 4, 1024


def main(out: str, kinds: list[str]) -> None:
    origin = importlib.util.find_spec("llama_cpp").origin
    library = ctypes.CDLL(str(Path(origin).parent / "lib" / "libggml-base.so"))
    library.ggml_quantize_chunk.restype = library.ggml_row_size.restype = ctypes.c_size_t
    library.ggml_row_size.argtypes = [ctypes.c_int, ctypes.c_int64]
    library.ggml_quantize_chunk.argtypes = [
        ctypes.c_int,
        *[ctypes.c_void_p] * 2,
        *[ctypes.c_int64] * 3,
        ctypes.c_void_p,
    ]
    generator = np.random.default_rng(0)
    # Rows of very different size, as in a model.
    scales = np.array([[0.01], [1], [3], [20]], np.float32)
    numbers = (generator.standard_normal((ROWS, COLUMNS)) * scales).astype(np.float32)
    importance = np.ones(COLUMNS, np.float32)
    arrays: dict[str, np.ndarray] = {}
    for kind in kinds:
        name, number = kind.split("=")
        function = f"dequantize_row_{name.lower().replace('_k', '_K')}"
        dequantize = getattr(library, function, None)
        if dequantize is None:
            continue
        dequantize.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
        dequantize.restype = None
        row = library.ggml_row_size(int(number), COLUMNS)
        raw = np.zeros((ROWS, row), np.uint8)
        library.ggml_quantize_chunk(
            int(number), numbers.ctypes.data, raw.ctypes.data, 0, ROWS, COLUMNS, importance.ctypes.data
        )
        values = np.empty((ROWS, COLUMNS), np.float32)
        dequantize(raw.ctypes.data, values.ctypes.data, values.size)
        arrays |= {f"{name}.raw": raw, f"{name}.values": values}
    np.savez(out, numbers=numbers, **arrays)


main(sys.argv[1], sys.argv[2:])
