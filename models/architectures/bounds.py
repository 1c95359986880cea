"""Bounds of the sizes of a model, and the errors for what is not supported.

Knows nothing about formats or architectures.
"""

from __future__ import annotations

from models.errors import ModelFileError
from models.escaping import escape_text

LARGEST_SIZE = 2**24
"""More than any size of a model, and small enough that products of two of them are harmless."""

LARGEST_HEAD = 4096
"""Entries of one head; kernels take a few hundred."""

MOST_LAYERS = 4096

SMALLEST_BASE, LARGEST_BASE = 1.001, 1e12
"""Of rotary embedding; long-context models go up to 10⁹."""


def unsupported(architecture: str, meaning: str, field: str, value: object) -> ModelFileError:
    """The error for a file that asks for something that is not supported.

    Args:
        architecture: the file's own name for it.
        meaning: what it asks for, a noun.
        field: where it says so.
        value: what it says.
    """
    return ModelFileError(
        "unsupported-architecture",
        f"This {escape_text(architecture)} model uses {meaning} ({field} = {escape_text(str(value))}), "
        "which is not supported.",
        "Choose a model without it.",
    )


def impossible(field: str, value: object, clause: str) -> ModelFileError:
    """The error for a field that contradicts others; `clause` follows the value."""
    return ModelFileError(
        "bad-metadata",
        f"“{field}” is {escape_text(str(value))}, {clause}.",
        "Use another file of this model.",
    )


def check_heads(heads: int, key_value_heads: int, head_size: int, field: str) -> None:
    """Make sure that as many query heads share each key head, and that heads have a sane size.

    Args:
        heads: of queries.
        key_value_heads: of keys.
        head_size: entries of one.
        field: that tells the number of key heads.

    Raises:
        ModelFileError: they do not.
    """
    if head_size > LARGEST_HEAD:
        raise impossible("head size", head_size, f"more than {LARGEST_HEAD:,}")
    if heads % key_value_heads:
        raise impossible(field, key_value_heads, f"which does not divide {heads} heads")


def beyond_original(original: int, context: int) -> str:
    """The warning of a model whose context is restricted to that of its short rotary factors."""
    return (
        f"The model was made for {context:,} positions; here it has {original:,}, because beyond them it turns "
        "queries and keys by other angles, which would change what was read before."
    )
