"""A checkpoint becomes a bundle: from its folder or a file, once, with what lies beside the tensors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.bundle import WEIGHTS, Bundle
from models.bundle_library import ready_bundle
from models.directories import DATA_DIRECTORY_VARIABLE
from models.errors import ModelFileError, TokenizerError, VitrineError
from tests.models.tiny_gguf import CHAT_TEMPLATE, write_tiny_llama
from tests.models.tiny_llama_checkpoint import write_tiny_llama_checkpoint


def ignore(done: int, total: int) -> None:
    pass


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))


def bundle_of(path: Path, variant: str = "") -> Bundle:
    return ready_bundle(path, "CPU", ignore, variant)[0]


def weights_of(bundle: Bundle) -> bytes:
    return (bundle.folder / WEIGHTS).read_bytes()


def test_the_facts_of_a_checkpoint(tmp_path: Path) -> None:
    folder = write_tiny_llama_checkpoint(tmp_path / "Tiny-1.5")
    bundle, imported = ready_bundle(folder, "CPU", ignore)
    assert imported
    facts = bundle.facts
    assert (facts.name, facts.architecture, facts.licence) == ("Tiny-1.5", "llama", "mit")
    assert facts.report.format == "safetensors"
    assert facts.report.recognised == "safetensors checkpoint"
    assert facts.report.source_precision == "float32"
    assert facts.report.chat_template == "from tokenizer_config.json"
    assert facts.report.warnings == ()
    assert bundle.chat_template() == CHAT_TEMPLATE
    tokenizer = bundle.tokenizer()
    assert tokenizer.end_ids == {0, 2}
    assert tokenizer.decode(tokenizer.encode("the sky 42")) == "the sky 42"


def test_the_same_model_has_the_same_weights_from_every_format(tmp_path: Path) -> None:
    expected = weights_of(bundle_of(write_tiny_llama(tmp_path / "tiny.gguf"), "fp32"))
    for number, (dtype, shards) in enumerate((("F32", 1), ("F32", 3), ("F64", 2))):
        folder = write_tiny_llama_checkpoint(tmp_path / str(number), dtype=dtype, shards=shards)
        assert weights_of(bundle_of(folder, "fp32")) == expected


@pytest.mark.parametrize("dtype", ["F16", "BF16"])
def test_half_precision_is_near(tmp_path: Path, dtype: str) -> None:
    exact = weights_of(bundle_of(write_tiny_llama_checkpoint(tmp_path / "exact"), "fp32"))
    rounded = weights_of(bundle_of(write_tiny_llama_checkpoint(tmp_path / "rounded", dtype=dtype), "fp32"))
    np.testing.assert_allclose(
        np.frombuffer(rounded, np.float32), np.frombuffer(exact, np.float32), rtol=2**-7, atol=2**-24
    )


def test_folder_index_and_shards_are_the_same_model_under_any_name(tmp_path: Path) -> None:
    folder = write_tiny_llama_checkpoint(tmp_path / "one", shards=2)
    bundle = bundle_of(folder)
    moved = folder.rename(tmp_path / "another name")
    for name in ("", "model.safetensors.index.json", "model-00001-of-00002.safetensors", "config.json"):
        again, imported = ready_bundle(moved / name, "CPU", ignore)
        assert not imported, name
        assert again.folder == bundle.folder


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json"])
def test_what_lies_beside_the_tensors_belongs_to_the_model(tmp_path: Path, name: str) -> None:
    folder = write_tiny_llama_checkpoint(tmp_path / "tiny")
    bundle = bundle_of(folder)
    with (folder / name).open("a") as file:
        file.write("\n")
    changed, imported = ready_bundle(folder, "CPU", ignore)
    assert imported
    assert changed.folder != bundle.folder


def refused(folder: Path) -> VitrineError:
    with pytest.raises(VitrineError) as caught:
        bundle_of(folder)
    assert isinstance(caught.value, (ModelFileError, TokenizerError))
    return caught.value


def changed_config(folder: Path, **values: object) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("hidden_size", "64", "“hidden_size” in “config.json” is '64'"),
        ("hidden_size", 10**30, "“hidden_size” in “config.json” is 1000000"),
        ("rms_norm_eps", float("nan"), "“rms_norm_eps” in “config.json” is nan"),
        ("num_hidden_layers", [2], "“num_hidden_layers” in “config.json” is [2]"),
        ("rope_theta", float("inf"), "“rope_theta” in “config.json” is inf"),
        ("model_type", "mamba", "“mamba” is not supported"),
        ("quantization_config", {"quant_method": "awq"}, "is quantized with awq"),
        ("num_hidden_layers", 3, "model.layers.2"),
    ],
)
def test_faults_10_and_25_a_config_is_refused_by_the_fields_name(
    tmp_path: Path, field: str, value: object, said: str
) -> None:
    folder = changed_config(write_tiny_llama_checkpoint(tmp_path / "tiny"), **{field: value})
    assert said in refused(folder).what


def test_fault_02_a_checkpoint_cut_short_is_incomplete(tmp_path: Path) -> None:
    folder = write_tiny_llama_checkpoint(tmp_path / "tiny")
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    assert refused(folder).case == "truncated-file"


@pytest.mark.parametrize("dtype", ["F8_E4M3", "I8"])
def test_fault_12_tensors_of_another_type_are_named_before_any_work(tmp_path: Path, dtype: str) -> None:
    name = "model.layers.1.mlp.down_proj.weight"
    folder = write_tiny_llama_checkpoint(tmp_path / "tiny", quantized={name: (dtype, 1)})
    error = refused(folder)
    assert error.case == "unsupported-quantization"
    assert f"“{name}” is stored as {dtype}" in error.what


def test_fault_13_a_missing_shard_is_listed(tmp_path: Path) -> None:
    folder = write_tiny_llama_checkpoint(tmp_path / "tiny", shards=3)
    (folder / "model-00003-of-00003.safetensors").unlink()
    assert "“model-00003-of-00003.safetensors” is missing" in refused(folder).what


def test_fault_22_a_checkpoint_without_tokenizer_is_named(tmp_path: Path) -> None:
    folder = write_tiny_llama_checkpoint(tmp_path / "tiny")
    (folder / "tokenizer.json").unlink()
    error = refused(folder)
    assert error.case == "no-tokenizer"
    assert "no tokenizer.json and no tokenizer.model in or beside “tiny”" in error.what
