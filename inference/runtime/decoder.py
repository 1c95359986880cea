"""Running a bundle's graphs: prefill and decode into a key/value cache, capturing what passes by.

Knows nothing about what token IDs mean or how the next one is chosen, nor who made the graphs: `models.wiring`
says how they are fed.

Memory: the key/value cache and final hidden states are allocated for the whole context at once, and cost real
memory only where positions were written; captured queries come in pages and have a budget. A cache that can be is
bound as past and present alike, so the attention kernel appends in place; inputs of a decode step are updated in
place too, and nothing is allocated per token.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.attention import AttentionFormula
from inference.captures import Positions
from inference.contract import FloatArray
from inference.intervention import Intervention
from inference.reading_plan import parts
from inference.runtime.cache import make_cache
from inference.runtime.captured_rows import CapturedRows
from inference.runtime.decode_graph import (
    COMPARED,
    READ_TOGETHER,
    RECORDING,
    FixedFeeds,
    difference,
    why_not_replayed,
)
from inference.runtime.device_memory import DeviceMemory
from inference.runtime.device_taps import DeviceTaps
from inference.runtime.gates import Gated
from inference.runtime.head import Head
from inference.runtime.providers import Provider
from inference.runtime.reading_again import ReadingAgain, RunLog
from inference.runtime.session import NOT_REPLAYED, Interrupted, Interrupter, Session, bind_input, bind_output
from inference.runtime.taps import Taps
from models.bundle import BODY_GRAPH, Bundle
from models.errors import VitrineError
from models.feeds import Feeds

PREFILL_TOKENS = 256
"""Tokens of one prefill run: large enough for full speed, small enough to show progress and answer queries."""

FEWEST_TOKENS = 16
"""Tokens of a prefill run at least, however little memory there is for what is captured of them."""

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
        context: most positions, fewer than the model's own where there is no room for those.
        capture_budget: bytes that captures may take; beyond it the oldest positions are dropped, and computed again
            when somebody looks at them. ``None`` keeps everything.
        profile: folder where the runtime's profiler writes; ``None`` for none. See `end_profiling`.
        gated: another session of the body and a head to share, in place of those that are opened otherwise.

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
        context: int | None = None,
        capture_budget: int | None = None,
        profile: Path | None = None,
        gated: Gated | None = None,
    ) -> None:
        facts, wiring = bundle.facts, bundle.facts.wiring
        self.sites = facts.sites
        arrays = bundle.arrays()
        self.formulas = tuple(AttentionFormula.of(site, arrays) for site in facts.sites)
        """By layer, how captured queries and the key cache become attention weights."""
        self.vocabulary = facts.vocabulary
        self.capacity = facts.context if context is None else min(context, facts.context)
        self._wiring = wiring
        self._gated = gated
        self._memory = DeviceMemory(provider) if provider.own_memory else None
        files = ("", "") if profile is None else (str(profile / "body"), str(profile / "head"))
        self._head = Head(bundle, provider, interrupter, profile=files[1]) if gated is None else gated.head
        self._feeds = Feeds(wiring.inputs, self.capacity)
        self.cache = make_cache(wiring, self.capacity, provider)
        self.hidden: NDArray[Any] = np.empty((self.capacity, wiring.hidden_width), wiring.hidden_dtype)
        """Final hidden states ``[position, width]``, the head's inputs; small, and therefore all kept."""
        sites = self._captured = facts.sites if capture else ()
        # A graph that can only read a text from its beginning would have to read all of it for any one row, and
        # what is on a device has room of its own there, and comes over when that is used up.
        budgeted = wiring.in_parts and self._memory is None
        self.capture_budget = capture_budget if budgeted else None
        """Bytes that captures may take; ``None`` where everything is kept."""
        self.taps: Taps
        self.captured: CapturedRows | DeviceTaps
        """Queries and masks by position."""
        if self._memory is None:
            self.taps = Taps(sites, wiring)
            self._run_tokens = self._tokens_of_a_run()
            self.captured = CapturedRows(self.taps, self.capacity, self.capture_budget, self._bytes_beside)
        else:
            self.taps = self.captured = DeviceTaps(sites, wiring, self.capacity, self._memory)
            self._run_tokens = PREFILL_TOKENS
        self._log = RunLog(self.capacity)
        rows = self.captured if isinstance(self.captured, CapturedRows) else self.captured.mask_rows
        self.reading_again = ReadingAgain(
            lambda: self._body, self._feeds, lambda: self.cache, self.taps, rows, self._log
        )
        """Computes rows again that were dropped."""
        self._watched: list[str] = []
        self._values: dict[str, NDArray[Any]] = {}
        self._decode_hidden = np.empty((1, wiring.hidden_width), wiring.hidden_dtype)
        self._device_hidden: Any = None
        """The same on the device, where the head takes it from."""
        self._decoded = -1
        """Whose hidden state is there."""
        # The head that is shared takes hidden states from where the other decoder puts them.
        if self._memory is not None and gated is None:
            shape = (1, *self._decode_hidden.shape)[-wiring.hidden_rank :]
            self._device_hidden = self._memory.empty(shape, self._decode_hidden.dtype)
            self._head.feed_from(self._memory, self._device_hidden)
        self.runs = 0
        """How often the body was run: tells whether anybody else has read something meanwhile."""
        self._decode_binding: Any = None
        self.capture_ms = 0.0
        """Time of keeping what the last decode step captured, which is part of that step's."""
        self._fixed: FixedFeeds | None = None
        self.notes: tuple[str, ...] = ()
        """As `ProviderChoice.notes`."""

        def open_body(replayed: bool = False) -> Session:
            return _open_body(bundle, provider, interrupter, capture, watched, replayed, files[0])

        self.watch(watched)
        if gated is not None:
            self._body = gated.body
        elif provider.graphs and self._memory is not None and profile is None:
            self._open_replayed(open_body, self._memory)
        else:
            self._body = open_body()

    @property
    def head(self) -> Head:
        """What makes logits of final hidden states; another decoder of the same model can share it."""
        return self._head

    @property
    def in_parts(self) -> bool:
        """Whether several tokens can be read after others; otherwise a whole text or one token."""
        return self._wiring.in_parts

    def queries_of(self, layer: int, positions: Positions) -> NDArray[Any]:
        """As `Captures.queries_of`, a copy."""
        return self.captured.queries(layer, positions, self.reading_again.rows)

    def keys_of(self, layer: int, length: int) -> NDArray[Any]:
        """As `Captures.keys_of`; a view on the CPU, where the next run may change it."""
        found = self.cache.first(self.sites[layer].keys, length)
        return found[_KEYS_OF_BOTH] if found.ndim == 4 else found

    def key_dtype_of(self, layer: int) -> np.dtype[Any]:
        """As `Captures.key_dtype_of`."""
        return np.dtype(self._wiring.cache_dtype)

    def bias_of(self, layer: int, positions: Positions, length: int) -> NDArray[Any] | None:
        """As `Captures.bias_of`, a copy."""
        name = self.sites[layer].mask
        if name is None:
            return None
        return self.captured.masks_of(name, positions, length, self.reading_again.rows)

    @property
    def capture_bytes_per_position(self) -> int:
        """Memory of one position's captures, without what is added to products."""
        return self.captured.queries_bytes + self.hidden[0].nbytes

    @property
    def capture_bytes(self) -> int:
        """Memory that captures take now."""
        return self.captured.nbytes + self.captured.end * self.hidden[0].nbytes + self.taps.nbytes

    def _bytes_beside(self, length: int) -> int:
        """What takes memory beside captured rows, or will with the next run."""
        return length * self.hidden[0].nbytes + max(self.taps.nbytes, self.taps.bytes_of(self._run_tokens))

    def _tokens_of_a_run(self) -> int:
        """Tokens that are read at once: fewer where their queries alone would take a quarter of the budget."""
        if self.capture_budget is None:
            return PREFILL_TOKENS
        fitting = self.capture_budget // 4 // max(self.taps.bytes_of(1), 1)
        return min(max(fitting, FEWEST_TOKENS), PREFILL_TOKENS)

    @property
    def bus_bytes_per_step(self) -> int:
        """What a decode step copies to the device and back; 0 where the device is the processor.

        Queries stay on the device until somebody reads them, and the head takes the hidden state there.
        """
        if self._memory is None:
            return 0
        given = sum(array.nbytes for array in self._feeds.single(0, 0).values())
        logits = self.vocabulary * np.dtype(self._wiring.logits_dtype).itemsize
        return given + self._decode_hidden.nbytes + logits

    def end_profiling(self) -> tuple[Path, Path]:
        """The files that the profiler has written for body and head, of a decoder that was opened with one."""
        return self._body.end_profiling(), self._head.end_profiling()

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
        for size in parts(len(ids), self._run_tokens) if self.in_parts else (len(ids),):
            self._read(np.asarray(ids[done : done + size], np.int64), start + done)
            done += size
            yield done

    def decode(self, token: int, position: int) -> None:
        """Read one token into the cache.

        Raises:
            Interrupted: the run was interrupted; the position is not valid.
            VitrineError: the runtime failed.
        """
        self._decode(token, position, RECORDING)

    def _decode(self, token: int, position: int, recording: int) -> None:
        feeds = self._feeds.single(token, position)
        binding = self._decode_binding
        if binding is None:
            # Watched values change their shapes and are for checks: a new binding each time serves them.
            binding = self._bind(feeds, self._decode_hidden, position, 1)
            if self._device_hidden is not None:
                binding.bind_ortvalue_output(self._wiring.hidden, self._device_hidden)
            if self._fixed is not None:
                self._fixed.bind(binding, feeds)
            self.cache.bind(binding, position, 1)
            self._decode_binding = None if self._watched else binding
        else:
            for name in self._given_anew(feeds):
                bind_input(binding, name, feeds[name])
            if self.taps.rebinds:
                self.taps.bind_masks(binding, position, 1)
            if self._gated is not None:
                self._gated.gates.rebind(binding, position, 1)
            if self.cache.rebinds:
                self.cache.bind(binding, position, 1)
        self._decoded = -1
        if self._fixed is not None:
            self._fixed.update(feeds)
        self._run(binding, feeds, position + 1, recording)
        ran = time.perf_counter()
        self.taps.last_count = 1
        self._log.note_one(token, position)
        self.captured.write_one(position, self.taps.one, self.taps.masks)
        if self._device_hidden is not None:
            # It is checked at every step, and small.
            self._decode_hidden[0] = self._device_hidden.numpy().reshape(-1)
            self._decoded = position
        self.hidden[position] = self._decode_hidden[0]
        self.capture_ms = (time.perf_counter() - ran) * 1000

    def _given_anew(self, feeds: Mapping[str, NDArray[Any]]) -> Iterable[str]:
        """Inputs that a decode step's binding has to be told of again."""
        if self._memory is None or self._fixed is not None:
            return self._feeds.growing
        # A device has a copy of what was there when it was bound.
        return feeds

    def last_logits(self, position: int) -> FloatArray:
        """Logits of one row.

        Returns:
            ``float32 [vocabulary]``; valid until the next call.

        Raises:
            Interrupted: the run was interrupted.
            VitrineError: the runtime failed.
        """
        return self._head.one(self.hidden[position], on_device=position == self._decoded)

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
        self._decoded = -1
        feeds = self._feeds.several(ids, start)
        binding = self._bind(feeds, self.hidden[start : start + count], start, count)
        self.cache.bind(binding, start, count)
        self._run(binding, feeds, start + count)
        self.taps.last_count = count
        self._log.note(ids, start)
        self.captured.write(start, count, self.taps.rows(count), self.taps.masks)

    def _run(
        self, binding: Any, feeds: dict[str, NDArray[Any]], length: int, recording: int = NOT_REPLAYED
    ) -> None:
        self.runs += 1
        self._body.run_bound(binding, recording)
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

    # -------------------------------------------------------------- replaying

    def _open_replayed(self, open_body: Callable[[bool], Session], memory: DeviceMemory) -> None:
        """Open the body so that decode steps are replayed if that gives the same, and otherwise as ever."""
        obstacle = why_not_replayed(self._wiring, self.capacity, self._watched)
        if obstacle is None:
            try:
                self._body = open_body(True)
                self._fixed = FixedFeeds(self._wiring.inputs, self.capacity, memory)
                obstacle = difference(self._steps_to_compare)
            except Interrupted:
                obstacle = "something else was wanted before it was tried"
            except VitrineError as error:
                obstacle = f"the runtime refused ({error.what.rstrip('.')})"
        if obstacle is not None:
            # What was begun in the session that is let go may not have ended well.
            self._decode_binding = self._fixed = None
            self.__dict__.pop("_body", None)
            self._body = open_body(False)
            self.notes = (f"Steps are not recorded and replayed as a CUDA graph: {obstacle}.",)

    def _steps_to_compare(self, replayed: bool) -> list[NDArray[Any]]:
        """Final hidden states and queries of a few steps; see `decode_graph.difference`."""
        ids = [number % self.vocabulary for number in range(1, READ_TOGETHER + COMPARED + 1)]
        fixed, self._decode_binding = self._fixed, None
        self._fixed = fixed if replayed else None
        try:
            for _ in self.prefill(ids[:READ_TOGETHER], 0):
                pass
            found = []
            for position in range(READ_TOGETHER, len(ids)):
                self._decode(ids[position], position, RECORDING if replayed else NOT_REPLAYED)
                at = np.array([position])
                rows = [self.queries_of(site.layer, at)[0] for site in self._captured]
                found.append(np.concatenate([self.hidden[position], *rows]))
            return found
        finally:
            self._fixed = fixed


def _open_body(
    bundle: Bundle,
    provider: Provider,
    interrupter: Interrupter,
    capture: bool,
    watched: Sequence[str],
    replayed: bool,
    profile: str,
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
    folder = str(bundle.weights_folder)
    return Session(graph, provider, interrupter, folder, replayed=replayed, profile=profile)
