"""The library on disk: listed whatever lies there, renamed safely, removed without touching anything else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models import bundle_changes
from models.bundle import FACTS, Bundle, SourceFile, name_at
from models.bundle_changes import remove_bundle, rename_bundle
from models.bundle_shelf import (
    ABANDONED_AFTER_S,
    BundleState,
    ShelvedBundle,
    shelved_bundles,
    shelved_named,
)
from models.default_model import VARIABLE
from models.directories import DATA_DIRECTORY_VARIABLE, bundles_directory
from models.errors import ModelFileError, VitrineError
from tests.models.shelf_samples import PROOF, put_bundle, put_download


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, and a default model that was never imported."""
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    default = tmp_path / "Default.Q4_1.gguf"
    default.write_bytes(b"GGUF")
    monkeypatch.setenv(VARIABLE, str(default))
    return tmp_path


def listed() -> dict[str, ShelvedBundle]:
    return {one.name: one for one in shelved_bundles()}


def test_an_empty_library_has_the_default_model_only() -> None:
    (only,) = shelved_bundles()
    assert (only.name, only.state, only.is_default) == ("Default", BundleState.DEFAULT, True)
    assert only.loadable


def test_a_bundle_is_listed_with_its_facts_its_proof_and_what_it_takes() -> None:
    put_bundle("aaa-int8-2", name="Small", proof=PROOF, weights=5000)
    small = listed()["Small"]
    assert small.state is BundleState.READY
    assert small.facts is not None
    assert small.facts.parameters == 134_515_008
    assert small.proof is not None
    assert (small.proof.max_delta, small.proof.refused) == (5.4e-7, False)
    assert 5000 < small.bytes == sum(file.stat().st_size for file in small.folder.iterdir())


def test_the_default_model_is_known_once_it_is_imported() -> None:
    put_bundle("aaa-2", name="Default", source="Default.Q4_1.gguf")
    (only,) = shelved_bundles()
    assert (only.state, only.is_default) == (BundleState.READY, True)


def test_what_cannot_be_loaded_is_listed_with_what_to_do(tmp_path: Path) -> None:
    put_bundle("old-1", name="Old", format=1)
    (put_bundle("torn-2") / FACTS).write_text("{")
    (put_bundle("deep-2") / FACTS).write_text("[" * 100_000)
    (put_bundle("half-2") / "head.onnx").unlink()
    put_bundle("set-2.damaged-77", name="Set aside")
    source = tmp_path / "model.onnx"
    source.write_bytes(b"weights")
    put_bundle("gone-2", name="Gone", source_files=(SourceFile.of(source),))
    source.unlink()
    states = {one.name: one.state for one in shelved_bundles()}
    del states["Default"]
    assert states == {
        "Old": BundleState.OUTDATED,
        "torn-2": BundleState.DAMAGED,
        "deep-2": BundleState.DAMAGED,
        "half-2": BundleState.DAMAGED,
        "Set aside": BundleState.DAMAGED,
        "Gone": BundleState.SOURCE_GONE,
    }
    for one in shelved_bundles():
        assert one.loadable == (one.name == "Default")
        assert one.loadable or one.problem.endswith(".")


def test_fault_53_a_bundle_whose_source_was_deleted_or_changed_says_so(tmp_path: Path) -> None:
    source = tmp_path / "model.onnx"
    source.write_bytes(b"weights")
    put_bundle("aaa-2", name="Lean", source_files=(SourceFile.of(source),))
    assert listed()["Lean"].state is BundleState.READY
    source.write_bytes(b"other weights")
    assert "“model.onnx” of Lean changed" in listed()["Lean"].problem
    source.unlink()
    assert (
        f"Lean is in the library, but its file “model.onnx” is gone; it was in {tmp_path}."
        in listed()["Lean"].problem
    )


def test_an_import_that_goes_on_is_no_entry_and_one_that_ended_long_ago_is() -> None:
    begun = bundles_directory() / "importing-abc"
    begun.mkdir(parents=True)
    assert "importing-abc" not in listed()
    long_ago = begun.stat().st_mtime - ABANDONED_AFTER_S - 1
    os.utime(begun, (long_ago, long_ago))
    assert listed()["importing-abc"].state is BundleState.UNFINISHED


def test_files_and_links_among_the_bundles_are_no_entries(tmp_path: Path) -> None:
    put_bundle("aaa-2")
    (bundles_directory() / "notes.txt").write_text("mine")
    (bundles_directory() / "elsewhere").symlink_to(tmp_path, target_is_directory=True)
    assert set(listed()) == {"Sample", "Default"}


def test_what_was_downloaded_and_not_imported_is_listed_and_can_be_removed() -> None:
    folder = put_download("ana/modelo", "q4", opens="modelo.gguf")
    waiting = listed()["ana/modelo (q4)"]
    assert (waiting.state, waiting.loadable) == (BundleState.DOWNLOADED, True)
    assert (waiting.opens, waiting.licence) == (folder / "modelo.gguf", "mit")
    bundle = put_bundle("aaa-2", name="Imported", report={"source": str(folder / "modelo.gguf")})
    assert set(listed()) == {"Imported", "Default"}, "the bundle stands for it"
    remove_bundle(bundle)
    assert (folder / "modelo.gguf").is_file()
    assert remove_bundle(listed()["ana/modelo (q4)"].folder) > 0
    assert not folder.exists()
    assert set(listed()) == {"Default"}


# ---------------------------------------------------------------- renaming


def test_a_new_name_is_kept_in_the_facts() -> None:
    folder = put_bundle("aaa-2")
    assert rename_bundle(folder, "  Meu modelo ") == "Meu modelo"
    assert Bundle.open(folder).facts.name == "Meu modelo"
    assert [file.name for file in folder.iterdir() if file.name.startswith(".")] == []


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "turned\u202eround", "x" * 200])
def test_fault_38_a_name_that_hides_something_is_refused(name: str) -> None:
    folder = put_bundle("aaa-2")
    with pytest.raises(VitrineError) as caught:
        rename_bundle(folder, name)
    assert caught.value.case == "bad-name"
    assert Bundle.open(folder).facts.name == "Sample"


@pytest.mark.parametrize("name", ["a/b", "a\\b", "~me", ".."])
def test_a_name_that_looks_like_a_path_is_refused(name: str) -> None:
    folder = put_bundle("aaa-2")
    with pytest.raises(VitrineError, match="looks like a path") as caught:
        rename_bundle(folder, name)
    assert caught.value.case == "name-like-path"
    assert Bundle.open(folder).facts.name == "Sample"


@pytest.mark.parametrize("name", ["small", "DEFAULT", "bbb-2"])
def test_a_name_in_use_is_refused_in_any_case(name: str) -> None:
    folder = put_bundle("aaa-2")
    put_bundle("bbb-2", name="Small")
    with pytest.raises(VitrineError, match="Another model") as caught:
        rename_bundle(folder, name)
    assert caught.value.case == "name-in-use"
    assert rename_bundle(folder, "SAMPLE") == "SAMPLE", "its own name in other case is nobody else's"


def test_fault_46_a_name_that_cannot_be_written_leaves_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = put_bundle("aaa-2")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundle_changes.os, "fsync", full)
    with pytest.raises(VitrineError, match="No space left"):
        rename_bundle(folder, "Another")
    assert Bundle.open(folder).facts.name == "Sample"
    assert [file.name for file in folder.iterdir() if file.name.startswith(".")] == []


# ---------------------------------------------------------------- removing


def test_removing_frees_what_it_says_and_leaves_the_source(tmp_path: Path) -> None:
    source = tmp_path / "model.onnx"
    source.write_bytes(b"weights")
    folder = put_bundle("aaa-2", source_files=(SourceFile.of(source),), report={"source": str(source)})
    bytes_before = listed()["Sample"].bytes
    assert remove_bundle(folder) == bytes_before
    assert not folder.exists()
    assert source.read_bytes() == b"weights"
    assert list(bundles_directory().iterdir()) == []


def test_links_in_a_bundle_are_not_followed(tmp_path: Path) -> None:
    kept = tmp_path / "precious"
    kept.mkdir()
    (kept / "file").write_text("mine")
    folder = put_bundle("aaa-2")
    (folder / "link").symlink_to(kept, target_is_directory=True)
    remove_bundle(folder)
    assert (kept / "file").read_text() == "mine"


@pytest.mark.parametrize("place", [".", "..", "../elsewhere", "linked", "aaa-2/inside"])
def test_nothing_but_a_bundle_is_removed(tmp_path: Path, place: str) -> None:
    folder = put_bundle("aaa-2")
    (folder / "inside").mkdir()
    elsewhere = bundles_directory().parent / "elsewhere"
    elsewhere.mkdir()
    (bundles_directory() / "linked").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(VitrineError) as caught:
        remove_bundle(bundles_directory() / place)
    assert caught.value.case == "not-in-library"
    assert folder.is_dir()
    assert elsewhere.is_dir()


def test_fault_47_a_library_that_may_not_be_written_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = put_bundle("aaa-2")

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(VitrineError, match="cannot be removed: Permission denied"):
        remove_bundle(folder)
    assert listed()["Sample"].loadable


# ---------------------------------------------------------------- names


def test_a_bundle_is_named_before_it_is_opened(tmp_path: Path) -> None:
    folder = put_bundle("aaa-2", name="Small")
    assert name_at(folder) == "Small"
    assert name_at(tmp_path / "model.gguf") == "model.gguf"
    (folder / FACTS).write_text("[]")
    assert name_at(folder) == "aaa-2"


def test_a_bundle_is_found_by_folder_name_or_name_in_any_case() -> None:
    put_bundle("aaa-2", name="Small")
    put_bundle("bbb-2", name="small")
    assert [one.folder.name for one in shelved_named("aaa-2")] == ["aaa-2"]
    assert [one.folder.name for one in shelved_named("small")] == ["bbb-2"]
    assert [one.folder.name for one in shelved_named("SMALL")] == ["aaa-2", "bbb-2"]
    assert shelved_named("large") == []


def test_renaming_a_damaged_bundle_is_a_sentence() -> None:
    folder = put_bundle("aaa-2")
    (folder / FACTS).write_text("{")
    with pytest.raises(ModelFileError):
        rename_bundle(folder, "Better")
