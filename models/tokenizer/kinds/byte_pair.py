"""Byte-pair encoding: characters of a word are joined, the most urgent pair first.

Knows nothing about what the characters stand for. Sources: Sennrich et al. 2016 (arXiv:1508.07909); the form is
that of the class ``BPE`` of the `tokenizers` library.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from models.escaping import escape_text
from models.tokenizer.errors import bad_tokenizer
from models.tokenizer.kinds.kind import TokenModel, checked_unknown, checked_vocabulary, text_or_none

if TYPE_CHECKING:
    import tokenizers

MOST_MERGES = 10_000_000
"""The largest tokenizers in use have half a million."""


@dataclass(frozen=True, eq=False)
class BytePairModel(TokenModel):
    """A BPE model.

    Args:
        vocabulary: IDs of tokens.
        merges: pairs of tokens that become one, the most urgent first.
        unknown: name of the token for what cannot be written.
        fuse_unknown: whether a run of unknown characters becomes one token.
        byte_fallback: whether unknown characters become tokens ``<0x..>`` of their bytes.
        whole_words_first: whether a word that is a token is taken whole, whatever the merges say.
        prefix: of tokens that do not begin a word, such as ``##``.
        suffix: of tokens that end a word, such as ``</w>``.
    """

    TYPE: ClassVar[str] = "BPE"

    vocabulary: dict[str, int]
    merges: list[tuple[str, str]]
    unknown: str | None = None
    fuse_unknown: bool = False
    byte_fallback: bool = False
    whole_words_first: bool = False
    prefix: str | None = None
    suffix: str | None = None

    @classmethod
    def recognises(cls, content: Mapping[str, Any]) -> bool:
        """Whether an old ``tokenizer.json``, which names no type, has a model of this kind."""
        return "merges" in content

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> BytePairModel:
        """The model from the object ``model`` of a ``tokenizer.json``; dropout, which is for training, is left out.

        Raises:
            TokenizerError: a part is missing, malformed or contradicts another.
        """
        vocabulary = checked_vocabulary(content.get("vocab"))
        merges = content.get("merges")
        if not isinstance(merges, list):
            raise bad_tokenizer("has no list of merges")
        prefix = text_or_none(content, "continuing_subword_prefix")
        return cls(
            vocabulary,
            checked_merges(merges, vocabulary, prefix),
            checked_unknown(content.get("unk_token"), vocabulary),
            bool(content.get("fuse_unk")),
            bool(content.get("byte_fallback")),
            bool(content.get("ignore_merges")),
            prefix,
            text_or_none(content, "end_of_word_suffix"),
        )

    def without(self, names: Iterable[str]) -> BytePairModel:
        """This model unable to make the tokens of these names out of text; the unknown token stays."""
        apart = set(names) & self.vocabulary.keys()
        if not apart:
            return self
        cut = len(self.prefix or "")
        merges = [
            (left, right)
            for left, right in self.merges
            if left not in apart and right not in apart and left + right[cut:] not in apart
        ]
        apart.discard(self.unknown or "")
        vocabulary = {token: number for token, number in self.vocabulary.items() if token not in apart}
        return replace(self, vocabulary=vocabulary, merges=merges)

    def to_dict(self, added: dict[str, int]) -> dict[str, Any]:
        """The object ``model`` of a ``tokenizer.json``, with added tokens back at their IDs."""
        return {
            "type": self.TYPE,
            "dropout": None,
            "unk_token": self.unknown,
            "continuing_subword_prefix": self.prefix,
            "end_of_word_suffix": self.suffix,
            "fuse_unk": self.fuse_unknown,
            "byte_fallback": self.byte_fallback,
            "ignore_merges": self.whole_words_first,
            # Elsewhere, an added token outside the vocabulary would be given another ID.
            "vocab": self.vocabulary | added,
            "merges": self.merges,
        }

    def build(self, added: dict[str, int]) -> tokenizers.models.Model:
        """The library's model; `added` are tokens that will be matched as a whole, with their IDs."""
        from tokenizers.models import BPE

        return BPE(
            vocab=self.vocabulary | added,
            merges=self.merges,
            unk_token=self.unknown,
            fuse_unk=self.fuse_unknown,
            byte_fallback=self.byte_fallback,
            ignore_merges=self.whole_words_first,
            **({} if self.prefix is None else {"continuing_subword_prefix": self.prefix}),
            **({} if self.suffix is None else {"end_of_word_suffix": self.suffix}),
        )


def checked_merges(
    merges: Iterable[object], vocabulary: Mapping[str, int], prefix: str | None = None
) -> list[tuple[str, str]]:
    """Merges as pairs.

    Args:
        merges: pairs, or pairs joined by a space.
        vocabulary: has every token that they name.
        prefix: that the right part loses.

    Raises:
        TokenizerError: one is no pair, or names a missing token; or there are too many.
    """
    pairs = [_pair(merge) for merge in merges]
    if len(pairs) > MOST_MERGES:
        raise bad_tokenizer(f"has {len(pairs):,} merges, more than {MOST_MERGES:,}")
    cut = len(prefix or "")
    for left, right in pairs:
        if left in vocabulary and right in vocabulary and left + right[cut:] in vocabulary:
            continue
        missing = next(one for one in (left, right, left + right[cut:]) if one not in vocabulary)
        pair = escape_text(f"{left} {right}")
        raise bad_tokenizer(f"has the merge “{pair}” but no token “{escape_text(missing)}”")
    return pairs


def _pair(merge: object) -> tuple[str, str]:
    parts = merge.split(" ") if isinstance(merge, str) else merge
    if isinstance(parts, (list, tuple)) and len(parts) == 2:
        left, right = parts
        if isinstance(left, str) and isinstance(right, str) and left and right:
            return left, right
    raise bad_tokenizer(f"has a merge that is no pair: “{escape_text(str(merge))}”")
