"""Names of repositories as people type and paste them."""

from __future__ import annotations

import pytest

from models.errors import VitrineError
from models.hub import HubId, is_hub_id, parse_hub_id


@pytest.mark.parametrize(
    ("text", "repository", "revision"),
    [
        ("HuggingFaceTB/SmolLM2-135M-Instruct", "HuggingFaceTB/SmolLM2-135M-Instruct", ""),
        ("  onnx-community/Qwen3-0.6B-ONNX ", "onnx-community/Qwen3-0.6B-ONNX", ""),
        ("org/name@v1.0", "org/name", "v1.0"),
        ("org/name@refs/pr/12", "org/name", "refs/pr/12"),
        ("gpt2", "gpt2", ""),
        ("https://huggingface.co/org/name", "org/name", ""),
        ("https://huggingface.co/org/name/", "org/name", ""),
        ("https://hf.co/org/name/tree/v2", "org/name", "v2"),
        ("https://huggingface.co/org/name/blob/main/onnx/model.onnx", "org/name", "main"),
        ("https://huggingface.co/org/name?library=transformers#files", "org/name", ""),
        ("hf://org/name@v1", "org/name", "v1"),
    ],
)
def test_what_people_type_and_paste_is_understood(text: str, repository: str, revision: str) -> None:
    assert parse_hub_id(text) == HubId(repository, revision)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "/", "a/", "/a", "a/b/c", "../b", "a/..", "a/.b", "-a/b", "a--b/c", "a b/c"),
        *("a/b@-x", "a/b@../x", "a/b@x y", "a/b@x\u202ey", "a/b@x?y", "a\\b", "C:\\model", "a/b\nc", "ä/b"),
        *("https://example.org/org/name", "https://huggingface.co/", "https://huggingface.co/a/b/c/d/e"),
        *(
            "https://huggingface.co/datasets/org/name",
            "ftp://huggingface.co/org/name",
            "https://[",
            "a" * 97 + "/b",
        ),
    ],
)
def test_what_cannot_be_one_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(VitrineError) as refused:
        parse_hub_id(text)
    assert refused.value.case == "bad-hub-id"
    assert "organisation/name" in refused.value.remedy
    assert not is_hub_id(text)


def test_it_is_written_as_it_is_typed() -> None:
    assert str(HubId("org/name")) == "org/name"
    assert str(HubId("org/name", "v1")) == "org/name@v1"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("org/name", True),
        ("org/name@main", True),
        ("https://huggingface.co/org/name", True),
        ("gpt2", False),
        ("models/tiny.gguf", False),
        ("models/tiny.ONNX", False),
        ("./org/name", False),
        ("/org/name", False),
        ("~/name", False),
        ("org/name/", False),
    ],
)
def test_a_path_is_not_taken_for_a_repository(text: str, meant: bool) -> None:
    assert is_hub_id(text) is meant
