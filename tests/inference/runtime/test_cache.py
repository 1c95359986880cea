"""Caches: appended ones on the processor and on a device hold the same as those that kernels append to in place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from inference.runtime.cache import (
    AppendedCache,
    DeviceAppendedCache,
    InPlaceCache,
    KeyValueCache,
    make_cache,
)
from inference.runtime.decoder import Decoder
from inference.runtime.failures import OUT_OF_MEMORY
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter
from models.bundle import Bundle
from models.errors import VitrineError
from tests.inference.observed_exports import FOUR_HEADS, KERNEL, opened_export, text
from tests.models.tiny_export import HEAD_SIZE, TinyExport

CPU = choose_provider("cpu")
FIRST, SECOND = text(1, 60), text(2, 60)


def everything_read(decoder: Decoder, cache: KeyValueCache) -> list[np.ndarray]:
    """Cache, logits and hidden states after reading at once, one by one, further back, and from the start."""
    decoder.cache = cache
    seen = []
    for ids, start, together in ((FIRST, 0, 40), (SECOND, 25, 45), (FIRST, 25, 26), (SECOND, 0, 60)):
        for _ in decoder.prefill(ids[start:together], start):
            pass
        for position in range(together, len(ids)):
            decoder.decode(ids[position], position)
        length = len(ids)
        seen += [decoder.last_logits(length - 1).copy(), decoder.hidden[:length].copy()]
        caches = range(len(decoder.cache._tensors))  # type: ignore[attr-defined]
        seen += [decoder.cache.first(index, length).copy() for index in caches]
    return seen


@pytest.mark.parametrize(
    "export", [TinyExport(), TinyExport("contrib", **FOUR_HEADS), TinyExport(dtype="float16")]
)
def test_a_cache_on_a_device_equals_the_one_on_the_processor(tmp_path: Path, export: TinyExport) -> None:
    with opened_export(tmp_path, export) as model:
        bundle = model.bundle
    wiring, capacity = bundle.facts.wiring, bundle.facts.context
    assert not wiring.in_place
    decoder = Decoder(bundle, CPU, Interrupter())
    here = everything_read(decoder, AppendedCache(wiring, capacity))
    decoder = Decoder(bundle, CPU, Interrupter())
    there = everything_read(decoder, DeviceAppendedCache(wiring, CPU))
    assert len(here) == len(there) > 8
    for one, other in zip(here, there, strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


def test_a_cache_that_a_kernel_appends_to_equals_one_that_is_appended(tmp_path: Path) -> None:
    with opened_export(tmp_path, TinyExport(KERNEL)) as model:
        bundle: Bundle = model.bundle
    wiring, capacity = bundle.facts.wiring, bundle.facts.context
    assert wiring.in_place
    in_place = everything_read(Decoder(bundle, CPU, Interrupter()), InPlaceCache(wiring, capacity, CPU))
    appended = everything_read(Decoder(bundle, CPU, Interrupter()), AppendedCache(wiring, capacity))
    for one, other in zip(in_place, appended, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_the_cache_is_the_one_that_the_graph_wants(tmp_path: Path) -> None:
    for name, export, kind in (
        ("kernel", TinyExport(KERNEL), InPlaceCache),
        ("decomposed", TinyExport(), AppendedCache),
    ):
        with opened_export(tmp_path / name, export) as model:
            wiring = model.facts.wiring
            cache = make_cache(wiring, 320, CPU)
            assert isinstance(cache, kind)
            copies = 1 if kind is InPlaceCache else 2
            assert cache.bytes_per_position == copies * 4 * 2 * HEAD_SIZE * 4
            report = model.facts.report
            assert report.cache_bytes == cache.bytes_per_position * 320
            assert report.capture_bytes == model.decoder.capture_bytes_per_position * 320


@pytest.mark.parametrize("export", [TinyExport(KERNEL), TinyExport()], ids=["in place", "appended"])
def test_fault_40_a_gpu_without_room_for_the_cache_is_told(
    tmp_path: Path, export: TinyExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> object:
        raise RuntimeError("CUDA failure 2: out of memory")

    with opened_export(tmp_path, export) as model:
        wiring = model.facts.wiring
    for name in ("ortvalue_from_shape_and_type", "ortvalue_from_numpy"):
        monkeypatch.setattr(onnxruntime.OrtValue, name, full)
    with pytest.raises(VitrineError) as caught:
        make_cache(wiring, 320, replace(CPU, device_type="cuda", own_memory=True))
    assert caught.value.case == OUT_OF_MEMORY
