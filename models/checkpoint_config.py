"""config.json of a checkpoint: its fields with type and bounds, and what the checkpoint says about generating.

Knows nothing about architectures.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import ModelFileError
from models.files import displayed_name
from models.json_document import read_json_file
from models.typed_fields import TypedFields

CONFIG = "config.json"


class ConfigFields(TypedFields):
    """The values of a JSON object by key; a value of ``null`` counts as missing.

    Args:
        values: the object.
        source: the file's name for messages, quoted and escaped.
        path: the keys that lead to the object, for messages: ``rope_scaling.``.
    """

    def __init__(self, values: Mapping[str, Any], source: str = f"“{CONFIG}”", path: str = "") -> None:
        super().__init__({key: value for key, value in values.items() if value is not None})
        self.source = source
        self.path = path

    def section(self, key: str) -> ConfigFields | None:
        """The fields below a key (``rope_scaling``, ``text_config``); ``None`` where it is missing.

        Raises:
            ModelFileError: the value is no object.
        """
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.rejection(key, "an object")
        return ConfigFields(value, self.source, f"{self.path}{key}.")


def read_config(folder: Path) -> ConfigFields:
    """The fields of the config.json in a folder.

    Raises:
        ModelFileError: there is none, or it cannot be read.
    """
    path = folder / CONFIG
    if not path.exists() and not path.is_symlink():
        raise ModelFileError(
            "missing-config",
            f"There is no “{CONFIG}” in “{displayed_name(folder)}”, which says how the tensors make a model.",
            "Get the whole folder of the checkpoint.",
        )
    return ConfigFields(read_json_file(path))
