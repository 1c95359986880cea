"""The library: a file is imported once, found by content, and never left half made.

Knows nothing about running a bundle.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from models import bundle_library
from models.bundle import FORMAT, Bundle
from models.bundle_library import ready_bundle
from models.directories import DATA_DIRECTORY_VARIABLE, cache_directory
from models.errors import ModelFileError, VitrineError
from models.graphs.weight_file import WeightFile
from models.templates_on_disk import edited_template, keep_edited_template
from tests.models.tiny_gguf import write_tiny_llama


def ignore(done: int, total: int) -> None:
    pass


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, with a name that is not easy (fault 47)."""
    folder = tmp_path / "dados çã o"
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(folder))
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny_llama(tmp_path / "tiny-model.Q8_0.gguf", quantization="Q8_0")


def test_a_file_is_imported_once_and_known_under_any_name(data: Path, tiny: Path) -> None:
    bundle, imported = ready_bundle(tiny, "CPU", ignore)
    assert imported
    assert bundle.facts.name == "tiny-model"
    moved = tiny.rename(tiny.with_name("other name.gguf"))
    again, imported = ready_bundle(moved, "CPU", ignore)
    assert not imported
    assert again.folder == bundle.folder
    assert data in again.folder.parents


def test_facts_survive_being_written(data: Path, tiny: Path) -> None:
    bundle, _ = ready_bundle(tiny, "CPU", ignore)
    assert Bundle.open(bundle.folder).facts == bundle.facts
    assert bundle.facts.sites[1].scale == pytest.approx(0.25)
    assert bundle.chat_template() is not None
    assert bundle.tokenizer().encode("the sky")


def test_each_precision_has_a_bundle_of_its_own(data: Path, tiny: Path) -> None:
    folders = {ready_bundle(tiny, provider, ignore)[0].folder for provider in ("CPU", "CUDA")}
    assert len(folders) == 2


@pytest.mark.parametrize(
    "damage", [lambda text: text[:100], lambda text: text.replace(f'"format": {FORMAT}', '"format": 99')]
)
def test_a_damaged_bundle_is_set_aside_and_made_again(
    data: Path, tiny: Path, damage: Callable[[str], str]
) -> None:
    bundle, _ = ready_bundle(tiny, "CPU", ignore)
    facts = bundle.folder / "bundle.json"
    facts.write_text(damage(facts.read_text("utf-8")), "utf-8")
    again, imported = ready_bundle(tiny, "CPU", ignore)
    assert imported
    assert again.folder == bundle.folder
    aside = [folder for folder in bundle.folder.parent.iterdir() if "damaged" in folder.name]
    assert len(aside) == 1


def test_a_bundle_damaged_again_and_again_keeps_what_a_person_wrote(data: Path, tiny: Path) -> None:
    bundle, _ = ready_bundle(tiny, "CPU", ignore)
    keep_edited_template(bundle.folder, "{{ 'mine' }}")
    for _ in range(3):
        (bundle.folder / "body.onnx").unlink()
        bundle, imported = ready_bundle(tiny, "CPU", ignore)
        assert imported
        assert edited_template(bundle.folder) == "{{ 'mine' }}"
    assert len([folder for folder in bundle.folder.parent.iterdir() if "damaged" in folder.name]) == 3


def test_stopping_an_import_leaves_nothing_behind(data: Path, tiny: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ready_bundle(tiny, "CPU", stop)
    assert list((cache_directory() / "bundles").iterdir()) == []


def test_fault_46_a_full_disk_while_importing_is_a_sentence_and_leaves_nothing(
    data: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: WeightFile, name: str, array: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(WeightFile, "add", full)
    with pytest.raises(ModelFileError, match="No space left") as caught:
        ready_bundle(tiny, "CPU", ignore)
    assert "VITRINE_DATA_DIR" in caught.value.remedy
    assert list((cache_directory() / "bundles").iterdir()) == []


def test_two_processes_importing_at_once_end_with_one_bundle(
    data: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = bundle_library._publish

    def overtaken(making: Path, folder: Path) -> None:
        shutil.copytree(making, folder)  # the other process was faster
        publish(making, folder)

    monkeypatch.setattr(bundle_library, "_publish", overtaken)
    bundle, _ = ready_bundle(tiny, "CPU", ignore)
    assert [folder.name for folder in bundle.folder.parent.iterdir()] == [bundle.folder.name]


def test_a_bundle_can_be_opened_by_its_folder(data: Path, tiny: Path) -> None:
    bundle, _ = ready_bundle(tiny, "CPU", ignore)
    again, imported = ready_bundle(bundle.folder, "CPU", ignore)
    assert not imported
    assert again == bundle


def test_fault_47_a_data_folder_that_cannot_be_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(VitrineError, match="cannot be made") as caught:
        cache_directory()
    assert str(tmp_path / "file") in caught.value.what
