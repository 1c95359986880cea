"""The export menu copies and saves what it is given, and says what it did."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.controls.export_menu import ExportMenu
from desktop.controls.table_text import Table

TABLE = Table(("id", "piece"), [(8168, "·composed")])


class Chooser:
    """Stands in for the platform's dialog: answers with a path, and remembers what it was asked."""

    def __init__(self) -> None:
        self.path = ""
        self.suggestions: list[str] = []

    def __call__(self, parent: QWidget, title: str, suggestion: str, filters: str) -> str:
        self.suggestions.append(suggestion)
        return self.path


@pytest.fixture
def chooser() -> Chooser:
    return Chooser()


@pytest.fixture
def menu(qtbot: QtBot, chooser: Chooser) -> ExportMenu:
    panel = QLabel("what is shown")
    qtbot.addWidget(panel)
    return ExportMenu(
        "next-token",
        panel,
        table=lambda: TABLE,
        picture=panel,
        arrays=lambda: {"logits": np.array([1.5, -2.0], np.float32)},
        choose_path=chooser,
    )


def test_a_table_is_copied_as_csv_and_as_json(qtbot: QtBot, menu: ExportMenu) -> None:
    with qtbot.waitSignal(menu.said):
        menu.copy_csv()
    assert QGuiApplication.clipboard().text().splitlines() == ["id,piece", "8168,·composed"]
    menu.copy_json()
    assert json.loads(QGuiApplication.clipboard().text()) == [{"id": 8168, "piece": "·composed"}]


def test_the_name_says_how_a_table_is_saved(menu: ExportMenu, chooser: Chooser, tmp_path: Path) -> None:
    for name in ("a.csv", "a.json", "bare"):
        chooser.path = str(tmp_path / name)
        menu.save_table()
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").startswith("id,piece")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))[0]["id"] == 8168
    assert (tmp_path / "bare.csv").exists()
    assert chooser.suggestions[0].endswith("next-token.csv")


def test_the_name_says_how_a_picture_is_saved(menu: ExportMenu, chooser: Chooser, tmp_path: Path) -> None:
    for name in ("a.png", "a.svg"):
        chooser.path = str(tmp_path / name)
        menu.save_picture()
    assert not QImage(str(tmp_path / "a.png")).isNull()
    assert b"<svg" in (tmp_path / "a.svg").read_bytes()


def test_arrays_are_saved_by_name(menu: ExportMenu, chooser: Chooser, tmp_path: Path) -> None:
    chooser.path = str(tmp_path / "a.npz")
    menu.save_arrays()
    with np.load(tmp_path / "a.npz") as saved:
        assert saved["logits"].tolist() == [1.5, -2.0]


def test_nothing_is_written_when_no_place_is_chosen(qtbot: QtBot, menu: ExportMenu) -> None:
    with qtbot.assertNotEmitted(menu.said):
        menu.save_table()


def test_a_place_that_cannot_be_written_is_named(
    qtbot: QtBot, menu: ExportMenu, chooser: Chooser, tmp_path: Path
) -> None:
    chooser.path = str(tmp_path / "missing" / "a.csv")
    with qtbot.waitSignal(menu.said) as said:
        menu.save_table()
    assert "missing" in said.args[0]
