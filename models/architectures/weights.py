"""A decoder's weights as they are used, out of the tensors that a file keeps.

Knows nothing about formats or graphs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from models.architectures.decoder import (
    DecoderConfiguration,
    DecoderWeights,
    LayerWeights,
    Linear,
    NormWeights,
    Weights,
)
from models.architectures.head_layout import relaid, relaid_columns, relaid_rows
from models.architectures.matrix import (
    Matrix,
    half_split_rows,
    stacked,
    stored_matrix,
    transposed_matrix,
)
from models.architectures.names import Kept, Part, WeightNames
from models.architectures.part_tensors import PartTensors
from models.tensor_source import TensorSource


def find_weights(source: TensorSource, names: WeightNames, sizes: DecoderConfiguration) -> DecoderWeights:
    """Check that every tensor is there, of the right shape and supported, and that there are no others.

    Raises:
        ModelFileError: names the first tensor that is not, or that a decoder of this kind does not use.
    """
    tensors = PartTensors(source, names, sizes)
    tensors.check()
    reader = _PartReader(source, names, sizes, tensors)
    return DecoderWeights(
        embedding=reader.matrix(Part.EMBEDDING),
        positions=partial(reader.vector, Part.POSITIONS) if sizes.learned_positions else None,
        layers=reader.layers,
        final_norm=lambda: reader.norm(Part.FINAL_NORM),
        head=None if sizes.tied else reader.matrix(Part.HEAD),
    )


class _PartReader:
    """Reads parts, each as it is used."""

    def __init__(
        self, source: TensorSource, names: WeightNames, sizes: DecoderConfiguration, tensors: PartTensors
    ) -> None:
        self._source, self._names, self._sizes, self._tensors = source, names, sizes, tensors
        self._layout = sizes.head_layout

    def layers(self) -> Iterator[LayerWeights]:
        """The layers in order; their matrices are read only when somebody asks for their parts."""
        sizes = self._sizes
        for layer in range(sizes.layers):
            yield LayerWeights(
                attention_norm=self.norm(Part.ATTENTION_NORM, layer),
                query_key_value=self._query_key_value(layer),
                query_norm=self._head_norm(Part.QUERY_NORM, layer),
                key_norm=self._head_norm(Part.KEY_NORM, layer),
                attention_output=self._attention_output(layer),
                attention_branch_norm=self._branch_norm(Part.ATTENTION_BRANCH_NORM, layer),
                feed_forward_norm=self.norm(Part.FEED_FORWARD_NORM, layer),
                feed_forward_in=self._packed(
                    Part.GATE_UP, layer, *([Part.GATE, Part.UP] if sizes.gated else [Part.UP])
                ),
                down=self._linear(Part.DOWN, layer),
                feed_forward_branch_norm=self._branch_norm(Part.FEED_FORWARD_BRANCH_NORM, layer),
            )

    def _query_key_value(self, layer: int) -> Linear:
        linear = self._packed(Part.QUERY_KEY_VALUE, layer, Part.QUERY, Part.KEY, Part.VALUE)
        if self._layout is None:
            return linear
        rows = self._layout.packed_rows(self._sizes.heads, self._sizes.key_value_heads)
        bias = None if linear.bias is None else relaid(linear.bias, rows)
        return Linear(relaid_rows(linear.matrix, rows), bias)

    def _attention_output(self, layer: int) -> Linear:
        linear = self._linear(Part.ATTENTION_OUTPUT, layer)
        if self._layout is None:
            return linear
        columns = self._layout.output_columns(self._sizes.heads)
        return Linear(relaid_columns(linear.matrix, columns), linear.bias)

    def _head_norm(self, part: Part, layer: int) -> Weights | None:
        if not self._sizes.query_key_norm:
            return None
        gain = self.vector(part, layer)
        return gain if self._layout is None else relaid(gain, np.asarray(self._layout.turned_entries))

    def _packed(self, packed: Part, layer: int, *parts: Part) -> Linear:
        """A part that may be kept in one matrix or in several."""
        if packed in self._tensors.in_layers:
            return self._linear(packed, layer)
        linears = [self._linear(part, layer) for part in parts]
        return Linear(stacked(*(one.matrix for one in linears)), _joined_biases(linears))

    def _linear(self, part: Part, layer: int) -> Linear:
        bias = None
        if self._tensors.is_biased(part, layer):
            bias = self.vector(part, layer, "bias")
        return Linear(self.matrix(part, layer), bias)

    def matrix(self, part: Part, layer: int = 0) -> Matrix:
        """A matrix as it is used, read when its parts are asked for."""
        name, kept = self._tensors.name(part, layer), self._names.kept.get(part)
        if kept is Kept.TRANSPOSED:
            return transposed_matrix(self._source, name)
        if kept is Kept.INTERLEAVED:
            return stored_matrix(self._source, name, self._sizes.stored_head_size, self._half_split)
        return stored_matrix(self._source, name)

    def vector(self, part: Part, layer: int = 0, kind: str = "weight") -> Weights:
        """A norm's gain, a bias or a whole table, as it is used."""
        values = self._source.read(self._tensors.name(part, layer, kind))
        kept = self._names.kept.get(part)
        if kept is Kept.LESS_ONE and kind == "weight":
            values = values + 1
        if kept is Kept.INTERLEAVED:
            values = self._half_split(values)
        return values

    def _half_split(self, rows: Weights) -> Weights:
        turned = 2 * len(self._sizes.rotaries[0].frequencies)
        return half_split_rows(rows, self._sizes.stored_head_size, turned)

    def norm(self, part: Part, layer: int = 0) -> NormWeights:
        """A norm of the residual stream."""
        bias = self.vector(part, layer, "bias") if self._sizes.norm == "layer" else None
        return NormWeights(self.vector(part, layer), bias)

    def _branch_norm(self, part: Part, layer: int) -> NormWeights | None:
        return self.norm(part, layer) if self._sizes.branch_norms else None


def _joined_biases(linears: list[Linear]) -> Weights | None:
    """Biases of projections one below the other: zeros where one of them has none."""
    if all(one.bias is None for one in linears):
        return None
    return np.concatenate(
        [np.zeros(one.matrix.rows, np.float32) if one.bias is None else one.bias for one in linears]
    )
