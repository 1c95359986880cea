"""Safetensors checkpoints: config.json, one file of tensors or several, tokenizer and template in files beside.

Knows nothing about what architectures do with the tensors.
"""

from __future__ import annotations

from pathlib import Path

from models.architectures import architecture_of
from models.bundle import BundleFacts
from models.exports.layouts import FolderKind
from models.formats.built import Built, build, common_type, precision_for
from models.formats.companions import template_beside, tokenizer_beside
from models.formats.format import ImportProgress, ImportRequest
from models.model_card import folder_licence, model_name
from models.safetensors.checkpoint import read_checkpoint
from models.safetensors.tensor import TYPE_NAMES


class SafetensorsFormat:
    """See the module."""

    kind = FolderKind.SAFETENSORS

    def key(self, request: ImportRequest) -> str:
        """As `ModelFormat.key`."""
        return f"{request.found.content_key()[:24]}-{precision_for(request)}"

    def make(self, request: ImportRequest, folder: Path, progress: ImportProgress) -> BundleFacts:
        """As `ModelFormat.make`."""
        found = request.found
        checkpoint = read_checkpoint(found.model)
        architecture = architecture_of(checkpoint)
        sizes = architecture.configuration(checkpoint)
        built = Built(
            name=model_name(found.model),
            sizes=sizes,
            weights=architecture.weights(checkpoint, sizes),
            tokenizer=tokenizer_beside(found).for_model(sizes.vocabulary),
            template=template_beside(found),
            source_sha256=found.content_key(),
            source_precision=common_type(
                (TYPE_NAMES[one.dtype], one.shape) for one in checkpoint.tensors.values()
            ),
            shapes=[tensor.shape for tensor in checkpoint.tensors.values()],
            licence=folder_licence(checkpoint.folder),
        )
        return build(built, request, folder, progress)


SAFETENSORS = SafetensorsFormat()
