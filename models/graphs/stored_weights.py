"""Weights kept in a precision, and the nodes that multiply with them.

Knows nothing about architectures or about what the weights mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.architectures.matrix import Matrix
from models.block_quantization import quantize_8bit_blocks
from models.errors import ModelFileError
from models.graphs.graph_builder import MICROSOFT, GraphBuilder
from models.graphs.precision import BLOCK, Precision
from models.graphs.weight_file import StoredArray, WeightFile
from models.rounding_error import RoundingError

INTEGER_PRODUCTS = 4
"""Accuracy level of MatMulNBits: 8-bit integer products are three times as fast as 32-bit ones on CPUs."""


@dataclass(frozen=True, slots=True)
class StoredMatrix:
    """A matrix ``[rows, columns]`` in the weight file; without scales it is kept as it is."""

    rows: int
    columns: int
    values: StoredArray
    scales: StoredArray | None


class WeightStore:
    """Keeps weights in a precision, and adds up how much that changes them.

    Args:
        file: where they go.
        precision: how they are kept.
    """

    def __init__(self, file: WeightFile, precision: Precision) -> None:
        self._file = file
        self._precision = precision
        self._dtype = np.dtype(precision.activations)
        self.error = RoundingError()
        """What keeping them changed so far."""

    def matrix(self, name: str, matrix: Matrix) -> StoredMatrix:
        """Keep a matrix, reading and writing it a few rows at a time.

        A matrix whose rows are no whole blocks is kept as activations are.

        Raises:
            ModelFileError: it cannot be read, or not be kept in this precision.
            OSError: it cannot be written.
        """
        rows, columns = matrix.rows, matrix.columns
        if self._precision.block_bits is None or columns % BLOCK:
            parts = (self._converted(name, part, self._dtype) for part in matrix.parts())
            values = self._file.add_parts(f"{name}.values", self._dtype, (rows, columns), parts)
            return StoredMatrix(rows, columns, values, None)
        scales: list[NDArray[np.float32]] = []

        def quantized() -> Iterator[NDArray[np.uint8]]:
            for part in matrix.parts():
                blocks, part_scales = quantize_8bit_blocks(part, BLOCK, self.error)
                scales.append(part_scales)
                yield blocks

        shape = (rows, columns // BLOCK, BLOCK)
        values = self._file.add_parts(f"{name}.quantized", np.dtype(np.uint8), shape, quantized())
        return StoredMatrix(rows, columns, values, self._file.add(f"{name}.scales", np.concatenate(scales)))

    def vector(self, name: str, values: NDArray[np.float32], dtype: str | None = None) -> StoredArray:
        """Keep a gain, an offset or a table of them.

        Args:
            name: of it.
            values: of it.
            dtype: numpy's name of the type to keep it in; ``None`` is that of activations.

        Raises:
            ModelFileError: it cannot be kept in this precision.
            OSError: it cannot be written.
        """
        return self._file.add(name, self._converted(name, values, np.dtype(dtype or self._dtype)))

    def table(self, name: str, values: NDArray[np.float32]) -> StoredArray:
        """Keep numbers that are no weights.

        Raises:
            OSError: it cannot be written.
        """
        return self._file.add(name, values.astype(self._dtype))

    def _converted(
        self, name: str, values: NDArray[np.float32], dtype: np.dtype[np.floating]
    ) -> NDArray[np.floating]:
        if values.dtype == dtype:
            self.error.add_exact(values)
            return values
        with np.errstate(over="ignore"):
            converted = values.astype(dtype)
        if not np.isfinite(converted).all():
            raise ModelFileError(
                "weights-too-large",
                f"The weights {name} reach {float(np.abs(values).max()):g}, more than a 16-bit number can be.",
                "Choose the CPU, where they are kept otherwise.",
            )
        self.error.add(values, converted)
        return converted


def multiply(
    graph: GraphBuilder,
    name: str,
    value: str,
    stored: StoredMatrix,
    bias: StoredArray | None = None,
    *,
    rank: int = 3,
    output: str | None = None,
) -> str:
    """Add the nodes of a projection: the value times the matrix's transpose, and an offset.

    Args:
        graph: grows.
        name: of the projection.
        value: ``[…, columns]``.
        stored: ``[rows, columns]``.
        bias: ``[rows]``.
        rank: axes of the value, 2 or 3.
        output: name of the result; ``None`` makes one up.

    Returns:
        Name of the result ``[…, rows]``.
    """
    product = output if bias is None else f"{name}.product"
    matrix = graph.weights(stored.values)
    if stored.scales is not None:
        return graph.node(
            "MatMulNBits",
            [value, matrix, graph.weights(stored.scales)]
            + ([] if bias is None else [None, None, graph.weights(bias)]),
            name=name,
            output=output,
            domain=MICROSOFT,
            attributes={
                "K": stored.columns,
                "N": stored.rows,
                "bits": 8,
                "block_size": BLOCK,
                "accuracy_level": INTEGER_PRODUCTS,
            },
        )
    # Kept as [outputs, inputs] like the file, because the embedding is read by rows.
    kind, domain = ("Gemm", "") if rank == 2 else ("FusedMatMul", MICROSOFT)
    made = graph.node(
        kind, [value, matrix], name=name, output=product, domain=domain, attributes={"transB": 1}
    )
    if bias is None:
        return made
    return graph.node("Add", [made, graph.weights(bias)], name=f"{name}.sum", output=output)


def look_up(graph: GraphBuilder, name: str, ids: str, stored: StoredMatrix) -> str:
    """Add the node that reads rows of a matrix; the same bytes may serve a projection in another graph.

    Args:
        graph: grows.
        name: of the table.
        ids: ``[1, tokens]``.
        stored: ``[rows, columns]``.

    Returns:
        Name of the result ``[1, tokens, columns]``.
    """
    shape = (stored.rows, stored.columns)
    table = graph.weights(stored.values.shared(f"{name}.rows", shape))
    if stored.scales is None:
        return graph.node("Gather", [table, ids], name=name, attributes={"axis": 0})
    scales = stored.scales.shared(f"{name}.row_scales", (stored.rows, stored.columns // BLOCK))
    return graph.node(
        "GatherBlockQuantized",
        [table, ids, graph.weights(scales)],
        name=name,
        domain=MICROSOFT,
        attributes={"gather_axis": 0, "quantize_axis": 1, "block_size": BLOCK, "bits": 8},
    )
