"""What can be taken away, read back from the files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from desktop.panels.attention import AttentionPanel
from desktop.panels.attention.export import ShownHead
from desktop.plots.attention_matrix import AttentionMatrix
from desktop.session import Session
from inference.contract import Proof, Token
from tests.desktop.scripted_engine import attention_weights


@pytest.fixture
def shown() -> ShownHead:
    """Three tokens; the row of the last but one is not known."""
    matrix = AttentionMatrix()
    matrix.put(0, np.float32([[1]]))
    matrix.put(2, np.float32([[0.25, 0.125, 0.625]]))
    tokens = [Token(7, b"a", False), Token(8, b" b", False), Token(9, b"\n", False), Token(3, b"c", False)]
    proof = Proof("reconstructed", 2.4e-7, 1e-6, 64, "compared")
    return ShownHead("Model", proof, 5, 8, 2, tokens, 3, matrix)


def test_unknown_rows_are_not_a_number(shown: ShownHead) -> None:
    nan = np.nan
    np.testing.assert_array_equal(
        shown.weights(), np.float32([[1, 0, 0], [nan, nan, 0], [0.25, 0.125, 0.625]])
    )


def test_the_table_is_the_row_at_the_cursor(shown: ShownHead) -> None:
    table = shown.table()
    assert table.columns == ("query", "key", "id", "piece", "weight")
    assert table.rows == [(2, 0, 7, "a", 0.25), (2, 1, 8, "·b", 0.125), (2, 2, 9, "⏎", 0.625)]


def test_csv_has_a_line_for_each_query_and_a_column_for_each_key(shown: ShownHead) -> None:
    assert shown.csv() == ("query,id,key_0,key_1,key_2\r\n0,7,1,,\r\n1,8,,,\r\n2,9,0.25,0.125,0.625\r\n")


def test_arrays_say_where_they_come_from(shown: ShownHead) -> None:
    arrays = shown.arrays()
    assert arrays["ids"].tolist() == [7, 8, 9]
    assert arrays["attention"].shape == (3, 3)
    assert json.loads(str(arrays["facts"])) == {
        "model": "Model",
        "layer": 5,
        "head": 8,
        "proof": "reconstructed",
        "max_delta": 2.4e-7,
    }


@pytest.fixture
def panel(qtbot: QtBot, replied: Session) -> AttentionPanel:
    """A panel that has read all rows of layer 2, head 1."""
    replied.choose_head(2, 1)
    widget = AttentionPanel(replied)
    qtbot.addWidget(widget)
    widget.resize(800, 520)
    widget.show()
    rows = len(replied.tokens) - 1
    qtbot.waitUntil(lambda: not list(widget.shown_head().matrix.runs(0, rows, known=False)))
    return widget


def saved(panel: AttentionPanel, path: Path, save: str) -> Path:
    """Save to a path as if a person had chosen it."""
    panel.menu._choose_path = lambda *_: str(path)
    getattr(panel.menu, save)()
    assert path.stat().st_size > 0
    return path


def test_all_weights_of_the_head_are_saved(panel: AttentionPanel, replied: Session, tmp_path: Path) -> None:
    rows = len(replied.tokens) - 1
    expected = attention_weights(2, 1, range(rows), rows)
    with np.load(saved(panel, tmp_path / "head.npz", "save_arrays")) as arrays:
        np.testing.assert_array_equal(arrays["attention"], expected)
    with saved(panel, tmp_path / "head.csv", "save_csv").open(newline="") as file:
        lines = list(csv.reader(file))
    written = np.array([[float(cell or 0) for cell in line[2:]] for line in lines[1:]])
    np.testing.assert_array_equal(written.astype(np.float32), expected)


def test_the_map_is_saved_as_a_picture(panel: AttentionPanel, tmp_path: Path) -> None:
    image = QImage(str(saved(panel, tmp_path / "map.png", "save_picture")))
    assert image.width() > 500
    text = saved(panel, tmp_path / "map.svg", "save_picture").read_text()
    assert "layer 2, head 1" in text
    assert "Scripted-4x3 · reconstructed" in text
    assert "data:image/png" in text
