"""What the driver tells of GPUs; a driver of Python speaks, where there is none."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pynvml
import pytest

from inference.contract import GpuMemory
from inference.runtime.gpus import VISIBLE_VARIABLE, Driver, NoDriver, driver, gpu_memory, visible_gpus

NAMES = {"GPU-a": 0, "GPU-b": 1}


@pytest.fixture
def nvml(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A driver with two GPUs; its answers can be changed."""
    monkeypatch.delenv(VISIBLE_VARIABLE, raising=False)

    def by_uuid(name: str) -> int:
        if name not in NAMES:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)
        return NAMES[name]

    answers: dict[str, Any] = {
        "nvmlInit": lambda: None,
        "nvmlSystemGetCudaDriverVersion": lambda: 12040,
        "nvmlSystemGetDriverVersion": lambda: "550.54",
        "nvmlDeviceGetCount": lambda: 2,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetHandleByUUID": by_uuid,
        "nvmlDeviceGetName": lambda handle: f"GPU {'ab'[handle]}",
        "nvmlDeviceGetMemoryInfo": lambda handle: SimpleNamespace(
            free=10 + handle, used=5, total=15 + handle
        ),
        "nvmlDeviceGetCudaComputeCapability": lambda handle: (8, handle),
        "nvmlDeviceGetComputeRunningProcesses": lambda handle: [
            SimpleNamespace(pid=1, usedGpuMemory=3),
            SimpleNamespace(pid=os.getpid(), usedGpuMemory=2),
        ],
    }
    for name, answer in answers.items():
        monkeypatch.setattr(pynvml, name, answer)
    answers["set"] = lambda name, answer: monkeypatch.setattr(pynvml, name, answer)
    return answers


def test_gpus_with_names_and_memory(nvml: dict[str, Any]) -> None:
    first, second = visible_gpus()
    assert (first.number, first.name, first.free, first.total, first.capability) == (
        0,
        "GPU a",
        10,
        15,
        (8, 0),
    )
    assert (second.number, second.name) == (1, "GPU b")
    assert driver() == Driver("550.54", (12, 4))


@pytest.mark.parametrize(
    ("visible", "names"),
    [
        ("1", ["GPU b"]),
        ("1,0", ["GPU b", "GPU a"]),
        ("GPU-b, GPU-a", ["GPU b", "GPU a"]),
        ("0,7,1", ["GPU a"]),
        ("GPU-c", []),
        ("", []),
        ("none", []),
    ],
)
def test_gpus_are_numbered_as_cuda_numbers_them(
    nvml: dict[str, Any], visible: str, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VISIBLE_VARIABLE, visible)
    assert [gpu.name for gpu in visible_gpus()] == names
    assert [gpu.number for gpu in visible_gpus()] == list(range(len(names)))
    assert os.environ["CUDA_DEVICE_ORDER"], "or CUDA counts in another order than the driver"


def test_memory_of_the_engine_and_of_all(nvml: dict[str, Any]) -> None:
    assert gpu_memory(1) == GpuMemory(2, 5, 16)
    assert gpu_memory(2) is None
    nvml["set"]("nvmlDeviceGetComputeRunningProcesses", lambda handle: [])
    assert gpu_memory(0) == GpuMemory(None, 5, 15), "a container does not see its own processes"

    def unsupported(handle: object) -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)

    nvml["set"]("nvmlDeviceGetComputeRunningProcesses", unsupported)
    assert gpu_memory(0) == GpuMemory(None, 5, 15)


def test_fault_39_a_driver_that_does_not_answer(nvml: dict[str, Any]) -> None:
    def failing(number: int) -> None:
        raise pynvml.NVMLError(number)

    nvml["set"]("nvmlInit", lambda: failing(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND))
    with pytest.raises(NoDriver, match=r"^no CUDA driver found$"):
        visible_gpus()
    assert gpu_memory(0) is None
    nvml["set"]("nvmlInit", lambda: failing(pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH))
    with pytest.raises(NoDriver, match=r"^the CUDA driver says: "):
        driver()
