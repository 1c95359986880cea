"""How much memory captures may take: said by a command, the environment, or nobody."""

from __future__ import annotations

import pytest

from inference.capture_budget import CAPTURE_VARIABLE, MIB, capture_budget
from models.errors import VitrineError


@pytest.mark.parametrize(
    ("said", "mib"), [(None, 512), ("", 512), ("128", 128), (" 64 ", 64), ("4096", 4096)]
)
def test_the_environment_says_it(said: str | None, mib: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CAPTURE_VARIABLE, raising=False)
    if said is not None:
        monkeypatch.setenv(CAPTURE_VARIABLE, said)
    assert capture_budget() == mib * MIB
    assert capture_budget(200) == 200 * MIB, "who asks comes first"


@pytest.mark.parametrize("said", ["0", "63", "-1", "much", "1e3", "١٢٨", "512MB"])
def test_what_is_no_amount_is_refused_with_what_to_do(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CAPTURE_VARIABLE, said)
    with pytest.raises(VitrineError) as caught:
        capture_budget()
    assert caught.value.case == "capture-memory-unusable"
    assert said in caught.value.what
    assert CAPTURE_VARIABLE in caught.value.remedy
