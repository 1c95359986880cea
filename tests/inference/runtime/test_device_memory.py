"""Memory of a device, tried in the processor's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from inference.runtime.decoder import Decoder
from inference.runtime.device_memory import DeviceMemory
from inference.runtime.failures import OUT_OF_MEMORY
from inference.runtime.session import Interrupter
from models.errors import VitrineError
from tests.inference.observed_exports import FOUR_HEADS, KERNEL, opened_export, text
from tests.inference.runtime.on_device import CPU, DEVICE
from tests.models.tiny_export import TinyExport

FLOAT, HALF, BYTES = np.dtype(np.float32), np.dtype(np.float16), np.dtype(np.uint8)


@pytest.mark.parametrize("dtype", [FLOAT, HALF])
@pytest.mark.parametrize("shape", [(1, 2, 5, 3), (2, 1, 2, 5, 3)])
def test_rows_are_copied_and_nothing_else(dtype: np.dtype, shape: tuple[int, ...]) -> None:
    memory = DeviceMemory(DEVICE)
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    value = memory.holding(array)
    array_before, array[...] = array.copy(), 0
    rows = memory.rows(value, 1, 4, dtype)
    assert rows.dtype == dtype
    np.testing.assert_array_equal(rows, array_before[..., 1:4, :])
    assert memory.rows(value, 2, 2, dtype).shape == (*shape[:-2], 0, 3)
    cut = memory.first_rows(value, 2, dtype)
    np.testing.assert_array_equal(cut.numpy(), array_before[..., :2, :])
    assert memory.first_rows(value, 0, dtype).shape() == [*shape[:-2], 0, 3]


def test_zeros_are_zeros() -> None:
    assert not DeviceMemory(DEVICE).zeros((3, 4), HALF).numpy().any()


def test_fault_40_a_full_device_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> object:
        raise RuntimeError("CUDA failure 2: out of memory")

    monkeypatch.setattr(onnxruntime.OrtValue, "ortvalue_from_shape_and_type", full)
    monkeypatch.setattr(onnxruntime.OrtValue, "ortvalue_from_numpy", full)
    memory = DeviceMemory(replace(DEVICE, device_type="cuda"))
    for make in (lambda: memory.empty((1,), FLOAT), lambda: memory.holding(np.zeros(1, FLOAT))):
        with pytest.raises(VitrineError) as caught:
            make()
        assert caught.value.case == OUT_OF_MEMORY


FIRST, SECOND = text(1, 60), text(2, 60)


def everything_read(decoder: Decoder) -> list[np.ndarray]:
    """Logits, hidden states, queries and keys after reading at once, one by one, further back, and from the start."""
    seen = []
    for ids, start, together in ((FIRST, 0, 40), (SECOND, 25, 45), (FIRST, 25, 26), (SECOND, 0, 60)):
        for _ in decoder.prefill(ids[start:together], start):
            pass
        for position in range(together, len(ids)):
            decoder.decode(ids[position], position)
        length = len(ids)
        seen += [decoder.last_logits(length - 1).copy(), decoder.last_logits(3).copy()]
        seen += [decoder.hidden[:length].copy()]
        for site in decoder.sites:
            queries = decoder.queries_of(site.layer, np.arange(7, length))
            width = site.width if site.projection is not None else site.heads * site.head_size
            seen += [queries[:, :width].copy(), decoder.keys_of(site.layer, length).copy()]
        seen += [array.copy() for array in decoder.last_values().values()]
    return seen


@pytest.mark.parametrize(
    "export",
    [
        TinyExport(KERNEL),
        TinyExport(KERNEL, rotary="inside", packed=True),
        TinyExport(KERNEL, dtype="float16"),
        TinyExport(KERNEL, bias=4),
        TinyExport(),
        TinyExport("contrib", **FOUR_HEADS),
        TinyExport(in_parts=False),
    ],
    ids=["kernel", "packed", "16 bits", "bias", "decomposed", "contrib", "whole texts"],
)
def test_a_model_on_a_device_puts_out_the_same(tmp_path: Path, export: TinyExport) -> None:
    with opened_export(tmp_path, export) as model:
        bundle = model.bundle
    here = everything_read(Decoder(bundle, CPU, Interrupter()))
    there = everything_read(Decoder(bundle, DEVICE, Interrupter()))
    assert len(here) == len(there) > 16
    for one, other in zip(here, there, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("direct", [True, False])
def test_values_are_copied_within_the_device(direct: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Directly, or by a session where the runtime knows of no other way."""
    memory = DeviceMemory(DEVICE)
    source = memory.holding(np.arange(6, dtype=np.uint8).reshape(6, 1))
    target = memory.zeros((6, 1), BYTES)

    def refusing(self: object, data: object) -> None:
        raise RuntimeError("Unable to copy data between the source and destination devices")

    if not direct:
        monkeypatch.setattr(onnxruntime.OrtValue, "update_inplace", refusing)
    memory.copy(source, target, BYTES)
    memory.copy(source, target, BYTES)
    assert target.numpy().ravel().tolist() == [0, 1, 2, 3, 4, 5]
    assert memory._copies_directly is direct
