"""Histories for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.history.history import History
from desktop.history.opening import FILE_NAME, open_history


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest.fixture
def history(path: Path) -> Iterator[History]:
    opened = open_history(path)
    assert opened.notices == ()
    yield opened.history
    opened.close()
