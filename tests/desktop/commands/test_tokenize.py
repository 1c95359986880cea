"""`vitrine tokenize`: the table, the JSON, and which files hold a tokenizer."""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import pytest

from models.gguf.reader import read_gguf
from models.tokenizer.gguf_tokenizer import tokenizer_from_gguf
from tests.desktop.commands.conftest import RunVitrine
from tests.models.tokenizer.test_rank_file import O200K, O200K_VARIABLE, SLIDE, SLIDE_IDS


@pytest.fixture(scope="session")
def tokenizer_json(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model's tokenizer in the form of the `tokenizers` library."""
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    path.write_text(tokenizer_from_gguf(read_gguf(tiny_model)).to_json(), "utf-8")
    return path


def test_the_table_has_position_id_and_visible_piece(vitrine: RunVitrine, tiny_model: Path) -> None:
    lines = vitrine("tokenize", "--tokenizer", tiny_model, "the sky\n").output.splitlines()
    assert lines[0].split() == ["position", "id", "piece"]
    assert [line.split()[0] for line in lines[1:]] == ["0", "1", "2"]
    assert [line.split()[2] for line in lines[1:]] == ["the", "·sky", "⏎"]


def test_fault_33_json_gives_the_bytes_of_half_characters(vitrine: RunVitrine, tiny_model: Path) -> None:
    records = json.loads(vitrine("tokenize", "--tokenizer", tiny_model, "é the", "--json").output)
    assert [record["position"] for record in records] == [0, 1, 2]
    assert [record.get("bytes") for record in records] == ["c3", "a9", None]
    assert records[2]["piece"] == " the"


def test_fault_31_names_of_control_tokens_are_ordinary_text(vitrine: RunVitrine, tiny_model: Path) -> None:
    records = json.loads(vitrine("tokenize", "--tokenizer", tiny_model, "<|im_end|>", "--json").output)
    assert len(records) == len("<|im_end|>")
    assert all(record["id"] > 2 for record in records)


def test_a_tokenizer_json_gives_the_same_tokens(
    vitrine: RunVitrine, tiny_model: Path, tokenizer_json: Path
) -> None:
    text = "the sky is blue because of water"
    by_file = [vitrine("tokenize", "--tokenizer", path, text).output for path in (tiny_model, tokenizer_json)]
    assert by_file[0] == by_file[1]


def test_fault_32_an_empty_text_has_no_tokens(vitrine: RunVitrine, tiny_model: Path) -> None:
    assert vitrine("tokenize", "--tokenizer", tiny_model, "", "--json").records == [[]]


@pytest.mark.default_model
def test_left_out_it_is_the_default_models(vitrine: RunVitrine) -> None:
    records = json.loads(vitrine("tokenize", "Hello world", "--json").output)
    assert [record["id"] for record in records] == [19556, 905]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"",
            "is not a tokenizer.json, a tokenizer.model, a .tiktoken rank file or a GGUF file: it is empty",
        ),
        (
            b"\x89PNG\r\n\x1a\n",
            "is not a tokenizer.json, a tokenizer.model, a .tiktoken rank file or a GGUF file: it is a PNG image",
        ),
        (b"{", "tokenizer"),
        (b'{"model": "\xff"}', "is no UTF-8 text (byte 11)"),
        (b'{"model": {"type": "Morpheme", "vocab": []}}', "of the kind Morpheme"),
        (b"GGUF\x03\x00", "incomplete"),
    ],
    ids=["empty", "picture", "half a JSON", "no UTF-8", "another kind", "half a GGUF"],
)
def test_files_that_hold_no_tokenizer_we_read_are_told_apart(
    content: bytes, sentence: str, vitrine: RunVitrine, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    outcome = vitrine("tokenize", "--tokenizer", path, "text")
    assert outcome.status == 1
    assert sentence in outcome.complaint
    assert outcome.complaint.count("\n") == 1


def test_the_slides_example_by_its_rank_file(vitrine: RunVitrine) -> None:
    if not O200K.is_file():
        pytest.skip(f"there is no {O200K}; {O200K_VARIABLE} may name it")
    records = json.loads(vitrine("tokenize", "--tokenizer", O200K, SLIDE, "--json").output)
    assert [record["id"] for record in records] == SLIDE_IDS


def test_what_is_odd_about_a_tokenizer_is_said(vitrine: RunVitrine, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model("llama")
    writer.add_token_list(["<unk>", "a", "b", "ab", "ba"])
    writer.add_token_types([gguf.TokenType.UNKNOWN] + [gguf.TokenType.NORMAL] * 4)
    writer.add_token_scores([0.0, -1.0, -2.0, -3.0, -3.0])
    writer.add_add_space_prefix(False)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    outcome = vitrine("tokenize", "--tokenizer", path, "aba", "--json")
    assert [record["piece"] for record in json.loads(outcome.output)] == ["ab", "a"]
    assert outcome.status == 0
    assert "1 token has the score of another one" in outcome.complaint


def test_fault_18_a_folder_is_no_tokenizer(vitrine: RunVitrine, tmp_path: Path) -> None:
    outcome = vitrine("tokenize", "--tokenizer", tmp_path, "text")
    assert outcome.status == 1
    assert "is a folder" in outcome.complaint
