"""Settings that a model's makers suggest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inference.sampling.settings import SamplingSettings
from inference.suggested import suggested_settings


def write(folder: Path, **values: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "generation_config.json").write_text(json.dumps(values))


def test_what_is_said_is_taken_and_the_rest_is_default(tmp_path: Path) -> None:
    write(tmp_path, temperature=0.6, top_p=0.9, eos_token_id=2)
    assert suggested_settings(str(tmp_path)) == SamplingSettings(temperature=0.6, top_p=0.9)


def test_a_graph_in_a_folder_of_its_own_has_its_configuration_above(tmp_path: Path) -> None:
    write(tmp_path, top_k=20)
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model.onnx").touch()
    for source in ("onnx/model.onnx", "onnx", "model.onnx"):
        assert suggested_settings(str(tmp_path / source)) == SamplingSettings(top_k=20), source


def test_no_sampling_is_temperature_zero(tmp_path: Path) -> None:
    write(tmp_path, do_sample=False, temperature=0.6)
    assert suggested_settings(str(tmp_path)) == SamplingSettings(temperature=0.0)


@pytest.mark.parametrize("values", [{}, {"eos_token_id": 2}, {"temperature": "warm"}])
def test_fault_25_nothing_usable_is_no_suggestion(tmp_path: Path, values: dict[str, object]) -> None:
    write(tmp_path, **values)
    assert suggested_settings(str(tmp_path)) is None


def test_beyond_the_bounds_is_the_nearest_bound(tmp_path: Path) -> None:
    write(tmp_path, temperature=50.0)
    assert suggested_settings(str(tmp_path)) == SamplingSettings(temperature=2.0)


def test_nothing_is_suggested_where_no_file_is(tmp_path: Path) -> None:
    assert suggested_settings(str(tmp_path)) is None
    assert suggested_settings("") is None
