"""What every decoder architecture has in common: its sizes and options, and its weights under our own names.

Knows nothing about files or graphs: an architecture reads a file into these, a graph is built from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.architectures.head_layout import HeadLayout
from models.architectures.matrix import Matrix
from models.rotary import RotaryEmbedding

Weights: TypeAlias = NDArray[np.float32]

Norm: TypeAlias = Literal["rms", "layer"]
"""Division by the root mean square; or the mean taken away, division by the deviation and an offset added."""

Activation: TypeAlias = Literal["silu", "gelu", "gelu_tanh", "relu"]
"""x · sigmoid(x); x times the normal distribution function; its usual approximation by tanh; max(x, 0)."""


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """How one layer's attention differs from the others'.

    Args:
        scale: of the products of queries and keys.
        window: a query at i sees keys j with ``i - j < window``; ``None`` sees all before it.
        rotary: index into `DecoderConfiguration.rotaries`; ``None`` turns nothing.
    """

    scale: float
    window: int | None = None
    rotary: int | None = 0


@dataclass(frozen=True, slots=True)
class DecoderConfiguration:
    """The sizes and options of a decoder.

    Args:
        architecture: its registered name.
        plans: of each layer's attention, in order.
        width: entries of the residual stream.
        heads: query heads a layer.
        key_value_heads: key and value heads a layer; divides `heads`.
        head_size: entries of one head, as kernels have it.
        feed_forward: entries between the two halves of the MLP.
        vocabulary: tokens.
        context: most positions that the model can be run with.
        norm: kind of every norm.
        norm_epsilon: added under the root of the norms.
        tied: whether the head is the embedding.
        rotaries: rotary embeddings that layers refer to.
        activation: of the MLP.
        gated: whether the MLP multiplies its activation with a second projection.
        learned_positions: rows of a table of positions that is added to the embedding; 0 where there is none.
        embedding_scale: by which embeddings are multiplied.
        query_key_norm: whether each head's query and key pass an RMS norm before they are turned.
        branch_norms: whether attention and MLP pass a norm before they are added to the residual stream.
        wide_residual: whether the residual stream outgrows 16-bit numbers.
        attention_softcap: bound of the products of queries and keys; 0 is none.
        final_softcap: bound of the logits; 0 is none.
        head_layout: where the entries of a head are in the model's own; ``None`` where they are the same.
        warnings: sentences about what is restricted, for people.
    """

    architecture: str
    plans: tuple[LayerPlan, ...]
    width: int
    heads: int
    key_value_heads: int
    head_size: int
    feed_forward: int
    vocabulary: int
    context: int
    norm: Norm
    norm_epsilon: float
    tied: bool
    rotaries: tuple[RotaryEmbedding, ...] = ()
    activation: Activation = "silu"
    gated: bool = True
    learned_positions: int = 0
    embedding_scale: float = 1.0
    query_key_norm: bool = False
    branch_norms: bool = False
    wide_residual: bool = False
    attention_softcap: float = 0.0
    final_softcap: float = 0.0
    head_layout: HeadLayout | None = None
    warnings: tuple[str, ...] = ()

    @property
    def layers(self) -> int:
        """Decoder layers."""
        return len(self.plans)

    @property
    def stored_head_size(self) -> int:
        """Entries of one head in the model's file."""
        return self.head_size if self.head_layout is None else self.head_layout.size

    @property
    def query_width(self) -> int:
        """Entries of all query heads."""
        return self.heads * self.head_size

    @property
    def key_width(self) -> int:
        """Entries of all key heads, or all value heads."""
        return self.key_value_heads * self.head_size


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A projection: ``[outputs, inputs]``, and an offset ``[outputs]`` where there is one."""

    matrix: Matrix
    bias: Weights | None = None


@dataclass(frozen=True, slots=True, eq=False)
class NormWeights:
    """Of one norm: a gain for each entry, and an offset where the norm is a layer norm."""

    gain: Weights
    bias: Weights | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LayerWeights:
    """The weights of one decoder layer; what the configuration does not ask for is ``None``.

    Args:
        attention_norm: before attention.
        query_key_value: ``[query_width + 2 * key_width, width]``, half-split rotary order.
        query_norm: gain ``[head_size]``.
        key_norm: gain ``[head_size]``.
        attention_output: ``[width, query_width]``.
        attention_branch_norm: after attention.
        feed_forward_norm: before the MLP.
        feed_forward_in: ``[2 * feed_forward, width]``, the gate's rows first; without a gate half as many rows.
        down: ``[width, feed_forward]``.
        feed_forward_branch_norm: after the MLP.
    """

    attention_norm: NormWeights
    query_key_value: Linear
    query_norm: Weights | None
    key_norm: Weights | None
    attention_output: Linear
    attention_branch_norm: NormWeights | None
    feed_forward_norm: NormWeights
    feed_forward_in: Linear
    down: Linear
    feed_forward_branch_norm: NormWeights | None


@dataclass(frozen=True, slots=True, eq=False)
class DecoderWeights:
    """All weights of a decoder, each read when it is asked for.

    Args:
        embedding: ``[vocabulary, width]``.
        positions: makes ``[learned_positions, width]``; ``None`` where there are none.
        layers: goes through the layers in order.
        final_norm: before the head.
        head: ``[vocabulary, width]``; ``None`` when tied to the embedding.
    """

    embedding: Matrix
    positions: Callable[[], Weights] | None
    layers: Callable[[], Iterator[LayerWeights]]
    final_norm: Callable[[], NormWeights]
    head: Matrix | None
