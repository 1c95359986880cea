"""ONNX exports: the graph of whoever made it, observed; its weights stay where they are.

Knows nothing about how a graph is understood; `models.observing` does.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from models.bundle import BundleFacts
from models.checkpoint_config import ConfigFields
from models.errors import ModelFileError
from models.exports.folder import ModelFolder
from models.exports.layouts import FolderKind
from models.files import displayed_name
from models.formats.companions import template_beside, tokenizer_beside
from models.formats.format import MAXIMUM_CONTEXT, ImportProgress, ImportRequest, about_maximum
from models.import_report import Variant
from models.json_document import read_json_file
from models.model_card import folder_licence, model_name

UNKNOWN_CONTEXT = 2048
"""Positions where nothing says how many the model was trained for."""

LARGEST_CONTEXT = 1 << 30
_CONTEXT_KEYS = ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len")
_PARTS = 4


class OnnxExportFormat:
    """See the module."""

    kind = FolderKind.ONNX

    def key(self, request: ImportRequest) -> str:
        """As `ModelFormat.key`."""
        variant = request.found.variant(request.variant, request.provider)
        # The bundle refers to files where they are: the same content elsewhere is another bundle.
        place = hashlib.sha256(os.fsencode(variant.path.resolve())).hexdigest()
        return f"{request.found.content_key(variant)[:24]}-{place[:8]}-{request.provider.lower()}"

    def make(self, request: ImportRequest, folder: Path, progress: ImportProgress) -> BundleFacts:
        """As `ModelFormat.make`."""
        # Reading graphs is wanted once in a model's life: what it needs is imported only then.
        from models.exports.outline import read_outline
        from models.formats.observed import Export, write_observed
        from models.observing.observe import observe

        found = request.found
        if request.tools.open_graph is None:
            raise ModelFileError(
                "no-runner",
                f"“{displayed_name(found.path)}” cannot be imported here: nothing runs graphs.",
                "Open it in the window, or with another command.",
            )
        variant = found.variant(request.variant, request.provider)
        progress(0, _PARTS)
        tokenizer, template = tokenizer_beside(found), template_beside(found)
        outline = read_outline(variant.path)
        progress(1, _PARTS)
        name = model_name(found.path if found.path.is_dir() else found.companions[-1])
        request.tools.check_memory(name, sum(outline.weight_bytes.values()))
        architecture, context, warnings = _configuration(found)
        wanted = min(context or UNKNOWN_CONTEXT, MAXIMUM_CONTEXT)
        observed = observe(outline, wanted, request.tools.open_graph)
        progress(2, _PARTS)
        warnings += _about_context(observed.context, wanted, context)
        tokenizer = tokenizer.for_model(observed.vocabulary)
        progress(3, _PARTS)
        export = Export(
            name=name,
            architecture=architecture,
            recognised=found.recognised,
            source=found.path,
            tokenizer=tokenizer,
            template=template,
            source_sha256=found.content_key(variant),
            licence=next(
                (one for place in found.companions if (one := folder_licence(place)) is not None), None
            ),
            variants=tuple(Variant(one.name, one.size) for one in found.variants),
            variant=variant.name if len(found.variants) > 1 else "",
            warnings=(*found.warnings, *warnings, *tokenizer.facts.notes),
        )
        facts = write_observed(outline, observed, export, folder)
        progress(_PARTS, _PARTS)
        return facts


def _configuration(found: ModelFolder) -> tuple[str, int | None, tuple[str, ...]]:
    """What the configurations beside a graph say: architecture, positions, and what is wrong with them.

    A configuration is no reason to refuse a graph: what one says wrongly is said, and left out.
    """
    architecture, contexts, warnings = "", list[int](), list[str]()
    for name in ("config.json", "genai_config.json"):
        path = found.file(name)
        if path is None:
            continue
        try:
            fields = ConfigFields(read_json_file(path), f"“{name}”")
            model = fields.section("model") if name == "genai_config.json" else fields
            for part in (model, None if model is None else model.section("text_config")):
                if part is None:
                    continue
                architecture = architecture or part.text("model_type", "") or part.text("type", "")
                keys = (*_CONTEXT_KEYS, "context_length")
                contexts += [part.integer(key, 1, LARGEST_CONTEXT) for key in keys if key in part]
        except ModelFileError as error:
            warnings.append(error.what)
    return architecture, min(contexts, default=None), tuple(warnings)


def _about_context(context: int, wanted: int, configured: int | None) -> tuple[str, ...]:
    if context < wanted and configured is not None:
        return (f"The graph has tables for {context:,} positions; its configuration says {configured:,}.",)
    if context == wanted and configured is None:
        return (f"Nothing says how many positions the model was trained for; {context:,} are allowed.",)
    return about_maximum(configured or 0)


ONNX_EXPORT = OnnxExportFormat()
