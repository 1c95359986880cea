"""Checkpoints that Hugging Face's libraries wrote are read as those libraries have them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from models.generation_defaults import read_generation_defaults
from models.safetensors.checkpoint import read_checkpoint
from tests.requirements import REFERENCE_VARIABLE

SCRIPT = Path(__file__).with_name("reference_checkpoint.py")


@pytest.mark.reference
@pytest.mark.parametrize(
    ("dtype", "kind"), [("float32", "F32"), ("float16", "F16"), ("bfloat16", "BF16"), ("float64", "F64")]
)
def test_a_checkpoint_in_shards_is_read_as_transformers_wrote_it(
    tmp_path: Path, dtype: str, kind: str
) -> None:
    subprocess.run([os.environ[REFERENCE_VARIABLE], SCRIPT, tmp_path, dtype], check=True, timeout=240)
    checkpoint = read_checkpoint(tmp_path)
    assert len(checkpoint.files) > 1
    assert {tensor.dtype for tensor in checkpoint.tensors.values()} == {kind}
    with np.load(tmp_path / "expected.npz") as expected:
        assert set(checkpoint.tensors) == set(expected.files)
        for name in expected.files:
            np.testing.assert_array_equal(checkpoint.read(name), expected[name])
    defaults = read_generation_defaults(tmp_path, checkpoint.fields)
    assert (defaults.end_ids, defaults.temperature, defaults.warnings) == ((1, 2), 0.5, ())
