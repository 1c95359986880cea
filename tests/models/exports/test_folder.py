"""What a folder holds is told from what lies there, and a file finds what belongs to it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from models.errors import ModelFileError
from models.exports.folder import ModelFolder, examine_folder
from models.exports.layouts import LAYOUTS, FolderKind
from models.exports.listing import list_folder
from tests.models.exports.small_models import model, node
from tests.models.gguf_bytes import gguf_bytes

GRAPH = model([node("Relu", ["x"])]).SerializeToString()
COMPANIONS = ("config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


def write(folder: Path, *names: str, content: bytes = b"{}") -> Path:
    """Files of a folder; .onnx files are graphs."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(GRAPH if name.endswith(".onnx") else content)
    return folder


def genai(folder: Path, **decoder: object) -> Path:
    config = {"model": {"type": "llama", "decoder": {"filename": "model.onnx", **decoder}}}
    write(folder, "model.onnx", "model.onnx.data", "tokenizer.json")
    (folder / "genai_config.json").write_text(json.dumps(config))
    return folder


def refusal(path: Path) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        examine_folder(path)
    return caught.value


def names(found: ModelFolder) -> list[str]:
    return [one.name for one in found.variants]


def test_a_folder_of_optimum(tmp_path: Path) -> None:
    write(tmp_path, "model.onnx", "model.onnx_data", *COMPANIONS, content=b"1234")
    found = examine_folder(tmp_path)
    assert (found.kind, found.recognised) == (FolderKind.ONNX, "ONNX folder as optimum makes it")
    assert names(found) == ["model"]
    assert found.variants[0].size == len(GRAPH) + 4
    assert found.chosen is None
    assert found.file("tokenizer.json") == tmp_path / "tokenizer.json"
    assert found.file("generation_config.json") is None
    assert found.companions == (tmp_path,)


def test_a_folder_of_onnxruntime_genai(tmp_path: Path) -> None:
    found = examine_folder(genai(tmp_path))
    assert (found.kind, found.recognised) == (FolderKind.ONNX, "ONNX folder made by onnxruntime-genai")
    assert found.best_variant("CPU").path == tmp_path / "model.onnx"
    assert found.file("genai_config.json") == tmp_path / "genai_config.json"
    assert found.warnings == ()


def test_the_graph_that_genai_names_is_the_one(tmp_path: Path) -> None:
    write(genai(tmp_path, filename="decoder.onnx"), "decoder.onnx")
    assert [one.path.name for one in examine_folder(tmp_path).variants] == ["decoder.onnx"]


@pytest.mark.parametrize(
    "name", ["../model.onnx", "/etc/passwd", "sub/model.onnx", "C:\\model.onnx", "", ".."]
)
def test_fault_14_a_graph_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    error = refusal(genai(tmp_path, filename=name))
    assert error.case in ("missing-graph", "bad-value", "damaged-config") or "filename" in error.what


def test_a_graph_that_is_missing_is_named(tmp_path: Path) -> None:
    assert "“gone.onnx”" in refusal(genai(tmp_path, filename="gone.onnx")).what


@pytest.mark.parametrize("config", ["[]", "{", '{"model": 1}', '{"model": {"decoder": {"filename": 5}}}', ""])
def test_fault_25_a_damaged_configuration_is_named(tmp_path: Path, config: str) -> None:
    write(tmp_path, "model.onnx")
    (tmp_path / "genai_config.json").write_text(config)
    error = refusal(tmp_path)
    assert "genai_config.json" in error.what


def test_fault_20_a_library_of_operators_is_ignored_with_a_warning(tmp_path: Path) -> None:
    options = {"custom_ops_library": "/tmp/evil\u202e.so", "log_id": "x"}
    found = examine_folder(genai(tmp_path, session_options=options))
    (warning,) = found.warnings
    assert "“/tmp/evil⟨U+202E⟩.so”" in warning
    assert "ignored" in warning
    assert names(found) == ["model"]


def test_parts_for_pictures_are_ignored_with_a_warning(tmp_path: Path) -> None:
    genai(tmp_path)
    config = json.loads((tmp_path / "genai_config.json").read_text())
    config["model"]["vision"] = {"filename": "vision.onnx"}
    (tmp_path / "genai_config.json").write_text(json.dumps(config))
    assert "vision" in examine_folder(tmp_path).warnings[0]


def test_a_pipeline_is_refused(tmp_path: Path) -> None:
    assert refusal(genai(tmp_path, pipeline=[{"a": {}}])).case == "unsupported-pipeline"


def test_a_folder_for_transformers_js(tmp_path: Path) -> None:
    graphs = ("model", "model_fp16", "model_q4", "model_q4f16", "model_int8", "model_quantized", "model_bnb4")
    write(tmp_path, *COMPANIONS, *(f"onnx/{name}.onnx" for name in graphs), "onnx/model.onnx_data_1")
    found = examine_folder(tmp_path)
    assert found.recognised == "ONNX folder for transformers.js"
    assert names(found) == ["fp32", "bnb4", "fp16", "int8", "q4", "q4f16", "quantized"]
    assert found.best_variant("CPU").name == "fp32"
    assert found.best_variant("CUDA").name == "fp16"
    assert found.variant("q4").path == tmp_path / "onnx" / "model_q4.onnx"
    assert found.variant("model_q4.onnx").name == "q4"
    assert found.variant("").name == "fp32"
    assert found.file("config.json") == tmp_path / "config.json"


def test_an_unknown_variant_lists_those_that_there_are(tmp_path: Path) -> None:
    write(tmp_path, "onnx/model.onnx", "onnx/model_q4.onnx")
    with pytest.raises(ModelFileError) as caught:
        examine_folder(tmp_path).variant("q9\u202e")
    assert caught.value.case == "no-such-variant"
    assert "“fp32”, “q4”" in caught.value.remedy
    assert "\u202e" not in caught.value.what


def test_the_folder_of_graphs_finds_what_lies_above(tmp_path: Path) -> None:
    write(tmp_path, *COMPANIONS, "onnx/model.onnx")
    found = examine_folder(tmp_path / "onnx")
    assert found.file("tokenizer.json") == tmp_path / "tokenizer.json"


@pytest.mark.parametrize("relative", [False, True])
def test_a_graph_finds_what_lies_beside_and_above(
    tmp_path: Path, relative: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, *COMPANIONS, "onnx/model.onnx", "onnx/model_q4.onnx")
    monkeypatch.chdir(tmp_path / "onnx")
    found = examine_folder(Path("model_q4.onnx") if relative else tmp_path / "onnx" / "model_q4.onnx")
    assert found.best_variant("CUDA").name == "q4"
    assert found.variant("fp32").path == tmp_path / "onnx" / "model.onnx"
    assert found.file("tokenizer.json") == tmp_path / "tokenizer.json"


def test_a_bare_graph(tmp_path: Path) -> None:
    write(tmp_path, "some.onnx")
    found = examine_folder(tmp_path / "some.onnx")
    assert (found.recognised, names(found)) == ("ONNX graph without configuration", ["some"])
    assert found.files == {}


def test_a_graph_whose_name_is_no_decoders_can_be_chosen(tmp_path: Path) -> None:
    write(tmp_path, "model.onnx", "vision_encoder.onnx", "config.json")
    assert names(examine_folder(tmp_path)) == ["model"]
    found = examine_folder(tmp_path / "vision_encoder.onnx")
    assert found.best_variant("CPU").path.name == "vision_encoder.onnx"


def test_the_older_exports_of_optimum(tmp_path: Path) -> None:
    write(
        tmp_path,
        *COMPANIONS,
        *(f"decoder_{part}.onnx" for part in ("model", "with_past_model", "model_merged")),
        "decoder_model_merged_quantized.onnx",
    )
    found = examine_folder(tmp_path)
    assert found.best_variant("CPU").path.name == "decoder_model_merged.onnx"
    assert len(set(names(found))) == 4


def test_a_checkpoint(tmp_path: Path) -> None:
    write(tmp_path, *COMPANIONS, "model.safetensors")
    found = examine_folder(tmp_path)
    assert (found.kind, found.model, found.variants) == (FolderKind.SAFETENSORS, tmp_path, ())
    assert examine_folder(tmp_path / "config.json").kind is FolderKind.SAFETENSORS


def test_graphs_go_before_the_checkpoint_they_were_made_of(tmp_path: Path) -> None:
    write(tmp_path, *COMPANIONS, "model.safetensors", "onnx/model.onnx")
    assert examine_folder(tmp_path).kind is FolderKind.ONNX


def test_a_folder_with_a_gguf_file(tmp_path: Path) -> None:
    write(tmp_path, "a-00001-of-00002.gguf", "a-00002-of-00002.gguf", "mmproj-a.gguf", content=gguf_bytes())
    found = examine_folder(tmp_path)
    assert (found.kind, found.model.name) == (FolderKind.GGUF, "a-00001-of-00002.gguf")
    write(tmp_path, "b.gguf", content=gguf_bytes())
    assert "“a-00001-of-00002.gguf”, “b.gguf”" in refusal(tmp_path).what
    assert examine_folder(tmp_path / "b.gguf").model.name == "b.gguf"
    assert examine_folder(tmp_path / "a-00002-of-00002.gguf").model.name == "a-00001-of-00002.gguf"


def test_a_bundle(tmp_path: Path) -> None:
    write(tmp_path, "bundle.json", "body.onnx", "head.onnx")
    assert examine_folder(tmp_path).kind is FolderKind.BUNDLE


def test_a_model_in_a_folder_of_the_folder_is_found(tmp_path: Path) -> None:
    genai(tmp_path / "cpu" / "int4")
    write(tmp_path, "README.md")
    assert examine_folder(tmp_path).model == tmp_path / "cpu" / "int4"
    genai(tmp_path / "cuda")
    assert "“cpu/int4”, “cuda”" in refusal(tmp_path).what.replace(os.sep, "/")


def test_the_hubs_cache_of_a_model_is_its_main_snapshot(tmp_path: Path) -> None:
    root = tmp_path / "models--somebody--small"
    for revision in ("abc", "def"):
        write(root / "snapshots" / revision, "model.onnx", "config.json")
    write(root, "refs/main", content=b"def")
    assert examine_folder(root).model == root / "snapshots" / "def"
    (root / "refs" / "main").write_text("../../../..")
    assert refusal(root).case == "several-models"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (["README.md"], "no .onnx file, no genai_config.json, no .gguf file, and no config.json with"),
        (["adapter_config.json", "adapter_model.safetensors"], "an adapter (LoRA)"),
        (["model.safetensors"], "without the config.json"),
        (["pytorch_model.bin", "config.json"], "a PyTorch checkpoint"),
        (["tf_model.h5", "config.json"], "a TensorFlow checkpoint"),
        (["model_index.json"], "makes pictures"),
        (["encoder_model.onnx"], "no decoder of text"),
        (["model.onnx_data"], "without the graph"),
        (["config.json", "tokenizer.json"], "the configuration of a model without the model"),
    ],
)
def test_fault_01_what_is_no_models_folder_is_named(tmp_path: Path, files: list[str], said: str) -> None:
    error = refusal(write(tmp_path, *files))
    assert error.case == "not-a-model-folder"
    assert said in error.what
    assert error.remedy


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path).case == "empty-folder"


def test_fault_18_what_cannot_be_opened_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "model.onnx")
    (tmp_path / "model.gguf").symlink_to("gone")
    (tmp_path / "loop").symlink_to("loop")
    assert refusal(tmp_path).case == "not-a-model-folder"
    assert "a named pipe" in refusal(tmp_path / "model.onnx").what
    assert list_folder(tmp_path).others == ("loop", "model.gguf", "model.onnx")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_layout_finds_a_model_where_there_is_none(tmp_path: Path, layout: object) -> None:
    assert callable(layout)
    assert layout(list_folder(write(tmp_path, "README.md", "notes/x.txt"))) is None
