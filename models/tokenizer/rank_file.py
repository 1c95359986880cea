"""Rank files (``.tiktoken``): a token in base64 and its rank on every line, the most urgent merge first.

Knows nothing about which families of such files there are.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections import Counter

from models.errors import TokenizerError
from models.escaping import escape_text
from models.tokenizer.byte_alphabet import BYTE_CHARACTERS, byte_token
from models.tokenizer.definition import assemble
from models.tokenizer.errors import bad_tokenizer
from models.tokenizer.facts import TokenizerFacts, known_end_ids
from models.tokenizer.kinds.byte_pair import BytePairModel
from models.tokenizer.kinds.kind import MOST_TOKENS
from models.tokenizer.merges import merges_in_order
from models.tokenizer.pre_tokenizers import BYTE_DECODER, find_pre_tokenizer
from models.tokenizer.rank_families import RANK_FAMILIES, RankFamily
from models.tokenizer.tokenizer import Tokenizer
from models.tokenizer.tokenizers_package import paused_collection

_FIRST_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2} \d{1,9}\s")


def looks_like_ranks(start: bytes) -> bool:
    """Whether a file that begins with these bytes is a rank file."""
    return _FIRST_LINE.match(start) is not None


def tokenizer_from_ranks(content: bytes) -> Tokenizer:
    """The tokenizer of a rank file, with the special tokens of its family.

    A file whose content is not the published one is taken for the family that has as many tokens, and the
    tokenizer's facts say so.

    Raises:
        TokenizerError: the file is malformed, or of no known family.
    """
    with paused_collection():
        ranks = read_ranks(content)
        family, notes = _family(content, len(ranks))
        return tokenizer_of_family(ranks, family, notes)


def tokenizer_of_family(ranks: dict[str, int], family: RankFamily, notes: tuple[str, ...] = ()) -> Tokenizer:
    """The tokenizer of ranks whose family is known.

    Args:
        ranks: by token, in the alphabet of bytes.
        family: says how text is cut, and which special tokens there are.
        notes: sentences for the tokenizer's facts.

    Raises:
        TokenizerError: a byte has no token, or a rank none, or that of a special token.
    """
    _check_ranks(ranks, family)
    rule = find_pre_tokenizer(family.rule)
    assert rule is not None
    ordered = sorted(ranks, key=ranks.__getitem__)
    definition = assemble(
        BytePairModel(ranks, merges_in_order(ordered, ranks.keys()), whole_words_first=True),
        family.added(),
        normalizer=rule.normalizer,
        pre_tokenizer={"type": "Sequence", "pretokenizers": list(rule.steps)},
        decoder=BYTE_DECODER,
    )
    begin = family.special.get(family.begin or "")
    facts = TokenizerFacts(known_end_ids(definition.control), begin, notes=notes)
    return Tokenizer(definition, facts, f"ranks of {family.name}")


def read_ranks(content: bytes) -> dict[str, int]:
    """Ranks by token, in the alphabet of bytes.

    Raises:
        TokenizerError: a line is malformed, or a token or rank is there twice.
    """
    ranks: dict[str, int] = {}
    lines = content.split(b"\n")
    if len(lines) > MOST_TOKENS:
        raise bad_tokenizer(f"has {len(lines):,} lines, more than {MOST_TOKENS:,}")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        coded, _, rank = line.rstrip(b"\r").partition(b" ")
        try:
            token = byte_token(binascii.a2b_base64(coded, strict_mode=True))
            value = int(rank) if rank.isdigit() and len(rank) < 10 else -1
        except binascii.Error:
            token, value = "", -1
        if not token or not 0 <= value < MOST_TOKENS:
            shown = escape_text(line.decode("utf-8", "replace"), 60)
            raise bad_tokenizer(f"has no token and rank in line {number:,}: “{shown}”")
        if token in ranks:
            raise bad_tokenizer(
                f"has the token of line {number:,} twice, with the ranks {ranks[token]:,} and {value:,}"
            )
        ranks[token] = value
    if len(set(ranks.values())) != len(ranks):
        (twice, _), *_ = Counter(ranks.values()).most_common(1)
        raise bad_tokenizer(f"gives two tokens the rank {twice:,}")
    return ranks


def _family(content: bytes, count: int) -> tuple[RankFamily, tuple[str, ...]]:
    digest = hashlib.sha256(content).hexdigest()
    for family in RANK_FAMILIES:
        if family.sha256 == digest:
            return family, ()
    for family in RANK_FAMILIES:
        if family.ranks == count:
            note = (
                f"The rank file is not the published one; it is taken for {family.name} because it has "
                f"{count:,} tokens."
            )
            return family, (note,)
    known = ", ".join(f"{family.ranks:,} ({family.name})" for family in RANK_FAMILIES)
    raise TokenizerError(
        "unknown-rank-file",
        f"The rank file has {count:,} tokens, and nothing in it says how text is cut into words.",
        f"Use a tokenizer.json of this model, or a rank file with one of {known} tokens.",
    )


def _check_ranks(ranks: dict[str, int], family: RankFamily) -> None:
    missing = next((character for character in BYTE_CHARACTERS if character not in ranks), None)
    if missing is not None:
        raise bad_tokenizer(f"has no token for the byte {BYTE_CHARACTERS.index(missing):02X}")
    taken = {*ranks.values()}
    special = {*family.special.values()}
    if clash := sorted(taken & special):
        raise bad_tokenizer(f"gives a token the rank {clash[0]:,}, which is a special token's")
    holes = sorted({*range(max(taken) + 1)} - taken - special)
    if holes:
        raise bad_tokenizer(f"has no token of rank {holes[0]:,}")
