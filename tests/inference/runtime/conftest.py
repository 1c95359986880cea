"""What holds for tests of the runtime's side.

Knows nothing about what is tested.
"""

from __future__ import annotations

import pytest

from tests.inference.runtime.on_device import copy_when_bound


@pytest.fixture(autouse=True)
def device_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The device that stands in for a GPU takes copies, as a GPU does."""
    copy_when_bound(monkeypatch)
