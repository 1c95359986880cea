"""The numbers of GGUF tensors as float32, whatever they are stored as.

Knows nothing about what the numbers are for. The arithmetic of each quantization is the `gguf` package's: in
slices that stay in the processor's cache it makes 100 to 500 million values a second of the common ones.
"""

from __future__ import annotations

from functools import cache
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.escaping import escape_text
from models.gguf.tensor import GgufTensor

if TYPE_CHECKING:
    import gguf

_SLICE_VALUES = 1 << 18
"""Values converted at a time, a megabyte."""


def check_supported(tensor: GgufTensor) -> None:
    """Make sure that a tensor can be dequantized, before any work is done.

    Raises:
        ModelFileError: it is stored in a way that is not supported; the message names both.
    """
    if not is_supported(tensor.type):
        raise ModelFileError(
            "unsupported-quantization",
            f"The tensor “{escape_text(tensor.name)}” is stored as {tensor.type.name}, an unsupported type.",
            "Use a file of this model in another quantization, such as Q8_0 or Q4_1.",
        )


@cache
def is_supported(kind: gguf.GGMLQuantizationType) -> bool:
    """Whether tensors of a type can be dequantized."""
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
    return dequantize_rows(tensor, 0, prod(tensor.shape[:-1])).reshape(tensor.shape)


def dequantize_rows(tensor: GgufTensor, start: int, stop: int) -> NDArray[np.float32]:
    """The numbers of the rows ``[start, stop)``, all but the last axis of the tensor being counted as one.

    Returns:
        ``[stop - start, columns]``, owned by the caller.

    Raises:
        ModelFileError: as `dequantize`.
    """
    from gguf import dequantize as dequantize_blocks

    check_supported(tensor)
    stored = tensor.raw().reshape(prod(tensor.shape[:-1]), -1)[start:stop]
    values = np.empty((len(stored), tensor.shape[-1]), np.float32)
    step = max(1, _SLICE_VALUES // tensor.shape[-1])
    # Quantized blocks of garbage overflow on the way; what comes of it is refused below.
    with np.errstate(over="ignore", invalid="ignore"):
        for first in range(0, len(stored), step):
            part = dequantize_blocks(stored[first : first + step], tensor.type)
            if not np.isfinite(part).all():
                raise ModelFileError(
                    "weights-not-finite",
                    f"The tensor “{escape_text(tensor.name)}” holds infinite numbers or none at all.",
                    "Download or copy the file again.",
                )
            values[first : first + step] = part
    return values
