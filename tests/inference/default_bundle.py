"""The default model, imported once for all tests of a run.

Knows nothing about what is tested.
"""

from __future__ import annotations

from functools import cache

from inference.runtime.decoder import Decoder
from inference.runtime.providers import choose_provider
from inference.runtime.session import Interrupter
from models.bundle import Bundle
from models.bundle_library import ready_bundle
from models.default_model import default_model_path


@cache
def default_bundle() -> Bundle:
    """The default model for the CPU; tests that use it carry the marker ``default_model``."""
    return ready_bundle(default_model_path(), "CPU", lambda done, total: None)[0]


def default_decoder() -> Decoder:
    """The default model, ready to run on the CPU."""
    return Decoder(default_bundle(), choose_provider("cpu"), Interrupter())
