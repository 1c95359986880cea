"""An output file is whole or not there, and what was there before is kept when something fails."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.commands.output_file import check_place, replacing
from models.errors import VitrineError


def test_the_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.npz"
    with replacing(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["out.npz"]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind there")
def test_the_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    with replacing(tmp_path / "out.npz"):
        pass
    (tmp_path / "other").touch()
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("out.npz", "other")}
    assert len(modes) == 1


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.npz"
    path.write_bytes(b"old")

    def fail_halfway() -> None:
        with replacing(path) as file:
            file.write(b"half of the n")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.npz"]


def test_fault_46_a_write_that_is_cut_short_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.npz"
    path.write_bytes(b"old")
    real = os.fstat

    def shorter(handle: int) -> os.stat_result:
        fields = list(real(handle))
        fields[stat.ST_SIZE] = 3
        return os.stat_result(fields)

    def write() -> None:
        with monkeypatch.context() as patched, replacing(path) as file:
            file.write(b"0123456789")
            patched.setattr(os, "fstat", shorter)

    with pytest.raises(VitrineError, match="only 3 of 10 bytes were kept"):
        write()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["out.npz"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_fault_46_a_file_that_does_not_fit_is_told_and_removed(tmp_path: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from desktop.commands.output_file import replacing\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "with replacing(Path(sys.argv[1])) as file: file.write(bytes(5000))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "out.npz")]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True)
    assert "cannot be written: File too large" in done.stderr
    assert os.listdir(tmp_path) == []


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(VitrineError, match="is a folder") as caught:
        check_place(tmp_path)
    assert caught.value.case == "output-is-folder"


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(VitrineError, match=r"The folder of “.*nowhere.out\.npz” does not exist"):
        check_place(tmp_path / "nowhere" / "out.npz")


def test_a_name_that_would_mislead_is_refused(tmp_path: Path) -> None:
    check_place(tmp_path / "out.NPZ", ".npz")
    with pytest.raises(VitrineError, match=r"does not end with \.npz"):
        check_place(tmp_path / "out.png", ".npz")
