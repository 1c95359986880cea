"""Which of a model's files its chat template comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.errors import ModelFileError
from models.templates_on_disk import MOST_CHARACTERS, FoundTemplate, find_template

GGUF = {"tokenizer.chat_template": "from gguf"}


def write(folder: Path, name: str, content: object) -> Path:
    """A file in a folder: text as it is, anything else as JSON."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_the_order_is_jinja_file_tokenizer_config_gguf_and_the_old_json(tmp_path: Path) -> None:
    expected = (
        ("chat_template.json", {"chat_template": "d"}, None, FoundTemplate("d", "chat_template.json")),
        ("no file of a template", "", GGUF, FoundTemplate("from gguf", "the GGUF file")),
        (
            "tokenizer_config.json",
            {"chat_template": "b"},
            GGUF,
            FoundTemplate("b", "tokenizer_config.json"),
        ),
        ("chat_template.jinja", "a", GGUF, FoundTemplate("a", "chat_template.jinja")),
    )
    for name, content, metadata, found in expected:
        write(tmp_path, name, content)
        assert find_template([tmp_path], metadata) == found


def test_files_are_found_one_by_one_as_well(tmp_path: Path) -> None:
    config = write(tmp_path, "tokenizer_config.json", {"chat_template": "b"})
    other = write(tmp_path, "config.json", {"chat_template": "not looked at"})
    assert find_template([other]) is None
    assert find_template([other, config]) == FoundTemplate("b", "tokenizer_config.json")


def test_of_two_folders_the_first_counts(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, "chat_template.jinja", name)
    found = find_template([tmp_path / "two", tmp_path / "one"])
    assert found == FoundTemplate("two", "chat_template.jinja")


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("{{ 1 }}", "{{ 1 }}"),
        ([{"name": "tool_use", "template": "t"}, {"name": "default", "template": "d"}], "d"),
        ([{"name": "rag", "template": "r"}, {"name": "tool_use", "template": "t"}], "t"),
        ([{"name": "only", "template": "o"}], "o"),
        ({"tool_use": "t", "default": "d"}, "d"),
        ([{"name": "rag", "template": "r"}, {"name": "other", "template": "o"}], None),
        ([], None),
        (None, None),
        ("  \n", None),
    ],
)
def test_of_several_the_default_one_counts(tmp_path: Path, value: object, source: str | None) -> None:
    write(tmp_path, "tokenizer_config.json", {"chat_template": value})
    found = find_template([tmp_path])
    assert (found.source if found is not None else None) == source


def test_a_gguf_file_may_name_its_templates() -> None:
    named = {"tokenizer.chat_template.tool_use": "t", "tokenizer.chat_templates": ["tool_use"]}
    assert find_template([], named) == FoundTemplate("t", "the GGUF file")
    assert find_template([], {"general.name": "x"}) is None


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "chat_template.jinja").write_bytes(b"\xef\xbb\xbf{{ 1 }}")
    assert find_template([tmp_path]) == FoundTemplate("{{ 1 }}", "chat_template.jinja")


@pytest.mark.parametrize("value", [5, ["a"], [{"name": "default"}], [{"template": "a"}], {"default": 1}])
def test_fault_25_a_template_of_the_wrong_type_is_named(tmp_path: Path, value: object) -> None:
    write(tmp_path, "tokenizer_config.json", {"chat_template": value})
    with pytest.raises(ModelFileError, match=r"“chat_template” of tokenizer_config\.json") as refused:
        find_template([tmp_path])
    assert refused.value.case == "bad-chat-template"


def test_fault_25_a_file_that_is_no_text_or_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer_config.json").write_text("{", "utf-8")
    with pytest.raises(ModelFileError, match=r"tokenizer_config\.json"):
        find_template([tmp_path])
    (tmp_path / "chat_template.jinja").write_bytes(b"ab\xff")
    with pytest.raises(ModelFileError, match=r"chat_template\.jinja” is no UTF-8 text \(byte 2\)"):
        find_template([tmp_path])


def test_a_template_too_long_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "chat_template.jinja", "a" * (MOST_CHARACTERS + 1))
    with pytest.raises(ModelFileError, match="1,000,000"):
        find_template([tmp_path])
