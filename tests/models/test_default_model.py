"""The default model is the one a variable names, else the installed one, else an instruction."""

from __future__ import annotations

from pathlib import Path

import pytest

from models import default_model
from models.default_model import VARIABLE, default_model_path
from models.errors import ModelFileError


def test_the_variable_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF")
    monkeypatch.setenv(VARIABLE, str(path))
    assert default_model_path() == path


def test_a_variable_that_names_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.gguf"))
    with pytest.raises(ModelFileError, match=r"none\.gguf") as caught:
        default_model_path()
    assert caught.value.case == "no-default-model"
    assert VARIABLE in caught.value.what


def test_the_package_is_found_and_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "weights_for_a_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    (folder / "model.gguf").write_bytes(b"GGUF")
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(default_model, "_PACKAGE", folder.name)
    monkeypatch.syspath_prepend(tmp_path)
    assert default_model_path() == folder / "model.gguf"


def test_without_package_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(default_model, "_PACKAGE", "no_such_package_anywhere")
    with pytest.raises(ModelFileError) as caught:
        default_model_path()
    assert "uv sync" in caught.value.remedy
