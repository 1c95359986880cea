"""Tokens laid out as plain text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.piece_text import Unit
from desktop.transcript.flow import TokenFlow

TEXT = "The answer is that light is scattered more than one would think when it passes through air"
WORDS = TEXT.split()


def units(*texts: str) -> list[Unit]:
    """One token a text."""
    return [Unit(position, position + 1, text) for position, text in enumerate(texts)]


@pytest.fixture
def flow(qtbot: QtBot) -> TokenFlow:
    """An empty flow, 200 pixels wide."""
    made = TokenFlow(theme.ui_font(16), 28.0)
    made.set_width(200.0)
    return made


def places(flow: TokenFlow) -> list[tuple[int, float, float, float]]:
    """Every box: first position, left, right, top."""
    return [(box.start, box.left, box.right, line.top) for line in flow.placed.lines for box in line.boxes]


def test_an_empty_flow_has_one_line(flow: TokenFlow) -> None:
    assert flow.height == 28.0
    assert flow.character_at(QPointF(50, 50)) == 0


def test_boxes_touch_and_cover_the_text(flow: TokenFlow) -> None:
    flow.append(units("The", " sky", " is"))
    first, second, third = places(flow)
    assert first[1] == 0.0
    assert first[2] == second[1]
    assert second[2] == third[1]
    assert {place[3] for place in places(flow)} == {2.0}


def test_long_text_wraps_and_every_token_has_a_place(flow: TokenFlow) -> None:
    flow.append(units(*(" " + word for word in WORDS)))
    assert flow.height > 3 * 28
    assert {place[0] for place in places(flow)} == set(range(len(WORDS)))
    assert max(place[2] for place in places(flow)) <= 200.0


def test_growing_token_by_token_is_the_same_as_all_at_once(flow: TokenFlow) -> None:
    text = [" " + word for word in WORDS * 12]
    text[30] += "\n\n"
    everything = units(*text)
    for unit in everything:
        flow.append([unit])
    whole = TokenFlow(theme.ui_font(16), 28.0)
    whole.append(everything)
    whole.set_width(200.0)
    assert flow.height == whole.height
    assert [place[0] for place in places(flow)] == [place[0] for place in places(whole)]
    assert [place[3] for place in places(flow)] == [place[3] for place in places(whole)]


def test_append_says_from_where_on_the_picture_changed(flow: TokenFlow) -> None:
    flow.append(units(*(" " + word for word in WORDS)))
    height = flow.height
    changed = flow.append([Unit(99, 100, " more")])
    assert height - 28.0 <= changed < flow.height


def test_another_width_lays_out_anew(flow: TokenFlow) -> None:
    flow.append(units(*(" " + word for word in WORDS * 8)))
    narrow = flow.height
    flow.set_width(600.0)
    assert flow.height < narrow / 2


def test_an_empty_line_is_half_a_line_high(flow: TokenFlow) -> None:
    flow.append(units("one", "\n\n", "two"))
    assert flow.height == 2.5 * 28


def test_newlines_can_be_clicked(flow: TokenFlow) -> None:
    flow.append(units("one", "\n", "two"))
    (box,) = [box for box in flow.placed.lines[0].boxes if box.start == 1]
    assert flow.placed.box_at(QPointF(box.left + 2, 10)) == box
    assert flow.placed.rectangles_of(1)[0].width() == 5.0


def test_newlines_are_shown_where_every_token_is_to_be_seen(qtbot: QtBot) -> None:
    flow = TokenFlow(theme.ui_font(16), 28.0, signs=True)
    flow.set_width(300.0)
    flow.append(units("one", "\n", "two"))
    (box,) = [box for box in flow.placed.lines[0].boxes if box.start == 1]
    assert box.right - box.left > 5
    assert flow.text_between(0, flow.length) == "one\ntwo"


def test_points_find_boxes_and_characters(flow: TokenFlow) -> None:
    flow.append(units("The", " sky"))
    second = flow.placed.lines[0].boxes[1]
    assert flow.placed.box_at(QPointF(second.left + 6, 14)) == second
    assert flow.placed.box_at(QPointF(190, 14)) is None
    assert flow.placed.box_at(QPointF(second.left + 6, 400)) is None
    assert flow.character_at(QPointF(0, 14)) == 0
    assert flow.character_at(QPointF(199, 14)) == 7


def test_a_selection_is_what_the_tokens_say(flow: TokenFlow) -> None:
    flow.append([*units("a\r\n", "\u202eb", " c"), Unit(3, 4, "<|im_end|>", special=True)])
    assert flow.text_between(0, flow.length) == "a\r\n\u202eb c"
    assert flow.word_at(flow.length - 1)[1] == flow.length


def test_characters_of_two_code_units_keep_their_tokens(flow: TokenFlow) -> None:
    flow.append(units("🎉🎉", " party", " on"))
    assert flow.length == 4 + 6 + 3
    assert flow.text_between(2, 10) == "🎉 party"
    boxes = flow.placed.lines[0].boxes
    assert [box.start for box in boxes] == [0, 1, 2]
    assert boxes[0].right == boxes[1].left


def test_fault_32_odd_text_is_laid_out(flow: TokenFlow) -> None:
    odd = ["\x00", "\u202e", "e" + "\u0301" * 200, "👩\u200d🚀", "\ufffd", "שלום", "مرحبا", "\t", "x" * 3000]
    flow.append(units(*odd))
    assert flow.height > 28
    image = QImage(220, 600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    flow.paint_text(painter, 0.0, 600.0, (0, 5), theme.colour("#ff0000"))
    flow.placed.paint_tints(painter, 0.0, 600.0, lambda start, stop: theme.colour("#00ff00"))
    painter.end()


def test_text_from_right_to_left_has_boxes_with_positive_width(flow: TokenFlow) -> None:
    flow.append(units("שלום", " עולם"))
    assert all(right > left for _, left, right, _ in places(flow))


def test_a_token_is_found_in_the_text(flow: TokenFlow) -> None:
    """The second unit is a character of two tokens."""
    flow.append([Unit(0, 1, "ab"), Unit(1, 3, "あ"), Unit(3, 4, " c")])
    assert [flow.place_of(position) for position in range(5)] == [0, 2, 2, 3, 5]
    found = flow.unit_at(2)
    assert found is not None
    assert (found.start, found.text) == (1, "あ")
    assert flow.unit_at(4) is None


def test_parts_of_the_text_have_other_inks(flow: TokenFlow) -> None:
    flow.append(units("mmmm", "mmmm"))
    red, blue = QColor("#ff0000"), QColor("#0000ff")
    seen = []
    for inks in ([], [(0, 4, red)], [(0, 4, red), (4, 8, blue)]):
        image = QImage(200, 40, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFF)
        painter = QPainter(image)
        painter.setPen(QColor("#000000"))
        flow.paint_text(painter, 0, 40, (0, 0), QColor("#ffffff"), inks)
        painter.end()
        pixels = [image.pixelColor(x, y) for x in range(200) for y in range(40)]
        seen.append(
            (
                any(one.red() > 200 and one.green() < 80 for one in pixels),
                any(one.blue() > 200 and one.green() < 80 for one in pixels),
                any(one.lightness() < 40 for one in pixels),
            )
        )
    assert seen == [(False, False, True), (True, False, True), (True, True, False)]
