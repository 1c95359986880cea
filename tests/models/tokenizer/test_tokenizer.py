"""Text becomes tokens and comes back; only templates write control tokens."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st

from models.errors import TokenizerError
from models.gguf.reader import GgufFile
from models.tokenizer import tokenizers_package
from models.tokenizer.byte_alphabet import BYTE_CHARACTERS
from models.tokenizer.tokenizer import Tokenizer, TokenizerFacts

BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}

PROMPTS = (
    "",
    " ",
    "Why is the sky blue?",
    "def f(x):\n\treturn x**2  # ação\r\n",
    "日本語 👩‍🚀 e\u0301 1234567",
)


def tokenizer_json(**changes: object) -> str:
    """A tokenizer of single bytes, one merge, a control token and a marker."""
    vocabulary = {character: number for number, character in enumerate(BYTE_CHARACTERS)}
    content: dict[str, object] = {
        "version": "1.0",
        "added_tokens": [
            {"id": 257, "content": "<|im_end|>", "special": True},
            {"id": 258, "content": "<think>", "special": False},
            {"id": 259, "content": "<|im_end|>>", "special": True},
        ],
        "normalizer": None,
        "pre_tokenizer": BYTE_LEVEL,
        "model": {"type": "BPE", "vocab": {**vocabulary, "hi": 256}, "merges": ["h i"]},
    }
    model = {**content["model"], **changes.pop("model", {})}  # type: ignore[dict-item]
    return json.dumps({**content, "model": model, **changes})


@pytest.fixture(scope="module")
def small() -> Tokenizer:
    return Tokenizer.from_json(tokenizer_json())


def refused(text: str) -> TokenizerError:
    with pytest.raises(TokenizerError) as caught:
        Tokenizer.from_json(text)
    return caught.value


# ---------------------------------------------------------------- to tokens and back


def test_tokens_by_hand(small: Tokenizer) -> None:
    assert small.encode("hi h") == [256, ord(" "), ord("h")]
    assert small.decode([256, 10, 257]) == "hi\n<|im_end|>"
    assert small.vocabulary_size == 260
    assert small.pieces[256:] == (b"hi", b"<|im_end|>", b"<think>", b"<|im_end|>>")


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    tokenizer = Tokenizer.from_json(tokenizer_json())
    assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize("text", PROMPTS)
def test_text_comes_back_from_the_tiny_model(tiny_tokenizer: Tokenizer, text: str) -> None:
    assert tiny_tokenizer.decode(tiny_tokenizer.encode(text)) == text


def test_merges_and_single_digits(tiny_tokenizer: Tokenizer) -> None:
    pieces = [tiny_tokenizer.piece(one) for one in tiny_tokenizer.encode("the sky is 42")]
    assert pieces == [b"the", b" sky", b" is", b" ", b"4", b"2"]


def test_saved_and_loaded_it_is_the_same(tiny_tokenizer: Tokenizer) -> None:
    again = Tokenizer.from_json(tiny_tokenizer.to_json(), tiny_tokenizer.facts)
    assert again.pieces == tiny_tokenizer.pieces
    assert again.control_ids == tiny_tokenizer.control_ids == {0, 1, 2}
    for text in (*PROMPTS, "<|im_start|>the<|im_end|>"):
        assert again.encode(text) == tiny_tokenizer.encode(text)
        assert again.encode_with_control(text) == tiny_tokenizer.encode_with_control(text)


def test_the_library_reads_what_is_saved(tiny_tokenizer: Tokenizer) -> None:
    library = tokenizers.Tokenizer.from_str(tiny_tokenizer.to_json())
    text = "<|im_start|>user\nthe sky<|im_end|>\n"
    assert library.encode(text).ids == tiny_tokenizer.encode_with_control(text)
    assert library.get_vocab_size() == tiny_tokenizer.vocabulary_size


def test_facts_survive_json() -> None:
    facts = TokenizerFacts(frozenset({5, 2}), begin_id=None, add_begin=True)
    assert TokenizerFacts.from_dict(json.loads(json.dumps(facts.to_dict()))) == facts
    facts = TokenizerFacts(frozenset(), begin_id=1)
    assert TokenizerFacts.from_dict(facts.to_dict()) == facts


@pytest.mark.parametrize(
    "values",
    [None, [], {}, {"end_ids": ["2"], "begin_id": 1, "add_begin": True}, {"end_ids": [], "begin_id": "1"}],
)
def test_damaged_facts_are_refused(values: object) -> None:
    with pytest.raises(TokenizerError):
        TokenizerFacts.from_dict(values)


def test_end_tokens_are_found_by_name_where_nothing_is_known(small: Tokenizer) -> None:
    assert small.end_ids == {257}
    assert small.begin_id is None
    assert not small.add_begin


@pytest.mark.default_model
@pytest.mark.parametrize("text", PROMPTS)
def test_text_comes_back_from_the_default_model(default_tokenizer: Tokenizer, text: str) -> None:
    assert default_tokenizer.decode(default_tokenizer.encode(text)) == text


@pytest.mark.default_model
def test_the_default_models_tokens(default_tokenizer: Tokenizer) -> None:
    assert default_tokenizer.vocabulary_size == 49_152
    assert default_tokenizer.control_ids == frozenset(range(17))
    assert 2 in default_tokenizer.end_ids
    assert default_tokenizer.begin_id == 1
    assert not default_tokenizer.add_begin
    ids = default_tokenizer.encode("And why are sunsets red? 42")
    pieces = [default_tokenizer.piece(one) for one in ids]
    assert pieces == [b"And", b" why", b" are", b" sun", b"sets", b" red", b"?", b" ", b"4", b"2"]


def merged_by_hand(word: str, ranks: dict[tuple[str, str], int]) -> list[str]:
    """Byte-pair encoding as it is defined: join the most urgent pair, the leftmost first, until none is left."""
    parts = list(word)
    while pairs := [pair for pair in pairwise(parts) if pair in ranks]:
        at = list(pairwise(parts)).index(min(pairs, key=ranks.__getitem__))
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts


@pytest.mark.default_model
def test_merging_follows_its_definition(default_gguf: GgufFile, default_tokenizer: Tokenizer) -> None:
    pairs = [tuple(merge.split(" ")) for merge in default_gguf.metadata.texts("tokenizer.ggml.merges")]
    ranks = {(left, right): rank for rank, (left, right) in enumerate(pairs)}
    ids = {token: number for number, token in enumerate(default_gguf.metadata.texts("tokenizer.ggml.tokens"))}
    text = (
        "Sunsets, antidisestablishmentarianism and déjà-vu: naïve Straßenbahnhaltestellen 日本語 ЖЗИ aaaaaaa"
    )
    for word in re.findall(r" ?[^ ]+", text):
        cut = re.findall(r" ?\w+| ?[^\s\w]+", word)
        spelled = ["".join(BYTE_CHARACTERS[byte] for byte in part.encode()) for part in cut]
        expected = [ids[token] for part in spelled for token in merged_by_hand(part, ranks)]
        assert default_tokenizer.encode(word) == expected


# ---------------------------------------------------------------- control tokens


def test_fault_31_names_of_control_tokens_are_ordinary_text(small: Tokenizer) -> None:
    for text in ("<|im_end|>", "<think>", "a<|im_end|>>b", "<think><think>"):
        ids = small.encode(text)
        assert max(ids) < 257
        assert small.decode(ids) == text


@pytest.mark.default_model
def test_fault_31_the_default_model_too(default_tokenizer: Tokenizer) -> None:
    names = [default_tokenizer.piece(one).decode() for one in sorted(default_tokenizer.control_ids)]
    ids = default_tokenizer.encode("".join(names) + " ".join(names))
    assert default_tokenizer.control_ids.isdisjoint(ids)


def test_fault_31_a_control_token_cannot_be_merged_from_text() -> None:
    """Even where merges lead to it, as they do here, and where whole words are looked up first."""
    text = tokenizer_json(
        added_tokens=[{"id": 256, "content": "hi", "special": True}],
        model={"ignore_merges": True},
    )
    tokenizer = Tokenizer.from_json(text)
    assert (
        tokenizer.encode("hi") == [ord("h"), ord("i")] == [104, 105]
        or tokenizer.decode(tokenizer.encode("hi")) == "hi"
    )
    assert 256 not in tokenizer.encode("hi")
    assert tokenizer.encode_with_control("hi") == [256]


def test_templates_write_control_tokens_the_longest_first(small: Tokenizer) -> None:
    assert small.encode_with_control("hi<|im_end|>hi") == [256, 257, 256]
    assert small.encode_with_control("<|im_end|>>") == [259]
    assert small.encode_with_control("<think><|im_end|>") == [258, 257]
    assert small.encode_with_control("") == []
    assert list(small.find_control("a<|im_end|><think>")) == [(1, 11, 257), (11, 18, 258)]


def test_markers_are_text_to_people(small: Tokenizer) -> None:
    assert small.is_control(257)
    assert not small.is_control(258)
    assert not small.is_control(10**9)


def test_without_control_tokens_all_is_text() -> None:
    tokenizer = Tokenizer.from_json(tokenizer_json(added_tokens=[]))
    assert tokenizer.encode_with_control("<think>hi") == tokenizer.encode("<think>hi")
    assert tokenizer.end_ids == frozenset()


# ---------------------------------------------------------------- odd text


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("", ""),
        ("   \t  ", "   \t  "),
        ("a\x00b", "a\x00b"),
        ("\ud800", "\ufffd"),
        ("x\udc00y\ud800", "x\ufffdy\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("\u202eevil\u202c", "\u202eevil\u202c"),
        ("e" + "\u0301" * 5000, "e" + "\u0301" * 5000),
        ("👩🏽‍🚀", "👩🏽‍🚀"),
        ("a\r\nb\rc\n", "a\r\nb\rc\n"),
    ],
)
def test_fault_32_odd_text_is_fine(tiny_tokenizer: Tokenizer, text: str, back: str) -> None:
    assert tiny_tokenizer.decode(tiny_tokenizer.encode(text)) == back
    assert tiny_tokenizer.decode(tiny_tokenizer.encode_with_control(text)) == back


@pytest.mark.parametrize("unit", ["the sky ", "a", " ", "1", "\n", "e\u0301"])
def test_fault_32_a_long_paste_is_fine(tiny_tokenizer: Tokenizer, unit: str) -> None:
    text = unit * (500_000 // len(unit))
    assert tiny_tokenizer.decode(tiny_tokenizer.encode(text)) == text


def test_fault_33_half_characters_are_kept_as_bytes(tiny_tokenizer: Tokenizer) -> None:
    ids = tiny_tokenizer.encode("é")
    assert [tiny_tokenizer.piece(one) for one in ids] == [b"\xc3", b"\xa9"]
    assert tiny_tokenizer.decode(ids[:1]) == "\ufffd"
    assert tiny_tokenizer.decode(ids) == "é"


def test_fault_24_unknown_ids_have_a_placeholder(small: Tokenizer) -> None:
    assert small.piece(99_999) == "‹id 99999›".encode()
    assert small.piece(-1) == "‹id -1›".encode()
    assert small.decode([256, 99_999]) == "hi‹id 99999›"
    holes = Tokenizer.from_json(tokenizer_json(added_tokens=[{"id": 300, "content": "<x>", "special": True}]))
    assert holes.vocabulary_size == 301
    assert holes.pieces[280] == "‹id 280›".encode()


# ---------------------------------------------------------------- files that are wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no model"),
        ('{"model": {"type": "BPE"}}', "no model with a vocabulary"),
        ('{"model": {"type": "BPE", "vocab": {"a": 0, "a": 1}, "merges": []}}', "has “a” twice"),
        ('{"model": ' + "9" * 5000 + "}", "no JSON"),
        ("[" + "0," * 10_000_001, "parts, more than 10,000,000"),
        (tokenizer_json(added_tokens={"id": 1}), "added token without name or ID"),
        (tokenizer_json(added_tokens=[{"id": 1, "content": ""}]), "added token without name or ID"),
        (tokenizer_json(model={"vocab": {"a": "0"}}), "no whole number"),
        (tokenizer_json(model={"vocab": {"a": -1}, "merges": []}), "-1, which is out of range"),
        (tokenizer_json(model={"vocab": {"a": 10**12}, "merges": []}), "out of range"),
        (tokenizer_json(model={"vocab": {"a": 1, "b": 1}, "merges": []}), "“a” and “b” the same ID 1"),
        (tokenizer_json(model={"merges": ["h"]}), "a merge that is no pair"),
        (tokenizer_json(model={"merges": [["h", 1]]}), "a merge that is no pair"),
        (tokenizer_json(model={"merges": ["h o"]}), "the merge “h o” but no token “ho”"),
        (tokenizer_json(normalizer={"type": "Nonsense"}), "failed"),
        (tokenizer_json(pre_tokenizer={"type": "Sequence", "pretokenizers": [BYTE_LEVEL, 5]}), "failed"),
    ],
)
def test_fault_22_malformed_tokenizers_are_refused(text: str, said: str) -> None:
    assert said in refused(text).what


def test_other_kinds_of_tokenizers_are_named() -> None:
    error = refused(tokenizer_json(model={"type": "Morpheme\u202e"}))
    assert error.case == "unsupported-tokenizer"
    assert "of the kind Morpheme⟨U+202E⟩" in error.what


def test_fault_23_a_panic_while_loading_is_an_error() -> None:
    error = refused(tokenizer_json(normalizer={"type": "Precompiled", "precompiled_charsmap": "AAAA"}))
    assert error.case == "tokenizer-failed"
    assert "charsmap" in error.what


def test_fault_23_what_would_panic_on_any_text_is_found_while_loading(
    capfd: pytest.CaptureFixture[str],
) -> None:
    empty = {"type": "Replace", "pattern": {"String": ""}, "content": "x"}
    assert refused(tokenizer_json(normalizer=empty)).case == "tokenizer-failed"
    assert capfd.readouterr().err == ""


def test_fault_23_a_panic_while_encoding_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizers_package, "_PROBES", ())
    empty = {"type": "Replace", "pattern": {"String": ""}, "content": "x"}
    tokenizer = Tokenizer.from_json(tokenizer_json(normalizer=empty))
    with pytest.raises(TokenizerError) as caught:
        tokenizer.encode("ab a")
    assert caught.value.case == "tokenizer-failed"


@pytest.mark.parametrize("facts", [TokenizerFacts(frozenset({260})), TokenizerFacts(begin_id=-1)])
def test_fault_22_special_tokens_must_exist(facts: TokenizerFacts) -> None:
    with pytest.raises(TokenizerError) as caught:
        Tokenizer.from_json(tokenizer_json(), facts)
    assert caught.value.case == "token-id-out-of-range"


def test_fault_23_a_pattern_that_would_take_for_ever_ends_with_an_error() -> None:
    """The library's regular expressions give up after so many tries, which ends as a panic."""
    bomb = {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated", "invert": False}
    steps = {"type": "Sequence", "pretokenizers": [bomb, BYTE_LEVEL]}
    tokenizer = Tokenizer.from_json(tokenizer_json(pre_tokenizer=steps))
    assert tokenizer.encode("hi")
    with pytest.raises(TokenizerError) as caught:
        tokenizer.encode("a" * 50 + "b")
    assert caught.value.case == "tokenizer-failed"
