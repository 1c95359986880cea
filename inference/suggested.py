"""Sampling settings that the makers of a model suggest, within the bounds that the chain has.

Knows nothing about who uses them.
"""

from __future__ import annotations

from pathlib import Path

from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from models.generation_defaults import GENERATION_CONFIG, read_generation_defaults


def suggested_settings(source: str) -> SamplingSettings | None:
    """What generation_config.json beside a model says; where it is silent, the defaults hold.

    Args:
        source: path of the model's file or folder.

    Returns:
        The settings, ``None`` where the file is missing or suggests nothing. A value outside `SETTING_BOUNDS` is
        taken to the nearest bound.
    """
    path = Path(source)
    # Exports often lie in a folder of their own below the one with the configuration.
    folders = (path, path.parent) if path.is_dir() else (path.parent, path.parent.parent)
    folder = next((one for one in folders if source and (one / GENERATION_CONFIG).is_file()), None)
    if folder is None:
        return None
    defaults = read_generation_defaults(folder)
    settings, found = SamplingSettings(), False
    for name, bounds in SETTING_BOUNDS.items():
        value = getattr(defaults, name)
        if value is not None:
            found = True
            settings = settings.changed(name, min(max(value, bounds.minimum), bounds.maximum))
    return settings if found else None
