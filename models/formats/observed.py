"""Bundles of exports: the export's own graph with outputs to look inside, its weights where they are.

Knows nothing about folders; a format finds the files and says what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.bundle import (
    ARRAYS,
    BODY_GRAPH,
    CHAT_TEMPLATE,
    FORMAT,
    HEAD_GRAPH,
    TOKENIZER,
    BundleFacts,
    SourceFile,
)
from models.exports.outline import Outline
from models.import_report import ImportReport, Variant
from models.observing.observe import Observed
from models.observing.precision import describe_precision
from models.observing.sizes import count_parameters
from models.templates_on_disk import FoundTemplate
from models.tokenizer.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """What is known of an export besides its graph.

    Args:
        name: of the model, for people.
        architecture: what its configuration says, ``""`` where it has none.
        recognised: what it is, for people.
        source: path as it was given.
        tokenizer: of the model.
        template: chat template, if it has one.
        source_sha256: of the source's content.
        licence: what the source says of it.
        variants: graphs of the source that could be opened.
        variant: which of them this is.
        warnings: sentences for the report.
    """

    name: str
    architecture: str
    recognised: str
    source: Path
    tokenizer: Tokenizer
    template: FoundTemplate | None
    source_sha256: str
    licence: str | None
    variants: tuple[Variant, ...] = ()
    variant: str = ""
    warnings: tuple[str, ...] = ()


def write_observed(outline: Outline, observed: Observed, export: Export, folder: Path) -> BundleFacts:
    """Write graphs, arrays, tokenizer and template of a bundle.

    Args:
        outline: of the export's graph.
        observed: what was found in it.
        export: what else is known.
        folder: to write into.

    Raises:
        OSError: the folder cannot be written.
    """
    (folder / BODY_GRAPH).write_bytes(observed.body)
    (folder / HEAD_GRAPH).write_bytes(observed.head)
    if observed.arrays:
        with (folder / ARRAYS).open("wb") as file:
            np.savez(file, allow_pickle=False, **observed.arrays)
    (folder / TOKENIZER).write_text(export.tokenizer.to_json(), "utf-8")
    if export.template is not None:
        (folder / CHAT_TEMPLATE).write_text(export.template.source, "utf-8")
    wiring, sites = observed.wiring, observed.sites
    layers = len(sites) or max(len(wiring.caches) // 2, 1)
    heads = max((site.heads for site in sites), default=0)
    precision = describe_precision(outline.model.graph, outline.weight_bytes)
    weight_bytes = sum(outline.weight_bytes.values())
    paths = {str(one.real) for one in outline.files} | {str(outline.path.resolve())}
    files = [SourceFile.of(Path(path)) for path in sorted(paths)]
    report = ImportReport(
        recognised=export.recognised,
        format="onnx",
        source=str(export.source),
        sites=observed.counts,
        attention_refused=observed.refused,
        source_precision=precision,
        precision=precision,
        precision_error=0.0,
        tokenizer=export.tokenizer.facts.description,
        chat_template=None if export.template is None else f"from {export.template.origin}",
        weight_bytes=weight_bytes,
        cache_bytes=_cache_bytes(observed),
        capture_bytes=_capture_bytes(observed),
        disk_bytes=sum(file.size for file in files) + sum(one.stat().st_size for one in folder.iterdir()),
        variants=export.variants,
        variant=export.variant,
        warnings=export.warnings,
    )
    keys = next((tensor for tensor in wiring.caches if tensor.part != "value"), wiring.caches[0])
    return BundleFacts(
        format=FORMAT,
        name=export.name,
        architecture=export.architecture,
        parameters=count_parameters(outline.model.graph),
        precision=precision,
        precision_label=precision,
        layers=layers,
        heads=heads,
        key_value_heads=keys.heads,
        head_size=keys.size,
        width=wiring.hidden_width,
        vocabulary=observed.vocabulary,
        context=observed.context,
        sites=sites,
        wiring=wiring,
        source=export.source.name,
        source_sha256=export.source_sha256,
        licence=export.licence,
        tokenizer=export.tokenizer.facts,
        report=report,
        weights_folder=str(outline.folder),
        source_files=tuple(files),
        untouched=str(outline.path.absolute()),
        untouched_logits=observed.logits,
    )


def _cache_bytes(observed: Observed) -> int:
    wiring = observed.wiring
    size = np.dtype(wiring.cache_dtype).itemsize
    both = sum(one.heads * one.size * (2 if one.part == "both" else 1) for one in wiring.caches)
    # What does not append in place is there as past and as present.
    return both * size * observed.context * (1 if wiring.in_place else 2)


def _capture_bytes(observed: Observed) -> int:
    wiring = observed.wiring
    queries = sum(
        site.heads * site.head_size if site.projection is None else site.width for site in observed.sites
    )
    sizes = queries * np.dtype(wiring.query_dtype).itemsize
    return (sizes + wiring.hidden_width * np.dtype(wiring.hidden_dtype).itemsize) * observed.context
