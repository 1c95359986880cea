"""Queries on a device: what comes over the bus, when, and what is forgotten."""

from __future__ import annotations

import numpy as np
import pytest

from inference.runtime.decoder import Decoder
from inference.runtime.device_memory import DeviceMemory
from inference.runtime.device_taps import DeviceTaps
from inference.runtime.failures import OUT_OF_MEMORY
from inference.runtime.session import Interrupter
from models.bundle import Bundle
from models.errors import VitrineError
from tests.inference.runtime.on_device import CPU, DEVICE

IDS = [int(token) for token in np.random.default_rng(3).integers(3, 60, 40)]


@pytest.fixture
def decoder(tiny_bundle: Bundle) -> Decoder:
    """The tiny model with its memory apart, 30 tokens read at once and five one by one."""
    return read(Decoder(tiny_bundle, DEVICE, Interrupter()))


def read(decoder: Decoder) -> Decoder:
    """Read 35 tokens."""
    for _ in decoder.prefill(IDS[:30], 0):
        pass
    for position in range(30, 35):
        decoder.decode(IDS[position], position)
    return decoder


def taps_of(decoder: Decoder) -> DeviceTaps:
    """Its taps, on the device."""
    assert isinstance(decoder.taps, DeviceTaps)
    return decoder.taps


def test_nothing_comes_over_before_somebody_reads(decoder: Decoder) -> None:
    taps = taps_of(decoder)
    layers, site = len(decoder.sites), decoder.sites[0]
    row = site.width * np.dtype(np.float32).itemsize
    record = layers * (-(-row // 256) * 256)
    assert taps.device_bytes == 30 * row * layers + 5 * record
    decoder.queries_of(1, np.arange(3, 8))
    assert taps.device_bytes == 30 * row * (layers - 1) + 5 * record, "one layer of what was read at once"
    decoder.queries_of(1, np.arange(3, 8))
    decoder.queries_of(1, np.arange(33, 34))
    assert taps.device_bytes == 30 * row * (layers - 1) + 4 * record, "one token with all its layers"


def test_what_came_over_is_what_the_cpu_has(tiny_bundle: Bundle, decoder: Decoder) -> None:
    here = read(Decoder(tiny_bundle, CPU, Interrupter()))
    for layer in range(len(decoder.sites)):
        for start, stop in ((0, 35), (29, 31), (34, 35), (7, 7)):
            np.testing.assert_array_equal(
                decoder.queries_of(layer, np.arange(start, stop)),
                here.queries_of(layer, np.arange(start, stop)),
            )


def test_what_is_overwritten_is_forgotten(tiny_bundle: Bundle, decoder: Decoder) -> None:
    here = read(Decoder(tiny_bundle, CPU, Interrupter()))
    for one in (here, decoder):
        one.decode(7, 20)
        for _ in one.prefill([9, 8, 7, 6], 21):
            pass
        one.decode(5, 25)
    np.testing.assert_array_equal(
        decoder.queries_of(0, np.arange(0, 26)), here.queries_of(0, np.arange(0, 26))
    )


def test_beyond_its_share_of_the_device_the_oldest_come_over(tiny_bundle: Bundle) -> None:
    decoder = Decoder(tiny_bundle, DEVICE, Interrupter())
    wiring = tiny_bundle.facts.wiring
    assert decoder._memory is not None
    taps = decoder.taps = decoder.captured = DeviceTaps(
        decoder.sites, wiring, decoder.capacity, decoder._memory, most_bytes=9000
    )
    here = read(Decoder(tiny_bundle, CPU, Interrupter()))
    read(decoder)
    assert taps.device_bytes <= 9000
    np.testing.assert_array_equal(
        decoder.queries_of(1, np.arange(0, 35)), here.queries_of(1, np.arange(0, 35))
    )


def test_without_capture_nothing_is_kept(tiny_bundle: Bundle) -> None:
    decoder = read(Decoder(tiny_bundle, DEVICE, Interrupter(), capture=False))
    assert taps_of(decoder)._offsets == [0]
    assert decoder.taps.names == []


def test_fault_40_captures_make_room_on_a_full_device(
    tiny_bundle: Bundle, decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = read(Decoder(tiny_bundle, CPU, Interrupter()))
    taps, refusals = taps_of(decoder), [1]
    before, empty = taps.device_bytes, DeviceMemory.empty

    def full(self: DeviceMemory, shape: tuple[int, ...], dtype: np.dtype) -> object:
        if refusals:
            refusals.pop()
            raise VitrineError(OUT_OF_MEMORY, "There is not enough memory.", "Close other programs.")
        return empty(self, shape, dtype)

    monkeypatch.setattr(DeviceMemory, "empty", full)
    for one in (here, decoder):
        one.decode(7, 35)
    assert taps.device_bytes < before * 2 / 3
    np.testing.assert_array_equal(
        decoder.queries_of(1, np.arange(0, 36)), here.queries_of(1, np.arange(0, 36))
    )


def test_fault_40_where_nothing_is_left_to_fetch_the_device_is_full(
    tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = Decoder(tiny_bundle, DEVICE, Interrupter())

    def full(self: DeviceMemory, shape: tuple[int, ...], dtype: np.dtype) -> object:
        raise VitrineError(OUT_OF_MEMORY, "There is not enough memory.", "Close other programs.")

    monkeypatch.setattr(DeviceMemory, "empty", full)
    with pytest.raises(VitrineError) as caught:
        decoder.decode(7, 0)
    assert caught.value.case == OUT_OF_MEMORY
