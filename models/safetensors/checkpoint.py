"""A safetensors checkpoint: config.json and the tensors of all its files.

Knows nothing about what fields and tensors mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.checkpoint_config import ConfigFields, read_config
from models.errors import ModelFileError
from models.escaping import escape_text
from models.files import displayed_name
from models.safetensors.header import read_safetensors
from models.safetensors.index import CheckpointFiles, find_files
from models.safetensors.tensor import SafetensorsTensor


@dataclass(frozen=True, slots=True, eq=False)
class SafetensorsCheckpoint:
    """A checkpoint opened; a `models.tensor_source.TensorSource`.

    Args:
        folder: it is in.
        files: that hold tensors.
        fields: of config.json.
        tensors: by name, those of all files.
    """

    folder: Path
    files: tuple[Path, ...]
    fields: ConfigFields
    tensors: dict[str, SafetensorsTensor]

    @property
    def format(self) -> Literal["safetensors"]:
        """The names that fields and tensors have."""
        return "safetensors"

    def check_supported(self, name: str) -> None:
        """As `SafetensorsTensor.check_supported`, by name."""
        self.tensors[name].check_supported()

    def read(self, name: str) -> NDArray[np.float32]:
        """As `SafetensorsTensor.read`, by name."""
        return self.tensors[name].read()

    def read_rows(self, name: str, start: int, stop: int) -> NDArray[np.float32]:
        """As `SafetensorsTensor.read_rows`, by name."""
        return self.tensors[name].read_rows(start, stop)


def read_checkpoint(path: Path) -> SafetensorsCheckpoint:
    """Read config.json and the headers of all files, and map the rest.

    Args:
        path: a checkpoint's folder, its index, or one of its files; config.json lies beside it.

    Raises:
        ModelFileError: a file is missing, damaged or not what its name says; the checkpoint is quantized.
    """
    found = find_files(path)
    fields = read_config(found.folder)
    _check_not_quantized(fields, found.folder)
    return SafetensorsCheckpoint(found.folder, tuple(found.files), fields, _all_tensors(found))


def _check_not_quantized(fields: ConfigFields, folder: Path) -> None:
    quantization = fields.section("quantization_config")
    if quantization is not None:
        method = quantization.text("quant_method", "an unnamed method")
        raise ModelFileError(
            "unsupported-quantization",
            f"The checkpoint “{displayed_name(folder)}” is quantized with {escape_text(method)}.",
            "Use the checkpoint that it was made from, in BF16, F16 or F32, or a GGUF file of the model.",
        )


def _all_tensors(found: CheckpointFiles) -> dict[str, SafetensorsTensor]:
    tensors: dict[str, SafetensorsTensor] = {}
    for path, wanted in found.files.items():
        held = read_safetensors(path).tensors
        # The index decides: a file may hold more than the checkpoint uses of it.
        for name in held if wanted is None else wanted:
            problem = "lacks" if name not in held else "repeats" if name in tensors else ""
            if problem:
                raise ModelFileError(
                    "mixed-shards",
                    f"“{displayed_name(path)}” {problem} the tensor “{escape_text(name)}”.",
                    "Get all files of the checkpoint again, from one place.",
                )
            tensors[name] = held[name]
    return tensors
