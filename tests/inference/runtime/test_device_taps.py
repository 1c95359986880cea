"""Queries on a device: what comes over the bus, when, and what is forgotten."""

from __future__ import annotations

import numpy as np
import pytest

from inference.runtime.decoder import Decoder
from inference.runtime.device_taps import DeviceTaps
from inference.runtime.session import Interrupter
from models.bundle import Bundle
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
    decoder.queries_of(1, 3, 8)
    assert taps.device_bytes == 30 * row * (layers - 1) + 5 * record, "one layer of what was read at once"
    decoder.queries_of(1, 3, 8)
    decoder.queries_of(1, 33, 34)
    assert taps.device_bytes == 30 * row * (layers - 1) + 4 * record, "one token with all its layers"


def test_what_came_over_is_what_the_cpu_has(tiny_bundle: Bundle, decoder: Decoder) -> None:
    here = read(Decoder(tiny_bundle, CPU, Interrupter()))
    for layer in range(len(decoder.sites)):
        for start, stop in ((0, 35), (29, 31), (34, 35), (7, 7)):
            np.testing.assert_array_equal(
                decoder.queries_of(layer, start, stop), here.queries_of(layer, start, stop)
            )


def test_what_is_overwritten_is_forgotten(tiny_bundle: Bundle, decoder: Decoder) -> None:
    here = read(Decoder(tiny_bundle, CPU, Interrupter()))
    for one in (here, decoder):
        one.decode(7, 20)
        for _ in one.prefill([9, 8, 7, 6], 21):
            pass
        one.decode(5, 25)
    np.testing.assert_array_equal(decoder.queries_of(0, 0, 26), here.queries_of(0, 0, 26))


def test_beyond_its_share_of_the_device_the_oldest_come_over(tiny_bundle: Bundle) -> None:
    decoder = Decoder(tiny_bundle, DEVICE, Interrupter())
    wiring = tiny_bundle.facts.wiring
    assert decoder._memory is not None
    taps = decoder.taps = DeviceTaps(
        decoder.sites, wiring, decoder.capacity, decoder._memory, most_bytes=9000
    )
    here = read(Decoder(tiny_bundle, CPU, Interrupter()))
    read(decoder)
    assert taps.device_bytes <= 9000
    np.testing.assert_array_equal(decoder.queries_of(1, 0, 35), here.queries_of(1, 0, 35))


def test_without_capture_nothing_is_kept(tiny_bundle: Bundle) -> None:
    decoder = read(Decoder(tiny_bundle, DEVICE, Interrupter(), capture=False))
    assert taps_of(decoder).device_bytes == 0 or not decoder.taps.names
