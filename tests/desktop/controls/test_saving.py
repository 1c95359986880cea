"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.controls.saving import save_bytes
from models.errors import VitrineError


def test_a_file_is_replaced_by_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "tokens.csv"
    path.write_text("old")
    save_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "tokens.csv"
    with pytest.raises(VitrineError) as refusal:
        save_bytes(path, b"new")
    assert str(path) in refusal.value.what


def test_a_folder_in_the_place_of_the_file_leaves_everything_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / "tokens.csv"
    place.mkdir()
    with pytest.raises(VitrineError, match=r"tokens\.csv"):
        save_bytes(place, b"new")
    assert list(tmp_path.iterdir()) == [place]
