"""Tokenizer and chat template out of the files that lie around a model's weights.

Knows nothing about weights.
"""

from __future__ import annotations

from models.errors import ModelFileError
from models.exports.folder import ModelFolder
from models.files import displayed_name
from models.templates_on_disk import FoundTemplate, find_template
from models.tokenizer.tokenizer import Tokenizer
from models.tokenizer.tokenizer_file import read_tokenizer
from models.tokenizer.tokenizer_folder import tokenizer_from_files

_CONFIGS = ("generation_config.json", "config.json", "genai_config.json")


def tokenizer_beside(found: ModelFolder) -> Tokenizer:
    """The tokenizer of a model.

    Raises:
        ModelFileError: there is none, or a file cannot be read.
        TokenizerError: the tokenizer is malformed or not supported.
    """
    path = found.file("tokenizer.json")
    if path is None and (pieces := found.file("tokenizer.model")) is not None:
        return read_tokenizer(pieces)
    if path is None:
        raise ModelFileError(
            "no-tokenizer",
            f"There is no tokenizer.json and no tokenizer.model in or beside “{displayed_name(found.path)}”.",
            "Put the tokenizer.json of this model into the same folder.",
        )
    return tokenizer_from_files(
        path,
        tokenizer_config=found.file("tokenizer_config.json"),
        special_tokens_map=found.file("special_tokens_map.json"),
        configs=[config for name in _CONFIGS if (config := found.file(name)) is not None],
    )


def template_beside(found: ModelFolder) -> FoundTemplate | None:
    """The chat template of a model, if it has one.

    Raises:
        ModelFileError: its file cannot be read.
    """
    return find_template(found.companions)
