"""The inputs of one place of a convolution's picture: what its filter lies on there.

Knows nothing about where pictures come from. As ONNX has it: https://onnx.ai/onnx/operators/onnx__Conv.html
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from models.anatomy.shapes import attribute


def patch_of(
    node: onnx.NodeProto,
    given: NDArray[Any],
    kernel: tuple[int, ...],
    neuron: int,
    places: tuple[int, ...],
) -> NDArray[Any]:
    """What one filter is multiplied with at one place; zeros where it lies beyond the edge.

    Args:
        node: the convolution, in two dimensions.
        given: ``[1, channels, height, width]``.
        kernel: shape of the filters: ``(filters, channels of a group, height, width)``.
        neuron: place in ``[filter, row, column]``, counted on.
        places: rows and columns of what each filter makes.

    Returns:
        ``[channels of a group · height · width]``, in the order of the filter's weights.
    """
    filters, channels, height, width = kernel
    rows, columns = places
    number, place = divmod(neuron, rows * columns)
    row, column = divmod(place, columns)
    group = number // max(filters // attribute(node, "group", 1), 1)
    strides, steps = attribute(node, "strides", [1, 1]), attribute(node, "dilations", [1, 1])
    top, left = attribute(node, "pads", [0, 0, 0, 0])[:2]
    down = np.arange(height) * steps[0] + row * strides[0] - top
    across = np.arange(width) * steps[1] + column * strides[1] - left
    picture = given[0, group * channels : (group + 1) * channels]
    inside = ((down >= 0) & (down < picture.shape[1]))[:, None] & (
        (across >= 0) & (across < picture.shape[2])
    )
    found = picture[
        :, np.clip(down, 0, picture.shape[1] - 1)[:, None], np.clip(across, 0, picture.shape[2] - 1)[None, :]
    ]
    return np.where(inside, found, np.zeros((), found.dtype)).reshape(-1)
