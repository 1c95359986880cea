"""What a byte-level BPE tokenizer is made of, read from and written to ``tokenizer.json``.

Knows the form of that file, not how text is cut and merged.

The form: https://huggingface.co/docs/tokenizers, class ``Tokenizer``, ``to_str``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from models.errors import TokenizerError
from models.escaping import escape_text

MOST_TOKENS = 1_000_000
"""No vocabulary is larger; a larger token ID is a mistake or an attempt to fill the memory."""

_FOREIGN_OPTIONS = ("byte_fallback", "continuing_subword_prefix", "end_of_word_suffix")
"""Options of BPE models that are not byte-level."""


def bad_tokenizer(what: str) -> TokenizerError:
    """The error for tokenizer data that cannot be; `what` is a clause about the tokenizer."""
    return TokenizerError("bad-tokenizer", f"The tokenizer {what}.", "Use another file of this model.")


@dataclass(frozen=True, slots=True, eq=False)
class TokenizerDefinition:
    """The parts of a tokenizer.

    Args:
        vocabulary: IDs of ordinary tokens, in the byte alphabet.
        merges: pairs of tokens that become one, the most urgent first.
        control: IDs of control tokens, by name; not in the vocabulary.
        markers: IDs of tokens that are text to people but matched whole, and in templates only, by name;
            not in the vocabulary.
        normalizer: in the form of ``tokenizer.json``, if any.
        pre_tokenizer: likewise.
        whole_words_first: whether a word that is a token is taken whole, whatever the merges say.
    """

    vocabulary: dict[str, int]
    merges: list[tuple[str, str]]
    control: dict[str, int]
    markers: dict[str, int]
    normalizer: dict[str, Any] | None
    pre_tokenizer: dict[str, Any]
    whole_words_first: bool

    @property
    def vocabulary_size(self) -> int:
        """One past the largest token ID."""
        numbers = (*self.vocabulary.values(), *self.control.values(), *self.markers.values())
        return max(numbers, default=-1) + 1

    def shell(self) -> str:
        """A ``tokenizer.json`` with everything but tokens and merges."""
        return json.dumps(self._outer([], {"type": "BPE", "vocab": {}, "merges": []}))

    def to_json(self) -> str:
        """The whole ``tokenizer.json``."""
        added = [
            {
                "id": number,
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": token in self.control,
            }
            for token, number in sorted((self.control | self.markers).items(), key=lambda item: item[1])
        ]
        model = {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": self.whole_words_first,
            # Elsewhere, an added token outside the vocabulary would be given another ID.
            "vocab": self.vocabulary | self.control | self.markers,
            "merges": self.merges,
        }
        return json.dumps(self._outer(added, model), ensure_ascii=False)

    def _outer(self, added: list[dict[str, Any]], model: dict[str, Any]) -> dict[str, Any]:
        return {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added,
            "normalizer": self.normalizer,
            "pre_tokenizer": self.pre_tokenizer,
            "post_processor": None,
            "decoder": {
                "type": "ByteLevel",
                "add_prefix_space": False,
                "trim_offsets": True,
                "use_regex": True,
            },
            "model": model,
        }


def read_definition(text: str) -> TokenizerDefinition:
    """The parts of a tokenizer from the content of a ``tokenizer.json``.

    Truncation, padding and the post-processor are left out: they would change what a person typed.

    Raises:
        TokenizerError: malformed, or not byte-level BPE.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise bad_tokenizer(f"is no JSON ({escape_text(str(error))})") from error
    match content:
        case {"model": {"type": "BPE", "vocab": dict(vocabulary), "merges": list(merges)} as model}:
            pass
        case {"model": {"type": str(kind)}} if kind != "BPE":
            raise TokenizerError(
                "unsupported-tokenizer",
                f"The tokenizer is of the kind {escape_text(kind)}; only byte-level BPE is supported.",
                "Use a model with such a tokenizer.",
            )
        case _:
            raise bad_tokenizer("has no model with vocabulary and merges")
    pre_tokenizer = content.get("pre_tokenizer")
    if not _is_byte_level(pre_tokenizer) or any(model.get(option) for option in _FOREIGN_OPTIONS):
        raise TokenizerError(
            "unsupported-tokenizer",
            "The tokenizer's BPE is not byte-level; only byte-level BPE is supported.",
            "Use a model with such a tokenizer.",
        )
    if not all(type(number) is int for number in vocabulary.values()):
        raise bad_tokenizer("has a token whose ID is no whole number")
    control, markers = _added_tokens(content.get("added_tokens"))
    return assemble(
        vocabulary=vocabulary,
        merges=merges,
        control=control,
        markers=markers,
        normalizer=content.get("normalizer"),
        pre_tokenizer=pre_tokenizer,
        whole_words_first=bool(model.get("ignore_merges")),
    )


def assemble(
    *,
    vocabulary: dict[str, int],
    merges: Iterable[object],
    control: dict[str, int],
    markers: dict[str, int],
    normalizer: dict[str, Any] | None,
    pre_tokenizer: dict[str, Any],
    whole_words_first: bool,
) -> TokenizerDefinition:
    """A definition whose parts fit together; arguments as the class, but for two.

    Args:
        vocabulary: may still have the control tokens and markers; left in it, they could come out of ordinary
            text.
        merges: pairs, or pairs joined by a space.

    Raises:
        TokenizerError: an ID is out of range or taken twice, a merge is no pair or names a missing token.
    """
    apart = control.keys() | markers.keys()
    owners: dict[int, str] = {}
    for group in (vocabulary, control, markers):
        for token, number in group.items():
            if not 0 <= number < MOST_TOKENS:
                raise bad_tokenizer(f"gives “{escape_text(token)}” the ID {number:,}, which is out of range")
            if owners.setdefault(number, token) != token:
                first, second = escape_text(owners[number]), escape_text(token)
                raise bad_tokenizer(f"gives “{first}” and “{second}” the same ID {number:,}")
    pairs = []
    for left, right in map(_pair, merges):
        for token in (left, right, left + right):
            if token in apart:
                break
            if token not in vocabulary:
                pair = escape_text(f"{left} {right}")
                raise bad_tokenizer(f"has the merge “{pair}” but no token “{escape_text(token)}”")
        else:
            pairs.append((left, right))
    ordinary = {token: number for token, number in vocabulary.items() if token not in apart}
    return TokenizerDefinition(
        ordinary, pairs, control, markers, normalizer, pre_tokenizer, whole_words_first
    )


def _is_byte_level(pre_tokenizer: object) -> bool:
    match pre_tokenizer:
        case {"type": "ByteLevel"}:
            return True
        case {"type": "Sequence", "pretokenizers": list(steps)}:
            return any(_is_byte_level(step) for step in steps)
    return False


def _added_tokens(entries: object) -> tuple[dict[str, int], dict[str, int]]:
    """Control tokens and markers of the list ``added_tokens``."""
    control: dict[str, int] = {}
    markers: dict[str, int] = {}
    if entries is None:
        return control, markers
    for entry in entries if isinstance(entries, list) else [entries]:
        match entry:
            case {"id": int(number), "content": str(token), **rest} if token:
                (control if rest.get("special") else markers)[token] = number
            case _:
                raise bad_tokenizer(f"has an added token without name or ID: {escape_text(str(entry))}")
    return control, markers


def _pair(merge: object) -> tuple[str, str]:
    parts = merge.split(" ") if isinstance(merge, str) else merge
    if isinstance(parts, list) and len(parts) == 2:
        left, right = parts
        if isinstance(left, str) and isinstance(right, str):
            return left, right
    raise bad_tokenizer(f"has a merge that is no pair: “{escape_text(str(merge))}”")
