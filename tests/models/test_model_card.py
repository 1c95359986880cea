"""Name and licence of a model come from where people wrote them, and are safe to show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.gguf.metadata import Metadata
from models.hub.messages import Order
from models.hub.repository import Repository
from models.hub.shelf import write_record
from models.hub.variants import Variant
from models.model_card import folder_licence, gguf_licence, model_name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a/SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2-135M-Instruct"),
        ("a/qwen2.5-0.5b-instruct-q4_k_m.gguf", "qwen2.5-0.5b-instruct"),
        ("a/Llama-3.2-1B.i1-IQ3_XXS.gguf", "Llama-3.2-1B"),
        ("a/gemma-3-1b-it-BF16.gguf", "gemma-3-1b-it"),
        ("a/gpt-oss-20b-MXFP4.gguf", "gpt-oss-20b"),
        ("a/model-Q8_0-00002-of-00003.gguf", "model"),
        ("a/tiny.gguf", "tiny"),
        ("a/Q8_0.gguf", "Q8_0"),
        ("a/-Q8_0.gguf", "-Q8_0"),
        ("hub/models--org--some--name/snapshots/0123abcd", "name"),
        ("hub/models--org--tiny", "tiny"),
        ("hub/models--org--tiny/snapshots/0123abcd/cpu/int4", "tiny"),
        ("hub/models--org--Phi-3.5/snapshots/0123abcd/model.safetensors", "Phi-3.5"),
        ("checkpoints/my model", "my model"),
        ("checkpoints/my model/model.safetensors.index.json", "my model"),
        ("x/bad\u202ename.gguf", "bad⟨U+202E⟩name"),
    ],
)
def test_names(path: str, name: str) -> None:
    assert model_name(Path(path)) == name


def test_a_folder_with_a_dot_keeps_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "Qwen2.5-0.5B"
    folder.mkdir()
    assert model_name(folder) == "Qwen2.5-0.5B"
    assert model_name(folder / "model.safetensors") == "Qwen2.5-0.5B"


def test_the_name_of_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert model_name(Path()) == tmp_path.name


@pytest.mark.parametrize(
    ("values", "licence"),
    [
        ({"general.license": "apache-2.0"}, "apache-2.0"),
        ({"general.license": "other", "general.license.name": "llama3.2"}, "llama3.2"),
        ({"general.license": 3}, None),
        ({"general.license": " "}, None),
        ({}, None),
    ],
)
def test_the_licence_of_a_gguf_file(values: dict[str, object], licence: str | None) -> None:
    assert gguf_licence(Metadata(values)) == licence


@pytest.mark.parametrize(
    ("readme", "licence"),
    [
        ("---\nlibrary_name: x\nlicense: apache-2.0\nlanguage:\n- en\n---\n# Model\n", "apache-2.0"),
        ("\ufeff---\r\nlicense: 'mit' # free\r\n---\r\n", "mit"),
        ("---\nlicense: other\nlicense_name: gemma\nlicense_link: LICENSE\n---\n", "gemma"),
        ("---\nlicense:\n  - mit\n  - apache-2.0\n---\n", "mit, apache-2.0"),
        ("---\nlicense: [mit, bsd]\n---\n", "mit, bsd"),
        ("---\nlicense: a\u202eb\n---\n", "a⟨U+202E⟩b"),
        ("---\nlicense:\nname: x\n---\n", None),
        ("---\nmodel-index:\n- name: x\n  license: hidden\n---\n", None),
        ("# Model\nlicense: mit\n", None),
        ("---\n---\nlicense: mit\n", None),
        ("", None),
    ],
)
def test_the_licence_of_a_folder(tmp_path: Path, readme: str, licence: str | None) -> None:
    (tmp_path / "README.md").write_text(readme, "utf-8", newline="")
    assert folder_licence(tmp_path) == licence


def test_a_readme_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    assert folder_licence(tmp_path) is None
    os.mkfifo(tmp_path / "README.md")
    assert folder_licence(tmp_path) is None


def test_a_readme_of_any_size_is_read_in_part(tmp_path: Path) -> None:
    with (tmp_path / "README.md").open("wb") as file:
        file.write(b"---\nlicense: mit\n" + b"\xff\xfe\n" * 10)
        file.truncate(1 << 32)
    assert folder_licence(tmp_path) == "mit"


def test_a_download_has_the_name_and_the_licence_that_the_hub_gave(tmp_path: Path) -> None:
    folder = tmp_path / "tiny-model--cpu-int4"
    folder.mkdir()
    repository = Repository("org/tiny-model", "", "0" * 40, "mit", False, ())
    write_record(folder, Order(repository, Variant("cpu-int4", "genai", "cpu/int4", ())))
    for inside in (folder, folder / "cpu" / "int4", folder / "onnx" / "model.onnx"):
        assert model_name(inside) == "tiny-model"
        assert folder_licence(inside) == "mit"
    assert model_name(folder / "tiny-Q8_0.gguf") == "tiny"
