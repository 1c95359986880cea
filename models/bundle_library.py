"""The bundles on this machine: a model file is imported once and found by its content afterwards.

Knows nothing about running a bundle.
"""

from __future__ import annotations

import math
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from models.architectures import architecture_of
from models.architectures.decoder import DecoderConfiguration
from models.attention_site import AttentionSite
from models.bundle import CHAT_TEMPLATE, FACTS, FORMAT, TOKENIZER, Bundle, BundleFacts
from models.directories import cache_directory
from models.errors import ModelFileError
from models.files import FileKind, content_hash, displayed_name, recognise
from models.gguf.reader import GgufFile, read_gguf
from models.tokenizer.gguf_tokenizer import tokenizer_from_gguf
from models.tokenizer.tokenizer import TokenizerFacts

if TYPE_CHECKING:
    from models.graphs.precision import Precision

MAXIMUM_CONTEXT = 8192
"""Positions a key/value cache is made for at most."""

PRECISION_FOR_PROVIDER = {"CPU": "int8", "CUDA": "fp16"}


def ready_bundle(path: Path, provider: str, progress: Callable[[int, int], None]) -> tuple[Bundle, bool]:
    """The bundle of a model file, imported now if it was not before.

    Args:
        path: a GGUF file, or the folder of a bundle.
        provider: ``"CPU"`` or ``"CUDA"``: decides the precision.
        progress: called with parts done and parts in all while importing; may raise to stop.

    Returns:
        The bundle, and whether it had to be imported.

    Raises:
        ModelFileError: the file is not a model, damaged or not supported.
        TokenizerError: its tokenizer is not supported.
        VitrineError: no folder for it, or no room.
    """
    kind = recognise(path)
    if kind is FileKind.FOLDER:
        return Bundle.open(path), False
    if kind is not FileKind.GGUF:
        raise ModelFileError(
            "unsupported-format",
            f"{displayed_name(path)} is a {kind.value} file, which this version does not open.",
            "Choose a GGUF file.",
        )
    digest = content_hash(path)
    precision = PRECISION_FOR_PROVIDER[provider]
    folder = cache_directory() / "bundles" / f"{digest[:24]}-{precision}-{FORMAT}"
    if folder.is_dir():
        try:
            return Bundle.open(folder), False
        except ModelFileError:
            # Set aside, not deleted: somebody may want to know what happened to it.
            folder.rename(folder.with_name(f"{folder.name}.damaged-{os.getpid()}"))
    return _import_gguf(path, digest, precision, folder, progress), True


def _import_gguf(
    path: Path, digest: str, precision_name: str, folder: Path, progress: Callable[[int, int], None]
) -> Bundle:
    file = read_gguf(path)
    architecture = architecture_of(file)
    sizes = architecture.configuration(file)
    weights = architecture.weights(file, sizes)
    tokenizer = tokenizer_from_gguf(file)
    if tokenizer.vocabulary_size > sizes.vocabulary:
        raise ModelFileError(
            "vocabulary-mismatch",
            f"The tokenizer has {tokenizer.vocabulary_size:,} tokens, the model {sizes.vocabulary:,}.",
            "The file is damaged or was put together from two models; get it again.",
        )

    # Building graphs is wanted once in a model's life: what it needs is imported only then.
    from models.graphs.decoder_graph import DecoderGraphWriter
    from models.graphs.precision import precision_named

    precision = precision_named(precision_name)
    capacity = min(sizes.context, MAXIMUM_CONTEXT)
    facts = _facts(file, path, digest, precision, sizes, capacity, tokenizer.facts)
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix="importing-", dir=folder.parent))
    try:
        DecoderGraphWriter(sizes, precision, capacity, making).write(weights, progress)
        (making / TOKENIZER).write_text(tokenizer.to_json(), "utf-8")
        template = file.metadata.get("tokenizer.chat_template")
        if isinstance(template, str):
            (making / CHAT_TEMPLATE).write_text(template, "utf-8")
        (making / FACTS).write_text(facts.to_json(), "utf-8")
        _publish(making, folder)
    except OSError as error:
        raise ModelFileError(
            "import-failed",
            f"{displayed_name(path)} could not be imported into {folder.parent} ({error.strerror or error}).",
            "Make room on that disk or set VITRINE_DATA_DIR to a folder on another.",
        ) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return Bundle.open(folder)


def _publish(making: Path, folder: Path) -> None:
    """Give a finished folder its name, unless another process was faster."""
    try:
        making.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _facts(
    file: GgufFile,
    path: Path,
    digest: str,
    precision: Precision,
    sizes: DecoderConfiguration,
    capacity: int,
    tokenizer: TokenizerFacts,
) -> BundleFacts:
    from models.graphs.decoder_graph import BODY

    sites = tuple(
        AttentionSite(
            layer=layer,
            heads=sizes.heads,
            key_value_heads=sizes.key_value_heads,
            head_size=sizes.head_size,
            scale=1 / math.sqrt(sizes.head_size),
            rope_base=sizes.rope_base,
            rope_dimensions=sizes.rope_dimensions,
            query_output=BODY.query(layer),
            key_cache=BODY.present(layer, "key"),
        )
        for layer in range(sizes.layers)
    )
    licence = file.metadata.get("general.license")
    return BundleFacts(
        format=FORMAT,
        name=_name(path),
        architecture=sizes.architecture,
        parameters=sum(math.prod(tensor.shape) for tensor in file.tensors.values()),
        precision=precision.name,
        precision_label=precision.label,
        layers=sizes.layers,
        heads=sizes.heads,
        key_value_heads=sizes.key_value_heads,
        head_size=sizes.head_size,
        width=sizes.width,
        vocabulary=sizes.vocabulary,
        context=capacity,
        sites=sites,
        source=path.name,
        source_sha256=digest,
        licence=licence if isinstance(licence, str) else None,
        tokenizer=tokenizer,
    )


def _name(path: Path) -> str:
    """The file's name without ending and quantization: general.name is often an internal one."""
    stem = path.stem
    head, dot, tail = stem.rpartition(".")
    is_quantization = dot and tail[:1] in "QFBI" and any(letter.isdigit() for letter in tail)
    return head if is_quantization else stem
