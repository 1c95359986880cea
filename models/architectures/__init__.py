"""The registry of architectures: one file and one line each.

Knows nothing about how a graph is built or run.
"""

from __future__ import annotations

from models.architectures.decoder import Architecture
from models.architectures.llama import LLAMA
from models.errors import ModelFileError
from models.escaping import escape_text
from models.gguf.reader import GgufFile

ARCHITECTURES: tuple[Architecture, ...] = (LLAMA,)
"""Every architecture that can be imported."""


def architecture_of(file: GgufFile) -> Architecture:
    """The architecture of a GGUF file.

    Raises:
        ModelFileError: the file names none, or one that is not supported.
    """
    name = file.architecture
    for architecture in ARCHITECTURES:
        if architecture.name == name:
            return architecture
    known = ", ".join(architecture.name for architecture in ARCHITECTURES)
    what = f"The architecture “{escape_text(name)}” is not supported."
    raise ModelFileError("unsupported-architecture", what, f"Choose a model of one of these: {known}.")
