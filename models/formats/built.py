"""Bundles built from weights: graphs of our own, in a precision that suits the provider.

Knows nothing about the formats that weights are read from.
"""

from __future__ import annotations

import math
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.architectures.decoder import DecoderConfiguration, DecoderWeights
from models.bundle import ARRAYS, CHAT_TEMPLATE, FORMAT, TOKENIZER, WEIGHTS, BundleFacts
from models.errors import ModelFileError
from models.escaping import escape_text
from models.formats.format import MAXIMUM_CONTEXT, ImportProgress, ImportRequest, about_maximum
from models.graphs.precision import PRECISIONS, precision_named
from models.import_report import ImportReport, SiteCount, Variant
from models.templates_on_disk import FoundTemplate
from models.tokenizer.tokenizer import Tokenizer
from models.wiring import BodyInput, CacheTensor, Role, Wiring

PRECISION_NAMES = tuple(precision.name for precision in PRECISIONS)
PRECISION_FOR_PROVIDER = {"CPU": "int8", "CUDA": "fp16"}


@dataclass(frozen=True, slots=True)
class Built:
    """What a format has read of a model that a graph is built for.

    Args:
        name: of the model, for people.
        sizes: of the decoder.
        weights: of the decoder.
        tokenizer: of the model.
        template: chat template, if it has one.
        source_sha256: of the source's content.
        source_precision: how the source keeps most weights, for people.
        shapes: of all tensors of the source.
        licence: what the source says of it.
    """

    name: str
    sizes: DecoderConfiguration
    weights: DecoderWeights
    tokenizer: Tokenizer
    template: FoundTemplate | None
    source_sha256: str
    source_precision: str
    shapes: Sequence[Sequence[int]]
    licence: str | None


def common_type(tensors: Iterable[tuple[str, Sequence[int]]]) -> str:
    """The type that most numbers have.

    Args:
        tensors: type and shape of each.
    """
    counts: Counter[str] = Counter()
    for kind, shape in tensors:
        counts[kind] += math.prod(shape)
    return counts.most_common(1)[0][0] if counts else ""


def precision_for(request: ImportRequest) -> str:
    """Name of the precision that a request means.

    Raises:
        ModelFileError: there is no such precision.
    """
    if request.variant and request.variant not in PRECISION_NAMES:
        raise ModelFileError(
            "no-such-variant",
            f"There is no precision “{escape_text(request.variant)}”.",
            f"Choose one of {', '.join(PRECISION_NAMES)}.",
        )
    return request.variant or PRECISION_FOR_PROVIDER[request.provider]


def build(built: Built, request: ImportRequest, folder: Path, progress: ImportProgress) -> BundleFacts:
    """Write graphs, weights, tokenizer and template of a bundle.

    Args:
        built: what was read.
        request: what was asked for.
        folder: to write into.
        progress: called with parts done and in all.

    Raises:
        OSError: the folder cannot be written.
    """
    # Building graphs is wanted once in a model's life: what it needs is imported only then.
    from models.graphs.decoder_graph import BODY, HEAD_INPUT, HEAD_OUTPUT, DecoderGraphWriter
    from models.graphs.decoder_sites import KIND, attention_sites, site_arrays

    precision = precision_named(precision_for(request))
    sizes = built.sizes
    capacity = min(sizes.context, MAXIMUM_CONTEXT)
    needed = math.ceil(sum(map(math.prod, built.shapes)) * precision.bytes_per_weight)
    request.tools.check_memory(built.name, needed)
    _check_disk(built.name, needed, folder)
    precision_error = DecoderGraphWriter(sizes, precision, capacity, folder).write(built.weights, progress)
    (folder / TOKENIZER).write_text(built.tokenizer.to_json(), "utf-8")
    if built.template is not None:
        (folder / CHAT_TEMPLATE).write_text(built.template.source, "utf-8")
    with (folder / ARRAYS).open("wb") as file:
        np.savez(file, **site_arrays(sizes, capacity))  # type: ignore[arg-type]

    activations = precision.activations
    wiring = Wiring(
        inputs=(
            BodyInput(BODY.ids, Role.IDS, "int64", 2),
            BodyInput(BODY.last_positions, Role.LAST_POSITION, "int32", 1),
            BodyInput(BODY.total_length, Role.TOTAL_LENGTH, "int32", 0),
        ),
        caches=tuple(
            CacheTensor(
                BODY.past(layer, part),
                BODY.present(layer, part),
                part,
                sizes.key_value_heads,
                sizes.head_size,
            )
            for layer in range(sizes.layers)
            for part in ("key", "value")
        ),
        in_place=True,
        cache_dtype=activations,
        hidden=BODY.hidden,
        hidden_dtype=activations,
        hidden_rank=3,
        hidden_width=sizes.width,
        head_input=HEAD_INPUT,
        head_rank=2,
        head_output=HEAD_OUTPUT,
        logits_dtype="float32",
        query_dtype=activations,
    )
    sites = attention_sites(sizes)
    size = np.dtype(activations).itemsize
    weight_bytes = (folder / WEIGHTS).stat().st_size
    report = ImportReport(
        recognised=request.found.recognised,
        format=request.found.kind.value,
        source=str(request.found.path),
        sites=(SiteCount(KIND, sizes.layers),),
        attention_refused=None,
        source_precision=built.source_precision,
        precision=precision.label,
        precision_error=precision_error,
        tokenizer=built.tokenizer.facts.description,
        chat_template=None if built.template is None else f"from {built.template.origin}",
        weight_bytes=weight_bytes,
        cache_bytes=2 * sizes.layers * sizes.key_width * capacity * size,
        capture_bytes=(sizes.layers * sizes.query_width + sizes.width) * capacity * size,
        disk_bytes=sum(file.stat().st_size for file in folder.iterdir()),
        variants=tuple(Variant(one.name, 0) for one in PRECISIONS),
        variant=precision.name,
        warnings=(
            *request.found.warnings,
            *sizes.warnings,
            *about_maximum(sizes.context),
            *built.tokenizer.facts.notes,
        ),
    )
    return BundleFacts(
        format=FORMAT,
        name=built.name,
        architecture=sizes.architecture,
        parameters=sum(math.prod(shape) for shape in built.shapes),
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
        wiring=wiring,
        source=request.found.path.name,
        source_sha256=built.source_sha256,
        licence=built.licence,
        tokenizer=built.tokenizer.facts,
        report=report,
    )


def _check_disk(name: str, needed: int, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise ModelFileError(
            "disk-full",
            f"{name} needs {needed / 1e9:,.1f} GB on the disk of {folder.parent}, which has "
            f"{free / 1e9:,.1f} GB free.",
            "Make room on that disk or set VITRINE_DATA_DIR to a folder on another.",
        )
