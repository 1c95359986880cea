"""Fault 46: a full disk costs nothing that was saved before, and the same save works when there is room again."""

from __future__ import annotations

import json
from pathlib import Path

from tests.desktop.history.small_disk import run_on_small_disk


def test_fault_46_every_save_on_a_full_disk_is_told_and_changes_nothing(tmp_path: Path) -> None:
    told = json.loads(run_on_small_disk("tests.desktop.history.full_disk", tmp_path, 2048))
    assert len(told) >= 20
    silent = [name for name, sentence in told.items() if not sentence]
    assert not silent
    for case, what, remedy in told.values():
        assert case == "history-not-saved"
        assert what.startswith("The program could not ")
        assert "Make room" in remedy
