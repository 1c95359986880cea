"""A GGUF model in several files becomes one bundle, from any of them or their folder."""

from __future__ import annotations

from pathlib import Path

import gguf
import pytest

from models.bundle import WEIGHTS
from models.bundle_library import ready_bundle
from models.directories import DATA_DIRECTORY_VARIABLE
from models.errors import ModelFileError
from tests.models.tiny_gguf import write_tiny_llama


def ignore(done: int, total: int) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model in three files, `whole.gguf` in another folder being the same in one."""
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    whole = gguf.GGUFReader(write_tiny_llama(tmp_path / "whole.gguf", quantization="Q8_0"))
    parts = tmp_path / "parts"
    parts.mkdir()
    writer = gguf.GGUFWriter(parts / "tiny-Q8_0.gguf", "llama", split_max_tensors=8)
    for field in whole.fields.values():
        if not field.name.startswith("GGUF.") and field.name != "general.architecture":
            inner = field.types[-1] if len(field.types) > 1 else None
            writer.add_key_value(field.name, field.contents(), field.types[0], inner)
    for one in whole.tensors:
        writer.add_tensor(one.name, one.data, raw_dtype=one.tensor_type)
    writer.write_header_to_file(parts / "tiny-Q8_0.gguf")
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return parts


def test_shards_are_one_model(folder: Path) -> None:
    bundle, imported = ready_bundle(folder, "CPU", ignore)
    assert imported
    assert bundle.facts.name == "tiny"
    for path in sorted(folder.iterdir()):
        again, imported = ready_bundle(path, "CPU", ignore)
        assert not imported
        assert again.folder == bundle.folder
    whole, _ = ready_bundle(folder.parent / "whole.gguf", "CPU", ignore)
    assert (whole.folder / WEIGHTS).read_bytes() == (bundle.folder / WEIGHTS).read_bytes()
    assert whole.facts.parameters == bundle.facts.parameters


def test_fault_09_a_missing_shard_is_listed(folder: Path) -> None:
    first, second, third = sorted(folder.iterdir())
    first.unlink()
    for path in (folder, second, third):
        with pytest.raises(ModelFileError, match=f"in 3 files, of which “{first.name}” is missing"):
            ready_bundle(path, "CPU", ignore)


def test_a_licence_beside_the_file_counts_where_the_file_names_none(folder: Path) -> None:
    (folder / "README.md").write_text("---\nlicense: apache-2.0\n---\n", "utf-8")
    assert ready_bundle(folder, "CPU", ignore)[0].facts.licence == "apache-2.0"
    # It may be another model's where the file lies among others.
    (folder.parent / "README.md").write_text("---\nlicense: apache-2.0\n---\n", "utf-8")
    assert ready_bundle(folder.parent / "whole.gguf", "CPU", ignore)[0].facts.licence is None


def test_positions_beyond_those_that_can_be_used_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    for context, warnings in (
        (8192, ()),
        (131_072, ("The model was trained for 131,072 positions; 8,192 of them can be used here.",)),
    ):
        file = write_tiny_llama(tmp_path / f"{context}.gguf", context=context)
        facts = ready_bundle(file, "CPU", ignore)[0].facts
        assert (facts.context, facts.report.warnings) == (8192, warnings)
