"""What tests may need beyond Python's packages, by the marker that says so.

Knows nothing about the tests that carry the markers.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

from models.default_model import default_model_path
from models.errors import ModelFileError

SKIPPING_FAILS_VARIABLE = "VITRINE_NO_SKIPS"
"""Set where everything is installed: what would be skipped fails instead."""

REFERENCE_VARIABLE = "VITRINE_REFERENCE_PYTHON"
"""Names an interpreter with torch, transformers, onnxruntime-genai, onnx and onnxscript."""

OPTIMUM_VARIABLE = "VITRINE_OPTIMUM_PYTHON"
"""Names an interpreter with optimum-onnx, which wants an older transformers."""

PEERS_VARIABLE = "VITRINE_PEERS_PYTHON"
"""Names an interpreter with llama-cpp-python, onnxruntime-genai, torch and transformers."""

WINDOW_PROGRAMS = ("Xvfb", "openbox", "xdotool")


def _lacks_default_model() -> str | None:
    try:
        default_model_path()
    except ModelFileError as error:
        return error.what
    return None


def _lacks_window_programs() -> str | None:
    lacking = [program for program in WINDOW_PROGRAMS if shutil.which(program) is None]
    return f"{', '.join(lacking)} cannot be found" if lacking else None


def _lacks_reference() -> str | None:
    return None if os.environ.get(REFERENCE_VARIABLE) else f"{REFERENCE_VARIABLE} is not set"


def _lacks_optimum() -> str | None:
    return None if os.environ.get(OPTIMUM_VARIABLE) else f"{OPTIMUM_VARIABLE} is not set"


def _lacks_peers() -> str | None:
    return None if os.environ.get(PEERS_VARIABLE) else f"{PEERS_VARIABLE} is not set"


def _lacks_gpu() -> str | None:
    from inference.runtime.providers import choose_provider

    choice = choose_provider("auto").choice
    return None if choice.name != "CPU" else f"CUDA cannot be used: {choice.reason}"


REQUIREMENTS: dict[str, Callable[[], str | None]] = {
    "default_model": _lacks_default_model,
    "real_window": _lacks_window_programs,
    "reference": _lacks_reference,
    "optimum": _lacks_optimum,
    "peers": _lacks_peers,
    "gpu": _lacks_gpu,
}
"""Marker → what is lacking, as a clause, or ``None``."""
