"""Versions of the file: old ones are brought up, newer ones are left alone."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from desktop.history.database import connect
from desktop.history.history import History
from desktop.history.opening import open_history
from desktop.history.schema import MIGRATIONS, SCHEMA, migrate, read_version
from inference.sampling.settings import SamplingSettings
from tests.desktop.history.old_versions import WRITERS
from tests.desktop.history.samples import files_in, texts


def tables(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: " ".join(sql.split()).replace("( ", "(").replace(" )", ")") for name, sql in rows}


@pytest.mark.parametrize("version", range(1, SCHEMA))
def test_every_old_version_is_brought_up_and_kept(path: Path, version: int) -> None:
    WRITERS[version](path)
    opened = open_history(path)
    assert (opened.notices, opened.path) == ((), path)
    assert texts(opened.history, 1) == ["a question"]
    assert opened.history.conversations.get(1).system_prompt == "Be brief."
    assert [hit.conversation for hit in opened.history.search.find("quest")] == [1]
    assert opened.history.presets.list() == (
        (("mine", SamplingSettings(temperature=0.5)),) if version >= 2 else ()
    )
    opened.history.presets.save("one", SamplingSettings())
    opened.history.messages.save_edit(1, "a better question")
    assert opened.history.messages.edit_of(1) == "a better question"
    fresh = History.in_memory()
    assert tables(opened.history.database.connection) == tables(fresh.database.connection)
    fresh.close()
    opened.close()
    assert f"conversations.version-{version}.sqlite3" in files_in(path.parent)


def test_fault_48_a_newer_file_is_left_alone_and_told(path: Path) -> None:
    opened = open_history(path)
    opened.history.database.connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    opened.close()
    before = path.read_bytes()
    opened = open_history(path)
    (notice,) = opened.notices
    assert notice.case == "history-newer"
    assert f"version {SCHEMA + 1}, this one knows {SCHEMA}" in notice.what
    assert opened.path is None
    opened.history.conversations.create()
    opened.close()
    assert path.read_bytes() == before


def test_fault_48_a_database_of_another_program_is_left_alone(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE something (x)")
    before = path.read_bytes()
    opened = open_history(path)
    assert [notice.case for notice in opened.notices] == ["history-foreign"]
    opened.close()
    assert path.read_bytes() == before


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    WRITERS[1](path)
    with contextlib.closing(connect(path)) as connection:
        before = tables(connection)
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            migrate(connection, (*MIGRATIONS, "CREATE TABLE more (x);\nDROP TABLE absent"))
        assert tables(connection) == before
        assert read_version(connection) == 1
