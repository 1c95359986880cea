"""The text of one column, whatever its tokens are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.history.token_table import TokenTable
from desktop.panels.compare.column_text import AT_A_TIME, SHOWN_AT_FIRST, ColumnText
from desktop.panels.compare.wording import quoted_token
from tests.desktop.comparison.samples import side

Make = Callable[[Sequence[bytes]], TokenTable]


def table(pieces: Sequence[bytes]) -> TokenTable:
    """A reply of these pieces."""
    return side(range(len(pieces)), pieces=pieces).table


@pytest.fixture
def text(qtbot: QtBot) -> Iterator[ColumnText]:
    made = ColumnText()
    qtbot.addWidget(made)
    made.resize(200, 400)
    made.show()
    yield made
    made.hide()


def words(text: ColumnText) -> str:
    """All that is laid out."""
    return text.flow.text_between(0, text.flow.length)


def test_a_reply_grows_without_beginning_again(text: ColumnText) -> None:
    whole = table([b"The", b" sky", b" is", b" blue"])
    text.show_table(whole.cut(0, 2), complete=False)
    flow = text.flow
    text.show_table(whole, complete=True)
    assert text.flow is flow
    assert words(text) == "The sky is blue"
    text.show_table(table([b"The", b" sea"]), complete=True)
    assert words(text) == "The sea"
    text.clear()
    assert text.shown == 0


def test_half_a_character_is_not_shown_before_its_other_half(text: ColumnText) -> None:
    """Fault 33: no replacement signs flash while a reply grows."""
    whole = table([b"a", b"\xe3\x81", b"\x82", b"b"])
    for stop, seen in ((1, "a"), (2, "a"), (3, "aあ"), (4, "aあb")):
        text.show_table(whole.cut(0, stop), complete=False)
        assert words(text) == seen


def test_a_reply_that_ends_inside_a_character_says_so(text: ColumnText) -> None:
    text.show_table(table([b"a", b"\xe3\x81"]), complete=True)
    assert words(text) == "a\N{REPLACEMENT CHARACTER}"


def test_replies_that_part_inside_a_character_mark_all_of_it(text: ColumnText) -> None:
    """Fault 33: あ and い have their first two bytes in common; the token that differs is only the last byte."""
    one = table([b"a", b"\xe3\x81", b"\x82", b"b"])
    text.show_table(one, complete=True)
    text.set_marks(2, [2])
    (mark,) = text.placed.rectangles_of(2)
    assert text.placed.rectangles_of(1) == [mark], "one character, of two tokens"
    inks = text.inks()
    assert [(first, last) for first, last, _ in inks] == [(0, 1), (1, 2)], "a steps back, あ stands out"
    assert quoted_token(one.tokens()[2]) == "“⟨82⟩”"
    assert not text.grab().isNull()


def test_what_is_shared_steps_back_around_what_parts(text: ColumnText) -> None:
    text.show_table(table([b"a", b"b", b"c", b"d", b"e"]), complete=True)
    faces: list[tuple[int, list[int], list[tuple[int, int]]]] = [
        (2, [2], [(0, 2), (2, 3)]),
        (4, [1, 4], [(0, 1), (1, 2), (2, 4), (4, 5)]),
        (0, [0], [(0, 1)]),
        (5, [], [(0, 5)]),
        (0, [], []),
    ]
    for agreeing, partings, inks in faces:
        text.set_marks(agreeing, partings)
        assert [(first, last) for first, last, _ in text.inks()] == inks


def test_what_would_reorder_the_line_is_shown_by_its_code_point(text: ColumnText) -> None:
    """Fault 38."""
    text.show_table(table([b"a", "\N{RIGHT-TO-LEFT OVERRIDE}".encode(), b"b", b"\x00"]), complete=True)
    assert text.flow.length == len("a⟨U+202E⟩b⟨U+0000⟩")


def test_a_long_reply_is_laid_out_in_parts_and_not_to_its_end(qtbot: QtBot, text: ColumnText) -> None:
    """Fault 58."""
    text.show_table(table([b" word"] * 3000), complete=True)
    assert text.shown == AT_A_TIME, "the window has its turn in between"
    qtbot.waitUntil(lambda: text.shown == SHOWN_AT_FIRST)
    assert text.hidden == 3000 - SHOWN_AT_FIRST
    text.show_more()
    qtbot.waitUntil(lambda: text.shown == 2 * SHOWN_AT_FIRST)
    text.show_table(table([b" word"] * 3000).cut(1, 3000), complete=True)
    qtbot.waitUntil(lambda: text.shown == SHOWN_AT_FIRST)


def test_hidden_it_lays_out_nothing_more(qtbot: QtBot, text: ColumnText) -> None:
    text.hide()
    text.show_table(table([b" word"] * 3000), complete=True)
    assert text.shown == AT_A_TIME
    text.show()
    qtbot.waitUntil(lambda: text.shown == SHOWN_AT_FIRST)


def test_only_what_is_shared_is_tinted(text: ColumnText) -> None:
    asked: list[tuple[int, int]] = []

    def tint(start: int, stop: int) -> QColor | None:
        asked.append((start, stop))
        return QColor("#123456")

    text.set_sources(tint, lambda index: "")
    text.show_table(table([b"a", b" b", b" c", b" d"]), complete=True)
    text.set_marks(2, [2])
    text.grab()
    assert set(asked) == {(0, 1), (1, 2)}


def test_pointing_and_choosing(qtbot: QtBot, text: ColumnText) -> None:
    text.show_table(table([b"The", b" sky"]), complete=True)
    pointed: list[int] = []
    text.pointed.connect(pointed.append)
    (place,) = text.placed.rectangles_of(1)
    QTest.mouseMove(text, place.center().toPoint())
    assert pointed[-1] == 1
    with qtbot.waitSignal(text.chosen) as chosen:
        QTest.mouseClick(text, Qt.MouseButton.LeftButton, pos=place.center().toPoint())
    assert chosen.args == [1]
    QTest.mouseMove(text, QPoint(190, 390))
    assert pointed[-1] == -1


def test_keys_pass_what_they_do_not_know(text: ColumnText) -> None:
    QTest.keyClick(text, Qt.Key.Key_Right)
    assert text.current == -1, "there is nothing to go to"
    text.show_table(table([b"The", b" sky"]), complete=True)
    QTest.keyClick(text, Qt.Key.Key_Return)
    QTest.keyClick(text, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert text.current == -1
    QTest.keyClick(text, Qt.Key.Key_Right)
    QTest.keyClick(text, Qt.Key.Key_Right)
    assert text.current == 1
    QTest.keyClick(text, Qt.Key.Key_Right)
    assert text.current == 1


def test_lines_in_view_and_where_a_token_is(qtbot: QtBot, text: ColumnText) -> None:
    text.show_table(table([b" word"] * 150), complete=True)
    seen = text.indices_between(0, 30)
    assert seen.start == 0
    assert 4 < seen.stop < 30
    assert text.top_of(149) > text.top_of(0)
    assert text.minimumHeight() >= text.top_of(149)


def test_theme_and_zoom_lay_it_out_anew(qtbot: QtBot, text: ColumnText) -> None:
    text.show_table(table([b" word"] * 100), complete=True)
    before = text.minimumHeight()
    apply_theme(theme.LIGHT, 2.0)
    try:
        qtbot.waitUntil(lambda: text.shown == 100)
        assert text.minimumHeight() > 1.5 * before
    finally:
        apply_theme(theme.DARK)
