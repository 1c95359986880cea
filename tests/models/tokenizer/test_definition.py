"""A tokenizer's parts fit together, and are read from ``tokenizer.json`` and written back the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from models.errors import TokenizerError
from models.tokenizer.added_tokens import AddedToken, Role
from models.tokenizer.definition import TokenizerDefinition, assemble
from models.tokenizer.kinds import MODEL_KINDS
from models.tokenizer.kinds.byte_pair import BytePairModel
from models.tokenizer.kinds.kind import TokenModel
from models.tokenizer.tokenizer_json import read_definition

PARTS: dict[str, dict[str, Any]] = {
    "BPE": {
        "vocab": {"a": 0, "b": 1, "ab": 2, "<x>": 3, "<": 6, "x>": 7},
        "merges": [["a", "b"], ["<", "x>"]],
    },
    "Unigram": {"vocab": [["<u>", 0.0], ["a", -1.5], ["ab", -2.0], ["<x>", 0.0]], "unk_id": 0},
    "WordPiece": {
        "vocab": {"[U]": 0, "a": 1, "##b": 2, "<x>": 3},
        "unk_token": "[U]",
        "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
    },
    "WordLevel": {"vocab": {"[U]": 0, "a": 1, "<x>": 3}, "unk_token": "[U]"},
}
"""A small model of each kind, in the form of ``tokenizer.json``; the control token is in each vocabulary."""

ADDED = [
    {"id": 3, "content": "<x>", "special": True, "rstrip": True},
    {"id": 4, "content": "<y>", "special": False},
    {"id": 5, "content": "  ", "special": False},
]


def content(kind: str, **changes: object) -> dict[str, Any]:
    return {
        "model": {"type": kind, **PARTS[kind]},
        "added_tokens": ADDED,
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": True},
        "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": True},
        **changes,
    }


def definition(kind: str, **changes: object) -> TokenizerDefinition:
    return read_definition(json.dumps(content(kind, **changes)))


kinds = pytest.mark.parametrize("kind", [one.TYPE for one in MODEL_KINDS])


@kinds
def test_every_kind_is_written_and_read_back(kind: str) -> None:
    made = definition(kind)
    again = read_definition(made.to_json())
    assert json.loads(again.to_json()) == json.loads(made.to_json())
    assert again.vocabulary_size == made.vocabulary_size
    assert again.added == made.added


@kinds
def test_every_kind_is_recognised_where_an_old_file_names_none(kind: str) -> None:
    model = definition(kind, model=PARTS[kind]).model
    assert kind == model.TYPE


@kinds
def test_fault_31_no_kind_can_make_control_tokens_of_text(kind: str) -> None:
    made = definition(kind)
    assert "<x>" not in made.model.vocabulary
    assert made.control == {"<x>": 3}
    assert made.ids(Role.MARKER) == {"<y>": 4}
    assert made.ids(Role.PLAIN) == {"  ": 5}
    assert "<x>" in json.dumps(json.loads(made.to_json())["model"])


@pytest.mark.parametrize("kind", MODEL_KINDS, ids=lambda kind: kind.TYPE)
@pytest.mark.parametrize("model", [{}, {"vocab": None}, {"vocab": 5, "merges": {}}, {"vocab": [["a"]]}])
def test_fault_22_no_kind_reads_a_model_without_its_parts(
    kind: type[TokenModel], model: dict[str, Any]
) -> None:
    with pytest.raises(TokenizerError) as caught:
        kind.read(model)
    assert caught.value.case == "bad-tokenizer"


def test_control_tokens_leave_the_vocabulary_and_the_merges() -> None:
    model = definition("BPE").model
    assert isinstance(model, BytePairModel)
    assert model.vocabulary == {"a": 0, "b": 1, "ab": 2, "<": 6, "x>": 7}
    assert model.merges == [("a", "b")]


def test_the_unknown_token_stays_in_the_model() -> None:
    named = [{"id": 0, "content": "[U]", "special": True}]
    made = definition("WordPiece", added_tokens=named)
    assert made.model.vocabulary["[U]"] == made.control["[U]"] == 0


def test_added_tokens_that_the_model_knows_have_its_ids() -> None:
    made = definition("BPE", added_tokens=[{"id": 99, "content": "<x>", "special": True}])
    assert made.control == {"<x>": 3}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("<think>", Role.MARKER),
        ("assistant:", Role.MARKER),
        ("<end_of_turn>", Role.CONTROL),
        ("    ", Role.PLAIN),
        ("▁▁▁", Role.PLAIN),
        ("\n\n", Role.PLAIN),
        ("õ", Role.PLAIN),
    ],
)
def test_what_can_be_no_markup_is_matched_in_all_text(name: str, role: Role) -> None:
    made = definition("BPE", added_tokens=[{"id": 9, "content": name}])
    assert made.added[name] == AddedToken(9, role)


def test_what_would_change_a_persons_text_is_left_out() -> None:
    changed = content("BPE") | {
        "truncation": {"max_length": 1},
        "padding": {},
        "post_processor": {"type": "TemplateProcessing"},
    }
    again = json.loads(read_definition(json.dumps(changed)).to_json())
    assert again["truncation"] is again["padding"] is again["post_processor"] is None


def test_the_shell_has_no_tokens() -> None:
    shell = json.loads(definition("BPE").shell(None))
    assert shell["model"]["vocab"] == {}
    assert shell["added_tokens"] == []
    assert shell["pre_tokenizer"] is None
    assert shell["normalizer"] == {"type": "NFC"}


def test_families_have_names_for_people() -> None:
    assert definition("BPE", decoder={"type": "ByteLevel"}).family == "byte-level BPE"
    assert definition("BPE").family == "SentencePiece BPE"
    assert definition("Unigram").family == "Unigram"
    assert assemble(BytePairModel({"a": 0}, []), {}).family == "character BPE"
    assert assemble(BytePairModel({"a": 0}, [], byte_fallback=True), {}).family == "SentencePiece BPE"


# ---------------------------------------------------------------- what files may not ask for


def replacing(pattern: dict[str, str], text: str) -> dict[str, Any]:
    return {"type": "Replace", "pattern": pattern, "content": text}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}] * 100}}, "more than 64 steps"),
        ({"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "a" * 30_000}}}, "30,000 characters"),
        ({"normalizer": replacing({"Regex": "."}, "x" * 100)}, "100 times longer"),
        (
            {"normalizer": {"type": "Sequence", "normalizers": [replacing({"String": "a"}, "aa")] * 30}},
            "times longer",
        ),
        ({"normalizer": {"type": "Prepend", "prepend": "x" * 5000}}, "5,000 times longer"),
        ({"normalizer": 5}, "has the normalizer 5"),
        ({"decoder": {"type": "Nonsense"}}, "has the decoder"),
        ({"decoder": {"type": "CTC"}}, "by the decoder “CTC”"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_fault_22_steps_that_ask_for_too_much_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(TokenizerError) as caught:
        definition("BPE", **changes)
    assert said in caught.value.what


def test_a_text_may_become_longer_by_what_real_tokenizers_do() -> None:
    steps = [{"type": "Prepend", "prepend": "▁"}, replacing({"String": " "}, "▁"), {"type": "NFKD"}]
    assert definition("BPE", normalizer={"type": "Sequence", "normalizers": steps})
