"""Whatever state the file is in, there is a history to work with, and a sentence that says what happened."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.history.backups import BACKUPS, backup_path, is_sound_file, make_backup
from desktop.history.opening import FILE_NAME, Opened, open_history
from desktop.history.restoring import prepare_backup, set_aside
from models.directories import DATA_DIRECTORY_VARIABLE
from tests.desktop.history.samples import files_in, talk, texts
from tests.desktop.history.small_disk import namespace_command, run_on_small_disk


def kept(path: Path, *, backup: bool = True) -> tuple[int, int]:
    """A file with a conversation that the backup has and one that it has not."""
    opened = open_history(path)
    first, _ = talk(opened.history, 2)
    if backup:
        make_backup(opened.history.database.connection, path)
    second, _ = talk(opened.history, 3)
    opened.close()
    return first, second


def only_notice(opened: Opened, case: str) -> str:
    (notice,) = opened.notices
    assert notice.case == case
    assert notice.what.endswith(".")
    assert notice.remedy.endswith(".")
    return str(notice)


@pytest.mark.parametrize(
    "damage",
    [b"", b"\0", b"\0" * 65536, b"no database at all", b"SQLite format 3\0" + b"\xff" * 4096],
    ids=["zero bytes", "one byte", "NUL-filled", "text", "torn header"],
)
def test_fault_45_and_48_a_damaged_file_is_set_aside_and_the_backup_restored(
    path: Path, damage: bytes
) -> None:
    first, _ = kept(path)
    path.write_bytes(damage)
    opened = open_history(path)
    told = only_notice(opened, "history-damaged")
    aside = path.with_name("conversations.damaged-1.sqlite3")
    assert str(aside) in told
    assert backup_path(path, 1).name in told
    assert aside.read_bytes() == damage
    assert len(texts(opened.history, first)) == 4
    assert opened.path == path
    # It can be used at once, and is sound at the next start.
    talk(opened.history, 1)
    opened.close()
    again = open_history(path)
    assert again.notices == ()
    assert len(again.history.conversations.list()) == 2
    again.close()


def test_fault_45_what_the_backup_has_not_is_taken_over_from_the_damaged_file(path: Path) -> None:
    kept(path)
    # A page of the index of titles is torn: everything said can still be read.
    with contextlib.closing(sqlite3.connect(path)) as connection:
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'messages_by_parent'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = bytes(size)
    path.write_bytes(data)
    opened = open_history(path)
    assert "1 from the damaged file itself" in only_notice(opened, "history-damaged")
    said = sorted(len(texts(opened.history, record.id)) for record in opened.history.conversations.list())
    assert said == [4, 6]
    replies = [one for one in opened.history.conversations.list() if one.leaf]
    assert all(opened.history.replies.steps(one.leaf or 0) for one in replies)
    opened.close()


@pytest.mark.parametrize("seed", range(6))
def test_fault_45_pages_torn_anywhere_cost_at_most_what_the_backup_has_not(path: Path, seed: int) -> None:
    kept(path)
    data = bytearray(path.read_bytes())
    dice = random.Random(seed)
    for _ in range(2):
        at = dice.randrange(len(data) // 4096) * 4096
        data[at : at + 4096] = bytes(4096) if seed % 2 else dice.randbytes(4096)
    path.write_bytes(data)
    opened = open_history(path)
    assert opened.path == path
    assert opened.history.database.rows("PRAGMA integrity_check") == [("ok",)]
    said = [texts(opened.history, record.id) for record in opened.history.conversations.list()]
    assert any(len(one) == 4 for one in said)
    opened.close()


def test_fault_45_without_a_backup_what_can_be_read_is_taken_over(path: Path) -> None:
    kept(path, backup=False)
    path.write_bytes(path.read_bytes()[:-4096])
    opened = open_history(path)
    assert "there was no backup" in only_notice(opened, "history-damaged")
    talk(opened.history, 1)
    opened.close()


def test_fault_45_a_torn_end_of_the_log_costs_no_sentence(path: Path) -> None:
    opened = open_history(path)
    conversation, _ = talk(opened.history, 2)
    log = path.with_name(path.name + "-wal")
    folder = path.parent / "after the power went"
    folder.mkdir()
    torn = folder / FILE_NAME
    torn.write_bytes(path.read_bytes())
    (folder / log.name).write_bytes(log.read_bytes() + bytes(3000))
    opened.close()
    again = open_history(torn)
    assert again.notices == ()
    assert len(texts(again.history, conversation)) == 4
    again.close()


def test_fault_48_a_damaged_backup_is_passed_over(path: Path) -> None:
    first, _ = kept(path)
    opened = open_history(path)
    make_backup(opened.history.database.connection, path)
    opened.close()
    backup_path(path, 1).write_bytes(b"\0" * 9000)
    path.write_bytes(b"")
    opened = open_history(path)
    assert backup_path(path, 2).name in only_notice(opened, "history-damaged")
    assert len(texts(opened.history, first)) == 4
    opened.close()


def test_fault_48_damage_a_second_time_finds_another_name(path: Path) -> None:
    kept(path)
    for _ in range(2):
        path.write_bytes(b"\0" * 5000)
        open_history(path).close()
    assert {"conversations.damaged-1.sqlite3", "conversations.damaged-2.sqlite3"} <= files_in(path.parent)


def test_backups_take_turns_and_a_damaged_source_makes_none(path: Path) -> None:
    opened = open_history(path)
    for turn in range(BACKUPS + 2):
        talk(opened.history, 1)
        assert make_backup(opened.history.database.connection, path) == backup_path(path, 1)
        ids = {one.id for one in opened.history.conversations.list()}
        assert len(ids) == turn + 1
    numbers = [number for number in range(1, 9) if backup_path(path, number).exists()]
    assert numbers == list(range(1, BACKUPS + 1))
    assert all(is_sound_file(backup_path(path, number)) for number in numbers)
    newest = backup_path(path, 1).read_bytes()
    opened.close()
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(data)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert make_backup(connection, path) is None
    assert backup_path(path, 1).read_bytes() == newest


def test_fault_50_a_second_program_reads_a_copy_and_keeps_nothing(path: Path) -> None:
    opened = open_history(path)
    conversation, _ = talk(opened.history, 1)
    second = open_history(path)
    assert "Another Vitrine" in only_notice(second, "history-in-use")
    assert second.path is None
    assert len(texts(second.history, conversation)) == 2
    talk(second.history, 1)
    second.close()
    assert len(opened.history.conversations.list()) == 1
    talk(opened.history, 1)
    opened.close()
    third = open_history(path)
    assert (third.notices, third.path) == ((), path)
    third.close()


def test_fault_48_a_file_that_another_program_has_locked_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.history.database.BUSY_MS", 20)
    kept(path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.executescript(
            "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE conversations SET pinned = 1"
        )
        opened = open_history(path)
        only_notice(opened, "history-busy")
        assert opened.path is None
        # What it holds was complete before, so that can be read.
        assert len(opened.history.conversations.list()) == 2
        opened.close()


def test_fault_48_a_save_that_another_program_keeps_waiting_is_told(path: Path) -> None:
    opened = open_history(path)
    conversation, leaf = talk(opened.history, 1)
    opened.history.database.connection.execute("PRAGMA busy_timeout = 10")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Exception, match="another program holds"):
            opened.history.messages.say(conversation, leaf, "hello?")
        assert len(texts(opened.history, conversation)) == 2
    opened.history.messages.say(conversation, leaf, "hello?")
    opened.close()


@pytest.mark.parametrize("name", ["with space", "não é ASCII 学习 😀", "100% 'quoted' #?x=1", "a;b"])
def test_fault_47_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / FILE_NAME
    _, second = kept(path)
    assert is_sound_file(backup_path(path, 1))
    opened = open_history(path)
    assert (opened.notices, opened.path) == ((), path)
    assert len(texts(opened.history, second)) == 6
    opened.close()


def test_fault_47_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("x")
    opened = open_history(in_the_way / "below" / FILE_NAME)
    assert str(in_the_way) in only_notice(opened, "history-read-only")
    talk(opened.history, 1)
    opened.close()
    monkeypatch.setenv(DATA_DIRECTORY_VARIABLE, str(in_the_way))
    opened = open_history()
    only_notice(opened, "no-directory")
    assert opened.path is None
    opened.close()


def test_fault_47_on_a_read_only_disk_conversations_are_there_to_read(tmp_path: Path) -> None:
    if namespace_command() is None:
        # Without mounts of one's own: a folder that is not to be written to, which root does not heed.
        if os.geteuid() == 0:
            pytest.skip("neither a read-only disk nor a read-only folder is to be had")
        path = tmp_path / FILE_NAME
        first, _ = kept(path)
        tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
        try:
            opened = open_history(path)
        finally:
            tmp_path.chmod(stat.S_IRWXU)
        only_notice(opened, "history-read-only")
        assert len(texts(opened.history, first)) == 4
        opened.close()
        return
    told = run_on_small_disk("tests.desktop.history.read_only_disk", tmp_path, 4096)
    assert "nothing of this run is kept" in told


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_fault_48_what_is_no_file_is_not_opened(path: Path, kind: str) -> None:
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    opened = open_history(path)
    assert "is not a file" in only_notice(opened, "history-foreign")
    opened.close()


def test_fault_56_numbers_are_the_same_under_a_decimal_comma(path: Path, tmp_path: Path) -> None:
    code = (
        "import locale, pathlib, sys\n"
        "from desktop.history.opening import open_history\n"
        "from tests.desktop.history.samples import talk\n"
        "print(locale.setlocale(locale.LC_ALL, ''))\n"
        "opened = open_history(pathlib.Path(sys.argv[1]))\n"
        "print(opened.history.replies.steps(talk(opened.history, 1)[1]))\n"
        "opened.close()\n"
    )

    def printed(name: str, environment: dict[str, str]) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / name / FILE_NAME)],
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | environment,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    assert printed("c", {"LC_ALL": "C"})[1:] == printed("other", comma_locale(tmp_path))[1:]


def comma_locale(folder: Path) -> dict[str, str]:
    """What makes a program write a decimal comma in C, where the machine has or can make such a locale."""
    have = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    found = [one for one in have if one.lower().startswith(("de_de", "pt_br", "fr_fr"))]
    if found:
        return {"LC_ALL": found[0]}
    made = shutil.which("localedef") and subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")], capture_output=True
    )
    return (
        {"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(folder)} if made and not made.returncode else {"LC_ALL": "C"}
    )


def test_fault_45_a_lost_file_comes_back_from_the_backup(path: Path) -> None:
    first, _ = kept(path)
    path.unlink()
    opened = open_history(path)
    assert "was missing" in only_notice(opened, "history-missing")
    assert len(texts(opened.history, first)) == 4
    opened.close()


def test_fault_45_a_restoring_that_was_cut_short_is_finished(path: Path) -> None:
    first, _ = kept(path)
    path.write_bytes(b"\0" * 5000)
    prepare_backup(path)
    set_aside(path)
    # Here the power goes; the backup itself need not be there any more.
    backup_path(path, 1).unlink()
    opened = open_history(path)
    only_notice(opened, "history-missing")
    assert len(texts(opened.history, first)) == 4
    opened.close()
    assert "conversations.restored.sqlite3" not in files_in(path.parent)


def test_fault_46_a_backup_that_does_not_fit_leaves_the_damaged_file_where_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(path)
    path.write_bytes(b"\0" * 5000)

    def refuse(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfile", refuse)
        opened = open_history(path)
        assert "No space left" in only_notice(opened, "history-not-saved")
        opened.close()
    assert path.stat().st_size == 5000
    opened = open_history(path)
    only_notice(opened, "history-damaged")
    assert len(opened.history.conversations.list()) == 1
    opened.close()


def test_a_very_large_file_that_was_closed_properly_is_not_read_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(path)
    monkeypatch.setattr("desktop.history.opening.LARGEST_CHECKED", 1000)
    monkeypatch.setattr("desktop.history.opening.is_sound", lambda connection: pytest.fail("read whole"))
    opened = open_history(path)
    assert opened.notices == ()
    opened.close()


def test_what_is_kept_is_for_its_owner_alone(path: Path) -> None:
    kept(path)
    for file in (path, backup_path(path, 1)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
