"""The ways in which a repository offers its model, and the files that each of them needs.

Knows file names only: nothing was fetched yet. What the files hold is checked when the model is opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from models.errors import VitrineError
from models.escaping import escape_text
from models.hub.file_names import check_names
from models.hub.repository import Repository
from models.hub.variants.gguf import gguf_variants
from models.hub.variants.onnx import genai_variants, onnx_variants
from models.hub.variants.safetensors import safetensors_variants
from models.hub.variants.variant import Variant, key_of

__all__ = ["FINDERS", "Variant", "find_variants", "variant_named"]

FINDERS = (
    genai_variants,
    onnx_variants,
    gguf_variants,
    safetensors_variants,
)
"""One for each kind of model, the kind to be preferred first; each gives its variants, the preferred first."""


def find_variants(repository: Repository) -> tuple[Variant, ...]:
    """The variants of a repository, the one to be preferred first.

    Raises:
        VitrineError: there is none (``nothing-to-open``), or a file that one needs has a name that is refused
            (``unsafe-file-name``).
    """
    found = [variant for find in FINDERS for variant in find(repository.files)]
    if not found:
        endings = sorted({PurePosixPath(file.name).suffix for file in repository.files} - {"", ".md"})
        raise VitrineError(
            "nothing-to-open",
            f"{escape_text(repository.name)} holds no ONNX graph, no GGUF file and no safetensors checkpoint"
            f" ({escape_text(', '.join(endings)) or 'no files of a model'}).",
            "Look on the hub for an ONNX, GGUF or safetensors version of the model.",
        )
    for variant in found:
        check_names([file.name for file in variant.files])
    return tuple(_with_unique_keys(found))


def variant_named(variants: tuple[Variant, ...], key: str) -> Variant:
    """The variant that somebody asks for.

    Args:
        variants: of a repository.
        key: its key in any case, or the name of its graph or file; empty for the preferred one.

    Raises:
        VitrineError: there is none of that name (``no-such-variant``).
    """
    if not key:
        return variants[0]
    for variant in variants:
        main = PurePosixPath(variant.opens)
        if key.casefold() in (variant.key.casefold(), main.name.casefold(), main.stem.casefold()):
            return variant
    raise VitrineError(
        "no-such-variant",
        f"There is no variant “{escape_text(key)}”.",
        f"Choose one of {escape_text(', '.join(one.key for one in variants), 600)}.",
    )


def _with_unique_keys(found: list[Variant]) -> Iterable[Variant]:
    keys = [variant.key.casefold() for variant in found]
    taken: set[str] = set()
    for number, variant in enumerate(found):
        key = variant.key
        if keys.count(key.casefold()) > 1:
            key = key_of(variant.opens.removesuffix(".onnx").removesuffix(".gguf")) or variant.kind
        if key.casefold() in taken:
            key = f"{key}-{number}"
        taken.add(key.casefold())
        yield Variant(key, variant.kind, variant.opens, variant.files)
