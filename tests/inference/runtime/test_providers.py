"""Which provider is chosen, and the reason that is given.

Knows nothing about models. There is no GPU where these run: what the driver says is put in its mouth.
"""

from __future__ import annotations

import importlib.metadata
import types
from collections.abc import Callable
from dataclasses import replace

import onnxruntime
import pytest

from inference.runtime import providers, trial
from inference.runtime.gpus import Driver, Gpu, NoDriver
from inference.runtime.providers import choose_provider
from models.errors import VitrineError

FIRST = Gpu(0, "NVIDIA First", 3_000_000_000, 8_000_000_000, (8, 6))
SECOND = Gpu(1, "NVIDIA Second", 20_000_000_000, 24_000_000_000, (9, 0))
THIRD = Gpu(2, "NVIDIA Old", 30_000_000_000, 32_000_000_000, (6, 1))

See = Callable[..., None]


@pytest.fixture
def see(monkeypatch: pytest.MonkeyPatch) -> See:
    """Has a driver see GPUs."""

    def seen(*gpus: Gpu, cuda: tuple[int, int] = (13, 0)) -> None:
        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
        monkeypatch.setattr(providers, "visible_gpus", lambda: gpus)
        monkeypatch.setattr(providers, "driver", lambda: Driver("570.1", cuda))

    return seen


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> list[Gpu]:
    """Every trial succeeds; which GPUs were tried."""
    tried: list[Gpu] = []
    monkeypatch.setattr(providers, "why_not_on", tried.append)
    return tried


def refused(reason: str) -> None:
    """Automatic choice takes the CPU and says why; demanding CUDA fails and says why."""
    choice = choose_provider("auto").choice
    assert choice.name == "CPU"
    assert choice.reason == reason
    assert choice.threads >= 1
    assert choice.device
    with pytest.raises(VitrineError) as caught:
        choose_provider("cuda")
    assert caught.value.what == f"CUDA cannot be used: {reason}."


@pytest.mark.parametrize(
    "said", ["no CUDA driver found", "the CUDA driver says: Driver/library version mismatch"]
)
def test_fault_39_without_a_driver_the_cpu_is_taken_and_the_reason_said(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise NoDriver(said)

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(providers, "visible_gpus", missing)
    refused(said)


def test_fault_39_a_driver_too_old_for_this_cuda_is_said_with_both_versions(see: See) -> None:
    see(SECOND, cuda=(12, 4))
    refused("the driver 570.1 runs CUDA 12.4 at most, and this onnxruntime wants CUDA 13; update the driver")


def test_fault_39_no_device_is_said(see: See) -> None:
    see()
    refused("the CUDA driver sees no GPU")


def test_fault_39_a_gpu_that_is_too_old_is_said(see: See) -> None:
    see(THIRD)
    refused("the NVIDIA Old has compute capability 6.1, and this onnxruntime wants 7.5 or more")


def test_fault_39_both_runtimes_installed_is_said(see: See, monkeypatch: pytest.MonkeyPatch) -> None:
    see(SECOND)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: object())
    refused("both onnxruntime and onnxruntime-gpu are installed; uninstall both, install one")


def test_a_build_without_cuda_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    refused("this onnxruntime was built without CUDA")


# ---------------------------------------------------------------- the trial


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of libraries that cannot be loaded, as the runtime prints them."""
    missing: list[str] = []

    def preload(cudnn: bool) -> None:
        assert not cudnn
        for name in missing:
            print(f"Failed to load {name}: {name}: cannot open shared object file")
        print("Please follow https://example.org to install CUDA.")

    monkeypatch.setattr(onnxruntime, "preload_dlls", preload)
    return missing


def raising(text: str) -> Callable[..., object]:
    """A session that cannot be made."""

    def session(*arguments: object, **options: object) -> object:
        raise RuntimeError(text)

    return session


@pytest.mark.usefixtures("libraries")
def test_fault_39_a_gpu_that_is_busy_is_tried_and_its_error_quoted(
    see: See, monkeypatch: pytest.MonkeyPatch
) -> None:
    see(SECOND)
    monkeypatch.setattr(
        onnxruntime, "InferenceSession", raising("CUDA failure 46: device is busy\nand a long story")
    )
    refused("a trial on the NVIDIA Second failed (CUDA failure 46: device is busy)")


@pytest.mark.usefixtures("libraries")
def test_fault_39_40_a_gpu_without_room_for_the_trial_is_said_with_its_memory(
    see: See, monkeypatch: pytest.MonkeyPatch
) -> None:
    see(FIRST)
    monkeypatch.setattr(onnxruntime, "InferenceSession", raising("CUDA failure 2: out of memory ; GPU=0"))
    refused("the memory of the NVIDIA First is full (3.0 of 8.0 GB were free); close what uses it")


@pytest.mark.usefixtures("libraries")
def test_fault_40_a_library_that_has_no_room_to_begin_is_told_as_a_full_memory(
    see: See, monkeypatch: pytest.MonkeyPatch
) -> None:
    see(replace(FIRST, free=100 << 20))
    monkeypatch.setattr(
        onnxruntime, "InferenceSession", raising("CUBLAS failure 1: CUBLAS_STATUS_NOT_INITIALIZED ; GPU=0")
    )
    refused("the memory of the NVIDIA First is full (0.1 of 8.0 GB were free); close what uses it")


@pytest.mark.parametrize("silent", [True, False])
def test_fault_39_missing_libraries_are_named_with_what_brings_them(
    see: See,
    libraries: list[str],
    silent: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whether the session falls back to the CPU without a word or fails."""
    see(SECOND)
    libraries += ["/somewhere/libcublas.so.13", "libcurand.so.10"]
    on_the_cpu = types.SimpleNamespace(get_providers=lambda: ["CPUExecutionProvider"])
    made = (lambda *_, **__: on_the_cpu) if silent else raising("fallback to CPU EP has been disabled")
    monkeypatch.setattr(onnxruntime, "InferenceSession", made)
    refused(
        "CUDA's libraries could not be loaded (libcublas.so.13, libcurand.so.10); bring those of CUDA 13 with: "
        "pip install 'vitrine[cuda]'"
    )
    assert capsys.readouterr().out == "", "others read what is written there"


def test_fault_39_the_real_trial_on_a_machine_without_cuda_fails_with_a_sentence() -> None:
    try:
        cuda_works = bool(providers.visible_gpus())
    except NoDriver:
        cuda_works = False
    if not cuda_works:
        assert "could not be loaded" in (trial.why_not_on(SECOND) or "")


# ---------------------------------------------------------------- which of several


def test_the_gpu_with_the_most_memory_free_is_taken(see: See, works: list[Gpu]) -> None:
    see(FIRST, SECOND, THIRD)
    provider = choose_provider("auto")
    assert (provider.choice.name, provider.choice.device) == ("CUDA", "NVIDIA Second")
    assert provider.choice.reason == "GPU found"
    assert (provider.device_type, provider.device_id) == ("cuda", 1)
    assert provider.own_memory
    assert provider.graphs
    name, options = provider.sessions[0]
    assert (name, options["device_id"]) == ("CUDAExecutionProvider", 1)
    assert works == [SECOND], "the one with more is too old"
    see(replace(FIRST, free=21_000_000_000), SECOND)
    assert choose_provider("cuda").device_id == 0


def test_a_gpu_can_be_demanded_by_its_number(see: See, works: list[Gpu]) -> None:
    see(FIRST, SECOND, THIRD)
    provider = choose_provider("cuda:0")
    assert (provider.device_id, provider.choice.device, provider.choice.reason) == (
        0,
        "NVIDIA First",
        "chosen",
    )
    with pytest.raises(VitrineError, match=r"the NVIDIA Old has compute capability 6\.1"):
        choose_provider("cuda:2")
    with pytest.raises(VitrineError) as caught:
        choose_provider("cuda:5")
    assert caught.value.what == (
        "CUDA cannot be used: there is no GPU 5, only 0 (NVIDIA First, 3.0 GB free), 1 (NVIDIA Second, 20.0 GB "
        "free), 2 (NVIDIA Old, 30.0 GB free)."
    )


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:-1", "cpu:1", "cuda:1234", ""])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(VitrineError) as caught:
        choose_provider(name)
    assert caught.value.case == "no-such-provider"


def test_the_cpu_can_be_demanded() -> None:
    provider = choose_provider("cpu")
    assert provider.choice.reason == "chosen"
    assert not provider.own_memory
