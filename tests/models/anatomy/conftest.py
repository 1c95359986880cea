"""The tiny model as a bundle."""

from __future__ import annotations

import pytest

from models.bundle import Bundle
from models.bundle_library import ready_bundle
from models.directories import DATA_DIRECTORY_VARIABLE
from tests.models.tiny_gguf import write_tiny_llama


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The tiny Llama, imported for the CPU."""
    file = write_tiny_llama(tmp_path_factory.mktemp("tiny") / "tiny.gguf")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path_factory.mktemp("data")))
        bundle, _ = ready_bundle(file, "CPU", lambda done, total: None)
    return bundle
