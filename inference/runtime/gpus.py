"""The GPUs of this machine as their driver tells of them: names, memory, what they can do.

Knows nothing about the runtime; its device numbers are those of CUDA in this process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from inference.contract import GpuMemory

# CUDA would otherwise number the fastest first, and the driver by the slot. It looks at this when it is loaded.
os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")

VISIBLE_VARIABLE = "CUDA_VISIBLE_DEVICES"
"""CUDA's own: which GPUs a process may use, in the order in which it numbers them."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU.

    Args:
        number: as CUDA counts in this process.
        name: for people.
        free: bytes that nothing uses.
        total: bytes in all.
        capability: compute capability, major and minor.
    """

    number: int
    name: str
    free: int
    total: int
    capability: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Driver:
    """What the driver is.

    Args:
        version: its own.
        cuda: the newest CUDA that it runs, major and minor.
    """

    version: str
    cuda: tuple[int, int]


class NoDriver(Exception):
    """The driver cannot be asked; the text is a clause that says why."""


def driver() -> Driver:
    """What the driver is.

    Raises:
        NoDriver: there is none, or it does not answer.
    """
    with _driver() as nvml:
        cuda = nvml.nvmlSystemGetCudaDriverVersion()
        return Driver(str(nvml.nvmlSystemGetDriverVersion()), (cuda // 1000, cuda % 1000 // 10))


def visible_gpus() -> tuple[Gpu, ...]:
    """The GPUs that this process may use, in CUDA's order.

    Raises:
        NoDriver: the driver cannot be asked.
    """
    with _driver() as nvml:
        return tuple(_gpu(nvml, number, handle) for number, handle in enumerate(_handles(nvml)))


def gpu_memory(number: int) -> GpuMemory | None:
    """Memory of a GPU now; ``None`` where the driver does not tell.

    Args:
        number: as `Gpu.number`.
    """
    try:
        with _driver() as nvml:
            handle = _handles(nvml)[number]
            memory = nvml.nvmlDeviceGetMemoryInfo(handle)
            return GpuMemory(_own_bytes(nvml, handle), int(memory.used), int(memory.total))
    except (NoDriver, IndexError):
        return None


def _gpu(nvml: Any, number: int, handle: Any) -> Gpu:
    memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    major, minor = nvml.nvmlDeviceGetCudaComputeCapability(handle)
    name = str(nvml.nvmlDeviceGetName(handle))
    return Gpu(number, name, int(memory.free), int(memory.total), (int(major), int(minor)))


def _handles(nvml: Any) -> list[Any]:
    """Of the GPUs that CUDA sees, in its order."""
    count = nvml.nvmlDeviceGetCount()
    named = os.environ.get(VISIBLE_VARIABLE)
    if named is None:
        return [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(count)]
    handles = []
    for entry in (part.strip() for part in named.split(",")):
        handle = _handle(nvml, entry, count)
        if handle is None:
            break  # CUDA, too, sees none from the first that is wrong on
        handles.append(handle)
    return handles


def _handle(nvml: Any, entry: str, count: int) -> Any:
    if entry.isdecimal():
        return nvml.nvmlDeviceGetHandleByIndex(int(entry)) if int(entry) < count else None
    if not entry.startswith(("GPU-", "MIG-")):
        return None
    try:
        return nvml.nvmlDeviceGetHandleByUUID(entry)
    except nvml.NVMLError:
        return None


def _own_bytes(nvml: Any, handle: Any) -> int | None:
    """What this process has of it; ``None`` where the driver does not tell, as in many containers."""
    try:
        running = nvml.nvmlDeviceGetComputeRunningProcesses(handle)
    except nvml.NVMLError:
        return None
    own = [process.usedGpuMemory for process in running if process.pid == os.getpid()]
    return int(own[0]) if own and own[0] is not None else None


@contextmanager
def _driver() -> Iterator[Any]:
    """The driver's library.

    Raises:
        NoDriver: it is not there, or does not answer.
    """
    try:
        import pynvml
    except ImportError:  # on macOS
        raise NoDriver("no CUDA driver found") from None
    try:
        # Opened again at once when it is open, so it stays so until the process ends.
        pynvml.nvmlInit()
        yield pynvml
    except pynvml.NVMLError as error:
        not_there = (pynvml.NVML_ERROR_LIBRARY_NOT_FOUND, pynvml.NVML_ERROR_DRIVER_NOT_LOADED)
        known = getattr(error, "value", None) in not_there
        raise NoDriver("no CUDA driver found" if known else f"the CUDA driver says: {error}") from None
