"""Going on from another token, by the list and by the word that was asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.panels.next_token.panel import NextTokenPanel
from desktop.session import Session
from tests.desktop.scripted_engine import IDS, ScriptedEngine

Settle = Callable[[], None]


@pytest.fixture
def panel(qtbot: QtBot, replied: Session, settle: Settle) -> NextTokenPanel:
    """The panel at the third token of a reply."""
    panel = NextTokenPanel(replied)
    qtbot.addWidget(panel)
    panel.resize(900, 520)
    panel.show()
    qtbot.waitExposed(panel)
    replied.move_cursor(replied.conversation.spans()[1][0] + 2)
    qtbot.waitUntil(
        lambda: replied.take_events() or (panel.scene is not None and panel.scene.reading is not None)
    )
    return panel


def other_row(panel: NextTokenPanel) -> int:
    """A row of another token than the one that stands there."""
    assert panel.scene is not None
    chosen = panel.scene.moment.chosen
    return next(row for row, bar in enumerate(panel.view.bars.source.bars(0, 5)) if bar.id != chosen)


def test_a_chosen_row_offers_to_go_on_from_its_token(
    panel: NextTokenPanel, replied: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    foot = panel.view.foot
    row = other_row(panel)
    panel.view.bars.set_current_row(row)
    bar = panel.view.bars.source.bars(row, row + 1)[0]
    assert foot.go_on.isVisible()
    assert foot.go_on.text() == f"Go on with {bar.piece}"
    foot.go_on.click()
    settle()
    assert len(replied.messages[1].variants) == 2
    start = replied.conversation.spans()[1][0]
    assert (replied.tokens[start + 2].id, replied.steps[start + 2].source) == (bar.id, "chosen")


def test_enter_goes_on_too(qtbot: QtBot, panel: NextTokenPanel, replied: Session, settle: Settle) -> None:
    panel.view.bars.set_current_row(other_row(panel))
    qtbot.keyClick(panel.view.bars, Qt.Key.Key_Return)
    settle()
    assert len(replied.messages[1].variants) == 2


def test_the_token_that_stands_there_offers_nothing(panel: NextTokenPanel, replied: Session) -> None:
    assert panel.scene is not None
    place = panel.view.bars.source.place_of(panel.scene.moment.chosen)
    panel.view.bars.set_current_row(place)
    assert not panel.view.foot.go_on.isVisible()
    panel._go_on()
    assert len(replied.messages[1].variants) == 1


def test_tokens_of_the_prompt_offer_nothing(qtbot: QtBot, panel: NextTokenPanel, replied: Session) -> None:
    replied.move_cursor(3)
    qtbot.waitUntil(
        lambda: (
            replied.take_events()
            or (
                panel.scene is not None
                and panel.scene.moment.position == 3
                and panel.scene.reading is not None
            )
        )
    )
    panel.view.bars.set_current_row(0)
    assert not panel.view.foot.go_on.isVisible()


@pytest.mark.parametrize(("word", "source"), [(" sky", "chosen"), (" because red", "typed")])
def test_a_word_that_was_asked_about_can_be_gone_on_with(
    qtbot: QtBot, panel: NextTokenPanel, replied: Session, settle: Settle, word: str, source: str
) -> None:
    panel.header.search.setText(word)
    card = panel.view.why_not
    qtbot.waitUntil(lambda: replied.take_events() or (card.isVisible() and card.go_on.isVisible()))
    card.go_on.click()
    settle()
    assert replied.messages[1].text.startswith(f" blue red{word}")
    start = replied.conversation.spans()[1][0]
    assert replied.steps[start + 2].source == source
    assert replied.tokens[start + 2].id == IDS[b" " + word.split()[0].encode()]
    # What is written is seen: the word is not asked about any more.
    assert panel.header.query == ""
    assert panel.view.bars.hasFocus()
    qtbot.waitUntil(lambda: replied.take_events() or not card.isVisible())
