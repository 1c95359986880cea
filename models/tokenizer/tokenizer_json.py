"""A tokenizer's parts from the content of a ``tokenizer.json``.

Knows the form of that file, not how text is cut and merged.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from models.escaping import escape_text
from models.tokenizer.added_tokens import read_added_tokens
from models.tokenizer.definition import TokenizerDefinition, assemble
from models.tokenizer.errors import bad_tokenizer, unsupported_tokenizer
from models.tokenizer.kinds import MODEL_KINDS
from models.tokenizer.kinds.kind import TokenModel

MOST_PARTS = 10_000_000
"""Most objects, lists and items; the largest tokenizers in use have a quarter of it."""


def read_definition(text: str) -> TokenizerDefinition:
    """The parts of a tokenizer from the content of a ``tokenizer.json``.

    Truncation, padding and the post-processor are left out: they would change what a person typed.

    Raises:
        TokenizerError: malformed, or of a kind that is not supported.
    """
    return definition_from(read_content(text))


def definition_from(content: dict[str, Any]) -> TokenizerDefinition:
    """The same from the file's object."""
    model = _model(content.get("model"))
    return assemble(
        model,
        read_added_tokens(content.get("added_tokens")),
        normalizer=content.get("normalizer"),
        pre_tokenizer=content.get("pre_tokenizer"),
        decoder=content.get("decoder"),
    )


def read_content(text: str) -> dict[str, Any]:
    """The object in a ``tokenizer.json``.

    Raises:
        TokenizerError: there is none, something is in it twice, or it has more parts than a tokenizer can have.
    """
    parts = sum(map(text.count, "{[,"))
    if parts > MOST_PARTS:
        raise bad_tokenizer(f"has about {parts:,} parts, more than {MOST_PARTS:,}")
    try:
        content = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise bad_tokenizer(f"is no JSON ({escape_text(str(error))})") from error
    if not isinstance(content, dict):
        raise bad_tokenizer("has no model")
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        (name, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        raise bad_tokenizer(f"has “{escape_text(name)}” twice")
    return found


def _model(content: object) -> TokenModel:
    if not isinstance(content, dict):
        raise bad_tokenizer("has no model")
    named = content.get("type")
    for kind in MODEL_KINDS:
        if named == kind.TYPE or (named is None and kind.recognises(content)):
            return kind.read(content)
    if named is None:
        raise bad_tokenizer("has no model with vocabulary")
    raise unsupported_tokenizer(f"is of the kind {escape_text(str(named))}")
