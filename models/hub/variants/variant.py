"""One complete model of a repository: what it is called and which files it needs.

Knows nothing about kinds of models; each has a file of its own beside this one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.hub.repository import RepositoryFile

SMALL_FILES = (
    "config.json",
    "generation_config.json",
    "genai_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "chat_template.json",
)
"""What belongs to every model that is no GGUF file, where there is one."""

TOKENIZER = "tokenizer.json"
"""Without it only a GGUF file can be opened."""

_NOT_A_DECODER = re.compile(
    r"(?:^|[._-])(?:encoder|vision|audio|speech|embeds?|embeddings?|mmproj|imatrix|lora|adapter)(?=[._-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One complete model of a repository.

    Args:
        key: what it is called, unique in the repository: ``q4``, ``Q4_K_M``, ``safetensors``.
        kind: ``"onnx"``, ``"genai"``, ``"gguf"`` or ``"safetensors"``.
        opens: what to open once the files are there, as a path in the repository; empty for their folder.
        files: all that it needs.
    """

    key: str
    kind: str
    opens: str
    files: tuple[RepositoryFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def has_tokenizer(self) -> bool:
        """Whether there is a tokenizer for it."""
        return self.kind == "gguf" or any(split_name(file.name)[1] == TOKENIZER for file in self.files)


def split_name(name: str) -> tuple[str, str]:
    """Folder and last part of a path in the repository."""
    folder, _, last = name.rpartition("/")
    return folder, last


def is_part_of_another_model(name: str) -> bool:
    """Whether a file's name says that it is no decoder of text: an encoder, a projector, an adapter."""
    return _NOT_A_DECODER.search(split_name(name)[1]) is not None


def key_of(name: str) -> str:
    """A key made of a path: only what can be typed without quoting, and be a folder's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[-60:].lstrip("-.")


def place_in(order: tuple[str, ...], value: str) -> int:
    """How far from the front a value is preferred; what is not named comes last."""
    return order.index(value) if value in order else len(order)


def small_files(files: tuple[RepositoryFile, ...], folders: tuple[str, ...]) -> list[RepositoryFile]:
    """Configuration, tokenizer and template in some folders."""
    found = []
    for file in files:
        folder, name = split_name(file.name)
        if folder in folders and name in SMALL_FILES:
            found.append(file)
    return found
