"""Where the program keeps things on this platform.

Knows nothing about what is kept there.

`VITRINE_DATA_DIR` (or ``--data-dir``, which sets it) puts everything below one folder: portable mode.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from models.errors import VitrineError

APPLICATION = "vitrine"
DATA_DIRECTORY_VARIABLE = "VITRINE_DATA_DIR"


def cache_directory() -> Path:
    """For what can be made again: imported models.

    Raises:
        VitrineError: it cannot be made.
    """
    return _made("cache", platformdirs.user_cache_path(APPLICATION, appauthor=False))


def bundles_directory() -> Path:
    """Where imported models lie, a folder each; it need not be there yet.

    Raises:
        VitrineError: the folder around it cannot be made.
    """
    return cache_directory() / "bundles"


def data_directory() -> Path:
    """For what a person made.

    Raises:
        VitrineError: it cannot be made.
    """
    return _made("data", platformdirs.user_data_path(APPLICATION, appauthor=False))


def configuration_directory() -> Path:
    """For settings and the window's arrangement.

    Raises:
        VitrineError: it cannot be made.
    """
    return _made("configuration", platformdirs.user_config_path(APPLICATION, appauthor=False))


def log_directory() -> Path:
    """For crash logs.

    Raises:
        VitrineError: it cannot be made.
    """
    return _made("log", platformdirs.user_log_path(APPLICATION, appauthor=False))


def _made(kind: str, default: Path) -> Path:
    portable = os.environ.get(DATA_DIRECTORY_VARIABLE)
    folder = Path(portable) / kind if portable else default
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise VitrineError(
            "no-directory",
            f"The {kind} folder {folder} cannot be made ({error.strerror}).",
            f"Make it writable, or set {DATA_DIRECTORY_VARIABLE} to a folder that is.",
        ) from error
    return folder
