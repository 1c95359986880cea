"""Looking for a display before Qt does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from desktop import display
from desktop.display import check_display, missing_library
from models.errors import VitrineError

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 is looked for on Linux only")


def vitrine(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The program without arguments, in an environment without a display but for what is given."""
    without = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in without}
    command = [sys.executable, "-m", "desktop"]
    return subprocess.run(
        command, env=kept | environment, capture_output=True, text=True, check=False, timeout=120
    )


@linux
def test_fault_57_no_display_is_one_sentence_and_exit_status_2() -> None:
    done = vitrine({})
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("vitrine: There is no display")
    assert done.stderr.count("\n") == 1


@linux
def test_fault_57_a_display_that_does_not_answer() -> None:
    done = vitrine({"DISPLAY": ":4711"})
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert ":4711" in done.stderr or "missing" in done.stderr


@linux
@pytest.mark.parametrize(
    "environment",
    [{"QT_QPA_PLATFORM": "offscreen"}, {"QT_QPA_PLATFORM": "minimal:x"}, {"WAYLAND_DISPLAY": "wayland-0"}],
)
def test_other_platforms_are_qts_business(environment: dict[str, str]) -> None:
    check_display(environment)


@linux
def test_fault_57_a_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacks(path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(display.ctypes, "CDLL", lacks)
    with pytest.raises(VitrineError) as caught:
        check_display({"DISPLAY": ":0"})
    assert caught.value.case == "missing-library"
    assert "libxcb-cursor.so.0" in caught.value.what
    assert "libxcb-cursor0" in caught.value.remedy


def test_fault_57_a_library_that_is_not_known_is_named_all_the_same() -> None:
    error = missing_library("libstrange.so.9: cannot open shared object file")
    assert "libstrange.so.9" in error.what
    assert "package" in error.remedy
