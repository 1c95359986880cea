"""Captured queries that stay on the device until somebody reads them.

Knows nothing about attention or about graphs beyond the names of their outputs.

What a run puts out is left where the kernels wrote it: of a prefill one value a layer, of a decode step one record
with all layers side by side. Only what is asked for comes over the bus, once: of a prefill the layer that is
wanted, of a decode step the record, since who looks at one layer of the newest token looks at all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.runtime.captured_row import CapturedRow
from inference.runtime.captured_rows import CapturedRows
from inference.runtime.device_memory import ALIGNMENT, DeviceMemory
from inference.runtime.failures import OUT_OF_MEMORY
from inference.runtime.taps import Taps
from models.attention_site import AttentionSite
from models.errors import VitrineError
from models.wiring import Wiring

MOST_ON_DEVICE = 512 * 2**20
"""Bytes of captures that stay on the device; beyond, the oldest come over although nobody has asked."""

_BYTES = np.dtype(np.uint8)

_NO_QUERIES: NDArray[Any] = np.empty((0, 0), np.float32)


@dataclass(slots=True, eq=False)
class _Run:
    """What one run put out.

    Args:
        start: position of its first token.
        tokens: that it read.
        count: of those, how many from the first on still stand.
        on_device: by layer, or one for all layers; ``None`` is what was fetched.
        fetched: by layer, flat; ``None`` is what is on the device still.
    """

    start: int
    tokens: int
    count: int
    on_device: list[Any]
    fetched: list[NDArray[Any] | None]

    @property
    def stop(self) -> int:
        """One past the last position that stands."""
        return self.start + self.count


class DeviceTaps(Taps):
    """As `Taps`, on a device.

    Args:
        sites: whose queries are captured, by layer.
        wiring: of the body.
        capacity: most positions.
        memory: of the device.
        most_bytes: that stay on the device.

    Raises:
        VitrineError: the device has no room.
    """

    def __init__(
        self,
        sites: Sequence[AttentionSite],
        wiring: Wiring,
        capacity: int,
        memory: DeviceMemory,
        most_bytes: int = MOST_ON_DEVICE,
    ) -> None:
        super().__init__(sites, wiring)
        self._memory = memory
        self.first = 0
        """As `CapturedRows.first`: everything is kept."""
        self.queries_bytes = self.layers * self.width * self.dtype.itemsize
        """As `CapturedRows.queries_bytes`."""
        self.mask_rows = CapturedRows(Taps((), wiring, wiring.masks), capacity, None, lambda length: 0)
        """What is added to products, which comes over at once."""
        self._most_bytes = most_bytes
        self._offsets = [0]
        for site in sites:
            size = site.width * self.dtype.itemsize
            self._offsets.append(self._offsets[-1] + -(-size // ALIGNMENT) * ALIGNMENT)
        self._record = (max(self._offsets[-1], 1), 1)
        self._step = memory.empty(self._record, _BYTES)
        self._put_out: list[Any] = []
        self._runs: list[_Run] = []
        self.device_bytes = 0
        """What of the captures is on the device now."""

    # -------------------------------------------------------------- written

    def bind(self, binding: Any, count: int) -> None:
        """Bind the outputs of a run over `count` tokens; for one token, the same memory every time."""
        if count == 1:
            for site, offset in zip(self._sites, self._offsets, strict=False):
                shape = _shape(site, 1)
                self._memory.bind_output(binding, site.query, self._step, offset, shape, self.dtype)
            return
        self._put_out = [self._taken(_shape(site, count), self.dtype) for site in self._sites]
        for site, value in zip(self._sites, self._put_out, strict=True):
            binding.bind_ortvalue_output(site.query, value)

    def write_one(self, position: int, queries: NDArray[Any], masks: Mapping[str, NDArray[Any]]) -> None:
        """Keep what a decode step put out: queries on the device, whatever is given of them; as `CapturedRows`."""
        self.mask_rows.write_one(position, _NO_QUERIES, masks)
        record = self._taken(self._record, _BYTES)
        self._memory.copy(self._step, record, _BYTES)
        self._add(_Run(position, 1, 1, [record], [None] * len(self._sites)))

    def write(
        self, start: int, count: int, queries: Sequence[NDArray[Any]], masks: Mapping[str, NDArray[Any]]
    ) -> None:
        """Keep what a run over several tokens put out, as `write_one`."""
        if count == 1:
            self.write_one(start, _NO_QUERIES, masks)
            return
        self.mask_rows.write(start, count, (), masks)
        self._add(_Run(start, count, count, self._put_out, [None] * len(self._sites)))
        self._put_out = []

    @property
    def end(self) -> int:
        """One past the last position that was written."""
        return self._runs[-1].stop if self._runs else 0

    @property
    def one(self) -> NDArray[Any]:
        """Nothing: queries stay on the device."""
        return _NO_QUERIES

    def rows(self, count: int) -> list[NDArray[Any]]:
        """Nothing: queries stay on the device."""
        return []

    def _add(self, run: _Run) -> None:
        # Positions from there on are overwritten, or follow from what was.
        first = bisect_left(self._runs, run.start, key=lambda one: one.start)
        self.device_bytes -= sum(map(_bytes_on_device, self._runs[first:]))
        del self._runs[first:]
        if self._runs:
            last = self._runs[-1]
            last.count = min(last.count, run.start - last.start)
        self._runs.append(run)
        self.device_bytes += _bytes_on_device(run)
        self._leave_on_device(self._most_bytes)

    def _leave_on_device(self, most_bytes: int) -> None:
        """Fetch the oldest until no more than that is left there."""
        for run in self._runs:
            if self.device_bytes <= most_bytes:
                return
            for layer in range(len(self._sites)):
                self._fetch(run, layer)

    def _taken(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
        """Memory of the device, if need be that of captures which then come over."""
        try:
            return self._memory.empty(shape, dtype)
        except VitrineError as error:
            if error.case != OUT_OF_MEMORY or not self.device_bytes:
                raise
        self._leave_on_device(self.device_bytes // 2)
        return self._memory.empty(shape, dtype)

    # -------------------------------------------------------------- read

    def queries(
        self,
        layer: int,
        positions: NDArray[np.int64],
        older: Callable[[Sequence[int]], Iterable[CapturedRow]],
    ) -> NDArray[Any]:
        """As `CapturedRows.queries`; nothing is ever older."""
        if not len(positions):
            return np.empty((0, self.width), self.dtype)
        start = int(positions[0])
        return self._between_positions(layer, start, int(positions[-1]) + 1)[positions - start]

    def masks_of(
        self,
        name: str,
        positions: NDArray[np.int64],
        length: int,
        older: Callable[[Sequence[int]], Iterable[CapturedRow]],
    ) -> NDArray[Any]:
        """As `CapturedRows.masks_of`."""
        return self.mask_rows.masks_of(name, positions, length, older)

    def _between_positions(self, layer: int, start: int, stop: int) -> NDArray[Any]:
        index = next(index for index, site in enumerate(self._sites) if site.layer == layer)
        kept = self._widths[index]
        found = np.zeros((stop - start, self.width), self.dtype)
        for run in self._between(start, stop):
            first, last = max(start, run.start), min(stop, run.stop)
            rows = self._out(run, index)[0]
            if self._sites[index].layout == "heads":
                rows = rows.swapaxes(0, 1).reshape(run.tokens, -1)
            found[first - start : last - start, :kept] = rows[first - run.start : last - run.start, :kept]
        return found

    @property
    def last(self) -> dict[str, NDArray[Any]]:
        """What the last run put out, as it came out."""
        if not self._runs:
            return dict(self.masks)
        run = self._runs[-1]
        return self.masks | {site.query: self._out(run, index) for index, site in enumerate(self._sites)}

    def _between(self, start: int, stop: int) -> Iterator[_Run]:
        first = max(bisect_left(self._runs, start + 1, key=lambda one: one.start) - 1, 0)
        for run in self._runs[first:]:
            if run.start >= stop:
                return
            if run.stop > start:
                yield run

    def _out(self, run: _Run, index: int) -> NDArray[Any]:
        """What a run put out of a layer, in the shape of the output."""
        return self._fetch(run, index).reshape(_shape(self._sites[index], run.tokens))

    def _fetch(self, run: _Run, index: int) -> NDArray[Any]:
        """The same, flat, copied over the bus unless it was; then the device's memory is free again."""
        there = run.fetched[index]
        if there is not None:
            return there
        source = index if len(run.on_device) > 1 or run.tokens > 1 else 0
        value = run.on_device[source]
        self.device_bytes -= value.tensor_size_in_bytes()
        array = np.array(value.numpy()).reshape(-1)
        run.on_device[source] = None
        if run.tokens > 1:
            run.fetched[index] = array
            return array
        for layer, (site, offset) in enumerate(zip(self._sites, self._offsets, strict=False)):
            part = array[offset : offset + site.width * self.dtype.itemsize]
            run.fetched[layer] = part.view(self.dtype)
        found = run.fetched[index]
        assert found is not None
        return found


def _shape(site: AttentionSite, count: int) -> tuple[int, ...]:
    """Of a site's output in a run over so many tokens."""
    if site.layout == "heads":
        return (1, site.heads, count, site.head_size)
    return (1, count, site.width)


def _bytes_on_device(run: _Run) -> int:
    return sum(value.tensor_size_in_bytes() for value in run.on_device if value is not None)
