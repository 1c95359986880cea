"""The same model on the GPU and on the processor: logits, attention, and what was captured."""

from __future__ import annotations

import numpy as np
import pytest

from inference.proof import prove
from inference.runtime.decode_graph import TOLERANCE
from inference.runtime.decoder import Decoder
from inference.runtime.device_taps import DeviceTaps
from inference.runtime.providers import Provider, choose_provider
from inference.runtime.session import Interrupter
from inference.sampling.distribution import log_softmax
from models.bundle import Bundle
from tests.gpu.conftest import plain, read

pytestmark = [pytest.mark.gpu, pytest.mark.default_model]

MEAN_DIVERGENCE = 0.002
"""Nats: both compute with 16-bit numbers and sum them in another order."""


def distributions(decoder: Decoder, count: int) -> np.ndarray:
    """Log-probabilities after every token."""
    rows = np.concatenate([rows for _, rows in decoder.logits(0, count)])
    return np.stack([log_softmax(row) for row in rows])


def test_fault_39_the_gpu_says_what_the_processor_says(
    bundle: Bundle, cuda: Provider, ids: list[int]
) -> None:
    here = distributions(read(bundle, choose_provider("cpu"), ids), len(ids))
    there = distributions(read(bundle, plain(cuda), ids), len(ids))
    divergence = (np.exp(here) * (here - there)).sum(axis=1)
    assert divergence.mean() < MEAN_DIVERGENCE
    assert (here.argmax(axis=1) == there.argmax(axis=1)).mean() > 0.95


def test_attention_on_the_gpu_is_proved(bundle: Bundle, cuda: Provider, ids: list[int]) -> None:
    proof = prove(bundle, cuda, ids, Interrupter())
    assert proof.measured, proof.reason
    assert proof.kind != "refused", proof.reason


def test_rows_come_over_the_bus_as_they_were(bundle: Bundle, cuda: Provider, ids: list[int]) -> None:
    """Read when they are wanted, read at once, and cut out of the cache."""
    later = read(bundle, plain(cuda), ids)
    assert isinstance(later.taps, DeviceTaps)
    on_device = later.taps.device_bytes
    assert on_device > 0
    at_once = Decoder(bundle, plain(cuda), Interrupter())
    assert at_once._memory is not None
    at_once.taps = at_once.captured = DeviceTaps(
        later.sites, bundle.facts.wiring, later.capacity, at_once._memory, most_bytes=0
    )
    for position, token in enumerate(ids):
        if position >= 40:
            at_once.decode(token, position)
        elif position == 0:
            for _ in at_once.prefill(ids[:40], 0):
                pass
    assert at_once.taps.device_bytes == 0
    rows = np.arange(5, len(ids))
    for layer in range(len(later.sites)):
        np.testing.assert_array_equal(later.queries_of(layer, rows), at_once.queries_of(layer, rows))
    assert later.taps.device_bytes < on_device
    for index, value in enumerate(later.cache._values):  # type: ignore[attr-defined]
        whole = value.numpy()[0]
        np.testing.assert_array_equal(later.cache.first(index, 33), whole[:, :33])


def test_replayed_steps_give_what_others_give(bundle: Bundle, cuda: Provider, ids: list[int]) -> None:
    replaying = read(bundle, cuda, ids)
    if replaying.notes:
        assert replaying.notes[0].startswith("Steps are not recorded and replayed as a CUDA graph: ")
        pytest.skip(replaying.notes[0])
    ordinary = read(bundle, plain(cuda), ids)
    one, other = (np.asarray(each.hidden[: len(ids)], np.float32) for each in (ordinary, replaying))
    assert np.isfinite(other).all()
    assert np.abs(one - other).max() <= 2 * TOLERANCE * np.abs(one).max()
    here, there = (distributions(each, len(ids)) for each in (ordinary, replaying))
    assert (here.argmax(axis=1) == there.argmax(axis=1)).mean() > 0.95
    last = len(ids) - 1
    np.testing.assert_allclose(
        log_softmax(replaying.last_logits(last)), there[last], atol=1e-3, err_msg="the head's input"
    )
