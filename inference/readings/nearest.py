"""Entries of the vocabulary that vectors of a stream are near: by the logit lens, and by the embeddings.

Knows nothing about sentences.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.contract import FloatArray
from inference.inside.final_norm import PART_INPUT, PART_OUTPUT
from inference.inside.looking import Looking, states_of
from inference.readings.contract import NEAREST
from inference.readings.similarity import cosines
from inference.runtime.session import Session
from inference.sampling.distribution import check_logits, log_softmax
from models.errors import VitrineError
from models.wiring import BodyInput, Role

ENTRIES_AT_ONCE = 2048
"""Embeddings that are made at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Entries, the nearest first.

    Args:
        ids: ``int64 [entries]``.
        values: ``float32 [entries]``.
    """

    ids: NDArray[np.int64]
    values: FloatArray


def largest(values: FloatArray, count: int = NEAREST) -> Nearest:
    """The largest of ``[entries]``; of equal ones the first."""
    count = min(count, len(values))
    least = np.partition(values, len(values) - count)[len(values) - count]
    candidates = np.flatnonzero(values >= least)
    ids = candidates[np.argsort(-values[candidates], kind="stable")][:count]
    return Nearest(ids, values[ids])


class Vocabulary:
    """The entries of one model.

    Args:
        looking: into the model.
    """

    def __init__(self, looking: Looking) -> None:
        self._looking = looking
        self._embeddings: Session | None = None

    def by_head(self, hidden: FloatArray) -> list[Nearest]:
        """The most probable entries after final hidden states ``[rows, width]``.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        instrument = self._looking.instrument
        facts = instrument.bundle.facts
        logits = instrument.head.several(hidden.astype(facts.wiring.hidden_dtype, copy=False))
        check_logits(logits, facts.vocabulary)
        return [largest(np.exp(log_softmax(row))) for row in logits]

    def by_embedding(self, states: FloatArray, dtype: np.dtype[np.generic]) -> list[Nearest]:
        """The entries whose embeddings have the largest cosine with states.

        Args:
            states: ``float32 [rows, width]``.
            dtype: of the stream.

        Raises:
            Interrupted: a run was interrupted.
            VitrineError: the embeddings cannot be had apart from the rest of the model.
        """
        vocabulary = self._looking.instrument.bundle.facts.vocabulary
        found = np.empty((len(states), vocabulary), np.float32)
        for start in range(0, vocabulary, ENTRIES_AT_ONCE):
            stop = min(start + ENTRIES_AT_ONCE, vocabulary)
            every = cosines(states, self._embeddings_of(np.arange(start, stop), dtype))
            # An entry whose embedding is zero is near nothing.
            found[:, start:stop] = np.nan_to_num(every, nan=-1.0)
        return [largest(row) for row in found]

    def _embeddings_of(self, ids: NDArray[np.int64], dtype: np.dtype[np.generic]) -> FloatArray:
        """``float32 [ids, width]``, as the model makes them."""
        wiring = self._looking.instrument.bundle.facts.wiring
        given = next(one for one in wiring.inputs if one.role is Role.IDS)
        if self._embeddings is None:
            self._embeddings = self._open_embeddings(given, dtype)
        shaped = ids.astype(given.dtype).reshape((1,) * (given.rank - 1) + (len(ids),))
        (made,) = self._embeddings.run([PART_OUTPUT], {PART_INPUT: shaped})
        return states_of(np.asarray(made), len(ids))

    def _open_embeddings(self, given: BodyInput, dtype: np.dtype[np.generic]) -> Session:
        from models.inside.parts import part_graph
        from models.inside.stream import Unknown

        model, stream = self._looking.stream
        ids = next(value for value in model.graph.inputs if value.name == given.name)
        try:
            graph = part_graph(model, ids, stream.embedding, np.dtype(given.dtype), given.rank, dtype)
        except Unknown:
            raise VitrineError(
                "no-embedding",
                f"The embeddings of {self._looking.instrument.bundle.facts.name} cannot be had apart from the rest.",
                "Choose the nearest entries by the logit lens instead.",
            ) from None
        return self._looking.instrument.open_part(graph)
