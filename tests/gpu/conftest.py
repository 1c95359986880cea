"""The GPU and the default model on it.

Knows nothing about what is tested.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference.proof import PROBE
from inference.runtime.decoder import Decoder
from inference.runtime.providers import Provider, choose_provider
from inference.runtime.session import Interrupter
from models.bundle import Bundle
from models.bundle_library import ready_bundle
from models.default_model import default_model_path

READ_TOGETHER = 40
"""Tokens of `ids` that `read` reads at once; the others one by one."""


@pytest.fixture(scope="session")
def cuda() -> Provider:
    """The GPU."""
    return choose_provider("cuda")


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The default model in 16-bit numbers."""
    return ready_bundle(default_model_path(), "CUDA", lambda done, total: None)[0]


@pytest.fixture(scope="session")
def ids(bundle: Bundle) -> list[int]:
    """A text of 80 tokens."""
    found = bundle.tokenizer().encode(PROBE)
    return (found * 80)[:80]


def plain(provider: Provider) -> Provider:
    """The same without steps that are replayed."""
    return replace(provider, graphs=False)


def read(bundle: Bundle, provider: Provider, ids: list[int]) -> Decoder:
    """A model that has read a text, its end one token at a time."""
    decoder = Decoder(bundle, provider, Interrupter())
    for _ in decoder.prefill(ids[:READ_TOGETHER], 0):
        pass
    for position in range(READ_TOGETHER, len(ids)):
        decoder.decode(ids[position], position)
    return decoder
