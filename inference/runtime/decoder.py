"""Running a bundle's graphs: prefill and decode into a key/value cache, capturing what passes by.

Knows nothing about what token IDs mean or how the next one is chosen.

Memory: the key/value cache and the captures are allocated for the whole context at once, and cost real memory
only where positions were written. Past and present of the cache are bound to the same memory, so the
attention kernel appends in place; inputs of a decode step are updated in place too, and nothing is bound
or allocated per token.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.contract import FloatArray
from inference.runtime.cache import KeyValueCache
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter, Session, bind_input, bind_output
from models.bundle import BODY_GRAPH, HEAD_GRAPH, Bundle

PREFILL_TOKENS = 256
"""Tokens of one prefill run: large enough for full speed, small enough to show progress and answer queries."""

LOGITS_ROWS = 64
"""Rows of logits computed at once."""


class Decoder:
    """One model on one provider with one sequence's cache and captures.

    Args:
        bundle: what to run.
        provider: where.
        interrupter: what can end a run from another thread.
        capture: whether queries are captured; without, the graph has no outputs to look inside and attention
            cannot be read: for measuring what capturing costs and changes. Final hidden states are kept either
            way, since logits are made of them.

    Raises:
        VitrineError: the runtime refuses the graphs, or there is not enough memory.
    """

    def __init__(
        self, bundle: Bundle, provider: Provider, interrupter: Interrupter, *, capture: bool = True
    ) -> None:
        facts = bundle.facts
        self._observed = facts.sites if capture else ()
        self._body = _open_body(bundle, provider, interrupter, capture)
        self._head = Session(str(bundle.folder / HEAD_GRAPH), provider, interrupter)
        self.sites = facts.sites
        self.vocabulary = facts.vocabulary
        self.capacity = facts.context
        self._dtype = np.float16 if facts.precision == "fp16" else np.float32
        self.cache = KeyValueCache(facts, provider, self._dtype)
        self._query_width = facts.heads * facts.head_size
        packed_width = (facts.heads + 2 * facts.key_value_heads) * facts.head_size
        observed = len(self._observed)
        self.queries: NDArray[Any] = np.empty((observed, self.capacity, self._query_width), self._dtype)
        """Captured queries ``[layer, position, heads * head_size]`` before rotation."""
        self.hidden: NDArray[Any] = np.empty((self.capacity, facts.width), self._dtype)
        """Final hidden states ``[position, width]``, the head's inputs."""
        # Queries of one run, all layers side by side so that one copy moves them into the captures.
        self._packed = np.empty((observed, PREFILL_TOKENS, packed_width), self._dtype)
        self._decode_packed = np.empty((observed, 1, packed_width), self._dtype)
        self.last_run: NDArray[Any] = self._packed[:, :0]
        """What the latest run gave its attention kernels, ``[layer, tokens, packed query, key, value]``, a view."""
        self._decode_hidden = np.empty((1, facts.width), self._dtype)
        self._decode_ids = np.zeros((1, 1), np.int64)
        self._logits = np.empty((1, self.vocabulary), np.float32)
        self._last_position = np.zeros(1, np.int32)
        self._total_length = np.zeros((), np.int32)
        self._decode_binding = self._bind_body(self._decode_ids, self._decode_packed, self._decode_hidden)
        self._head_binding = self._bind_head(self._decode_hidden, self._logits)

    @property
    def capture_bytes_per_position(self) -> int:
        """Memory of one position's captures."""
        return self.queries[:, 0].nbytes + self.hidden[0].nbytes

    # -------------------------------------------------------------- running

    def prefill(self, ids: Sequence[int], start: int) -> Iterator[int]:
        """Read tokens into the cache, a few hundred at a time.

        Args:
            ids: the tokens.
            start: position of the first; everything from there on is overwritten.

        Yields:
            How many of them are read so far.

        Raises:
            Interrupted: the run was interrupted; positions already yielded stay valid.
            VitrineError: the runtime failed.
        """
        for first in range(0, len(ids), PREFILL_TOKENS):
            part = np.asarray([ids[first : first + PREFILL_TOKENS]], np.int64)
            self._read(part, start + first)
            yield first + part.shape[1]

    def decode(self, token: int, position: int) -> None:
        """Read one token into the cache.

        Raises:
            Interrupted: the run was interrupted; the position is not valid.
            VitrineError: the runtime failed.
        """
        self._decode_ids[0, 0] = token
        self._place(position, 1)
        self._body.run_bound(self._decode_binding)
        self.last_run = self._decode_packed
        self.queries[:, position] = self._decode_packed[:, 0, : self._query_width]
        self.hidden[position] = self._decode_hidden[0]

    def last_logits(self, position: int) -> FloatArray:
        """Logits of one row.

        Returns:
            ``float32 [vocabulary]``; valid until the next call.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        self._decode_hidden[0] = self.hidden[position]
        self._head.run_bound(self._head_binding)
        return self._logits[0]

    def logits(self, start: int, stop: int) -> Iterator[tuple[int, FloatArray]]:
        """Logits of rows [start, stop), `LOGITS_ROWS` at a time.

        Yields:
            First row and ``float32 [rows, vocabulary]``.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        for first in range(start, stop, LOGITS_ROWS):
            hidden = self.hidden[first : min(first + LOGITS_ROWS, stop)]
            logits = np.empty((len(hidden), self.vocabulary), np.float32)
            self._head.run_bound(self._bind_head(hidden, logits))
            yield first, logits

    # -------------------------------------------------------------- the parts of a run

    def _read(self, ids: NDArray[np.int64], start: int) -> None:
        count = ids.shape[1]
        # A view of the first rows of every layer is no contiguous block, so each layer is bound by itself.
        hidden = self.hidden[start : start + count]
        packed = self._packed[:, :count]
        self._place(start, count)
        self._body.run_bound(self._bind_body(ids, packed, hidden))
        self.last_run = packed
        self.queries[:, start : start + count] = packed[:, :, : self._query_width]

    def _place(self, start: int, count: int) -> None:
        self._last_position[0] = start + count - 1
        self._total_length[()] = start + count

    # -------------------------------------------------------------- binding

    def _bind_body(self, ids: NDArray[np.int64], packed: NDArray[Any], hidden: NDArray[Any]) -> Any:
        binding = self._body.binding()
        bind_input(binding, "input_ids", ids)
        bind_input(binding, "seqlens_k", self._last_position)
        bind_input(binding, "total_sequence_length", self._total_length)
        bind_output(binding, "hidden", hidden[None])
        for site in self._observed:
            bind_output(binding, site.query_output, packed[site.layer][None])
        self.cache.bind(binding)
        return binding

    def _bind_head(self, hidden: NDArray[Any], logits: FloatArray) -> Any:
        binding = self._head.binding()
        bind_input(binding, "hidden", hidden)
        bind_output(binding, "logits", logits)
        return binding


def _open_body(bundle: Bundle, provider: Provider, interrupter: Interrupter, capture: bool) -> Session:
    path = bundle.folder / BODY_GRAPH
    if capture:
        return Session(str(path), provider, interrupter)
    # Changing a graph is wanted for measurements only: what it needs takes long to import.
    from models.graphs.observation import unobserved_graph

    observed = tuple(site.query_output for site in bundle.facts.sites)
    return Session(unobserved_graph(path, observed), provider, interrupter, str(bundle.folder))
