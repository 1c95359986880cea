"""Models for the tests of this folder: the default one where it is installed, the tiny one everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.default_model import default_model_path
from models.errors import ModelFileError
from models.gguf.reader import GgufFile, read_gguf
from models.tokenizer.gguf_tokenizer import tokenizer_from_gguf
from models.tokenizer.tokenizer import Tokenizer
from tests.models.tiny_gguf import write_tiny_llama


@pytest.fixture(scope="session")
def default_gguf() -> GgufFile:
    """The default model's file, read; tests that use it carry the marker ``default_model``."""
    try:
        return read_gguf(default_model_path())
    except ModelFileError as error:
        pytest.skip(error.what)


@pytest.fixture(scope="session")
def default_tokenizer(default_gguf: GgufFile) -> Tokenizer:
    """The default model's tokenizer."""
    return tokenizer_from_gguf(default_gguf)


@pytest.fixture(scope="session")
def tiny_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model's file, float weights."""
    return write_tiny_llama(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(scope="session")
def tiny_gguf(tiny_path: Path) -> GgufFile:
    """The tiny model's file, read."""
    return read_gguf(tiny_path)


@pytest.fixture(scope="session")
def tiny_tokenizer(tiny_gguf: GgufFile) -> Tokenizer:
    """The tiny model's tokenizer."""
    return tokenizer_from_gguf(tiny_gguf)
