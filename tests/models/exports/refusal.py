"""What reading a file is refused with.

Knows nothing about what is wrong with it.
"""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest

from models.errors import ModelFileError
from models.exports.outline import read_outline
from tests.models.exports.small_models import saved


def refusal(path: Path) -> ModelFileError:
    """The error of reading a file, which has to be a whole sentence and what to do."""
    with pytest.raises(ModelFileError) as caught:
        read_outline(path)
    assert caught.value.what.endswith(".")
    assert caught.value.remedy.endswith(".")
    return caught.value


def refusal_of(folder: Path, made: onnx.ModelProto) -> ModelFileError:
    """The error of reading a model, written to “model.onnx”."""
    return refusal(saved(folder / "model.onnx", made))
