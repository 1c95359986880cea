"""A person types two sentences, chooses a word and a point, and sees what the engine answers.

Numbers of faults are those of the project's list.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop.panels.readings import ReadingsPanel
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import ChatPrompt, Failed, RawPrompt, ReadPrompt, Stop
from inference.intervention import Intervention
from inference.readings.contract import MOST_TOKENS, CompareReadings, ReadWordAtPoint
from tests.desktop.scripted_engine import HEADS, LAYERS, ScriptedEngine

Settle = Callable[[], None]
POINTS = LAYERS + 2


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> ReadingsPanel:
    """A visible panel with two sentences that share “sky”, compared."""
    session.sentences.type(0, "The answer is blue sky")
    session.sentences.type(1, "Why sky and oxygen")
    widget = ReadingsPanel(session)
    qtbot.addWidget(widget)
    widget.resize(900, 900)
    widget.show()
    qtbot.waitUntil(lambda: shown(widget))
    return widget


def shown(panel: ReadingsPanel) -> bool:
    """Whether all of the present pair is shown."""
    panel._session.take_events()
    found = panel.reader.at_point(panel._point, panel.controls.near)
    return found is not None and not panel._frame.isActive()


def asked(engine: ScriptedEngine, kind: type) -> list[object]:
    return [one for one in engine.commands if isinstance(one, kind)]


def click_token(
    qtbot: QtBot, panel: ReadingsPanel, sentence: int, position: int, extend: bool = False
) -> None:
    chips = panel.body.cards[sentence].chips
    modifier = Qt.KeyboardModifier.ShiftModifier if extend else Qt.KeyboardModifier.NoModifier
    qtbot.mouseClick(chips, Qt.MouseButton.LeftButton, modifier, chips.chip(position).center().toPoint())


def type_into(panel: ReadingsPanel, sentence: int, text: str) -> None:
    panel.body.cards[sentence].editor.setPlainText(text)


# ---------------------------------------------------------------- sentences and words


def test_the_shared_word_is_compared_at_once(panel: ReadingsPanel, engine: ScriptedEngine) -> None:
    first, second = panel.reader.sentences
    assert first.word is not None
    assert second.word is not None
    assert (first.word.text, first.word.last) == ("sky", 4)
    assert (second.word.text, second.word.last) == ("sky", 1)
    (question,) = asked(engine, CompareReadings)
    assert isinstance(question, CompareReadings)
    assert (question.first.position, question.second.position) == (4, 1)
    assert panel.about.text() == (
        "“sky”: cosine 1.00 at the embedding, 0.50 after all layers. Other words there, on average: 0.25."
    )
    assert panel.chart.lines.word[-1] == pytest.approx(0.5)
    assert panel.chart.accessibleDescription().startswith(
        "at the embedding: 1.00, other words 0.25; after layer 0:"
    )
    assert "here “The answer is blue”, there “Why”" in panel.body.notes.text()


def test_what_is_typed_is_kept_and_compared(
    qtbot: QtBot, panel: ReadingsPanel, session: Session, engine: ScriptedEngine
) -> None:
    type_into(panel, 1, "Why is the sky red")
    assert session.sentences.texts[1] == "Why is the sky red"
    qtbot.waitUntil(lambda: len(asked(engine, CompareReadings)) == 2 and shown(panel))
    assert panel.reader.sentences[1].word.last == 3  # type: ignore[union-attr]
    # What was shown stays while something else is on its way.
    assert panel.body.comparison.isVisible()


def test_a_click_chooses_the_word_in_both(qtbot: QtBot, panel: ReadingsPanel) -> None:
    type_into(panel, 1, "Why is the sky blue")
    qtbot.waitUntil(lambda: shown(panel) and panel.reader.sentences[1].word is not None)
    assert panel.reader.sentences[0].word.text == "blue"  # type: ignore[union-attr]
    click_token(qtbot, panel, 0, 4)
    qtbot.waitUntil(lambda: shown(panel))
    assert [one.word.text for one in panel.reader.sentences if one.word] == ["sky", "sky"]
    # The choice outlives another sentence that has the word.
    type_into(panel, 1, "blue sky")
    qtbot.waitUntil(lambda: shown(panel) and len(panel.reader.sentences[1].tokens) < 5)
    assert panel.reader.sentences[1].word.text == "sky"  # type: ignore[union-attr]


def test_different_words_are_compared_and_that_is_said(qtbot: QtBot, panel: ReadingsPanel) -> None:
    click_token(qtbot, panel, 1, 3)
    qtbot.waitUntil(lambda: shown(panel))
    assert "Two different words are compared, “sky” and “oxygen”." in panel.body.notes.text()
    assert "The IDs differ" not in panel.body.notes.text(), "of course they do"
    assert panel.about.text().startswith("“sky” and “oxygen”: cosine 0.75 at the embedding")


def test_the_keyboard_chooses_tokens_and_runs_of_them(qtbot: QtBot, panel: ReadingsPanel) -> None:
    chips = panel.body.cards[0].chips
    chips.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Return):
        qtbot.keyClick(chips, key)
    assert panel.reader.sentences[0].word.text == "blue"  # type: ignore[union-attr]
    qtbot.keyClick(chips, Qt.Key.Key_Left)
    qtbot.keyClick(chips, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    word = panel.reader.sentences[0].word
    assert word is not None
    assert (word.start, word.stop, word.text) == (2, 4, "is blue")
    click_token(qtbot, panel, 0, 4, extend=True)
    assert panel.reader.sentences[0].word.text == "is blue sky"  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: chips.accessibleDescription().endswith("chosen: is blue sky"))


def test_a_word_of_several_tokens_is_compared_at_its_last(qtbot: QtBot, panel: ReadingsPanel) -> None:
    type_into(panel, 0, "The skyblue")
    type_into(panel, 1, "A skyblue")
    qtbot.waitUntil(lambda: shown(panel) and "skyblue" in panel.about.text())
    assert "“skyblue” is ·sky + blue; its last token is compared" in panel.body.notes.text()


def test_a_space_makes_another_token(qtbot: QtBot, panel: ReadingsPanel) -> None:
    type_into(panel, 1, "sky and oxygen")
    qtbot.waitUntil(lambda: shown(panel) and "The IDs differ" in panel.body.notes.text())
    assert "“·sky”" in panel.body.notes.text()
    assert "In the second sentence the word is the very first token" in panel.body.notes.text()


def test_a_word_that_occurs_twice_is_the_last_and_can_be_the_other(
    qtbot: QtBot, panel: ReadingsPanel
) -> None:
    type_into(panel, 0, "The sky and blue sky")
    qtbot.waitUntil(
        lambda: shown(panel) and "“sky” occurs 2 times in the first sentence" in panel.body.notes.text()
    )
    assert panel.reader.sentences[0].word.last == 4  # type: ignore[union-attr]
    click_token(qtbot, panel, 0, 1)
    qtbot.waitUntil(lambda: shown(panel))
    assert panel.reader.sentences[0].word.last == 1  # type: ignore[union-attr]
    assert panel.reader.sentences[1].word.last == 1  # type: ignore[union-attr]


# ---------------------------------------------------------------- sentences that cannot be compared


def test_without_a_common_word_one_is_clicked_in_each(qtbot: QtBot, panel: ReadingsPanel) -> None:
    type_into(panel, 1, "Paris France")
    qtbot.waitUntil(lambda: "no word in common" in panel.body.notes.text())
    assert panel.body.comparison.isHidden()
    click_token(qtbot, panel, 0, 4)
    click_token(qtbot, panel, 1, 1)
    qtbot.waitUntil(lambda: shown(panel))
    assert "“sky” and “France”" in panel.about.text()


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_sentence_says_so_32(
    qtbot: QtBot, panel: ReadingsPanel, engine: ScriptedEngine, text: str
) -> None:
    before = len(asked(engine, ReadPrompt))
    type_into(panel, 0, text)
    qtbot.waitUntil(lambda: "One of the sentences is empty" in panel.body.notes.text())
    assert panel.body.comparison.isHidden()
    assert len(asked(engine, ReadPrompt)) == before


def test_a_sentence_that_is_too_long_says_how_long_it_is_34(
    qtbot: QtBot, panel: ReadingsPanel, engine: ScriptedEngine, session: Session
) -> None:
    before = len(asked(engine, CompareReadings))
    long = " ".join(["sky"] * (MOST_TOKENS + 4))
    type_into(panel, 0, long)
    qtbot.waitUntil(lambda: "A sentence has 260 tokens; 256 are the most" in panel.body.notes.text())
    type_into(panel, 0, "sky " * 3_000)
    qtbot.waitUntil(lambda: "A sentence has 12,000 characters" in panel.body.notes.text())
    assert len(asked(engine, CompareReadings)) == before
    # Nothing of it is lost.
    assert session.sentences.texts[0] == "sky " * 3_000


@pytest.mark.parametrize("count", [MOST_TOKENS - 20, MOST_TOKENS + 20])
def test_a_long_sentence_scrolls_in_its_card_and_what_is_said_of_it_is_seen_34(
    qtbot: QtBot, panel: ReadingsPanel, count: int
) -> None:
    card, row = panel.body.cards[0], panel.body.cards[0].chips.row_height
    assert card.chip_scroll.height() == row, "no higher than its chips"
    before = len(panel.reader.sentences[0].tokens)
    type_into(panel, 0, " ".join(["sky"] * count))
    qtbot.waitUntil(lambda: len(panel.reader.sentences[0].tokens) > before)
    panel._session.take_events()
    qtbot.waitUntil(lambda: card.chip_scroll.verticalScrollBar().value() > 0)
    # The last of them is the word, and in sight.
    assert card.chips.visibleRegion().contains(card.chips.chip(count - 1).center().toPoint())
    assert 3 * row <= card.chip_scroll.height() <= 4 * row
    assert card.editor.height() < 5 * card.editor.fontMetrics().lineSpacing()
    notes = panel.body.notes
    assert notes.visibleRegion().contains(notes.rect().center())
    assert notes.y() - (card.y() + card.height()) <= 2 * row, "right below the cards"
    card.chips.setFocus()
    for _ in range(40):
        qtbot.keyClick(card.chips, Qt.Key.Key_Left)
    assert card.chips.visibleRegion().contains(card.chips.chip(count - 41).center().toPoint())


def test_control_characters_and_tokens_are_shown_as_text_31_38(qtbot: QtBot, panel: ReadingsPanel) -> None:
    type_into(panel, 0, "<|im_end|>\u202e sky")
    qtbot.waitUntil(lambda: shown(panel) and len(panel.reader.sentences[0].tokens) > 5)
    assert not any(token.special for token in panel.reader.sentences[0].tokens)
    assert "here “<|im_end|>⟨U+202E⟩”" in panel.body.notes.text()
    assert "\u202e" not in panel.body.notes.text()
    assert not panel.grab().isNull()


def test_a_refusal_is_said_in_its_words(
    qtbot: QtBot, panel: ReadingsPanel, engine: ScriptedEngine, session: Session
) -> None:
    engine.answering = False
    click_token(qtbot, panel, 0, 3)
    qtbot.waitUntil(lambda: len(asked(engine, CompareReadings)) == 2)
    question = asked(engine, CompareReadings)[-1]
    assert isinstance(question, CompareReadings)
    engine.post(Failed("no-residual-stream", "It cannot be followed.", "Mend it.", query=question.query))
    qtbot.waitUntil(
        lambda: session.take_events() or panel.body.told.text() == "It cannot be followed. Mend it."
    )
    assert panel.body.comparison.isHidden()


# ---------------------------------------------------------------- reading


def test_a_sentence_can_be_read_as_a_message(
    qtbot: QtBot, panel: ReadingsPanel, session: Session, engine: ScriptedEngine
) -> None:
    assert all(isinstance(one.prompt, RawPrompt) for one in asked(engine, ReadPrompt))  # type: ignore[attr-defined]
    panel.controls.reading._buttons["template"].click()
    qtbot.waitUntil(lambda: shown(panel) and len(panel.reader.sentences[0].tokens) > 8)
    assert isinstance(asked(engine, ReadPrompt)[-1].prompt, ChatPrompt)  # type: ignore[attr-defined]
    tokens = panel.reader.sentences[0].tokens
    assert tokens[0].special
    assert panel.reader.sentences[0].word.text == "sky"  # type: ignore[union-attr]
    assert session.sentences.templated


def test_without_a_template_there_is_no_message(
    qtbot: QtBot, engine: ScriptedEngine, session: Session
) -> None:
    engine.template = None
    session.restart_engine()
    widget = ReadingsPanel(session)
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: shown(widget))
    button = widget.controls.reading._buttons["template"]
    assert not button.isEnabled()
    assert button.accessibleDescription() == "This model has no chat template."


def test_progress_is_shown_and_stopped_and_gone_on_with(
    qtbot: QtBot, panel: ReadingsPanel, session: Session, engine: ScriptedEngine
) -> None:
    engine.reading_pace = 4
    engine.answering = False
    before = len(asked(engine, ReadPrompt)), len(asked(engine, CompareReadings))
    type_into(panel, 1, "The blue and red")
    qtbot.waitUntil(lambda: len(asked(engine, ReadPrompt)) > before[0])
    engine.answer()
    qtbot.waitUntil(lambda: session.take_events() or len(asked(engine, CompareReadings)) > before[1])
    engine.answer()
    qtbot.waitUntil(lambda: session.take_events() or "Reading: 4 of 9 tokens …" in panel.body.told.text())
    qtbot.waitUntil(lambda: panel.controls.stop.isVisible() and panel.reader.reading)
    panel.controls.stop.click()
    qtbot.waitUntil(lambda: panel.body.told.text() == "Stopped after 4 of 9 tokens.")
    assert isinstance(engine.commands[-1], Stop)
    assert panel.controls.stop.text() == "Read on"
    engine.answering = True
    engine.answer()
    panel.controls.stop.click()
    qtbot.waitUntil(lambda: shown(panel))
    assert panel.controls.stop.isHidden()
    assert panel.body.told.isHidden()


def test_while_a_reply_is_written_it_waits(
    qtbot: QtBot, panel: ReadingsPanel, session: Session, engine: ScriptedEngine
) -> None:
    engine.automatic = False
    session.send("Why is the sky blue?")
    engine.advance(2)
    qtbot.waitUntil(lambda: session.take_events() or session.phase is Phase.WRITING)
    before = len(asked(engine, CompareReadings))
    type_into(panel, 1, "The blue answer")
    qtbot.waitUntil(lambda: session.take_events() or "A reply is being written" in panel.body.told.text())
    assert len(asked(engine, CompareReadings)) == before
    session.stop()
    qtbot.waitUntil(lambda: shown(panel))
    assert len(asked(engine, CompareReadings)) == before + 1


def test_what_is_muted_is_said_not_to_be_muted_here(
    qtbot: QtBot, panel: ReadingsPanel, session: Session
) -> None:
    session.mute(Intervention(heads=((0, 1),)))
    qtbot.waitUntil(lambda: "is not muted here" in panel.body.notes.text())


# ---------------------------------------------------------------- at a point


def test_a_point_shows_attention_and_nearest_entries(
    qtbot: QtBot, panel: ReadingsPanel, engine: ScriptedEngine
) -> None:
    qtbot.mouseClick(panel.chart, Qt.MouseButton.LeftButton, pos=panel.chart.place_of(2).toPoint())
    qtbot.waitUntil(lambda: shown(panel) and panel.body.point_title.text() == "After layer 1")
    first, second = panel.body.columns
    assert first.title.text() == "“sky” in the first sentence"
    assert first.attention_title.text() == "Looks at, in layer 1"
    # By the mean over heads of 1 : 1 : 1 : 1 : h.
    means = sum(1 / (4 + own) for own in range(1, HEADS + 1)) / HEADS
    assert first.attention.accessibleDescription().startswith(f"The {means * 100:.1f} %; ")
    assert len(second.attention.tokens) == 2
    ids = [320 + entry for entry in range(10)], [325 + entry for entry in range(10)]
    common = set(ids[0]) & set(ids[1])
    assert [row.common for row in first.nearest.rows] == [one in common for one in ids[0]]
    assert sum(row.common for row in second.nearest.rows) == 5
    assert first.nearest.rows[0].number == "50.0 %"
    assert "(in both)" in first.nearest.accessibleDescription()


def test_one_head_instead_of_the_mean(qtbot: QtBot, panel: ReadingsPanel) -> None:
    heads = panel.controls.heads
    assert [heads.itemText(at) for at in range(heads.count())][:3] == [
        "mean over heads",
        "maximum over heads",
        "head 0",
    ]
    assert heads.count() == HEADS + 2
    heads.setCurrentIndex(heads.findData("0"))
    qtbot.waitUntil(lambda: panel.body.columns[0].attention.accessibleDescription().startswith("The 20.0 %"))
    heads.setCurrentIndex(heads.findData("max"))
    qtbot.waitUntil(lambda: panel.body.columns[0].attention.accessibleDescription().endswith("42.9 %"))


def test_the_first_point_and_the_last_have_no_attention(qtbot: QtBot, panel: ReadingsPanel) -> None:
    panel.chart.setFocus()
    qtbot.keyClick(panel.chart, Qt.Key.Key_Home)
    qtbot.waitUntil(
        lambda: shown(panel) and "it is only itself" in panel.body.columns[0].attention_title.text()
    )
    assert panel.body.columns[0].chip_scroll.isHidden()
    qtbot.keyClick(panel.chart, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: shown(panel) and "The final norm" in panel.body.columns[1].attention_title.text())
    qtbot.keyClick(panel.chart, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: shown(panel) and panel.body.columns[0].attention.isVisible())


def test_the_chart_stays_where_it_is_at_every_point_and_lists_begin_at_one_height(
    qtbot: QtBot, panel: ReadingsPanel
) -> None:
    type_into(panel, 0, "The answer is " + "blue " * 14 + "sky")
    qtbot.waitUntil(lambda: shown(panel) and len(panel.reader.sentences[0].tokens) > 14)
    first, second = panel.body.columns
    panel.chart.setFocus()
    places = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Home):
        point = panel._point
        qtbot.keyClick(panel.chart, key)
        qtbot.waitUntil(lambda point=point: shown(panel) and panel._point != point)
        assert first.nearest.y() == second.nearest.y()
        assert first.title.y() == second.title.y()
        places.append(panel.chart.geometry())
    assert len(first.attention.tokens) > len(second.attention.tokens)
    assert places[0] == places[1] == places[2]
    assert panel.body.verticalScrollBar().value() == 0


def test_nearest_by_embeddings_and_cosines_without_the_mean(
    qtbot: QtBot, panel: ReadingsPanel, engine: ScriptedEngine
) -> None:
    panel.controls.nearness._buttons["embedding"].click()
    qtbot.waitUntil(lambda: shown(panel) and panel.body.columns[0].nearest.rows[0].number == "0.500")
    assert asked(engine, ReadWordAtPoint)[-1].nearness == "embedding"  # type: ignore[attr-defined]
    panel.controls.lines._buttons["centred"].click()
    qtbot.waitUntil(lambda: panel.chart.lines.others[0] == pytest.approx(-0.1))
    assert "is taken off" in panel.body.explanation.text()
    # The headline says what the chart shows: from 1 to 0, others at -0.1.
    assert panel.about.text() == (
        "“sky”, mean taken off: cosine 1.00 at the embedding, 0.00 after all layers. "
        "Other words there, on average: -0.10."
    )


def test_nothing_is_asked_twice(qtbot: QtBot, panel: ReadingsPanel, engine: ScriptedEngine) -> None:
    before = len(engine.commands)
    panel.hide()
    panel.show()
    qtbot.waitUntil(lambda: shown(panel))
    assert len(engine.commands) == before


def test_the_table_has_every_point_and_the_arrays_what_is_shown(panel: ReadingsPanel) -> None:
    rows = panel.table().rows
    assert len(rows) == POINTS
    assert rows[0][:3] == (0, "at the embedding", 1.0)
    assert rows[-1][1] == "after the final norm"
    arrays = panel.arrays()
    assert arrays["centred_cosines"].shape == (POINTS,)
    assert arrays["first_attention"].shape == (HEADS, 5)


def test_weights_are_told_exactly_under_the_pointer(panel: ReadingsPanel) -> None:
    chips = panel.body.columns[0].attention
    assert chips.position_at(chips.chip(2).center()) == 2
    assert chips.position_at(QPoint(5, 500).toPointF()) == -1
