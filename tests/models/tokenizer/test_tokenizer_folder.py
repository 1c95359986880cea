"""What the files beside a ``tokenizer.json`` add to it, and what becomes of nonsense in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.errors import ModelFileError, TokenizerError
from models.tokenizer.tokenizer import Tokenizer
from models.tokenizer.tokenizer_folder import tokenizer_from_files
from tests.models.tokenizer.test_tokenizer import tokenizer_json

BEGIN = {
    "type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
}

ADDED = [
    {"id": 257, "content": "<s>", "special": True},
    {"id": 258, "content": "</s>", "special": True},
    {"id": 259, "content": "<stop>", "special": True},
]


def read(
    folder: Path,
    *,
    tokenizer: dict[str, Any] | None = None,
    tokenizer_config: object = None,
    special_tokens_map: object = None,
    **configs: object,
) -> Tokenizer:
    """The tokenizer of a folder with such files; `configs` in the order given."""
    (folder / "tokenizer.json").write_text(tokenizer_json(added_tokens=ADDED, **(tokenizer or {})), "utf-8")
    paths = {}
    for name, content in {
        "tokenizer_config": tokenizer_config,
        "special_tokens_map": special_tokens_map,
        **configs,
    }.items():
        if content is not None:
            paths[name] = folder / f"{name}.json"
            paths[name].write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return tokenizer_from_files(
        folder / "tokenizer.json",
        tokenizer_config=paths.pop("tokenizer_config", None),
        special_tokens_map=paths.pop("special_tokens_map", None),
        configs=tuple(paths.values()),
    )


def test_alone_it_knows_the_usual_tokens(tmp_path: Path) -> None:
    tokenizer = read(tmp_path)
    assert tokenizer.end_ids == {258}
    assert (tokenizer.begin_id, tokenizer.add_begin, tokenizer.facts.end_id) == (None, False, None)
    assert tokenizer.facts.description == "byte-level BPE, 260 tokens, from tokenizer.json"


@pytest.mark.parametrize("form", ["<s>", {"content": "<s>", "lstrip": False}])
@pytest.mark.parametrize("file", ["tokenizer_config", "special_tokens_map"])
def test_special_tokens_are_named_in_two_forms_and_two_files(tmp_path: Path, file: str, form: object) -> None:
    tokenizer = read(tmp_path, **{file: {"bos_token": form, "eos_token": "<stop>"}})
    assert (tokenizer.begin_id, tokenizer.facts.end_id) == (257, 259)
    assert tokenizer.end_ids == {258, 259}
    assert not tokenizer.add_begin


@pytest.mark.parametrize(
    ("processor", "config", "expected"),
    [
        (None, {"bos_token": "<s>"}, False),
        (None, {"bos_token": "<s>", "add_bos_token": True}, True),
        (BEGIN, {"bos_token": "<s>"}, True),
        (BEGIN, {"bos_token": "<s>", "add_bos_token": False}, False),
        ({"type": "Sequence", "processors": [{"type": "ByteLevel"}, BEGIN]}, {"bos_token": "<s>"}, True),
        ({"type": "RobertaProcessing", "cls": ["<s>", 257]}, {"bos_token": "<s>"}, True),
        (BEGIN, None, True),
        (BEGIN, {"bos_token": None}, False),
        (None, {"add_bos_token": True, "bos_token": None}, False),
    ],
)
def test_whether_texts_begin_with_a_token(
    tmp_path: Path, processor: object, config: object, expected: bool
) -> None:
    tokenizer = read(tmp_path, tokenizer={"post_processor": processor}, tokenizer_config=config)
    assert tokenizer.add_begin is expected


def test_the_first_file_that_names_end_tokens_counts(tmp_path: Path) -> None:
    config = {"eos_token_id": 256, "bos_token_id": 257}
    tokenizer = read(tmp_path, generation_config={"eos_token_id": [259, 10]}, config=config)
    assert tokenizer.end_ids == {10, 258, 259}
    assert (tokenizer.begin_id, tokenizer.facts.end_id) == (257, 259)
    assert read(tmp_path, config=config).end_ids == {256, 258}


@pytest.mark.parametrize("section", ["model", "text_config"])
def test_end_tokens_in_a_section(tmp_path: Path, section: str) -> None:
    tokenizer = read(tmp_path, config={section: {"eos_token_id": 259, "bos_token_id": 257}})
    assert tokenizer.end_ids == {258, 259}
    assert tokenizer.begin_id == 257


def test_tokens_that_only_the_companion_declares(tmp_path: Path) -> None:
    declared = {
        "260": {"content": "<|user|>", "special": True, "rstrip": True},
        "261": {"content": "<tool>", "special": False},
        # Known to the tokenizer itself, or at a place that is taken: left as they are.
        "262": {"content": "<s>", "special": False},
        "258": {"content": "<other>", "special": True},
        "x": {"content": "<x>"},
        "263": 5,
    }
    tokenizer = read(tmp_path, tokenizer_config={"added_tokens_decoder": declared})
    assert tokenizer.encode_with_control("<|user|>\n<tool><s>") == [260, 261, 257]
    assert tokenizer.vocabulary_size == 262
    assert tokenizer.control_ids == {257, 258, 259, 260}


def test_fault_31_a_special_token_of_the_vocabulary_is_control(tmp_path: Path) -> None:
    for config in (
        {"pad_token": "hi"},
        {"additional_special_tokens": ["hi"]},
        {"extra_special_tokens": {"a": "hi"}},
    ):
        tokenizer = read(tmp_path, tokenizer_config=config)
        assert tokenizer.control_ids == {256, 257, 258, 259}
        assert 256 not in tokenizer.encode("hi hi")
        assert tokenizer.encode_with_control("hi") == [256]


@pytest.mark.parametrize(
    ("companions", "said"),
    [
        (
            {"config": {"eos_token_id": 50256}},
            "“eos_token_id” in “config.json” is 50256, but tokens are 0 to 259",
        ),
        ({"config": {"eos_token_id": "2"}}, "is '2'"),
        ({"config": {"eos_token_id": [259, 10**30]}}, "10000000000000000000000"),
        ({"config": {"eos_token_id": True}}, "is True"),
        ({"config": '{"eos_token_id": NaN}'}, "is nan"),
        ({"config": {"model": {"eos_token_id": -5}}}, "“model.eos_token_id”"),
        (
            {"tokenizer_config": {"add_bos_token": "yes"}},
            "“add_bos_token” in “tokenizer_config.json” is 'yes'",
        ),
        ({"tokenizer_config": {"bos_token": 5}}, "“bos_token” in “tokenizer_config.json” is 5"),
        ({"special_tokens_map": {"eos_token": ["\u202e"]}}, "“eos_token” in “special_tokens_map.json”"),
    ],
)
def test_fault_25_nonsense_in_companions_is_named_and_left_out(
    tmp_path: Path, companions: dict[str, Any], said: str
) -> None:
    tokenizer = read(tmp_path, **companions)
    assert len(tokenizer.facts.notes) == 1
    assert said in tokenizer.facts.notes[0]
    assert "\u202e" not in tokenizer.facts.notes[0]
    assert tokenizer.end_ids <= {258, 259}


@pytest.mark.parametrize("companion", ["tokenizer_config", "special_tokens_map", "config"])
@pytest.mark.parametrize("content", ["", "[]", "{", '"text"', "[" * 100_000])
def test_fault_25_companions_that_are_no_objects_are_refused(
    tmp_path: Path, companion: str, content: str
) -> None:
    with pytest.raises(ModelFileError) as caught:
        read(tmp_path, **{companion: content})
    assert companion in caught.value.what


@pytest.mark.parametrize(
    "values",
    [
        {"added_tokens_decoder": []},
        {"added_tokens_decoder": {"260": {"content": ["<x>"]}}},
        {"added_tokens_decoder": {"260": {}}},
        {"additional_special_tokens": 5},
        {"additional_special_tokens": "text"},
        {"extra_special_tokens": {"a": {"b": 1}}},
    ],
)
def test_fault_25_odd_declarations_are_left_out(tmp_path: Path, values: dict[str, Any]) -> None:
    assert read(tmp_path, tokenizer_config=values).vocabulary_size == 260


def test_fault_22_a_declared_token_out_of_range_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TokenizerError, match="out of range"):
        read(tmp_path, tokenizer_config={"added_tokens_decoder": {"999999999": {"content": "<x>"}}})
