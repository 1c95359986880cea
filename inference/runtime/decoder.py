"""Running a bundle's graphs: prefill and decode into a key/value cache, capturing what passes by.

Knows nothing about what token IDs mean or how the next one is chosen, nor who made the graphs: `models.wiring`
says how they are fed.

Memory: the key/value cache and the captures are allocated for the whole context at once, and cost real memory
only where positions were written. A cache that can be is bound as past and present alike, so the attention
kernel appends in place; inputs of a decode step are updated in place too, and nothing is allocated per token.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.attention import AttentionFormula
from inference.contract import FloatArray
from inference.intervention import Intervention
from inference.reading_plan import parts
from inference.runtime.cache import make_cache
from inference.runtime.gates import Gated
from inference.runtime.head import Head
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter, Session, bind_input, bind_output
from inference.runtime.taps import Taps
from models.bundle import BODY_GRAPH, Bundle
from models.feeds import Feeds

PREFILL_TOKENS = 256
"""Tokens of one prefill run: large enough for full speed, small enough to show progress and answer queries."""

LOGITS_ROWS = 64
"""Rows of logits computed at once."""

_KEYS_OF_BOTH = 0
"""Place of the keys in a cache tensor that holds keys and values."""


class Decoder:
    """One model on one provider with one sequence's cache and captures.

    Args:
        bundle: what to run.
        provider: where.
        interrupter: what can end a run from another thread.
        capture: whether queries are captured; without, the graph has no outputs to look inside and attention
            cannot be read: for measuring what capturing costs and changes. Final hidden states are kept either
            way, since logits are made of them.
        watched: values of the body that each run also puts out, for `last_values`; for checks.
        gated: another session of the body and a head to share, in place of those that are opened otherwise.
        capacity: positions of the cache; ``None`` is the model's whole context.

    Raises:
        VitrineError: the runtime refuses the graphs, or there is not enough memory.
    """

    def __init__(
        self,
        bundle: Bundle,
        provider: Provider,
        interrupter: Interrupter,
        *,
        capture: bool = True,
        watched: Sequence[str] = (),
        gated: Gated | None = None,
        capacity: int | None = None,
    ) -> None:
        facts, wiring = bundle.facts, bundle.facts.wiring
        self.sites = facts.sites
        arrays = bundle.arrays()
        self.formulas = tuple(AttentionFormula.of(site, arrays) for site in facts.sites)
        """By layer, how captured queries and the key cache become attention weights."""
        self.vocabulary = facts.vocabulary
        self.capacity = facts.context if capacity is None else min(capacity, facts.context)
        self._wiring = wiring
        self._gated = gated
        if gated is None:
            self._body = _open_body(bundle, provider, interrupter, capture, watched)
            self._head = Head(bundle, provider, interrupter)
        else:
            self._body, self._head = gated.body, gated.head
        self._feeds = Feeds(wiring.inputs, self.capacity)
        self.cache = make_cache(wiring, self.capacity, provider)
        self.taps = Taps(facts.sites if capture else (), wiring, self.capacity)
        self.hidden: NDArray[Any] = np.empty((self.capacity, wiring.hidden_width), wiring.hidden_dtype)
        """Final hidden states ``[position, width]``, the head's inputs."""
        self._watched: list[str] = []
        self._values: dict[str, NDArray[Any]] = {}
        self._decode_hidden = np.empty((1, wiring.hidden_width), wiring.hidden_dtype)
        self._decode_binding: Any = None
        self.watch(watched)

    @property
    def head(self) -> Head:
        """What makes logits of final hidden states; another decoder of the same model can share it."""
        return self._head

    @property
    def in_parts(self) -> bool:
        """Whether several tokens can be read after others; otherwise a whole text or one token."""
        return self._wiring.in_parts

    @property
    def queries(self) -> NDArray[Any]:
        """Captured queries ``[layer, position, width]``; see `AttentionSite.width`."""
        return self.taps.captured

    def queries_of(self, layer: int, start: int, stop: int) -> NDArray[Any]:
        """As `Captures.queries_of`, a view."""
        return self.queries[layer, start:stop]

    def keys_of(self, layer: int, length: int) -> NDArray[Any]:
        """As `Captures.keys_of`; a view on the CPU, where the next run may change it."""
        found = self.cache.first(self.sites[layer].keys, length)
        return found[_KEYS_OF_BOTH] if found.ndim == 4 else found

    def key_dtype_of(self, layer: int) -> np.dtype[Any]:
        """As `Captures.key_dtype_of`."""
        return np.dtype(self._wiring.cache_dtype)

    def bias_of(self, layer: int, rows: slice, length: int) -> NDArray[Any] | None:
        """As `Captures.bias_of`, a view."""
        name = self.sites[layer].mask
        return None if name is None else self.taps.masks[name][:, rows, :length]

    @property
    def capture_bytes_per_position(self) -> int:
        """Memory of one position's captures."""
        return self.taps.bytes_per_position + self.hidden[0].nbytes

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
        if not self.in_parts and start:
            for index, token in enumerate(ids):
                self.decode(token, start + index)
                yield index + 1
            return
        done = 0
        for size in parts(len(ids), PREFILL_TOKENS) if self.in_parts else (len(ids),):
            self._read(np.asarray(ids[done : done + size], np.int64), start + done)
            done += size
            yield done

    def decode(self, token: int, position: int) -> None:
        """Read one token into the cache.

        Raises:
            Interrupted: the run was interrupted; the position is not valid.
            VitrineError: the runtime failed.
        """
        feeds = self._feeds.single(token, position)
        binding = self._decode_binding
        if binding is None:
            # Watched values change their shapes and are for checks: a new binding each time serves them.
            binding = self._bind(feeds, self._decode_hidden, position, 1)
            self.cache.bind(binding, position, 1)
            self._decode_binding = None if self._watched else binding
        else:
            for name in self._feeds.growing:
                bind_input(binding, name, feeds[name])
            if self.taps.rebinds:
                self.taps.bind_masks(binding, position, 1)
            if self._gated is not None:
                self._gated.gates.rebind(binding, position, 1)
            if self.cache.rebinds:
                self.cache.bind(binding, position, 1)
        self._run(binding, feeds, position + 1)
        self.taps.keep_one(position)
        self.hidden[position] = self._decode_hidden[0]

    def last_logits(self, position: int) -> FloatArray:
        """Logits of one row.

        Returns:
            ``float32 [vocabulary]``; valid until the next call.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        return self._head.one(self.hidden[position])

    def logits(self, start: int, stop: int) -> Iterator[tuple[int, FloatArray]]:
        """Logits of rows [start, stop), `LOGITS_ROWS` at a time.

        Yields:
            First row and ``float32 [rows, vocabulary]``.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        for first in range(start, stop, LOGITS_ROWS):
            yield first, self._head.several(self.hidden[first : min(first + LOGITS_ROWS, stop)])

    def watch(self, names: Sequence[str]) -> None:
        """Have runs put out other values from now on, for `last_values`; they must be outputs of the graph."""
        known = {*self.taps.names, *(one.name for one in self._wiring.inputs)}
        self._watched = [name for name in names if name not in known]
        self._decode_binding = None

    def mute(self, intervention: Intervention) -> None:
        """Mute something else from now on, where there are gates; what was read before stays as it was."""
        if self._gated is not None:
            self._gated.gates.change(intervention)
            self._decode_binding = None

    def last_values(self) -> dict[str, NDArray[Any]]:
        """What the last run was given and put out, by the graph's names, without its caches.

        Watched values are there as they came out, captured queries with them; arrays are views or copies that the
        next run may change.
        """
        return {**self._values, **self.taps.last}

    # -------------------------------------------------------------- the parts of a run

    def _read(self, ids: NDArray[np.int64], start: int) -> None:
        count = len(ids)
        feeds = self._feeds.several(ids, start)
        binding = self._bind(feeds, self.hidden[start : start + count], start, count)
        self.cache.bind(binding, start, count)
        self._run(binding, feeds, start + count)
        self.taps.keep(start, count)

    def _run(self, binding: Any, feeds: dict[str, NDArray[Any]], length: int) -> None:
        self._body.run_bound(binding)
        self._values = feeds
        if self._watched:
            # They were bound first.
            watched = binding.get_outputs()[: len(self._watched)]
            self._values = feeds | {
                name: value.numpy() for name, value in zip(self._watched, watched, strict=True)
            }
        self.cache.advance(binding, length)

    def _bind(self, feeds: dict[str, NDArray[Any]], hidden: NDArray[Any], start: int, count: int) -> Any:
        """A binding of everything but the cache, which comes last."""
        binding = self._body.binding()
        for name in self._watched:
            binding.bind_output(name, "cpu")
        for name, array in feeds.items():
            bind_input(binding, name, array)
        bind_output(binding, self._wiring.hidden, hidden[None] if self._wiring.hidden_rank == 3 else hidden)
        self.taps.bind(binding, count)
        self.taps.bind_masks(binding, start, count)
        if self._gated is not None:
            self._gated.gates.bind(binding, start, count)
        return binding


def _open_body(
    bundle: Bundle, provider: Provider, interrupter: Interrupter, capture: bool, watched: Sequence[str]
) -> Session:
    path = bundle.folder / BODY_GRAPH
    graph = path.read_bytes()
    if not capture or watched:
        # Changing a graph is wanted for checks only: what it needs takes long to import.
        from models.graphs.observation import with_outputs, without_outputs

        observed = {site.query for site in bundle.facts.sites} | {
            name for name, _ in bundle.facts.wiring.masks
        }
        graph = with_outputs(path, watched) if capture else without_outputs(path, observed)
    return Session(graph, provider, interrupter, str(bundle.weights_folder))
