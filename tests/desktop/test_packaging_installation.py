"""The entry and its icons are put into the menu's folders and taken away without a trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from desktop.packaging.icon import PIXEL_SIZES
from desktop.packaging.installation import install_desktop_entry, launch_command, remove_desktop_entry
from models.errors import VitrineError

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="desktop entries are of other platforms"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data home with a space in its name, and no variables that would be kept."""
    folder = tmp_path / "data home"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.delenv("VITRINE_DATA_DIR", raising=False)
    monkeypatch.delenv("VITRINE_DEFAULT_GGUF", raising=False)
    return folder


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder: contents of files, ``None`` for folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def test_installing_makes_the_entry_and_its_icons(home: Path) -> None:
    said = install_desktop_entry()
    assert str(home / "applications" / "vitrine.desktop") in said
    assert launch_command()[0] in said
    files = {path for path, content in tree(home).items() if content is not None}
    assert files == {
        "applications/vitrine.desktop",
        "icons/hicolor/scalable/apps/vitrine.svg",
        *(f"icons/hicolor/{size}x{size}/apps/vitrine.png" for size in PIXEL_SIZES),
    }


def test_the_pictures_have_the_sizes_of_their_folders(home: Path) -> None:
    install_desktop_entry()
    for size in PIXEL_SIZES:
        picture = QImage(str(home / f"icons/hicolor/{size}x{size}/apps/vitrine.png"))
        assert (picture.width(), picture.height()) == (size, size)
        assert picture.pixelColor(0, 0).alpha() == 0
        assert picture.pixelColor(size // 2, size // 2).alpha() == 255


def test_installing_twice_is_installing_once(home: Path) -> None:
    install_desktop_entry()
    once = tree(home)
    install_desktop_entry()
    assert tree(home) == once


def test_removing_leaves_what_others_put_there(home: Path) -> None:
    other = home / "icons" / "hicolor" / "48x48" / "apps" / "other.png"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"other")
    before = tree(home)
    install_desktop_entry()
    said = remove_desktop_entry()
    assert tree(home) == before
    assert "no longer in the applications menu" in said


def test_removing_what_is_not_there_says_so(home: Path) -> None:
    assert remove_desktop_entry() == "There was no entry of Vitrine in the applications menu."
    assert not home.exists()


def test_variables_of_now_are_there_at_the_next_start(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_DATA_DIR", "/mnt/stick")
    install_desktop_entry()
    entry = (home / "applications" / "vitrine.desktop").read_text("utf-8")
    assert f"Exec=/usr/bin/env VITRINE_DATA_DIR=/mnt/stick {launch_command()[0]}" in entry


def test_the_command_starts_this_very_environment() -> None:
    program, *arguments = launch_command()
    assert Path(program).is_absolute()
    assert os.access(program, os.X_OK)
    if arguments:
        assert program == sys.executable
    else:
        assert Path(program).parent == Path(sys.executable).parent


def test_the_default_folder_is_the_persons_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", str(tmp_path))
    install_desktop_entry()
    assert (tmp_path / ".local/share/applications/vitrine.desktop").is_file()


def test_a_folder_that_cannot_be_made_is_named(home: Path) -> None:
    home.write_text("a file where a folder should be")
    with pytest.raises(VitrineError, match="cannot be written") as caught:
        install_desktop_entry()
    assert str(home) in caught.value.what
    assert caught.value.case == "desktop-entry-not-written"


def test_other_platforms_are_told_that_they_have_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    for action in (install_desktop_entry, remove_desktop_entry):
        with pytest.raises(VitrineError, match="not to darwin") as caught:
            action()
        assert caught.value.case == "desktop-entry-unsupported"
    assert not home.exists()


def test_pictures_need_no_application_object(tmp_path: Path) -> None:
    code = "from desktop.packaging.installation import install_desktop_entry as go; print(go())"
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "QT_QPA_PLATFORM": "none-there"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "applications menu" in done.stdout
