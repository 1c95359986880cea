"""A GPU whose memory is full or nearly so, and which GPUs there are."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator

import pytest

from inference.loaded_model import load_model
from inference.runtime.gpus import gpu_memory, visible_gpus
from inference.runtime.providers import Provider, choose_provider
from inference.runtime.session import Interrupter
from inference.runtime.trial import wanted_cuda

pytestmark = [pytest.mark.gpu, pytest.mark.default_model]

PIECE = 2**28
"""Bytes that are taken at once."""

Leave = Callable[[int], None]


@pytest.fixture
def leave(cuda: Provider) -> Iterator[Leave]:
    """Takes the GPU's memory but for so many bytes, past the runtime."""
    runtime = ctypes.CDLL(f"libcudart.so.{wanted_cuda()[0]}")
    runtime.cudaSetDevice(cuda.device_id)
    taken: list[ctypes.c_void_p] = []

    def take(left: int) -> None:
        free, total, size = ctypes.c_size_t(), ctypes.c_size_t(), PIECE
        while size >= 2**20:
            runtime.cudaMemGetInfo(ctypes.byref(free), ctypes.byref(total))
            pointer = ctypes.c_void_p()
            if free.value > left + size and not runtime.cudaMalloc(
                ctypes.byref(pointer), ctypes.c_size_t(size)
            ):
                taken.append(pointer)
            else:
                size //= 2

    yield take
    runtime.cudaGetLastError()  # what was refused is no error of anybody else
    for pointer in taken:
        runtime.cudaFree(pointer)


def test_fault_40_a_full_gpu_is_given_up_for_the_cpu(leave: Leave) -> None:
    leave(2**26)
    model = load_model(None, "auto", Interrupter(), lambda done, total: None)
    try:
        assert model.provider.choice.name == "CPU"
        assert "memory" in model.provider.choice.reason
    finally:
        model.close()


@pytest.mark.parametrize("mebibytes", [500, 700, 900])
def test_fault_40_a_gpu_with_little_room_runs_a_shorter_context_or_says_why_not(
    leave: Leave, mebibytes: int
) -> None:
    leave(mebibytes * 2**20)
    model = load_model(None, "auto", Interrupter(), lambda done, total: None)
    try:
        choice, capacity = model.provider.choice, model.decoder.capacity
        print(f"{mebibytes} MiB: {choice.name}, {choice.reason}, a context of {capacity}")
        if choice.name == "CUDA" and capacity < model.facts.context:
            assert choice.reason.endswith(f"with room for a context of {capacity:,} tokens")
        elif choice.name == "CPU":
            assert "memory" in choice.reason
        for _ in model.decoder.prefill([1, 2, 3], 0):
            pass
    finally:
        model.close()


def test_every_gpu_can_be_chosen_by_its_number(cuda: Provider) -> None:
    gpus = visible_gpus()
    assert cuda.choice.device in [gpu.name for gpu in gpus]
    for gpu in gpus:
        provider = choose_provider(f"cuda:{gpu.number}")
        assert (provider.device_id, provider.choice.device) == (gpu.number, gpu.name)
        memory = gpu_memory(gpu.number)
        assert memory is not None
        assert 0 < memory.used <= memory.total == gpu.total
