"""Which provider is chosen, and the reason that is given.

Knows nothing about models. There is no GPU where these run: what the driver says is put in its mouth.
"""

from __future__ import annotations

import importlib.metadata
import types

import onnxruntime
import pynvml
import pytest

from inference.runtime import providers
from inference.runtime.providers import choose_provider
from models.errors import VitrineError


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose driver sees a GPU."""
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(pynvml, "nvmlInit", lambda: None)
    monkeypatch.setattr(pynvml, "nvmlShutdown", lambda: None)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetCount", lambda: 1)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetHandleByIndex", lambda index: index)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetName", lambda handle: "NVIDIA Test")


def refused(reason: str) -> None:
    """Automatic choice takes the CPU and says why; demanding CUDA fails and says why."""
    choice = choose_provider("auto").choice
    assert choice.name == "CPU"
    assert reason in choice.reason
    assert choice.threads >= 1
    assert choice.device
    with pytest.raises(VitrineError, match=reason):
        choose_provider("cuda")


def test_fault_39_without_a_driver_the_cpu_is_taken_and_the_reason_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(pynvml, "nvmlInit", missing)
    refused("no CUDA driver found")


def test_fault_39_an_old_driver_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    def old() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH)

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(pynvml, "nvmlInit", old)
    refused("the CUDA driver says")


@pytest.mark.usefixtures("gpu")
def test_fault_39_a_gpu_that_is_busy_is_tried_and_its_error_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*arguments: object, **options: object) -> None:
        raise RuntimeError("CUDA failure 46: device is busy\nand a long story")

    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None)
    monkeypatch.setattr(onnxruntime, "InferenceSession", busy)
    refused("device is busy")


@pytest.mark.usefixtures("gpu")
def test_fault_39_a_session_that_silently_falls_back_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_cpu = types.SimpleNamespace(get_providers=lambda: ["CPUExecutionProvider"])
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None)
    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda *_, **__: on_the_cpu)
    refused("CUDA's libraries could not be loaded")


@pytest.mark.usefixtures("gpu")
def test_fault_39_both_runtimes_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: object())
    refused("both onnxruntime and onnxruntime-gpu are installed")


def test_a_build_without_cuda_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    refused("without CUDA")


@pytest.mark.usefixtures("gpu")
def test_a_gpu_that_works_is_taken_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "_probe", lambda: None)
    provider = choose_provider("auto")
    assert provider.choice.name == "CUDA"
    assert provider.choice.device == "NVIDIA Test"
    assert provider.device_type == "cuda"
    assert provider.sessions[0][0] == "CUDAExecutionProvider"


def test_the_cpu_can_be_demanded() -> None:
    assert choose_provider("cpu").choice.reason == "chosen"
