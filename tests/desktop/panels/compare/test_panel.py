"""The compare panel from end to end: what a person does, and what is seen of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.panels.compare import ComparePanel
from desktop.panels.compare.column_text import ColumnText
from desktop.session import Session
from inference.contract import ReadLogits
from inference.sampling.settings import SamplingSettings
from tests.desktop.drawing_engine import DrawingEngine

Rest = Callable[[], None]
Replay = Callable[[float], None]


def click(text: ColumnText, index: int) -> None:
    """Click a token of a column."""
    line = next(line for line in text.placed.lines if any(box.start == index for box in line.boxes))
    box = next(box for box in line.boxes if box.start == index)
    QTest.mouseClick(text, Qt.MouseButton.LeftButton, pos=line.rectangle(box).center().toPoint())


def entry(menu: QMenu, text: str) -> None:
    """Choose an entry of a menu, or of a menu inside it."""
    menu.aboutToShow.emit()
    menus = [menu, *(found for found in menu.findChildren(QMenu))]
    action = next(one for each in menus for one in each.actions() if one.text().split(": ")[0] == text)
    assert action.isEnabled()
    action.trigger()


def titles(panel: ComparePanel) -> list[str]:
    return [column.head.title.text() for column in panel.board.columns]


# ---------------------------------------------------------------- the same dice


def test_one_reply_stands_alone_with_a_hint(panel: ComparePanel, rest: Rest) -> None:
    rest()
    assert len(panel.board.columns) == 1
    assert panel.board.hint.isVisibleTo(panel)
    assert not panel.board.partings.isVisibleTo(panel)
    assert panel.header.about.text() == "“Why is the sky blue?” · seed 104"
    assert titles(panel) == ["Balanced"], "its settings have a name"


def test_replay_needs_another_setting(panel: ComparePanel, rest: Rest) -> None:
    rest()
    assert not panel.same_dice.replay.isEnabled()
    assert "Move the slider first" in panel.same_dice.replay.toolTip()
    panel.same_dice.sliders["temperature"].groove.setValue(125)
    assert panel.same_dice.replay.isEnabled()


def test_a_setting_is_changed_and_the_reply_replayed_beside(
    panel: ComparePanel, rest: Rest, replied: Session
) -> None:
    rest()
    panel.same_dice.sliders["temperature"].groove.setValue(125)
    QTest.mouseClick(panel.same_dice.replay, Qt.MouseButton.LeftButton)
    rest()
    assert titles(panel) == ["Balanced", "temperature 1.25"]
    assert replied.settings.temperature == 0.8, "the sliders of the next replies stay where they are"
    first, second = panel.board.columns
    assert not panel.board.hint.isVisibleTo(panel)
    assert panel.board.partings.title.text().startswith("A, B part at token 6 (position ")
    assert (first.text.agreeing, second.text.agreeing) == (5, 5)
    assert (first.text.partings, second.text.partings) == ({5}, {5})
    assert "KL mean" in second.head.apart.text()
    assert first.head.apart.text() == ""


def test_where_they_part_both_show_the_same_draw_and_other_probabilities(
    panel: ComparePanel, replay: Replay
) -> None:
    replay(1.25)
    parts = panel.board.partings.parts
    assert [part.isVisibleTo(panel) for part in parts] == [True, True]
    draws = {part.about.text().split(" · ")[0] for part in parts}
    assert len(draws) == 1
    assert [len(part.bars.bars) for part in parts] == [2, 2]
    assert parts[0].bars.bars[0].before == parts[1].bars.bars[0].before, "the model gave both the same"
    assert parts[0].bars.bars[0].after != parts[1].bars.bars[0].after
    assert all(part.strip.isVisibleTo(panel) for part in parts)


def test_a_token_that_a_person_chose_is_no_draw(
    panel: ComparePanel, rest: Rest, replied: Session, engine: DrawingEngine
) -> None:
    """A reply that was branched by hand and its original, both answers to one prompt."""
    rest()
    first = panel.comparison.columns[0]
    start = replied.conversation.spans()[1][0]
    assert first.side is not None
    other = next(one for one in engine.followers(first.side.ids[2]) if one != first.side.ids[3])
    assert replied.branch(start + 3, other)
    rest()
    panel.comparison.add_reply(first.reply)
    rest()
    branched, original = panel.board.partings.parts
    assert branched.about.text().startswith("put there by a person")
    assert original.about.text().startswith("u = ")
    assert panel.scene.facts(0, 3)[-1] == "put there by a person"


def test_several_partings_are_gone_through(panel: ComparePanel, replay: Replay) -> None:
    replay(0.9)
    replay(2.0)
    partings = panel.board.partings
    assert partings.title.text().startswith("A, B, C part at token 5 ")
    assert partings.place.text() == "1/2"
    assert not partings.previous.isEnabled()
    partings.next.click()
    assert partings.title.text().startswith("A, B part at token 11 ")
    assert partings.parts[2].about.text() == "left before, or ended"
    assert not partings.next.isEnabled()
    partings.previous.click()
    assert partings.place.text() == "1/2"


def test_the_other_direction_has_other_numbers(panel: ComparePanel, replay: Replay) -> None:
    replay(1.25)
    forward = panel.board.columns[1].head.apart.text()
    assert "∞" not in forward
    panel.legend.direction.choose("backward")
    panel.legend.direction.chosen.emit("backward")
    assert "∞ at 6 of 6" in panel.board.columns[1].head.apart.text()


def test_infinity_is_told_with_its_reason(panel: ComparePanel, replay: Replay) -> None:
    replay(1.25)
    lines = panel.scene.facts(1, 0)
    assert lines[2].startswith("KL(A ‖ B) = 0.1")
    assert lines[3].startswith("KL(B ‖ A) = ∞: top-p of A removed 2 tokens that B keeps (")
    assert panel.scene.tint_of(1)(0, 1) is not None


# ---------------------------------------------------------------- presets


def test_presets_become_columns_and_are_written(panel: ComparePanel, rest: Rest) -> None:
    rest()
    entry(panel.add_menu, "Greedy")
    entry(panel.add_menu, "Adventurous")
    rest()
    assert titles(panel) == ["Balanced", "Greedy", "Adventurous"]
    assert [column.head.state.text() for column in panel.board.columns[1:]] == ["not written yet"] * 2
    assert panel.header.write.text() == "Write 2 replies"
    panel.header.write.click()
    assert panel.header.write.text() == "Stop" or panel.comparison.queue.running
    rest()
    assert not panel.header.write.isVisibleTo(panel)
    assert all(column.text.shown == 13 for column in panel.board.columns)


def test_four_columns_are_the_most(panel: ComparePanel, rest: Rest) -> None:
    rest()
    for name in ("Greedy", "Adventurous", "The model alone"):
        entry(panel.add_menu, name)
    rest()
    assert not panel.header.add.isEnabled()
    assert panel.header.add.toolTip() == "Four columns are the most; remove one first."
    panel.board.columns[2].head.remove.click()
    rest()
    assert titles(panel) == ["Balanced", "Greedy", "The model alone"]
    assert panel.header.add.isEnabled()


def test_what_differs_from_the_first_stands_out(panel: ComparePanel, rest: Rest) -> None:
    rest()
    panel.comparison.add_settings(SamplingSettings(temperature=1.5))
    rest()
    facts = [panel.scene.head(column) for column in panel.comparison.columns]
    assert [words for words, stands_out in facts[1].settings if stands_out] == ["temperature 1.50"]
    assert [words for words, stands_out in facts[0].settings if stands_out] == ["temperature 0.80"]
    assert ("min-p off", False) in facts[1].settings


def test_the_present_settings_are_kept_under_a_name_chosen_and_removed(
    panel: ComparePanel, rest: Rest, replied: Session
) -> None:
    rest()
    replied.change_settings(SamplingSettings(temperature=0.33))
    entry(panel.preset_menu, "Keep the present settings as a preset…")
    assert panel.naming.isVisibleTo(panel)
    QTest.keyClicks(panel.naming.field, "Fish & chips")
    QTest.keyClick(panel.naming.field, Qt.Key.Key_Return)
    assert not panel.naming.isVisibleTo(panel)
    replied.change_settings(SamplingSettings())
    entry(panel.preset_menu, "Fish && chips")
    assert replied.settings.temperature == 0.33
    entry(panel.preset_menu, "Fish && chips")
    panel.preset_menu.aboutToShow.emit()
    removal = next(menu for menu in panel.preset_menu.findChildren(QMenu) if menu.actions())
    removal.actions()[0].trigger()
    assert panel.presets.named("Fish & chips") is None


def test_the_settings_of_a_column_can_be_kept_and_used(
    panel: ComparePanel, rest: Rest, replay: Replay, replied: Session
) -> None:
    rest()
    replay(1.25)
    menu = panel.column_menu(panel.comparison.columns[1])
    entry(menu, "Use these settings for the next replies")
    assert replied.settings.temperature == 1.25
    entry(menu, "Keep these settings as a preset…")
    menu.deleteLater()
    QTest.keyClicks(panel.naming.field, "Warm")
    panel.naming.save.click()
    rest()
    assert titles(panel)[1] == "Warm"


# ---------------------------------------------------------------- tokens


def test_a_click_on_a_token_that_is_shown_moves_the_cursor(
    panel: ComparePanel, replay: Replay, replied: Session
) -> None:
    replay(1.25)
    shown = panel.board.columns[1].text
    click(shown, 7)
    assert replied.tokens[replied.cursor].id == panel.comparison.columns[1].side.ids[7]  # type: ignore[union-attr]
    assert not panel.facts.offer.isVisibleTo(panel)


def test_a_click_where_both_agree_moves_the_cursor_in_either_column(
    panel: ComparePanel, replay: Replay, replied: Session, rest: Rest
) -> None:
    replay(1.25)
    click(panel.board.columns[0].text, 2)
    start = replied.conversation.spans()[1][0]
    assert replied.cursor == start + 2
    rest()
    assert [column.text.cursor_index for column in panel.board.columns] == [2, 2]


def test_a_click_on_another_reply_offers_to_show_it(
    panel: ComparePanel, replay: Replay, replied: Session, rest: Rest
) -> None:
    replay(1.25)
    click(panel.board.columns[0].text, 7)
    assert panel.facts.offer.text() == "Show reply A to look at this token"
    before = replied.cursor
    panel.facts.offer.click()
    rest()
    first = panel.comparison.columns[0]
    assert panel.comparison.shown_column() is first
    assert replied.cursor != before
    assert replied.tokens[replied.cursor].id == first.side.ids[7]  # type: ignore[union-attr]
    assert not panel.facts.offer.isVisibleTo(panel)


def test_the_keyboard_goes_from_token_to_token(panel: ComparePanel, replay: Replay, replied: Session) -> None:
    replay(1.25)
    text = panel.board.columns[1].text
    text.setFocus()
    QTest.keyClick(text, Qt.Key.Key_Right)
    assert text.current == 5, "at first to where they part"
    QTest.keyClick(text, Qt.Key.Key_Left)
    assert text.current == 4
    assert text.accessibleDescription().startswith("B: “")
    assert panel.facts.facts.text().startswith("B: “")
    assert [column.text.pointed_index for column in panel.board.columns] == [4, 4]
    QTest.keyClick(text, Qt.Key.Key_Home)
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert replied.cursor == replied.conversation.spans()[1][0]
    QTest.keyClick(text, Qt.Key.Key_End)
    assert text.current == 12
    assert [column.text.pointed_index for column in panel.board.columns] == [-1, 12]


def test_a_reply_is_seen_while_it_is_written(
    qtbot: QtBot, panel: ComparePanel, rest: Rest, replied: Session, engine: DrawingEngine
) -> None:
    rest()
    engine.automatic = False
    panel.comparison.replay(replied.settings.changed("temperature", 1.25))
    engine.advance(7)
    qtbot.waitUntil(lambda: replied.take_events() or panel.board.columns[-1].text.shown == 7)
    qtbot.waitUntil(lambda: panel.board.columns[1].head.state.text() == "writing: 7 tokens")
    asked = len(engine.commands)
    part = panel.board.partings.parts[1]
    assert part.bars.bars[1].after is not None, "what its own step told"
    assert part.bars.bars[0].after is None
    assert not any(isinstance(command, ReadLogits) for command in engine.commands[asked:])
    panel.header.write.click()
    rest()
    assert panel.board.columns[1].head.state.text().startswith("stopped")


def test_a_stopped_reply_agrees_as_far_as_it_goes(
    qtbot: QtBot, panel: ComparePanel, rest: Rest, replied: Session, engine: DrawingEngine
) -> None:
    rest()
    engine.automatic = False
    panel.comparison.replay(replied.settings.changed("temperature", 0.9))
    engine.advance(3)
    qtbot.waitUntil(lambda: replied.take_events() or panel.board.columns[-1].text.shown == 3)
    panel.comparison.stop()
    rest()
    assert panel.board.partings.title.text() == "They agree on 3 tokens, where B ends."


# ---------------------------------------------------------------- given away


def test_the_table_has_every_token_of_every_column(panel: ComparePanel, replay: Replay) -> None:
    replay(1.25)
    panel.menu.copy_csv()
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    assert [row["column"] for row in rows] == ["A"] * 13 + ["B"] * 13
    assert [row["temperature"] for row in (rows[0], rows[13])] == ["0.8", "1.25"]
    assert [row["index"] for row in rows if row["parts"] == "True"] == ["5", "5"]
    assert sum(row["agrees_with_first"] == "True" for row in rows) == 10
    own = rows[13]
    assert 0.1 < float(own["kl_first_to_this_nats"]) < 0.2
    assert own["kl_this_to_first_nats"] == "inf", "never hidden, and never taken for unknown"
    assert own["removed_by_first"] == "top-p"
    assert rows[25]["kl_first_to_this_nats"] == ""
    panel.menu.copy_json()
    assert json.loads(QGuiApplication.clipboard().text())[13]["kl_this_to_first_nats"] == "inf"


# ---------------------------------------------------------------- room


@pytest.mark.parametrize("palette", theme.PALETTES, ids=lambda palette: palette.name)
def test_four_columns_are_legible_and_aligned(
    qtbot: QtBot, panel: ComparePanel, rest: Rest, palette: theme.Palette
) -> None:
    rest()
    for name in ("Greedy", "Adventurous", "The model alone"):
        entry(panel.add_menu, name)
    panel.comparison.write()
    rest()
    apply_theme(palette)
    try:
        panel.resize(878, 920)
        rest()
        columns = panel.board.columns
        lefts = [column.text.mapTo(panel.board, QPoint(0, 0)).x() for column in columns]
        assert lefts == [column.head.mapTo(panel.board, QPoint(0, 0)).x() for column in columns]
        assert lefts == [part.mapTo(panel.board, QPoint(0, 0)).x() for part in panel.board.partings.parts]
        assert all(column.text.width() >= 184 for column in columns)
        assert columns[-1].text.mapTo(panel, QPoint(columns[-1].text.width(), 0)).x() <= panel.width()
        assert not panel.grab().isNull()
    finally:
        apply_theme(theme.DARK)


def test_in_a_narrow_panel_one_scrolls_across(panel: ComparePanel, rest: Rest) -> None:
    rest()
    for name in ("Greedy", "Adventurous", "The model alone"):
        entry(panel.add_menu, name)
    rest()
    panel.resize(520, 600)
    rest()
    assert panel.width() == 520
    bar = panel.board.across.horizontalScrollBar()
    assert bar.maximum() > 0
    bar.setValue(bar.maximum())
    last = panel.board.columns[-1].head
    assert last.mapTo(panel, QPoint(last.width(), 0)).x() <= panel.width()


def test_hidden_it_does_nothing_while_replies_are_written(
    qtbot: QtBot, panel: ComparePanel, rest: Rest, replied: Session, engine: DrawingEngine
) -> None:
    rest()
    panel.hide()
    panel.comparison.add_settings(SamplingSettings(temperature=1.25))
    panel.comparison.add_settings(SamplingSettings(temperature=0.0))
    panel.comparison.write()
    qtbot.waitUntil(lambda: replied.take_events() or not panel.comparison.queue.running)
    assert not any(isinstance(command, ReadLogits) for command in engine.commands)
    assert len(panel.board.columns) == 1
    panel.show()
    rest()
    assert len(panel.board.columns) == 3
    assert any(isinstance(command, ReadLogits) for command in engine.commands)
