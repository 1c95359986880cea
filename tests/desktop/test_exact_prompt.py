"""The exact prompt."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.exact_prompt import ExactPrompt
from desktop.session import Session
from inference.contract import TemplateInUse

Settle = Callable[[], None]


@pytest.fixture
def dialog(qtbot: QtBot, session: Session) -> ExactPrompt:
    """The dialog, shown."""
    made = ExactPrompt(session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_empty_it_says_what_will_appear(dialog: ExactPrompt) -> None:
    assert "as soon as something is typed" in dialog.facts.text()
    assert dialog.tokens == ()


def test_the_draft_is_included_with_the_template_around_it(dialog: ExactPrompt, settle: Settle) -> None:
    dialog.show_draft("Why?")
    settle()
    pieces = [token.piece for token in dialog.tokens]
    assert pieces[0] == b"<|im_start|>"
    assert b"".join(pieces) == b"<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n"
    assert dialog.facts.text().startswith(f"{len(pieces)} tokens, 3 of them control tokens")
    dialog.copy_button.click()
    assert QApplication.clipboard().text().startswith("<|im_start|>user")


def test_it_follows_the_conversation(dialog: ExactPrompt, session: Session, settle: Settle) -> None:
    session.set_system_prompt("Be brief")
    session.send("Why?")
    settle()
    assert b"".join(token.piece for token in dialog.tokens).startswith(
        b"<|im_start|>system\nBe brief<|im_end|>"
    )


def test_without_a_model_it_says_so(qtbot: QtBot, unloaded_session: Session) -> None:
    dialog = ExactPrompt(unloaded_session)
    qtbot.addWidget(dialog)
    dialog.show()
    assert "as soon as a model is loaded" in dialog.facts.text()


def test_it_says_which_template_is_in_use_where_it_is_not_the_model_s_own(
    dialog: ExactPrompt, session: Session, settle: Settle
) -> None:
    session.send("Why?")
    settle()
    assert "template is in use" not in dialog.facts.text()
    session.take_template(TemplateInUse("mine", True))
    settle()
    assert dialog.facts.text().endswith("Your own template is in use.")
    session.take_template(TemplateInUse(None, False))
    settle()
    assert dialog.facts.text().endswith("no chat template: the last message is continued as it is.")
