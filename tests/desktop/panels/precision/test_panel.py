"""The panel on a scripted engine: every format in turn, figures, flips, the cursor, stopping, refusals, exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.controls.numbers import NO_BREAK
from desktop.controls.table_text import csv_text
from desktop.panels.precision import PrecisionPanel
from desktop.panels.precision.looks import format_colour, format_pen
from desktop.panels.precision.table_model import PrecisionColumn
from desktop.session import Session
from inference.contract import Failed, Progress, Stop
from inference.intervention import Intervention
from inference.precision.contract import FORMAT_NAMES, ReplayReply
from tests.desktop.scripted_engine import ScriptedEngine

Settle = Callable[[], None]


@pytest.fixture
def panel(qtbot: QtBot, replied: Session) -> Iterator[PrecisionPanel]:
    """The panel after a reply, shown, nothing read yet."""
    made = PrecisionPanel(replied)
    qtbot.addWidget(made)
    made.resize(860, 900)
    made.show()
    yield made
    made.hide()


def settled(qtbot: QtBot, panel: PrecisionPanel) -> None:
    """Wait for all formats, and for the picture of what is known."""
    qtbot.waitUntil(
        lambda: (
            panel._session.take_events() or (panel.replays.reading is None and not panel._frame.isActive())
        )
    )


@pytest.fixture
def read(qtbot: QtBot, panel: PrecisionPanel) -> PrecisionPanel:
    """The panel with every format read."""
    panel.read.click()
    settled(qtbot, panel)
    return panel


def row(panel: PrecisionPanel, number: int) -> list[str]:
    cells = [panel.rows.index(number, column).data() for column in PrecisionColumn]
    return [cell.replace(NO_BREAK, " ") for cell in cells]


def asked(engine: ScriptedEngine) -> list[ReplayReply]:
    return [one for one in engine.commands if isinstance(one, ReplayReply)]


def test_nothing_is_asked_before_somebody_wants_it(panel: PrecisionPanel, engine: ScriptedEngine) -> None:
    assert asked(engine) == []
    assert row(panel, 0) == ["FP32", "not read", *["–"] * 7]
    assert not panel.chart.isVisible()
    assert panel.before.isVisible()
    assert "conversation stays as it is" in panel.before.text()
    assert not panel.export.isEnabled()
    assert panel.about.text().endswith("tokens to be read in five formats")


def test_every_format_is_read_in_turn(read: PrecisionPanel, engine: ScriptedEngine, replied: Session) -> None:
    """Of ½, ⅖, … the perplexities are 2, 2.5, …; 20 ms are 50 tokens a second, which only real ones have."""
    start, stop = replied.conversation.spans()[-1]
    assert [(one.format, one.start, one.stop) for one in asked(engine)] == [
        (name, start, stop) for name in FORMAT_NAMES
    ]
    count = stop - start
    assert row(read, 0) == ["FP32", "reference", "400 MB", "2.000", "–", "–", "–", "–", "50.0"]
    assert row(read, 1) == ["FP16", "emulated", "200 MB", "2.500", *["1.0 × 10⁻⁵"] * 2, "0", "0", "–"]
    assert row(read, 2)[:5] == ["BF16", "emulated", "200 MB", "3.333", "0.00010"]
    assert row(read, 3) == [
        "INT8", "real, in use", "113 MB", "5.000", "0.0010", "0.0010", "1", "1", "100.0",
    ]  # fmt: skip
    assert row(read, 4)[6:8] == ["2", "2"]
    hint = str(read.rows.index(4, PrecisionColumn.FLIPPED).data(Qt.ItemDataRole.ToolTipRole))
    assert f"2 of {count} tokens, {200 / count:.1f} %. Tokens in whose place" in hint
    assert read.read.text() == "Read again"
    assert f"{count} tokens · compared with FP32" in read.about.text()
    assert "Q4_1" in read.about.text()


def test_what_is_emulated_and_why_it_has_no_speed_is_said(read: PrecisionPanel) -> None:
    def hint(number: int, column: PrecisionColumn) -> str:
        said = str(read.rows.index(number, column).data(Qt.ItemDataRole.ToolTipRole))
        return said.replace(NO_BREAK, " ")

    assert "rounded to BF16" in hint(2, PrecisionColumn.HOW)
    assert "logits too" in hint(2, PrecisionColumn.HOW)
    assert "says nothing about how fast" in hint(2, PrecisionColumn.SPEED)
    assert "blocks of 32" in hint(4, PrecisionColumn.HOW)
    assert "one at a time, 10.0 ms each" in hint(3, PrecisionColumn.SPEED)
    assert "2.0 MB more" in hint(3, PrecisionColumn.MEMORY)
    assert "takes as much as FP32" in hint(1, PrecisionColumn.MEMORY)
    assert "model that wrote the reply" in hint(3, PrecisionColumn.HOW)
    assert "Emulated: numbers are rounded" in read.notes.text()
    assert "Kullback-Leibler" in hint(3, PrecisionColumn.MEAN)


def test_a_click_in_the_plot_moves_the_cursor_and_tells_every_format(
    qtbot: QtBot, read: PrecisionPanel, replied: Session
) -> None:
    """The second token flips in INT8 and INT4: what it would have become is written beside it."""
    start = replied.conversation.spans()[-1][0]
    room = read.chart._room()
    x = int(read.chart._x(room, 1))
    qtbot.mouseClick(read.chart, Qt.MouseButton.LeftButton, pos=QPoint(x, int(room.center().y())))
    assert replied.cursor == start + 1
    settled(qtbot, read)
    assert [one.name for one in read.token.rows] == list(FORMAT_NAMES)
    assert [one.percent for one in read.token.rows] == ["50.0 %", "40.0 %", "30.0 %", "20.0 %", "10.0 %"]
    assert [bool(one.instead) for one in read.token.rows] == [False, False, False, True, True]
    assert read.token.rows[3].instead == "→ <|endoftext|>  50.0 %"
    assert "rank 2" in read.token.accessibleDescription()
    assert "most probable instead: “<|endoftext|>” 50.0 %" in read.token.accessibleDescription()
    assert f"at position {start + 1}" in read.named.text()


def test_pointing_tells_of_a_token_and_leaves_the_cursor(
    qtbot: QtBot, read: PrecisionPanel, replied: Session
) -> None:
    start, cursor = replied.conversation.spans()[-1][0], replied.cursor
    with qtbot.waitSignal(read.chart.pointed):
        room = read.chart._room()
        qtbot.mouseMove(read.chart, QPoint(int(read.chart._x(room, 3)), int(room.center().y())))
    assert f"at position {start + 3}" in read.named.text()
    assert read.token.rows[4].instead
    assert not read.token.rows[3].instead
    assert replied.cursor == cursor


def test_the_keyboard_goes_through_tokens_and_to_flips(
    qtbot: QtBot, read: PrecisionPanel, replied: Session
) -> None:
    start, stop = replied.conversation.spans()[-1]

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> int:
        qtbot.keyClick(read.chart, key, modifier)
        settled(qtbot, read)
        return replied.cursor

    control = Qt.KeyboardModifier.ControlModifier
    assert press(Qt.Key.Key_Home) == start
    assert press(Qt.Key.Key_Left) == start
    assert press(Qt.Key.Key_Right, control) == start + 1
    assert press(Qt.Key.Key_Right, control) == start + 3
    assert press(Qt.Key.Key_Right, control) == start + 3
    assert press(Qt.Key.Key_Left, control) == start + 1
    assert press(Qt.Key.Key_Right) == start + 2
    assert press(Qt.Key.Key_End) == stop - 1


def test_lines_show_divergence_or_probability(qtbot: QtBot, read: PrecisionPanel) -> None:
    """The reference is not apart from itself, and has a line only among probabilities; a row chosen stands out."""
    assert read.chart._shown() == list(FORMAT_NAMES[1:])
    pictures = [read.chart.grab().toImage()]
    read.measure.choose("probability")
    read.measure.chosen.emit("probability")
    assert read.chart._shown() == list(FORMAT_NAMES)
    pictures.append(read.chart.grab().toImage())
    read.view.selectRow(4)
    pictures.append(read.chart.grab().toImage())
    read.view.selectRow(0)
    assert read.chart._strong is None
    assert pictures[0] != pictures[1] != pictures[2]


def test_progress_is_told_and_reading_can_be_stopped(
    qtbot: QtBot, panel: PrecisionPanel, engine: ScriptedEngine, replied: Session
) -> None:
    """Fault 51: what is known stays, and the next time only what is not known is read."""
    engine.answering = False
    panel.read.click()
    engine.answer()
    replied.take_events()
    engine.post(Progress("precision", 30, 60))
    replied.take_events()
    # One and a half of five.
    reading = "Reading the reply in FP16 · format 2 of 5 · 30 %"
    qtbot.waitUntil(lambda: panel.about.text() == reading)
    assert row(panel, 1)[1] == "being read …"
    assert panel.read.text() == "Stop"
    panel.read.click()
    assert isinstance(engine.commands[-1], Stop)
    (question,) = [one for one in asked(engine) if one.format == "FP16"]
    engine._held.clear()
    engine.post(Failed("interrupted", "The question was interrupted.", "Ask again.", query=question.query))
    settled(qtbot, panel)
    assert list(panel.replays.runs) == ["FP32"]
    assert panel.replays.refusals == {}
    assert panel.read.text() == "Read the others"
    engine.answering = True
    panel.read.click()
    settled(qtbot, panel)
    assert [one.format for one in asked(engine)] == ["FP32", "FP16", "FP16", "BF16", "INT8", "INT4"]
    assert panel.replays.complete


def test_one_share_is_told_of_all_formats_and_never_falls(
    qtbot: QtBot, panel: PrecisionPanel, engine: ScriptedEngine, replied: Session
) -> None:
    """Whatever is counted within a format; of formats that are read later, only those count."""

    def told(*events: Progress) -> str:
        for event in events:
            engine.post(event)
        replied.take_events()
        qtbot.waitUntil(lambda: not panel._frame.isActive())
        return panel.about.text()

    engine.answering = False
    panel.read.click()
    assert told() == "Making the model in FP32 · format 1 of 5 · 0 %"
    assert told(Progress("precision", 400, 1000)) == "Reading the reply in FP32 · format 1 of 5 · 8 %"
    assert told(Progress("precision", 0, 60)) == "Making the model in FP32 · format 1 of 5 · 8 %"
    assert told(Progress("precision", 6, 60)) == "Reading the reply in FP32 · format 1 of 5 · 8 %"
    assert told(Progress("precision", 60, 60)) == "Reading the reply in FP32 · format 1 of 5 · 20 %"
    engine.answer()
    assert told() == "Making the model in FP16 · format 2 of 5 · 20 %"
    panel.read.click()
    interrupt(engine, "FP16")
    settled(qtbot, panel)
    panel.read.click()
    assert told(Progress("precision", 30, 60)) == "Reading the reply in FP16 · format 1 of 4 · 12 %"
    engine.answer()
    assert told(Progress("precision", 30, 60)).endswith("format 2 of 4 · 37 %")


def interrupt(engine: ScriptedEngine, name: str) -> None:
    """End the newest question about a format as an engine does."""
    question = [one for one in asked(engine) if one.format == name][-1]
    engine._held.clear()
    engine.post(Failed("interrupted", "The question was interrupted.", "Ask again.", query=question.query))


def test_what_is_known_stays_until_it_is_read_again(
    qtbot: QtBot, read: PrecisionPanel, engine: ScriptedEngine, replied: Session
) -> None:
    """Fault 51: stopped in the middle, every row has its figures still."""
    before = [row(read, number) for number in range(5)]
    engine.answering = False
    read.read.click()
    engine.answer()
    replied.take_events()
    qtbot.waitUntil(lambda: row(read, 1)[1] == "being read …" and not read._frame.isActive())
    assert [row(read, number) for number in (0, 2, 3, 4)] == [before[number] for number in (0, 2, 3, 4)]
    assert row(read, 1)[2:] == before[1][2:]
    assert read.chart.isVisible()
    read.read.click()
    interrupt(engine, "FP16")
    settled(qtbot, read)
    assert [row(read, number) for number in range(5)] == before
    assert read.read.text() == "Read again"
    assert "ended the reading" not in read.about.text()
    assert len(asked(engine)) == 7


def test_what_cannot_be_read_again_is_said_and_kept(
    qtbot: QtBot, read: PrecisionPanel, engine: ScriptedEngine
) -> None:
    """Fault 41: where there was room the first time only, the figures of that time are as good."""
    before = [row(read, number) for number in range(5)]
    engine.formats_refused = {"BF16"}
    read.read.click()
    settled(qtbot, read)
    assert [row(read, number) for number in range(5)] == before
    assert read.about.text().startswith(
        "BF16 was not read again: There is no room for BF16. Close programs. · "
    )
    assert read.view.columnSpan(2, PrecisionColumn.HOW) == 1
    engine.formats_refused = {"FP32"}
    read.read.click()
    settled(qtbot, read)
    assert [row(read, number) for number in range(5)] == before
    assert read.about.text().startswith("FP32 was not read again")


@pytest.mark.parametrize("told", [True, False], ids=["told by the engine first", "by its tokens"])
def test_a_message_that_ends_a_reading_is_said(
    qtbot: QtBot, panel: PrecisionPanel, engine: ScriptedEngine, replied: Session, told: bool
) -> None:
    """Until it is read anew, or another conversation is chosen."""
    engine.answering = False
    panel.read.click()
    engine.automatic = False
    replied.send("And the sea?")
    if told:
        interrupt(engine, "FP32")
    replied.take_events()
    engine.advance(100)
    settled(qtbot, panel)
    qtbot.waitUntil(lambda: panel.about.text().startswith("A new message ended the reading · "))
    assert panel.about.text().endswith("tokens to be read in five formats")
    assert panel.replays.refusals == {}
    replied.conversation_chosen.emit()
    settled(qtbot, panel)
    assert panel.replays.ended == ""


def test_whatever_else_ends_a_reading_is_said(
    qtbot: QtBot, panel: PrecisionPanel, engine: ScriptedEngine
) -> None:
    """A bit that is flipped, or a measurement of another panel that is stopped."""
    engine.answering = False
    panel.read.click()
    interrupt(engine, "FP32")
    settled(qtbot, panel)
    assert panel.about.text().startswith("Something else that was asked of the model ended the reading · ")
    engine.answering = True
    panel.read.click()
    settled(qtbot, panel)
    assert "ended the reading" not in panel.about.text()


def test_the_reference_alone_has_no_lines_and_that_is_said(
    qtbot: QtBot, panel: PrecisionPanel, engine: ScriptedEngine, replied: Session
) -> None:
    """It is not apart from itself; how probable tokens are in it can be seen."""
    engine.answering = False
    panel.read.click()
    engine.answer()
    replied.take_events()
    panel.read.click()
    interrupt(engine, "FP16")
    settled(qtbot, panel)
    assert list(panel.replays.runs) == ["FP32"]
    assert panel.no_lines.isVisible()
    assert panel.no_lines.text().startswith("FP32 is what the others are compared with")
    assert not panel.chart.isVisible()
    assert len(panel.token.rows) == 1
    panel.measure.choose("probability")
    panel.measure.chosen.emit("probability")
    assert panel.chart.isVisible()
    assert not panel.no_lines.isVisible()
    panel.measure.choose("divergence")
    panel.measure.chosen.emit("divergence")
    assert panel.no_lines.isVisible()


def test_a_format_that_fails_says_why_in_its_row(
    qtbot: QtBot, panel: PrecisionPanel, engine: ScriptedEngine
) -> None:
    """Fault 41; the others are read nevertheless."""
    engine.formats_refused = {"BF16"}
    panel.read.click()
    settled(qtbot, panel)
    assert row(panel, 2)[1] == "There is no room for BF16. Close programs."
    assert panel.view.columnSpan(2, PrecisionColumn.HOW) == len(PrecisionColumn) - 1
    assert list(panel.replays.runs) == ["FP32", "FP16", "INT8", "INT4"]
    engine.formats_refused = set()
    panel.read.click()
    settled(qtbot, panel)
    assert row(panel, 2)[1] == "emulated"
    assert panel.view.columnSpan(2, PrecisionColumn.HOW) == 1


def test_without_a_reference_nothing_else_is_asked(
    qtbot: QtBot, panel: PrecisionPanel, engine: ScriptedEngine
) -> None:
    """Every row then has the reason."""
    engine.formats_refused = {"FP32"}
    panel.read.click()
    settled(qtbot, panel)
    assert [one.format for one in asked(engine)] == ["FP32"]
    assert {row(panel, number)[1] for number in range(5)} == {"There is no room for FP32. Close programs."}
    assert not panel.chart.isVisible()


def test_what_was_read_is_void_with_another_reply(
    qtbot: QtBot, read: PrecisionPanel, replied: Session, settle: Settle
) -> None:
    replied.send("And the sea?")
    settle()
    settled(qtbot, read)
    assert read.replays.runs == {}
    assert row(read, 4)[1] == "not read"
    assert read.token.rows == ()


def test_what_is_muted_does_not_count_and_that_is_said(
    qtbot: QtBot, read: PrecisionPanel, replied: Session
) -> None:
    assert "does not count" not in read.notes.text()
    replied.mute(Intervention(heads=((0, 0),)))
    settled(qtbot, read)
    assert "What is muted, and which bits are flipped, does not count here." in read.notes.text()


def test_everything_is_exported(read: PrecisionPanel, replied: Session) -> None:
    """A row for each format, and one for each token in each."""
    start, stop = replied.conversation.spans()[-1]
    rows = list(csv.DictReader(io.StringIO(csv_text(read.table()))))
    replies = [one for one in rows if one["what"] == "reply"]
    assert [one["format"] for one in replies] == list(FORMAT_NAMES)
    assert [one["flipped"] for one in replies] == ["0", "0", "0", "1", "2"]
    assert [one["written_first_changed"] for one in replies] == ["0", "0", "0", "1", "2"]
    assert [one["tokens_per_s"] for one in replies] == ["50.0", "", "", "100.0", "125.0"]
    tokens = [one for one in rows if one["what"] == "token" and one["format"] == "INT4"]
    assert [int(one["position"]) for one in tokens] == list(range(start, stop))
    assert [int(one["token"]) for one in tokens] == [one.id for one in replied.tokens[start:stop]]
    assert [one["flipped"] for one in tokens[:4]] == ["0", "1", "0", "1"]
    assert (tokens[1]["top_piece"], tokens[1]["step_ms"]) == ("<|endoftext|>", "8.0")
    assert tokens[0]["step_ms"] == ""


def test_the_picture_has_what_was_read_and_no_controls(
    qtbot: QtBot, read: PrecisionPanel, replied: Session, tmp_path: Path
) -> None:
    """Of the panel's width, with the model's name; nothing in it is selected or has the keyboard."""
    read.chart.setFocus()
    read.view.selectRow(4)
    figure = read.figure()
    assert replied.model is not None
    texts = [one.text() for one in figure.findChildren(QLabel)]
    assert texts == [replied.model.name, read.about.text(), read.named.text()]
    assert figure.findChildren(QAbstractButton) == [figure.view.findChild(QAbstractButton)]
    assert figure.width() == read.width() == 860
    assert figure.chart._strong == "INT4"
    assert figure.token.rows == read.token.rows
    assert not figure.view.selectionModel().hasSelection()
    assert not figure.isVisible()
    for name in ("precision.png", "precision.svg"):
        path = tmp_path / name
        read.menu._choose_path = lambda *asked, path=path: str(path)
        read.menu.save_picture()
    image = QImage(str(tmp_path / "precision.png"))
    assert (image.width(), image.height()) == (2 * figure.width(), 2 * figure.height())
    assert "1.0" in (tmp_path / "precision.svg").read_text(encoding="utf-8")


def test_a_picture_of_a_narrow_panel_has_every_column(qtbot: QtBot, read: PrecisionPanel) -> None:
    """What the panel scrolls to, a picture cannot."""
    read.resize(430, 900)
    figure = read.figure()
    assert figure.width() > 430
    figure.grab()
    header = figure.view.horizontalHeader()
    assert header.length() <= figure.view.viewport().width()
    assert figure.view.columnWidth(PrecisionColumn.HOW) >= figure.view.sizeHintForColumn(PrecisionColumn.HOW)


def test_what_would_be_empty_is_left_out_of_the_picture(
    qtbot: QtBot, panel: PrecisionPanel, engine: ScriptedEngine, replied: Session
) -> None:
    """A chart without lines; the rows of a token that is none of the reply's."""
    engine.answering = False
    panel.read.click()
    engine.answer()
    replied.take_events()
    panel.read.click()
    interrupt(engine, "FP16")
    settled(qtbot, panel)
    replied.move_cursor(0)
    settled(qtbot, panel)
    figure = panel.figure()
    figure.grab()
    assert figure.chart.parent() is None
    assert figure.token.parent() is None
    below = figure.view.geometry().bottom()
    assert 0 < figure.height() - below <= 10 * theme.SPACE
    assert {one["format"] for one in csv.DictReader(io.StringIO(csv_text(panel.table())))} == {"FP32"}


def test_a_thousand_tokens_fit(qtbot: QtBot, panel: PrecisionPanel, engine: ScriptedEngine) -> None:
    """Fault 58: no line has more points than pixels, and the largest divergence counts."""
    from tests.desktop.scripted_inside import scripted_format_run

    runs = {
        name: scripted_format_run(ReplayReply(1, name, 5, 5005), list(range(6000))) for name in FORMAT_NAMES
    }
    runs["INT4"].divergence[2500] = 9.0
    panel.chart.name_tokens(str)
    panel._lower.setCurrentWidget(panel._drawn)
    panel.chart.show_runs(runs, 5, 5000, 900)
    assert not panel.chart.grab().isNull()
    assert panel.chart._decades() == (-5.0, 1.0)
    room = panel.chart._room()
    assert panel.chart.position_at(room.topLeft().toPoint() + QPoint(1, 0)) == 5 + int(
        5000 / room.width() * (int(room.topLeft().toPoint().x() + 1 - room.left()))
    )
    assert panel.chart.position_at(QPoint(0, 0)) == -1


def test_an_infinite_divergence_is_drawn_at_the_top(panel: PrecisionPanel) -> None:
    from tests.desktop.scripted_inside import scripted_format_run

    runs = {name: scripted_format_run(ReplayReply(1, name, 0, 4), [1, 2, 3, 4]) for name in FORMAT_NAMES}
    runs["INT4"].divergence[:] = float("inf")
    panel.chart.show_runs(runs, 0, 4, 0)
    panel._lower.setCurrentWidget(panel._drawn)
    assert panel.chart._height(runs["INT4"].divergence).tolist() == [1, 1, 1, 1]
    assert not panel.chart.grab().isNull()


def test_a_token_that_cannot_be_has_words_too(panel: PrecisionPanel, replied: Session) -> None:
    """Its logarithm is minus infinity: no probability, and a perplexity beyond all bounds in a few digits."""
    from tests.desktop.scripted_inside import scripted_format_run

    start, stop = replied.conversation.spans()[-1]
    ids = [one.id for one in replied.tokens]
    for name in FORMAT_NAMES:
        panel.replays.runs[name] = scripted_format_run(ReplayReply(1, name, start, stop), ids)
    panel.replays.span = (start, stop)
    panel.replays.runs["INT4"].logprobs[2] = float("-inf")
    panel.replays.runs["INT4"].divergence[2] = float("inf")
    replied.move_cursor(start + 2)
    panel._refresh()
    assert row(panel, 4)[3:6] == ["1.0 × 10³⁰⁴", "∞", "∞"]
    assert (panel.token.rows[4].percent, panel.token.rows[4].nats) == ("0.0 %", "∞")
    assert not panel.grab().isNull()


@pytest.mark.parametrize("palette", theme.PALETTES, ids=lambda palette: palette.name)
def test_formats_are_told_apart_with_and_without_colour(qtbot: QtBot, palette: theme.Palette) -> None:
    """Colours differ, each can be seen on the panel's ground (3 : 1), and so do dashes or widths."""
    apply_theme(palette)
    try:
        colours = {name: format_colour(name) for name in FORMAT_NAMES}
        assert len({one.name() for one in colours.values()}) == len(FORMAT_NAMES)
        ground = luminance(palette.window)
        for one in colours.values():
            light, dark = sorted((luminance(one.name()), ground), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3
        pens = [format_pen(name) for name in FORMAT_NAMES]
        assert len({(tuple(pen.dashPattern()), pen.widthF()) for pen in pens}) == len(FORMAT_NAMES)
    finally:
        apply_theme(theme.DARK)


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
