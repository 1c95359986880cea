"""What MODEL means: a path before a name of the library before a model of the hub."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from models.bundle import SourceFile
from models.default_model import VARIABLE
from models.directories import DATA_DIRECTORY_VARIABLE
from models.errors import ModelFileError
from models.model_name import NotDownloadedError, resolve_model, source_of
from tests.models.shelf_samples import put_bundle, put_download
from tests.models.tiny_gguf import write_tiny_llama


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, no default model, and an empty current folder."""
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.gguf"))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_path_is_itself(here: Path) -> None:
    file = write_tiny_llama(here / "tiny.gguf")
    assert resolve_model("tiny.gguf") == file
    assert resolve_model(str(file)) == file
    folder = here / "export"
    folder.mkdir()
    (folder / "model.onnx").touch()
    assert resolve_model("export") == folder
    bundle = put_bundle("aaa-2")
    assert resolve_model(str(bundle)) == bundle


def test_a_name_of_the_library_is_its_bundle() -> None:
    folder = put_bundle("aaa-2", name="Small model")
    assert resolve_model("Small model") == folder
    assert resolve_model("small MODEL") == folder
    assert resolve_model("aaa-2") == folder


def test_an_empty_name_is_not_the_current_folder(here: Path) -> None:
    write_tiny_llama(here / "tiny.gguf")
    with pytest.raises(ModelFileError, match="name is empty"):
        resolve_model("")


def test_a_path_goes_before_a_name(here: Path) -> None:
    put_bundle("aaa-2", name="tiny")
    file = write_tiny_llama(here / "tiny")
    assert resolve_model("tiny") == file


def test_a_name_that_two_bundles_have_is_refused_with_both() -> None:
    put_bundle("aaa-2", name="Small")
    put_bundle("bbb-2", name="Small")
    with pytest.raises(ModelFileError) as caught:
        resolve_model("Small")
    assert caught.value.case == "ambiguous-model"
    assert "aaa-2" in caught.value.remedy
    assert "bbb-2" in caught.value.remedy


def test_a_damaged_bundle_of_the_same_name_is_not_in_the_way() -> None:
    folder = put_bundle("aaa-2", name="Small")
    put_bundle("aaa-2.damaged-3", name="Small")
    assert resolve_model("Small") == folder


def test_fault_53_a_model_whose_files_are_gone_is_said_to_be_in_the_library(tmp_path: Path) -> None:
    source = tmp_path / "model.onnx"
    source.write_bytes(b"x")
    put_bundle("aaa-2", name="Lean", source_files=(SourceFile.of(source),))
    put_bundle("bbb-2.damaged-3", name="Broken")
    source.unlink()
    with pytest.raises(ModelFileError) as caught:
        resolve_model("lean")
    assert caught.value.case == "source-missing"
    assert caught.value.what == (
        f"Lean is in the library, but its file “model.onnx” is gone; it was in {tmp_path}."
    )
    with pytest.raises(ModelFileError, match="“Broken” is in the library, but cannot be loaded") as caught:
        resolve_model("Broken")
    assert "damaged" in caught.value.remedy


def test_a_downloaded_model_of_the_hub_is_its_newest_download() -> None:
    older = put_download("ana/modelo", "fp32")
    newer = put_download("ana/modelo", "q4")
    long_ago = (older / ".vitrine-download.json").stat().st_mtime - 100
    os.utime(older / ".vitrine-download.json", (long_ago, long_ago))
    assert resolve_model("ana/modelo") == newer
    assert resolve_model("ana/modelo (fp32)") == older
    gguf = put_download("ana/outro", "Q8_0", opens="outro.gguf")
    assert resolve_model("ana/outro") == gguf / "outro.gguf"


def test_a_revision_means_that_download() -> None:
    put_download("ana/modelo", "q4", revision="v2")
    assert resolve_model("ana/modelo@v2").name == "modelo--q4"
    with pytest.raises(NotDownloadedError):
        resolve_model("ana/modelo@v3")


def test_a_model_of_the_hub_that_is_not_here_says_how_to_get_it() -> None:
    with pytest.raises(NotDownloadedError) as caught:
        resolve_model("ana/modelo@main")
    assert caught.value.identifier == "ana/modelo@main"
    assert "vitrine models download ana/modelo@main" in caught.value.remedy
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.identifier, str(again)) == (caught.value.identifier, str(caught.value))


@pytest.mark.parametrize(
    "text", ["nowhere.gguf", "./nowhere", "/nowhere/model.onnx", "a/b.safetensors", "a/b/c"]
)
def test_what_looks_like_a_path_does_not_exist(text: str) -> None:
    with pytest.raises(ModelFileError, match="does not exist") as caught:
        resolve_model(text)
    assert not isinstance(caught.value, NotDownloadedError)


def test_a_slip_of_the_pen_is_understood() -> None:
    put_bundle("aaa-2", name="Qwen3-0.6B")
    with pytest.raises(ModelFileError, match=r"Did you mean “Qwen3-0\.6B”"):
        resolve_model("qwen3")


def test_fault_01_what_is_no_model_is_named(here: Path) -> None:
    (here / "picture.gguf").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(ModelFileError, match="PNG"):
        resolve_model("picture.gguf")
    (here / "nothing").mkdir()
    with pytest.raises(ModelFileError, match="empty"):
        resolve_model("nothing")


def test_fault_18_pipes_devices_and_dead_links_are_looked_at_first(here: Path) -> None:
    os.mkfifo(here / "pipe")
    (here / "dead").symlink_to(here / "nowhere")
    for text, said in (("pipe", "a named pipe"), ("/dev/zero", "a device"), ("dead", "is a link to")):
        with pytest.raises(ModelFileError, match=said):
            resolve_model(text)


def test_fault_38_odd_texts_are_escaped_sentences() -> None:
    for text in ("turned\u202eround", "nul\0", "x" * 10_000, "\udcff", " "):
        with pytest.raises(ModelFileError) as caught:
            resolve_model(text)
        assert str(caught.value).isprintable()


def test_the_source_of_a_bundle_is_what_it_was_made_from(tmp_path: Path) -> None:
    folder = put_bundle("aaa-2", report={"source": "/models/tiny.gguf"})
    assert source_of(folder) == Path("/models/tiny.gguf")
    assert source_of(tmp_path) == tmp_path
