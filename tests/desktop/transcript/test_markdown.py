"""Rendered replies whose tokens can still be found, and Markdown that is not rendered."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.piece_text import Unit
from desktop.transcript.markdown import MarkdownBody
from desktop.transcript.markdown_document import MarkdownDocument
from desktop.transcript.markdown_text import has_markdown, is_renderable, with_hard_breaks

SOURCE = (
    "# Why is the sky **blue**?\n\nThe answer: *light* is `scattered`.\nA second line.\n\n"
    "- first point\n- second 🎉\n\n"
    "1. one\n2. two\n\n```python\ndef f(x):\n    return x\n```\n\n> a quote\n\n"
    "| name | value |\n|---|---|\n| a | 12 |\n\nSee [the site](http://example.org/a) too."
)


def units_of(text: str) -> list[Unit]:
    """Tokens that are about words."""
    return [
        Unit(position, position + 1, piece)
        for position, piece in enumerate(re.findall(r"\n+| ?\w+|[^\w]", text))
    ]


@pytest.fixture
def body(qtbot: QtBot) -> MarkdownBody:
    """`SOURCE` rendered, and the token that ended it."""
    units = units_of(SOURCE)
    made = MarkdownBody([*units, Unit(len(units), len(units) + 1, "<|im_end|>", special=True)])
    made.set_width(500.0)
    return made


def painted(body: MarkdownBody) -> QImage:
    """The body drawn, every token's box in red."""
    image = QImage(520, round(body.height) + 20, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    body.paint_ground(painter, 0.0, body.height)
    body.placed.paint_tints(painter, 0.0, body.height, lambda start, stop: QColor("red"))
    body.paint_text(painter, 0.0, body.height, (3, 30), QColor("blue"))
    painter.end()
    return image


def test_the_words_of_a_reply_all_have_a_place(body: MarkdownBody) -> None:
    units = units_of(SOURCE)
    placed = {box.start for line in body.placed.lines for box in line.boxes}
    for unit in units:
        if unit.text.strip().isalpha() and unit.text.strip() not in ("python", "http", "example", "org", "a"):
            assert unit.start in placed, unit
    assert len(units) in placed, "the token that ended the reply"


def test_signs_that_are_not_shown_have_none(body: MarkdownBody) -> None:
    placed = {box.start for line in body.placed.lines for box in line.boxes}
    hidden = [unit for unit in units_of(SOURCE) if unit.text in ("*", "`", "#", "|")]
    assert hidden
    assert not placed & {unit.start for unit in hidden}


def test_a_point_finds_the_token_under_it(body: MarkdownBody) -> None:
    (unit,) = [unit for unit in units_of(SOURCE) if unit.text == "light"]
    (rectangle,) = body.placed.rectangles_of(unit.start)
    box = body.placed.box_at(rectangle.center())
    assert box is not None
    assert box.start == unit.start
    assert body.character_at(QPointF(0, 5)) == 0


def test_it_can_be_painted(body: MarkdownBody) -> None:
    image = painted(body)
    colours = {image.pixelColor(x, y).name() for x in range(0, 500, 3) for y in range(0, image.height(), 3)}
    assert "#ff0000" in colours
    assert len(colours) > 5


def test_all_of_a_selection_is_the_source(body: MarkdownBody) -> None:
    assert body.text_between(0, body.length) == SOURCE
    assert body.text_between(0, 14) == "Why is the sky"


def test_another_width_places_anew(body: MarkdownBody) -> None:
    wide = body.height
    body.set_width(120.0)
    assert body.height > wide
    assert max(box.right for line in body.placed.lines for box in line.boxes) <= 125


def test_a_newline_breaks_the_line_outside_code() -> None:
    assert with_hard_breaks("a\nb\n\n```\nc\n```") == "a  \nb  \n\n```\nc\n```"


@pytest.mark.parametrize("text", ["**a**", "- a", "1. a", "# a", "`a`", "a\n> b", "| a |", "[a](b)", "~~a~~"])
def test_markdown_is_recognised(text: str) -> None:
    assert has_markdown(text)


@pytest.mark.parametrize("text", ["", "Plain text. With 3 * 4 = 12, a - b and C#.", "a_b", "line\nline"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert not has_markdown(text)


@pytest.mark.parametrize(
    "text",
    [
        "*a" * 50_000,
        "a " * 1_000_000,
        ">" * 20_000 + " a",
        "> " * 20_000 + "a",
        "- " * 5_000 + "a",
        "a\n" * 40_000,
        "[" * 20_000,
        "a\0b **c**",
    ],
)
def test_fault_37_what_would_take_too_long_is_not_rendered(text: str) -> None:
    started = time.perf_counter()
    assert not is_renderable(text)
    assert time.perf_counter() - started < 0.2


@pytest.mark.parametrize(
    "text",
    ["**a** " * 60, "a\n\n" * 2_000, "> " * 12 + "a", "- a\n" * 5_000, "`a` " * 90 + "\n" + "x " * 2_000],
)
def test_fault_37_what_is_rendered_does_not_hold_the_window_up(qtbot: QtBot, text: str) -> None:
    assert is_renderable(text)
    started = time.perf_counter()
    body = MarkdownBody([Unit(0, 1, text)])
    body.set_width(500.0)
    assert time.perf_counter() - started < 2.0


def test_fault_35_nothing_is_loaded_and_no_markup_is_obeyed(qtbot: QtBot, tmp_path: Path) -> None:
    picture = tmp_path / "secret.png"
    image = QImage(50, 50, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    image.save(str(picture))
    text = (
        f"![a secret](file://{picture}) ![b](http://127.0.0.1:9/x.png) ![c](\\\\server\\share\\x.png) "
        f"![d](data:image/png;base64,iVBORw0KGgo=) <img src='{picture}'> <b>x</b> [y](javascript:alert(1))"
    )
    document = MarkdownDocument(text)
    assert "\ufffc" not in document.toRawText()
    assert "a secret" in document.toPlainText()
    assert "<b>x</b>" in document.toPlainText()
    html = document.toHtml()
    assert "<img" not in html


def test_a_text_that_cannot_be_brought_together_is_refused(qtbot: QtBot) -> None:
    with pytest.raises(ValueError, match="not that of the source"):
        MarkdownBody([Unit(0, 1, "**a** &amp; &copy; b")])


def test_the_theme_colours_code_and_quotes(qtbot: QtBot) -> None:
    theme.put_in_force(theme.LIGHT)
    try:
        body = MarkdownBody([Unit(0, 1, "> quoted\n\n```\ncode\n```")])
        body.set_width(300.0)
        image = QImage(300, round(body.height), QImage.Format.Format_RGB32)
        image.fill(QColor(theme.LIGHT.window))
        painter = QPainter(image)
        body.paint_ground(painter, 0.0, body.height)
        painter.end()
        colours = {image.pixelColor(x, y).name() for x in (1, 150) for y in range(image.height())}
        assert {theme.LIGHT.line, theme.LIGHT.surface} <= colours
    finally:
        theme.put_in_force(theme.DARK)
