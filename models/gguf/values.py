"""The numbers of GGUF tensors as float32, whatever they are stored as.

Knows nothing about what the numbers are for. The arithmetic of each quantization is the `gguf` package's.
"""

from __future__ import annotations

from functools import cache
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.escaping import escape_text
from models.gguf.reader import GgufTensor

if TYPE_CHECKING:
    import gguf

_SLICE_VALUES = 1 << 20
"""Values converted at a time: their temporaries stay in the processor's cache."""


def check_supported(tensor: GgufTensor) -> None:
    """Make sure that a tensor can be dequantized, before any work is done.

    Raises:
        ModelFileError: it is stored in a way that is not supported; the message names both.
    """
    if not _is_supported(tensor.type):
        raise ModelFileError(
            "unsupported-quantization",
            f"The tensor “{escape_text(tensor.name)}” is stored as {tensor.type.name}, an unsupported type.",
            "Use a file of this model in another quantization, such as Q8_0 or Q4_1.",
        )


@cache
def _is_supported(kind: gguf.GGMLQuantizationType) -> bool:
    from gguf import GGML_QUANT_SIZES, dequantize

    # The package says what it supports only when asked to convert something: one block of zeros.
    try:
        dequantize(np.zeros((1, GGML_QUANT_SIZES[kind][1]), np.uint8), kind)
    except NotImplementedError:
        return False
    return True


def dequantize(tensor: GgufTensor) -> NDArray[np.float32]:
    """The numbers of a tensor.

    Returns:
        An array of the tensor's own shape, owned by the caller.

    Raises:
        ModelFileError: as `check_supported`, or some number is infinite or not a number.
    """
    from gguf import dequantize as dequantize_rows

    check_supported(tensor)
    rows = prod(tensor.shape[:-1])
    stored = tensor.raw().reshape(rows, -1)
    values = np.empty((rows, tensor.shape[-1]), np.float32)
    step = max(1, _SLICE_VALUES // tensor.shape[-1])
    # Quantized blocks of garbage overflow on the way; what comes of it is refused below.
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, rows, step):
            part = dequantize_rows(stored[start : start + step], tensor.type)
            if not np.isfinite(part).all():
                raise ModelFileError(
                    "weights-not-finite",
                    f"The tensor “{escape_text(tensor.name)}” holds infinite numbers or none at all.",
                    "Download or copy the file again.",
                )
            values[start : start + step] = part
    return values.reshape(tensor.shape)
