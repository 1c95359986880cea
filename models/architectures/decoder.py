"""What every decoder architecture has in common: its sizes, and its weights under our own names.

Knows nothing about files or graphs: an architecture reads a file into these, a graph is built from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.gguf.reader import GgufFile

Weights: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DecoderConfiguration:
    """The sizes of a decoder.

    Args:
        architecture: its registered name.
        layers: decoder layers.
        width: entries of the residual stream.
        heads: query heads a layer.
        key_value_heads: key and value heads a layer; divides `heads`.
        head_size: entries of one head.
        feed_forward: entries between the two halves of the MLP.
        vocabulary: tokens.
        context: most positions the model was trained for.
        rope_base: base of the rotary embedding.
        rope_dimensions: entries of a head that are turned.
        norm_epsilon: added under the root of the RMS norm.
        tied: whether the head is the embedding.
    """

    architecture: str
    layers: int
    width: int
    heads: int
    key_value_heads: int
    head_size: int
    feed_forward: int
    vocabulary: int
    context: int
    rope_base: float
    rope_dimensions: int
    norm_epsilon: float
    tied: bool


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """The weights of one decoder layer; matrices are ``[outputs, inputs]``.

    Args:
        attention_norm: ``[width]``.
        query_key_value: ``[(heads + 2 * key_value_heads) * head_size, width]``, half-split rotary order.
        attention_output: ``[width, heads * head_size]``.
        feed_forward_norm: ``[width]``.
        gate_up: ``[2 * feed_forward, width]``, the gate's rows first.
        down: ``[width, feed_forward]``.
    """

    attention_norm: Weights
    query_key_value: Weights
    attention_output: Weights
    feed_forward_norm: Weights
    gate_up: Weights
    down: Weights


@dataclass(frozen=True, slots=True)
class DecoderWeights:
    """All weights of a decoder, each dequantized when it is asked for.

    Args:
        embedding: makes ``[vocabulary, width]``.
        layers: goes through the layers in order, holding one at a time.
        final_norm: makes ``[width]``.
        head: makes ``[vocabulary, width]``; ``None`` when tied to the embedding.
    """

    embedding: Callable[[], Weights]
    layers: Callable[[], Iterator[LayerWeights]]
    final_norm: Callable[[], Weights]
    head: Callable[[], Weights] | None


@dataclass(frozen=True, slots=True)
class Architecture:
    """One family of models that can be read from GGUF.

    Args:
        name: `general.architecture` of its files.
        configuration: reads the sizes; raises `ModelFileError` naming a field that is missing or impossible.
        weights: finds the tensors; raises `ModelFileError` naming what is missing or of the wrong shape or of an
            unsupported kind, before any of them is read.
    """

    name: str
    configuration: Callable[[GgufFile], DecoderConfiguration]
    weights: Callable[[GgufFile, DecoderConfiguration], DecoderWeights]
