"""Whether a model fits is asked before any work is done.

Knows nothing about real models.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.loaded_model import load_model
from inference.memory import check_memory, give_back_memory
from inference.runtime.session import Interrupter
from models.directories import DATA_DIRECTORY_VARIABLE, bundles_directory
from models.errors import VitrineError
from tests.models.tiny_gguf import write_tiny_llama


class Memory:
    """What psutil says of a machine."""

    available = 1_000


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
