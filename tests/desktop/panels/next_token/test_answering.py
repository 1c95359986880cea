"""The answer about a typed word in the panel: probabilities ½, ¼, ⅛, ⅛ on “ blue”, “ red”, “ sky” and “ the”."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.panels.next_token import NextTokenPanel, question
from desktop.panels.next_token.why_not_card import WhyNotCard
from desktop.plots.legend import BarLegend
from desktop.session import Session
from inference.contract import Failed, ReadLogits, Tokenize
from inference.sampling.chain import run_chain
from inference.sampling.settings import SamplingSettings
from tests.desktop.panels.next_token.conftest import PLAIN
from tests.desktop.panels.next_token.known_logits import BLUE, RED, SKY, THE, KnownEngine, known_logits
from tests.desktop.panels.next_token.test_panel import go, wait_for
from tests.desktop.scripted_engine import IDS, START

Settle = Callable[[], None]
ONE = SamplingSettings(temperature=1.0, top_k=1, top_p=1.0)


@pytest.fixture
def card(panel: NextTokenPanel) -> WhyNotCard:
    return panel.view.why_not


@pytest.fixture
def ask(qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int) -> Callable[[str], None]:
    """Types a word at the reply's first token and waits for the answer."""

    def type_word(text: str) -> None:
        if panel.scene is None or panel.scene.moment.position != reply_start or panel.scene.result is None:
            go(qtbot, panel, known, reply_start)
        panel.header.search.setText(text)
        wait_for_answer(qtbot, panel, known)

    return type_word


def wait_for_answer(qtbot: QtBot, panel: NextTokenPanel, session: Session) -> None:
    def answered() -> bool:
        session.take_events()
        asked, scene = panel.answering.question, panel.scene
        if scene is None or scene.settings != session.settings:
            return False
        return asked.answered_in is scene and asked.meant[:1] == (told(panel),)

    qtbot.waitUntil(answered)


def told(panel: NextTokenPanel) -> int:
    """The token that the answer is about."""
    answer = panel.answering.question.answer
    return answer.token if answer is not None else -1


def chips(card: WhyNotCard) -> list[tuple[str, bool]]:
    return [(chip.text(), chip.isChecked()) for chip in card.spellings.chips if not chip.isHidden()]


def offers(card: WhyNotCard) -> list[str]:
    return [button.text() for button in card.offers.buttons if not button.isHidden()]


# ---------------------------------------------------------------- what is answered


def test_without_a_word_there_is_no_answer(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int, card: WhyNotCard
) -> None:
    go(qtbot, panel, known, reply_start)
    assert card.isHidden()
    assert panel.view.findChild(BarLegend).isVisible()


def test_the_stage_that_removes_the_word_is_named_with_what_would_let_it_in(
    known: Session, ask: Callable[[str], None], card: WhyNotCard
) -> None:
    known.change_settings(ONE)
    ask("red")
    assert card.isVisible()
    assert card.sentence.text() == "Top-k 1 removes “·red”: one token is more likely."
    assert offers(card) == ["Top-k 2"]
    # Two tokens are left, ⅔ and ⅓; the recorded draw of the first token is ½: the middle of “ blue” alone.
    assert "With Top-k 2, draws from 0.6667 to 1.0000 pick it" in card.notes.text()


def test_the_spelling_that_the_model_finds_likelier_is_meant_first(
    ask: Callable[[str], None], panel: NextTokenPanel, card: WhyNotCard
) -> None:
    ask("red")
    assert chips(card) == [("·red", True), ("red", False)]
    assert told(panel) == RED


def test_a_space_that_is_typed_is_meant(
    ask: Callable[[str], None],
    panel: NextTokenPanel,
    known: Session,
    engine: KnownEngine,
    card: WhyNotCard,
) -> None:
    logits = known_logits()
    logits[IDS[b"red"]] = 1.0
    engine.logits = lambda row: logits  # type: ignore[method-assign]
    ask("red")
    assert told(panel) == IDS[b"red"]
    ask("·red")
    assert told(panel) == RED
    assert chips(card) == [("·red", True), ("red", False)]


def test_another_spelling_can_be_chosen(
    qtbot: QtBot, ask: Callable[[str], None], panel: NextTokenPanel, known: Session, card: WhyNotCard
) -> None:
    ask("red")
    QTest.mouseClick(card.spellings.chips[1], Qt.MouseButton.LeftButton)
    wait_for_answer(qtbot, panel, known)
    assert told(panel) == IDS[b"red"]
    assert card.sentence.text().startswith("The model itself rules out “red”")
    ask("blue")
    assert told(panel) == BLUE


def test_of_a_word_of_several_tokens_the_first_is_judged(
    ask: Callable[[str], None], card: WhyNotCard
) -> None:
    ask("redblue")
    assert chips(card)[0] == ("·red + blue", True)
    assert card.notes.text().endswith(
        "The word goes on with “blue”: how likely that is shows only once “·red” stands in the text."
    )


def test_words_with_the_same_first_token_differ_in_the_rest(
    ask: Callable[[str], None], card: WhyNotCard
) -> None:
    ask("redblue")
    ask("redsky")
    assert chips(card)[0] == ("·red + sky", True)
    assert "“sky”" in card.notes.text()


def test_a_control_token_is_meant_by_its_name(ask: Callable[[str], None], panel: NextTokenPanel) -> None:
    ask("<|im_start|>")
    assert told(panel) == START


def test_a_number_that_is_no_single_token_is_an_id(
    ask: Callable[[str], None], panel: NextTokenPanel, card: WhyNotCard
) -> None:
    ask(str(SKY))
    assert told(panel) == SKY
    assert chips(card)[-1] == ("·sky", True)


def test_a_row_of_the_list_can_be_asked_about(
    qtbot: QtBot, ask: Callable[[str], None], panel: NextTokenPanel, known: Session, card: WhyNotCard
) -> None:
    ask("e")
    panel.view.bars.setFocus()
    panel.view.bars.set_current_row(panel.view.bars.source.place_of(THE))
    wait_for_answer(qtbot, panel, known)
    assert told(panel) == THE
    assert chips(card)[-1] == ("·the", True)


def test_a_click_on_a_row_asks_about_it_and_a_word_typed_after_that_about_the_word(
    qtbot: QtBot, ask: Callable[[str], None], panel: NextTokenPanel, known: Session
) -> None:
    ask("e")
    row = panel.view.bars.source.place_of(BLUE)
    panel.view.bars.verticalScrollBar().setValue(row)
    viewport = panel.view.bars.viewport()
    point = viewport.rect().topLeft() + QPoint(40, theme.scaled(20) + theme.scaled(10))
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=point)
    wait_for_answer(qtbot, panel, known)
    assert told(panel) == BLUE
    panel.header.search.setFocus()
    ask("sky")
    assert told(panel) == SKY


def test_enter_goes_to_the_row_of_the_word_and_the_answer_stays(
    ask: Callable[[str], None], panel: NextTokenPanel, card: WhyNotCard
) -> None:
    ask("sky")
    QTest.keyClick(panel.header.search, Qt.Key.Key_Return)
    assert panel.view.bars.hasFocus()
    assert panel.view.bars.current_token == SKY
    assert chips(card) == [("·sky", True), ("sky", False)]


def test_the_row_of_the_word_is_singled_out(ask: Callable[[str], None], panel: NextTokenPanel) -> None:
    ask("sky")
    assert panel.view.bars.current_token == SKY
    ask("red")
    assert panel.view.bars.current_token == RED


# ---------------------------------------------------------------- what can be done about it


def test_an_offer_moves_the_slider_and_the_word_is_let_in(
    qtbot: QtBot, ask: Callable[[str], None], panel: NextTokenPanel, known: Session, card: WhyNotCard
) -> None:
    known.change_settings(ONE)
    ask("red")
    QTest.mouseClick(card.offers.buttons[0], Qt.MouseButton.LeftButton)
    assert known.settings.top_k == 2
    assert panel.controls.sliders["top_k"].value == 2
    wait_for_answer(qtbot, panel, known)
    assert "survives every stage" in card.sentence.text()
    assert RED in run_chain(known_logits(), np.empty(0, np.int64), known.settings).ids


def test_an_offer_can_be_undone(
    qtbot: QtBot, ask: Callable[[str], None], panel: NextTokenPanel, known: Session, card: WhyNotCard
) -> None:
    known.change_settings(ONE)
    ask("red")
    assert card.offers.back.isHidden()
    QTest.mouseClick(card.offers.buttons[0], Qt.MouseButton.LeftButton)
    wait_for_answer(qtbot, panel, known)
    assert card.offers.back.text() == "Back to Top-k 1"
    QTest.mouseClick(card.offers.back, Qt.MouseButton.LeftButton)
    assert known.settings == ONE
    wait_for_answer(qtbot, panel, known)
    known.change_settings(PLAIN)
    qtbot.waitUntil(card.offers.back.isHidden)


def test_the_same_dice_pick_the_word_at_the_temperature_offered(
    qtbot: QtBot, panel: NextTokenPanel, known: Session, reply_start: int, card: WhyNotCard
) -> None:
    # The draw ⅝ of the second token picks “ red”; “ blue” has that much at a lower temperature.
    go(qtbot, panel, known, reply_start + 1)
    panel.header.search.setText("blue")
    wait_for_answer(qtbot, panel, known)
    assert "the recorded draw, 0.6250, picks “·red”" in card.sentence.text()
    QTest.mouseClick(card.offers.buttons[0], Qt.MouseButton.LeftButton)
    assert known.settings.temperature < 1
    wait_for_answer(qtbot, panel, known)
    assert panel.scene is not None
    assert panel.scene.dice == BLUE


def test_a_slider_answers_anew_without_asking_the_engine(
    qtbot: QtBot,
    ask: Callable[[str], None],
    panel: NextTokenPanel,
    known: Session,
    engine: KnownEngine,
    card: WhyNotCard,
) -> None:
    ask("red")
    assert offers(card) == []
    sent = len(engine.commands)
    known.change_settings(ONE)
    wait_for(qtbot, panel, known, known.cursor)
    wait_for_answer(qtbot, panel, known)
    assert offers(card) == ["Top-k 2"]
    assert len(engine.commands) == sent


def test_the_answer_goes_to_the_clipboard_as_text(
    qtbot: QtBot, ask: Callable[[str], None], panel: NextTokenPanel, known: Session, card: WhyNotCard
) -> None:
    known.change_settings(ONE)
    ask("red")
    with qtbot.waitSignal(known.noticed):
        QTest.mouseClick(card.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Why not “·red” at position ")
    assert "This lets it in: Top-k 2\n" in copied
    assert card.accessibleDescription() == copied


# ---------------------------------------------------------------- elsewhere, later, hidden


def test_any_past_token_is_answered_prompt_or_reply(
    qtbot: QtBot, ask: Callable[[str], None], panel: NextTokenPanel, known: Session, card: WhyNotCard
) -> None:
    ask("red")
    go(qtbot, panel, known, 2)
    wait_for_answer(qtbot, panel, known)
    assert "the present seed’s draw, " in card.sentence.text()


def test_an_empty_search_puts_the_legend_back(ask: Callable[[str], None], panel: NextTokenPanel) -> None:
    ask("red")
    assert not panel.view.findChild(BarLegend).isVisible()
    panel.header.search.clear()
    assert panel.view.why_not.isHidden()
    assert panel.view.findChild(BarLegend).isVisible()


def test_why_there_are_no_tokens_of_a_word_is_said(
    qtbot: QtBot, ask: Callable[[str], None], panel: NextTokenPanel, known: Session, engine: KnownEngine
) -> None:
    ask("red")
    engine.answering = False
    panel.header.search.setText("sky")
    query = next(one for one in reversed(engine.commands) if isinstance(one, Tokenize))
    engine.post(Failed("tokenizer-failed", "It failed.", "Type another.", query=query.query))
    qtbot.waitUntil(
        lambda: known.take_events() or panel.view.why_not.sentence.text() == "It failed. Type another."
    )
    assert chips(panel.view.why_not) == []
    engine.answering = True
    engine.answer()
    ask("blue")
    assert chips(panel.view.why_not)[0] == ("·blue", True)


def test_a_hidden_panel_tries_nothing(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[str], None],
    panel: NextTokenPanel,
    known: Session,
) -> None:
    monkeypatch.setattr(question, "TURN_MS", -1.0)  # Every trial in a turn of its own.
    ask("red")
    known.change_settings(ONE)
    panel.hide()
    assert not panel.answering.question._turn.isActive()
    panel.show()
    wait_for_answer(qtbot, panel, known)
    assert offers(panel.view.why_not) == ["Top-k 2"]


def test_an_answer_that_takes_many_turns_is_shown_when_it_is_whole(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[str], None],
    panel: NextTokenPanel,
    known: Session,
    card: WhyNotCard,
) -> None:
    monkeypatch.setattr(question, "TURN_MS", -1.0)
    known.change_settings(SamplingSettings(temperature=1.0, top_k=1, top_p=0.4, min_p=0.9))
    ask("sky")
    assert offers(card) == [card.story.offers[0].label]
    assert len(card.story.offers[0].label.split(" + ")) == 3


def test_until_the_logits_are_there_nothing_is_made_up(
    qtbot: QtBot,
    ask: Callable[[str], None],
    panel: NextTokenPanel,
    known: Session,
    engine: KnownEngine,
    reply_start: int,
) -> None:
    ask("red")
    engine.answering = False
    known.move_cursor(reply_start + 1)
    qtbot.waitUntil(lambda: any(isinstance(one, ReadLogits) for one in engine.commands[-1:]))
    qtbot.waitUntil(lambda: panel.scene is not None and panel.scene.moment.position == reply_start + 1)
    answered_in = panel.answering.question.answered_in
    assert answered_in is not None
    assert answered_in.moment.position == reply_start
    engine.answering = True
    engine.answer()
    wait_for(qtbot, panel, known, reply_start + 1)
    wait_for_answer(qtbot, panel, known)


# ---------------------------------------------------------------- how it is laid out


def test_all_of_an_answer_is_seen_where_there_is_room_and_scrolled_to_where_there_is_none(
    qtbot: QtBot, ask: Callable[[str], None], panel: NextTokenPanel, known: Session, card: WhyNotCard
) -> None:
    known.change_settings(SamplingSettings(temperature=1.0, top_k=1, top_p=0.4, min_p=0.9))
    panel.resize(860, 480)
    ask("skyblue")
    qtbot.waitUntil(lambda: card.height() == card.sizeHint().height())
    for size in ((860, 480), (640, 260)):
        # With the card in place of the legend less is enough, once Qt has laid it out.
        qtbot.waitUntil(lambda size=size: panel.minimumHeight() <= size[1])
        panel.resize(*size)
        qtbot.waitUntil(lambda size=size: panel.height() == size[1])
        assert panel.view.rect().contains(card.geometry())
        assert panel.view.bars.height() >= theme.scaled(44)
    assert card.height() < card.sizeHint().height()


def test_a_larger_font_makes_the_card_higher(
    qtbot: QtBot, ask: Callable[[str], None], panel: NextTokenPanel, card: WhyNotCard
) -> None:
    ask("red")
    before = card.sizeHint().height()
    try:
        theme.put_in_force(theme.LIGHT, 1.5)
        theme.announce()
        assert card.sizeHint().height() > before
        assert theme.LIGHT.text_faint in card.way.text()
    finally:
        theme.put_in_force(theme.DARK)
        theme.announce()


def test_pieces_of_a_strangers_vocabulary_are_shown_as_they_are_not_as_markup(
    ask: Callable[[str], None], card: WhyNotCard
) -> None:
    ask("<|im_start|>")
    assert card.sentence.textFormat() is Qt.TextFormat.PlainText
    assert "<|im_start|>" in card.sentence.text()
