"""The chain's links can be chosen, and those that do nothing go first where it is narrow."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.panels.next_token.chain_line import ChainLine, StageFacts

LINKS = (
    StageFacts("logits", "49,152", "3.14 nats", True, "The model's own.", figure_first=True),
    StageFacts("penalty", "", "off", False, "Makes tokens less likely."),
    StageFacts("temperature", "", "2.50 nats", True, "Divides the logits."),
    StageFacts("top-k", "40", "2.40 nats", True, "Keeps the most likely."),
    StageFacts("draw", "·composed", "u = 0.133", True, "Picks one.", piece=True, in_text=True),
)


@pytest.fixture
def chain(qtbot: QtBot) -> ChainLine:
    made = ChainLine()
    qtbot.addWidget(made)
    made.resize(900, 40)
    made.show()
    made.show_links(LINKS, 4)
    return made


def shown(chain: ChainLine) -> list[str]:
    return [button.facts.label for button in chain.buttons if button.isVisible()]


def test_a_click_chooses_a_link(qtbot: QtBot, chain: ChainLine) -> None:
    with qtbot.waitSignal(chain.chosen) as chosen:
        QTest.mouseClick(chain.buttons[3], Qt.MouseButton.LeftButton)
    assert chosen.args == [3]


def test_the_space_bar_chooses_a_link(qtbot: QtBot, chain: ChainLine) -> None:
    with qtbot.waitSignal(chain.chosen) as chosen:
        QTest.keyClick(chain.buttons[0], Qt.Key.Key_Space)
    assert chosen.args == [0]


def test_only_one_link_is_marked(chain: ChainLine) -> None:
    chain.show_links(LINKS, 2)
    assert [button.isChecked() for button in chain.buttons] == [False, False, True, False, False]


def test_links_that_are_off_go_first_then_those_that_removed_nothing(chain: ChainLine) -> None:
    assert shown(chain) == ["logits", "penalty", "temperature", "top-k", "draw"]
    needed = sum(button.sizeHint().width() for button in chain.buttons) + 4 * 8
    chain.resize(needed - 1, 40)
    assert shown(chain) == ["logits", "temperature", "top-k", "draw"]
    chain.resize(needed - 1 - chain.buttons[1].sizeHint().width() - 8, 40)
    assert shown(chain) == ["logits", "top-k", "draw"]


def test_the_chosen_link_stays_even_if_it_is_off(chain: ChainLine) -> None:
    chain.show_links(LINKS, 1)
    chain.resize(300, 40)
    assert "penalty" in shown(chain)


def test_screen_readers_hear_figure_and_entropy(chain: ChainLine) -> None:
    names = [button.accessibleName() for button in chain.buttons]
    assert names[0] == "49,152 logits, 3.14 nats"
    assert names[3] == "top-k 40, 2.40 nats"


def test_it_paints(chain: ChainLine) -> None:
    chain.buttons[2].setFocus()
    assert not chain.grab().isNull()
