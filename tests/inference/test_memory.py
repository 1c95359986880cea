"""Whether a model fits is asked before any work is done.

Knows nothing about real models.
"""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from inference import loaded_model
from inference.contract import ProviderChoice
from inference.loaded_model import load_model, shorter_contexts
from inference.memory import check_memory, give_back_memory
from inference.runtime.decoder import Decoder
from inference.runtime.failures import OUT_OF_MEMORY
from inference.runtime.providers import Provider
from inference.runtime.session import Interrupter
from models.bundle import Bundle
from models.directories import DATA_DIRECTORY_VARIABLE, bundles_directory
from models.errors import VitrineError
from tests.models.tiny_gguf import write_tiny_llama


class Memory:
    """What psutil says of a machine."""

    available = 1_000


class Circle:
    """Goes only when somebody looks for it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_only_refers_to_itself_goes_even_where_the_collector_was_to_leave_it_alone() -> None:
    frozen = gc.get_freeze_count()
    circle = Circle()
    gc.freeze()
    try:
        gone = weakref.ref(circle)
        del circle
        gc.collect()
        assert gone() is not None
        give_back_memory()
        assert gone() is None
        assert gc.get_freeze_count() > 0
    finally:
        if not frozen:
            gc.unfreeze()


def test_fault_41_a_model_larger_than_memory_is_refused_before_loading(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("inference.memory.psutil.virtual_memory", Memory)
    check_memory("Small", 1_000)
    with pytest.raises(VitrineError, match=r"Large needs 7\.2 GB of memory .* 0\.0 GB free") as caught:
        check_memory("Large", 7_200_000_000)
    assert caught.value.case == "model-larger-than-memory"


def test_fault_41_nothing_is_imported_that_could_not_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setattr("inference.memory.psutil.virtual_memory", Memory)
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    with pytest.raises(VitrineError, match="of memory for its weights alone"):
        load_model(file, "cpu", Interrupter(), lambda done, total: None)
    assert list(bundles_directory().iterdir()) == []


@pytest.fixture
def room() -> list[int]:
    """How long a context the GPU has room for."""
    return [0]


@pytest.fixture
def tried() -> list[int | None]:
    """The contexts that the GPU was asked for; ``None`` is the model's own."""
    return []


@pytest.fixture
def full_gpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, room: list[int], tried: list[int | None]
) -> None:
    """A GPU that has room for no model, or only for a short context."""
    choice = ProviderChoice("CUDA", "GPU found", "Test GPU", 1)
    gpu = Provider(choice, ["CPUExecutionProvider"], "cuda", own_memory=True)
    choose = loaded_model.choose_provider

    def decoder(
        bundle: Bundle,
        provider: Provider,
        interrupter: Interrupter,
        *,
        context: int | None,
        capture_budget: int,
    ) -> Decoder:
        if provider.choice.name == "CUDA":
            tried.append(context)
            if context is None or context > room[0]:
                raise VitrineError(OUT_OF_MEMORY, "There is not enough memory.", "Close other programs.")
        return Decoder(bundle, choose("cpu"), interrupter, context=context, capture_budget=capture_budget)

    monkeypatch.setattr(loaded_model, "choose_provider", lambda how: choose(how) if how == "cpu" else gpu)
    monkeypatch.setattr(loaded_model, "Decoder", decoder)
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))


@pytest.mark.usefixtures("full_gpu")
def test_fault_40_what_a_gpu_has_no_room_for_is_loaded_on_the_cpu(tmp_path: Path) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    model = load_model(file, "auto", Interrupter(), lambda done, total: None)
    try:
        assert model.provider.choice.name == "CPU"
        assert model.provider.choice.reason == "the GPU has too little memory for this model"
        assert model.facts.precision == "int8", "what is best for the CPU, not for the GPU"
    finally:
        model.close()


@pytest.mark.usefixtures("full_gpu")
def test_fault_40_who_demands_the_gpu_is_told_that_it_is_full(tmp_path: Path) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    with pytest.raises(VitrineError, match="not enough memory on the Test GPU") as caught:
        load_model(file, "cuda", Interrupter(), lambda done, total: None)
    assert caught.value.case == OUT_OF_MEMORY


@pytest.mark.usefixtures("full_gpu")
def test_fault_40_a_context_half_as_long_is_tried_until_there_is_room(
    tmp_path: Path, room: list[int], tried: list[int | None]
) -> None:
    file = write_tiny_llama(tmp_path / "tiny.gguf", context=6000)
    room[0] = 1600
    model = load_model(file, "auto", Interrupter(), lambda done, total: None)
    try:
        assert tried == [None, 3000, 1500]
        assert model.provider.choice.name == "CUDA"
        assert model.provider.choice.reason == "GPU found, with room for a context of 1,500 tokens"
        assert model.decoder.capacity == model.sequence.capacity == 1500
        model.put_away()
        model.bring_back(Interrupter())
        assert model.decoder.capacity == 1500
    finally:
        model.close()


def test_fault_40_contexts_end_at_the_shortest() -> None:
    assert list(shorter_contexts(8192)) == [4096, 2048, 1024]
    assert list(shorter_contexts(1500)) == [1024]
    assert list(shorter_contexts(1024)) == list(shorter_contexts(512)) == []


def test_fault_46_a_disk_without_room_is_said_before_importing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Disk:
        free = 10

    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setattr("models.formats.built.shutil.disk_usage", lambda folder: Disk)
    file = write_tiny_llama(tmp_path / "tiny.gguf")
    with pytest.raises(VitrineError, match=r"has 0\.0 GB free") as caught:
        load_model(file, "cpu", Interrupter(), lambda done, total: None)
    assert caught.value.case == "disk-full"
    assert list(bundles_directory().iterdir()) == []


def test_giving_memory_back_leaves_what_is_used() -> None:
    kept = bytearray(b"x" * 1_000_000)
    give_back_memory()
    assert kept.count(b"x") == 1_000_000
