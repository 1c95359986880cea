"""The steps around a tokenizer's model, normalizer, pre-tokenizer and decoder: which there are, and their bounds.

Knows nothing about what they do to text: the `tokenizers` library does.

A file from anywhere may ask for steps that fill the memory or never end, so patterns are short, sequences too, and
normalizers may not multiply the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from models.escaping import escape_text
from models.tokenizer.errors import bad_tokenizer

MOST_STEPS = 64
"""The longest sequences in use have about ten."""

LONGEST_PATTERN = 20_000
"""Characters; the longest pattern in use has about a thousand."""

LARGEST_GROWTH = 64
"""How many times longer than the text a normalizer's replacements may make it."""

_PARTS = ("normalizers", "pretokenizers", "decoders")


def flat_steps(step: object) -> Iterator[dict[str, Any]]:
    """A step, or those of a sequence in their order; what is none of it is left out."""
    waiting = [step]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict):
            continue
        if one.get("type") != "Sequence":
            yield one
            continue
        for parts in (one[key] for key in _PARTS if isinstance(one.get(key), list)):
            waiting += reversed(parts)


def has_step(step: object, kind: str) -> bool:
    """Whether a step, or one of a sequence, is of a kind."""
    return any(one.get("type") == kind for one in flat_steps(step))


def check_steps(name: str, step: object) -> None:
    """Make sure that steps cannot ask for more than any tokenizer needs.

    Raises:
        TokenizerError: too many steps, a pattern too long, or replacements that make text too long.
    """
    growth, count = 1.0, 0
    for count, one in enumerate(flat_steps(step), 1):
        kind, pattern = one.get("type"), _pattern(one)
        if count > MOST_STEPS:
            raise bad_tokenizer(f"has more than {MOST_STEPS} steps in its {name}")
        if len(pattern) > LONGEST_PATTERN:
            raise bad_tokenizer(f"has a pattern of {len(pattern):,} characters in its {name}")
        if kind in ("Replace", "Prepend"):
            added = one.get("content", one.get("prepend"))
            # A regular expression may match a single character, or none at all.
            matched = len(pattern) if kind == "Replace" and "Regex" not in one.get("pattern", ()) else 1
            growth *= max(1.0, len(added) / max(matched, 1)) if isinstance(added, str) else 1.0
    if growth > LARGEST_GROWTH:
        raise bad_tokenizer(f"makes text {growth:,.0f} times longer in its {escape_text(name)}")


def _pattern(step: dict[str, Any]) -> str:
    match step.get("pattern"):
        case str(text) | {"String": str(text)} | {"Regex": str(text)}:
            return text
    return ""
