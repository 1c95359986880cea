"""What was dropped comes back bit by bit, for every kind of attention, and nothing of the sequence changes meanwhile.

Two decoders read the same: one keeps everything, the other as little as it can.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.attention import atlas_rows
from inference.runtime.cache import DeviceAppendedCache, InPlaceCache, KeyValueCache
from inference.runtime.captured_row import PAGE, CapturedRow
from inference.runtime.decoder import Decoder
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupted, Interrupter
from models.bundle import Bundle
from models.errors import VitrineError
from tests.inference.observed_exports import FOUR_HEADS, OBSERVED, opened_export, text
from tests.models.tiny_export import TinyExport

CPU = choose_provider("cpu")
AS_LITTLE_AS_CAN_BE = 1
LENGTH = 150


def read(decoder: Decoder, ids: list[int], start: int = 0, together: int = 70) -> None:
    """Tokens up to one read sixteen at a time, so that no decoder has its own way, and the others one by one."""
    step = PAGE
    if not decoder.in_parts:
        together = step = start or together
    for first in range(start, together, step):
        for _ in decoder.prefill(ids[first : min(first + step, together)], first):
            pass
    for position in range(max(start, together), len(ids)):
        decoder.decode(ids[position], position)


def pair(bundle: Bundle) -> tuple[Decoder, Decoder]:
    """A decoder that keeps everything, and one that keeps as little as it can."""
    return (
        Decoder(bundle, CPU, Interrupter()),
        Decoder(bundle, CPU, Interrupter(), capture_budget=AS_LITTLE_AS_CAN_BE),
    )


def caches(decoder: Decoder, length: int) -> list[NDArray[np.generic]]:
    """Keys and values."""
    count = range(len(decoder.cache._tensors))  # type: ignore[attr-defined]
    return [decoder.cache.first(index, length).copy() for index in count]


def assert_same_inside(whole: Decoder, small: Decoder, length: int) -> None:
    """Queries and what is added to products, of all rows, some rows and single ones; and the cache stays as it is."""
    before = caches(small, length)
    for rows in (
        np.arange(length),
        np.arange(20, 37),
        np.array([0]),
        np.array([length - 1]),
        atlas_rows(length, 8),
    ):
        for site in whole.sites:
            queries = [decoder.queries_of(site.layer, rows) for decoder in (whole, small)]
            used = slice(site.width if site.projection is not None else site.heads * site.head_size)
            np.testing.assert_array_equal(queries[0][:, used], queries[1][:, used], strict=True)
            biases = [decoder.bias_of(site.layer, rows, length) for decoder in (whole, small)]
            assert (biases[0] is None) == (site.mask is None)
            if biases[0] is not None:
                np.testing.assert_array_equal(biases[0], biases[1], strict=True)
    np.testing.assert_array_equal(whole.hidden[:length], small.hidden[:length])
    for one, other in zip(before, caches(small, length), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", OBSERVED)
def test_dropped_rows_come_back_as_they_were(name: str, tmp_path: Path) -> None:
    with opened_export(tmp_path, OBSERVED[name]) as model:
        bundle = model.bundle
    whole, small = pair(bundle)
    first, second = text(1, LENGTH), text(2, LENGTH)
    for ids, start, together in ((first, 0, 70), (first[:40] + second[40:], 40, 90), (second[:100], 0, 33)):
        for decoder in (whole, small):
            read(decoder, ids, start, together)
        assert whole.captured.first == 0
        assert (small.captured.first > len(ids) - 3 * PAGE) == bundle.facts.wiring.in_parts
        assert_same_inside(whole, small, len(ids))
        # The next token is written as if nobody had looked.
        for decoder in (whole, small):
            decoder.decode(5, len(ids))
        np.testing.assert_array_equal(whole.hidden[len(ids)], small.hidden[len(ids)])


def test_a_graph_that_reads_no_parts_keeps_everything(tmp_path: Path) -> None:
    with opened_export(tmp_path, TinyExport(in_parts=False)) as model:
        small = Decoder(model.bundle, CPU, Interrupter(), capture_budget=AS_LITTLE_AS_CAN_BE)
    read(small, text(1, LENGTH))
    assert small.capture_budget is None
    assert small.captured.first == 0


@pytest.fixture
def small(tiny_bundle: Bundle) -> Decoder:
    """The tiny model, which has dropped all but the last rows of a text."""
    decoder = Decoder(tiny_bundle, CPU, Interrupter(), capture_budget=AS_LITTLE_AS_CAN_BE)
    read(decoder, text(1, LENGTH))
    return decoder


@pytest.fixture
def whole(tiny_bundle: Bundle) -> Decoder:
    """The tiny model, which has kept all rows of the same text."""
    decoder = Decoder(tiny_bundle, CPU, Interrupter())
    read(decoder, text(1, LENGTH))
    return decoder


def test_a_model_built_from_weights_too(whole: Decoder, small: Decoder) -> None:
    assert_same_inside(whole, small, LENGTH)


def test_the_kernel_writes_the_same_keys_and_values_again(small: Decoder) -> None:
    """What is written in place needs to be put back for kernels that are not as exact only."""
    seen: list[bool] = []

    class Careless(InPlaceCache):
        def lent(self, binding, start, count):  # type: ignore[no-untyped-def]
            before = caches(small, LENGTH)
            self.bind(binding, start, count)

            class Comparing:
                def __enter__(self) -> None: ...

                def __exit__(self, *arguments: object) -> None:
                    after = caches(small, LENGTH)
                    seen.append(all(map(np.array_equal, before, after)))

            return Comparing()

    small.cache.__class__ = Careless  # type: ignore[assignment]
    small.queries_of(0, np.arange(LENGTH))
    assert len(seen) > 50
    assert all(seen)


def test_a_device_whose_memory_is_out_of_reach(whole: Decoder, small: Decoder) -> None:
    class OutOfReach(InPlaceCache):
        def lent(self, binding, start, count):  # type: ignore[no-untyped-def]
            elsewhere = object.__new__(InPlaceCache)
            elsewhere.__dict__ |= {**self.__dict__, "_arrays": [None] * len(self._arrays)}
            return elsewhere.lent(binding, start, count)

    small.cache.__class__ = OutOfReach  # type: ignore[assignment]
    assert_same_inside(whole, small, LENGTH)


@pytest.mark.parametrize("export", [TinyExport(), TinyExport("contrib", **FOUR_HEADS)])
def test_a_device_with_an_appended_cache(tmp_path: Path, export: TinyExport) -> None:
    with opened_export(tmp_path, export) as model:
        bundle = model.bundle
    decoders = pair(bundle)
    for decoder in decoders:
        cache: KeyValueCache = DeviceAppendedCache(bundle.facts.wiring, CPU)
        decoder.cache = cache
        read(decoder, text(1, LENGTH))
    assert_same_inside(*decoders, LENGTH)


def test_a_lone_token_that_was_read_beside_another(tiny_bundle: Bundle) -> None:
    whole, small = pair(tiny_bundle)
    ids = text(1, LENGTH)
    for decoder in (whole, small):
        for position in range(LENGTH):
            # As `LoadedModel.read` has it: the neighbour means nothing, and is written over.
            for _ in decoder.prefill(ids[position : position + 1] * 2, position):
                pass
    assert_same_inside(whole, small, LENGTH)


def test_it_leaves_no_trace_where_it_is_interrupted_and_goes_on_from_there(
    whole: Decoder, small: Decoder
) -> None:
    assert isinstance(small.cache, InPlaceCache)
    keys = small.cache._arrays[0]
    assert keys is not None
    runs, run = 0, small._body.run_bound

    def interrupted(binding: object) -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            keys[..., 32:48, :] = 7  # written half, and then ended
            raise Interrupted
        run(binding)

    small._body.run_bound = interrupted  # type: ignore[method-assign]
    small.captured.most_held = 64
    before = caches(small, LENGTH)
    rows = np.arange(64)
    with pytest.raises(Interrupted):
        small.queries_of(0, rows)
    for one, other in zip(before, caches(small, LENGTH), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(small.queries_of(0, rows), whole.queries_of(0, rows))
    assert runs == 3 + 2, "the first two runs were held"


class Wait(Exception):
    """Somebody else comes first."""


def wait() -> None:
    """Let somebody else in."""
    raise Wait


def test_who_waits_is_let_in_and_nothing_is_computed_twice(
    whole: Decoder, small: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.runtime.reading_again.SLICE_S", 0.0)
    small.captured.most_held = 40
    small.reading_again.between = wait
    rows = np.arange(70, 100)
    for _ in range(len(rows) - 1):  # they were read one by one
        with pytest.raises(Wait):
            small.queries_of(1, rows)
    np.testing.assert_array_equal(small.queries_of(1, rows), whole.queries_of(1, rows))
    # More than can be held is done at once, for it would begin again and again.
    np.testing.assert_array_equal(small.queries_of(1, np.arange(80)), whole.queries_of(1, np.arange(80)))


def test_rows_that_come_out_the_same_in_their_own_run_only(
    whole: Decoder, small: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a device whose kernels depend on how many rows there are."""
    confirms, run, runs = small.captured.confirms, small.reading_again._run, []

    def running(start: int, stop: int) -> list[CapturedRow]:
        runs.append((start, stop))
        return run(start, stop)

    monkeypatch.setattr(small.reading_again, "_run", running)
    monkeypatch.setattr(
        small.captured, "confirms", lambda row: confirms(row) and runs[-1] in ((0, PAGE), (PAGE, 2 * PAGE))
    )
    rows = np.arange(4, 20)
    np.testing.assert_array_equal(small.queries_of(0, rows), whole.queries_of(0, rows))
    # Once it is known, it is not tried in any other way.
    assert runs == [(4, 16), (0, 16), (16, 32)]


def test_numbers_that_are_not_those_that_were_dropped_are_not_shown(small: Decoder) -> None:
    small.captured._checks[20] ^= 1
    with pytest.raises(VitrineError) as caught:
        small.queries_of(0, np.arange(18, 22))
    assert caught.value.case == "captures-differ"
