"""The rows say what they show, and which of them another list has too."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.plots.nearest_rows import NearestRow, NearestRows


def test_screen_readers_get_every_row_and_what_is_common(qtbot: QtBot) -> None:
    made = NearestRows()
    qtbot.addWidget(made)
    made.resize(220, 100)
    low = made.sizeHint().height()
    made.show_rows([NearestRow("·of", 0.8, "80.0 %", True), NearestRow("x" * 300, 0.0, "0.0 %", False)])
    assert made.accessibleDescription() == f"·of 80.0 % (in both); {'x' * 300} 0.0 %"
    assert made.sizeHint().height() == 2 * low
    assert not made.grab().isNull()
