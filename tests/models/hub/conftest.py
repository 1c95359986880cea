"""Fixtures of the hub's tests: a fake hub with one repository, and a client that asks it.

Knows nothing about real hubs; none is ever asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub.utils import close_session

from models.directories import DATA_DIRECTORY_VARIABLE
from models.hub.client import HubClient
from tests.fake_hub import FakeHub, random_bytes

REPOSITORY = "tiny-org/tiny-model"
WEIGHTS = random_bytes(1, 300_000)
FILES = {
    "README.md": b"# A model",
    "config.json": b'{"model_type": "llama"}',
    "tokenizer.json": b'{"version": "1.0"}',
    "onnx/model_q4.onnx": WEIGHTS,
    "onnx/model.onnx": random_bytes(2, 5_000),
    "onnx/model.onnx_data": random_bytes(3, 900_000),
}


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No proxy, no token and no folder of this machine."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setattr("huggingface_hub.constants.HF_STORED_TOKENS_PATH", str(tmp_path / "no-tokens"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(tmp_path / "data"))
    close_session()
    yield
    close_session()


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """A hub with one repository."""
    made = FakeHub()
    made.add(REPOSITORY, FILES)
    yield made
    made.close()


@pytest.fixture
def client(hub: FakeHub) -> HubClient:
    """Asks the fake hub, with little patience."""
    return HubClient(hub.url, stall_s=0.3)
