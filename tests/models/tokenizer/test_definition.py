"""A tokenizer's parts are read from ``tokenizer.json`` and written back the same."""

from __future__ import annotations

import json

from models.tokenizer.definition import TokenizerDefinition, assemble, read_definition


def parts(definition: TokenizerDefinition) -> tuple[object, ...]:
    return tuple(getattr(definition, name) for name in TokenizerDefinition.__slots__)


def definition() -> TokenizerDefinition:
    return assemble(
        vocabulary={"a": 0, "b": 1, "ab": 2, "<x>": 3},
        merges=["a b", ["ab", "<x>"]],
        control={"<x>": 3},
        markers={"<y>": 4},
        normalizer={"type": "NFC"},
        pre_tokenizer={"type": "ByteLevel", "add_prefix_space": False},
        whole_words_first=True,
    )


def test_control_tokens_leave_the_vocabulary_and_the_merges() -> None:
    made = definition()
    assert made.vocabulary == {"a": 0, "b": 1, "ab": 2}
    assert made.merges == [("a", "b")]
    assert made.vocabulary_size == 5


def test_what_is_written_is_read_back() -> None:
    made = definition()
    assert parts(read_definition(made.to_json())) == parts(made)


def test_control_tokens_are_added_tokens_of_the_file() -> None:
    content = json.loads(definition().to_json())
    added = [(one["id"], one["content"], one["special"]) for one in content["added_tokens"]]
    assert added == [(3, "<x>", True), (4, "<y>", False)]
    assert content["model"]["vocab"] == {"a": 0, "b": 1, "ab": 2, "<x>": 3, "<y>": 4}


def test_the_shell_has_no_tokens() -> None:
    shell = json.loads(definition().shell())
    assert shell["model"]["vocab"] == {}
    assert shell["added_tokens"] == []
    assert shell["normalizer"] == {"type": "NFC"}


def test_what_would_change_a_persons_text_is_left_out() -> None:
    content = json.loads(definition().to_json())
    content |= {
        "truncation": {"max_length": 1},
        "padding": {},
        "post_processor": {"type": "TemplateProcessing"},
    }
    again = json.loads(read_definition(json.dumps(content)).to_json())
    assert again["truncation"] is again["padding"] is again["post_processor"] is None
