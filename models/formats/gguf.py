"""GGUF files: weights, tokenizer and chat template in one file or its shards.

Knows nothing about what architectures do with the tensors.
"""

from __future__ import annotations

from pathlib import Path

from models.architectures import architecture_of
from models.bundle import BundleFacts
from models.exports.content_key import content_key
from models.exports.layouts import FolderKind
from models.formats.built import Built, build, common_type, precision_for
from models.formats.format import ImportProgress, ImportRequest
from models.gguf.reader import read_gguf
from models.gguf.shards import model_files
from models.model_card import folder_licence, gguf_licence, model_name
from models.templates_on_disk import find_template
from models.tokenizer.gguf_tokenizer import tokenizer_from_gguf


class GgufFormat:
    """See the module."""

    kind = FolderKind.GGUF

    def key(self, request: ImportRequest) -> str:
        """As `ModelFormat.key`."""
        return f"{self._content(request)[:24]}-{precision_for(request)}"

    def make(self, request: ImportRequest, folder: Path, progress: ImportProgress) -> BundleFacts:
        """As `ModelFormat.make`."""
        file = read_gguf(request.found.model)
        architecture = architecture_of(file)
        sizes = architecture.configuration(file)
        template = find_template((), file.metadata)
        built = Built(
            name=model_name(request.found.model),
            sizes=sizes,
            weights=architecture.weights(file, sizes),
            tokenizer=tokenizer_from_gguf(file).for_model(sizes.vocabulary),
            template=template,
            source_sha256=self._content(request),
            source_precision=common_type((one.type.name, one.shape) for one in file.tensors.values()),
            shapes=[tensor.shape for tensor in file.tensors.values()],
            licence=gguf_licence(file.metadata) or folder_licence(request.found.path),
        )
        return build(built, request, folder, progress)

    @staticmethod
    def _content(request: ImportRequest) -> str:
        return content_key(model_files(request.found.model))


GGUF = GgufFormat()
