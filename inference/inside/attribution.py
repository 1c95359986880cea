"""Direct logit attribution: what every part of a model adds to one token's logit.

Knows nothing about who asks.

The stream is a sum, and with the final norm's scale held as it is a logit is a product with that sum. So each addend
has its share. Shares are computed with the weights as the numbers that they mean; a kernel that multiplies in 8 bits
rounds besides, and what it rounds is told as the remainder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from inference.contract import Attribution, FloatArray
from inference.inside.looking import Looking, states_of
from inference.sequence import TokenSequence
from models.errors import ModelFileError, VitrineError
from models.inside.gated_layer import GatedLayer

if TYPE_CHECKING:
    from models.inside.linear import Projection

Direction = NDArray[np.float64]


class Attributor:
    """Takes logits of one model apart.

    Args:
        looking: into the model.
    """

    def __init__(self, looking: Looking) -> None:
        self._looking = looking
        self._head: Projection | None = None

    def attribution(self, sequence: TokenSequence, position: int, token: int | None) -> Attribution:
        """The parts of one logit.

        Args:
            sequence: that the model has read.
            position: of the row.
            token: whose logit; ``None`` for the one that follows.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the stream cannot be followed, or the head not be taken apart.
        """
        graph = self._looking.graph
        names = [graph.embedding, graph.start, graph.layers[-1].end]
        for layer in graph.layers:
            names += [layer.mixed, layer.added_by_attention, *layer.added_by_mlp]
            names += [layer.projected] if layer.projected else []
        ((_, values),) = self._looking.reading.rows(
            sequence, position, position + 1, tuple(dict.fromkeys(names))
        )
        state = states_of(values[graph.layers[-1].end], 1)[0]
        norm = self._looking.final_norm(values[graph.layers[-1].end].dtype)
        hidden = norm.states(state[None])
        self._looking.check_final(hidden, position)
        logits = self._looking.instrument.head.one(hidden[0].astype(self._hidden_dtype, copy=False))
        if token is None:
            follows = position + 1 < len(sequence)
            token = int(sequence.ids[position + 1]) if follows else int(logits.argmax())
        logit = float(logits[token])
        frozen = norm.frozen_at(state)
        row, offset = self._head_row(token)
        direction = frozen.pulled_back(row)

        def share(name: str) -> float:
            return float(direction @ states_of(values[name], 1)[0])

        embedding, start = share(graph.embedding), share(graph.start)
        heads = np.full((len(graph.layers), max(layer.count for layer in graph.layers)), np.nan, np.float32)
        attention = np.zeros(len(graph.layers), np.float32)
        mlp = np.zeros(len(graph.layers), np.float32)
        for index, layer in enumerate(graph.layers):
            attention[index] = share(layer.added_by_attention)
            mlp[index] = sum(share(name) for name in layer.added_by_mlp)
            shares = self._shares_of_heads(index, direction, layer, values)
            if shares is not None:
                heads[index] = 0  # of layers that have fewer heads than others
                heads[index, : layer.count] = shares
        fixed = offset + float(row @ frozen.offset)
        parts = start + float(attention.sum(dtype=np.float64)) + float(mlp.sum(dtype=np.float64)) + fixed
        return Attribution(
            position, token, logit, embedding, start - embedding, heads, attention, mlp, fixed, logit - parts
        )

    @property
    def _hidden_dtype(self) -> str:
        return self._looking.instrument.bundle.facts.wiring.hidden_dtype

    # ------------------------------------------------------------ weights

    def _head_row(self, token: int) -> tuple[Direction, float]:
        """The weights of a token in the head, and its offset."""
        from models.inside.head import find_head
        from models.inside.stream import Unknown

        bundle = self._looking.instrument.bundle
        try:
            self._head = self._head or find_head(bundle)
            return self._head.row(token).astype(np.float64), self._head.offset(token)
        except Unknown as unknown:
            raise ModelFileError(
                "no-unembedding",
                f"The logits of {bundle.facts.name} cannot be taken apart, because {unknown}.",
                "The logit lens and muting still work for this model.",
            ) from None

    def _shares_of_heads(
        self, index: int, direction: Direction, layer: GatedLayer, values: Mapping[str, NDArray[Any]]
    ) -> FloatArray | None:
        """The share of each head of a layer; ``None`` where its projection cannot be taken apart."""
        from models.inside.linear import projection_after
        from models.inside.stream import Unknown

        branches = self._looking.stream[1].layers[index]
        try:
            projection = projection_after(branches.mixed)
            if layer.projected:
                direction = self._before_norm(index, direction, values[layer.projected])
            before = projection.pulled_back(direction.astype(np.float32))
        except (Unknown, VitrineError):
            return None
        whole = values[layer.mixed]
        mixed = np.asarray(whole[0, :, 0] if layer.by_head else whole[0, 0], np.float64)
        return (before * mixed.reshape(-1)).reshape(layer.count, -1).sum(axis=1).astype(np.float32)

    def _before_norm(self, index: int, direction: Direction, projected: NDArray[Any]) -> Direction:
        """The direction before the norm of an attention branch."""
        from models.inside.instrumented import normed_projection

        branches = self._looking.stream[1].layers[index]
        output = normed_projection(branches)
        assert output is not None
        norm = self._looking.norm(output, branches.attention.value, projected.dtype)
        return norm.frozen_at(states_of(projected, 1)[0]).pulled_back(direction)
