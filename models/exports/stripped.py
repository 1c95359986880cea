"""An ONNX file read and checked without its weights, as the format's own message.

Knows nothing about what the graph computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx

from models.errors import ModelFileError
from models.escaping import escape_text
from models.exports.data_files import DataFiles
from models.exports.stripping import Placed, Stripper
from models.exports.structure import check_structure
from models.exports.wire import WireReader, damaged
from models.files import FileKind, displayed_name, not_a_model_file, reading, recognise


@dataclass(frozen=True, slots=True, eq=False)
class Stripped:
    """An ONNX file without its weights.

    Args:
        path: the file.
        model: the graph; a tensor that was left out has as its location its number in `Stripper.placed`.
        stripper: knows where those lie.
    """

    path: Path
    model: onnx.ModelProto
    stripper: Stripper

    def place_of(self, tensor: onnx.TensorProto) -> Placed:
        """Where the bytes of a tensor lie that was left out."""
        return self.stripper.placed[
            int(next(one.value for one in tensor.external_data if one.key == "location"))
        ]


def read_stripped(path: Path) -> Stripped:
    """Read an ONNX file without its weights.

    Raises:
        ModelFileError: as `models.exports.outline.read_outline`.
    """
    kind = recognise(path)
    if kind is not FileKind.ONNX:
        if kind is FileKind.FOLDER:
            raise ModelFileError(
                "not-a-regular-file", f"“{displayed_name(path)}” is a folder, not a file.", "Choose a file."
            )
        raise not_a_model_file(path, wanted="an ONNX file")
    with reading(path):
        data = np.memmap(path, np.uint8, mode="r").view(np.ndarray).data
    stripper = Stripper(WireReader(data, displayed_name(path)), DataFiles(path))
    stripped = stripper.strip()
    try:
        model = onnx.ModelProto.FromString(stripped)
        check_structure(model, displayed_name(path))
    except ModelFileError:
        raise
    except Exception as error:  # the readers raise whatever they stumble over
        raise unreadable(error, displayed_name(path)) from error
    return Stripped(path, model, stripper)


def unreadable(error: Exception, name: str) -> ModelFileError:
    """The error for a graph that a reader stumbled over."""
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return damaged(name, f"its graph cannot be read ({escape_text(lines[0].rstrip('.'), 200)})")
