"""Rank files: the published ones by their content, and nothing guessed of others."""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import TokenizerError
from models.tokenizer import rank_file
from models.tokenizer.pre_tokenizers import find_pre_tokenizer
from models.tokenizer.rank_families import HARMONY_SIZE, RANK_FAMILIES, RankFamily
from models.tokenizer.rank_file import looks_like_ranks, tokenizer_from_ranks
from models.tokenizer.tokenizer import Tokenizer
from models.tokenizer.tokenizer_file import read_tokenizer

O200K_VARIABLE = "VITRINE_O200K_FILE"
"""Names the public rank file o200k_base.tiktoken; left out, it is looked for beside the checkout."""

O200K = Path(os.environ.get(O200K_VARIABLE, Path(__file__).parents[4] / "shared/data/o200k_base.tiktoken"))

SLIDE = (
    "GitHub Copilot adapts to your unique needs allowing you to select the best model for your project, customize "
    "chat responses with custom instructions, and utilize agent mode for AI-powered, seamlessly integrated peer "
    "programming sessions."
)
SLIDE_IDS = [
    *(
        56279,
        27052,
        28412,
        56775,
        38082,
        1561,
        316,
        634,
        5746,
        4414,
        16246,
        481,
        316,
        4736,
        290,
        1636,
        2359,
        395,
    ),
    *(
        634,
        2993,
        11,
        38440,
        7999,
        22488,
        483,
        2602,
        15543,
        11,
        326,
        24570,
        11793,
        6766,
        395,
        20837,
        69943,
        11,
    ),
    *(77640, 21781, 24770, 23238, 19791, 13),
]

WORDS = [b"th", b"the", b" the", b"he", b"in", b"ing", b"\xc3\xa9"]

TINY = RankFamily("tiny", "", 256 + len(WORDS), "cl100k", {"<|endoftext|>": 263, "<|x|>": 270}, "<|x|>")


def line(token: bytes, rank: object) -> bytes:
    return base64.b64encode(token) + f" {rank}\n".encode()


def tiny_ranks() -> list[bytes]:
    tokens = [*(bytes([byte]) for byte in range(256)), *WORDS]
    return [line(token, rank) for rank, token in enumerate(tokens)]


@pytest.fixture(autouse=True)
def tiny_family(monkeypatch: pytest.MonkeyPatch) -> None:
    """A family that the tiny file belongs to by its number of tokens."""
    monkeypatch.setattr(rank_file, "RANK_FAMILIES", (*RANK_FAMILIES, TINY))


def refused(content: bytes) -> TokenizerError:
    with pytest.raises(TokenizerError) as caught:
        tokenizer_from_ranks(content)
    return caught.value


# ---------------------------------------------------------------- the published file


@pytest.fixture(scope="module")
def o200k() -> Tokenizer:
    if not O200K.is_file():
        pytest.skip(f"there is no {O200K}; {O200K_VARIABLE} may name it")
    return read_tokenizer(O200K)


def test_the_slides_example(o200k: Tokenizer) -> None:
    assert len(SLIDE_IDS) == 42
    assert o200k.encode(SLIDE) == SLIDE_IDS
    assert o200k.decode(SLIDE_IDS) == SLIDE
    assert o200k.vocabulary_size == HARMONY_SIZE == 201_088
    assert o200k.facts.notes == ()


def test_harmonys_tokens(o200k: Tokenizer) -> None:
    marked = (
        "<|start|>user<|message|>hi<|end|><|start|>assistant<|channel|>final<|constrain|><|return|><|call|>"
    )
    ids = o200k.encode_with_control(marked)
    control = [one for one in ids if one in o200k.control_ids]
    assert control == [200006, 200008, 200007, 200006, 200005, 200003, 200002, 200012]
    assert o200k.piece(201_087) == b"<|reserved_201087|>"
    # A message ends with <|end|>, a reply does not: it may go on in another channel.
    assert o200k.end_ids == {199_999, 200_002, 200_012}
    assert o200k.begin_id == 199_998
    assert not o200k.add_begin
    assert o200k.control_ids.isdisjoint(o200k.encode(marked))


# ---------------------------------------------------------------- files like it


def test_a_rank_file_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "tiny.tiktoken"
    path.write_bytes(b"".join(tiny_ranks()))
    tokenizer = read_tokenizer(path)
    pieces = [tokenizer.piece(one) for one in tokenizer.encode("the thing é 1234 the")]
    assert pieces == [b"the", b" ", b"th", b"ing", b" ", b"\xc3\xa9", b" ", b"1", b"2", b"3", b"4", b" the"]
    assert tokenizer.vocabulary_size == 271
    assert tokenizer.piece(265) == "‹id 265›".encode()
    assert tokenizer.encode_with_control("<|endoftext|>") == [263]
    assert (tokenizer.end_ids, tokenizer.begin_id) == ({263}, 270)
    assert tokenizer.facts.description == "byte-level BPE, 271 tokens, from ranks of tiny"


def test_what_is_not_the_published_file_is_said() -> None:
    tokenizer = tokenizer_from_ranks(b"".join(tiny_ranks()))
    assert tokenizer.facts.notes == (
        "The rank file is not the published one; it is taken for tiny because it has 263 tokens.",
    )


def test_the_published_file_is_known_by_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"".join(tiny_ranks())
    published = replace(TINY, sha256=hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(rank_file, "RANK_FAMILIES", (published,))
    assert tokenizer_from_ranks(content).facts.notes == ()


def test_line_ends_of_other_systems_and_order_do_not_matter() -> None:
    content = b"".join(reversed(tiny_ranks())).replace(b"\n", b"\r\n")
    assert looks_like_ranks(content[:4096])
    expected = tokenizer_from_ranks(b"".join(tiny_ranks()))
    assert tokenizer_from_ranks(content).encode("the thing") == expected.encode("the thing")


def test_fault_08_a_file_of_no_known_family_is_never_guessed() -> None:
    error = refused(b"".join(tiny_ranks()[:-1]))
    assert error.case == "unknown-rank-file"
    assert "has 262 tokens" in error.what
    assert "100,256 (cl100k)" in error.remedy


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (b"dGg= th\n", "no token and rank in line 257"),
        (b"dGg=\n", "no token and rank in line 257: “dGg=”"),
        (b"d!Gg= 256\n", "no token and rank in line 257"),
        (b"dGg 256\n", "no token and rank in line 257"),
        (b" 256\n", "no token and rank in line 257"),
        (line(b"th", -1), "no token and rank in line 257"),
        (line(b"th", 10**12), "no token and rank in line 257"),
        (line(b"th", "9" * 5000), "no token and rank in line 257"),
        (line(b"h", 256), "the token of line 257 twice, with the ranks 104 and 256"),
        (line(b"th", 257), "two tokens the rank 257"),
        (line(b"th", 264), "no token of rank 256"),
        (line(b"th", 270), "the rank 270, which is a special token's"),
        (b"\xff\xfe 256\n", "no token and rank in line 257"),
    ],
    ids=str,
)
def test_fault_22_malformed_rank_files_are_refused(changed: bytes, said: str) -> None:
    lines = tiny_ranks()
    lines[256] = changed
    assert said in refused(b"".join(lines)).what


def test_fault_22_a_file_without_a_byte_is_refused() -> None:
    lines = tiny_ranks()
    lines[0] = line(b"zz", 0)
    assert "no token for the byte 00" in refused(b"".join(lines)).what


@pytest.mark.parametrize("family", RANK_FAMILIES, ids=lambda family: family.name)
def test_every_family_has_a_rule_and_room_for_its_special_tokens(family: RankFamily) -> None:
    assert find_pre_tokenizer(family.rule) is not None
    assert len(family.sha256) == 64
    assert len(set(family.special.values())) == len(family.special)
    # One published file leaves a hole for its special token.
    assert min(family.special.values()) >= family.ranks - 24
    assert family.begin is None or family.begin in family.special
