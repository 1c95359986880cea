"""The chat template seen, edited, previewed, refused, reset (fault 30)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.exact_prompt import ExactPrompt
from desktop.session import Session
from desktop.template_editor import SKELETON, TemplateEditor
from inference.contract import ChangeTemplate, ChatPrompt, Failed, Message, ReadPrompt, TemplateInUse
from inference.templates import TemplateRenderer
from tests.desktop.scripted_engine import OWN_TEMPLATE, ScriptedEngine

Settle = Callable[[], None]

MINE = "The sky\nis {{ text }}"
BROKEN = "one\n{% bad %}"
SYNTAX = Failed(
    "template-syntax",
    "The chat template cannot be read: Encountered unknown tag 'bad' (line 2).",
    "Correct the template, or use another file of this model.",
)


@pytest.fixture
def editor(qtbot: QtBot, session: Session, engine: ScriptedEngine, settle: Settle) -> TemplateEditor:
    """The dialog, shown."""
    apply_theme(theme.DARK)
    engine.broken_templates[BROKEN] = SYNTAX
    made = TemplateEditor(session)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    settle()
    return made


def type_text(editor: TemplateEditor, text: str, settle: Settle) -> None:
    """Type another template and let the preview come without waiting for its pause."""
    editor.source.replace_text(text)
    editor._soon.stop()
    editor._preview()
    settle()


def asked(engine: ScriptedEngine) -> list[str | None]:
    """Templates that the engine was told to use."""
    return [command.template for command in engine.commands if isinstance(command, ChangeTemplate)]


# ---------------------------------------------------------------- seen


def test_fault_30_the_model_s_own_template_is_seen_with_where_it_is_from(editor: TemplateEditor) -> None:
    assert editor.source.text == OWN_TEMPLATE
    assert editor.facts.text() == "The model's own template is in use (from the GGUF file)."
    assert not editor.apply_button.isEnabled()
    assert not editor.reset_button.isEnabled()
    assert not editor.begin_button.isVisible()
    assert editor.preview_facts.text() == "Nothing was said yet: this is what a greeting becomes."


def test_the_preview_is_of_this_conversation_with_what_is_typed(
    editor: TemplateEditor, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    session.set_system_prompt("Be brief")
    editor.show_draft("Why?")
    type_text(editor, MINE, settle)
    last = [command for command in engine.commands if isinstance(command, ReadPrompt)][-1]
    assert last.template == MINE
    assert last.prompt == ChatPrompt((Message("system", "Be brief"), Message("user", "Why?")))
    assert editor.preview.toPlainText() == MINE  # the scripted engine renders nothing
    assert editor.preview_facts.text() == ""


def test_without_a_model_it_says_so(qtbot: QtBot, unloaded_session: Session) -> None:
    editor = TemplateEditor(unloaded_session)
    qtbot.addWidget(editor)
    editor.show()
    assert "as soon as a model is loaded" in editor.facts.text()
    assert not editor.apply_button.isEnabled()


# ---------------------------------------------------------------- edited


def test_fault_30_an_edited_template_is_applied_and_reset(
    editor: TemplateEditor, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    type_text(editor, MINE, settle)
    assert "not applied yet" in editor.facts.text()
    editor.apply_button.click()
    settle()
    assert asked(engine) == [MINE]
    assert session.template == TemplateInUse(MINE, True)
    assert editor.facts.text() == (
        "Your template is in use in place of the model's own, which is kept (from the GGUF file)."
    )
    assert not editor.apply_button.isEnabled()
    assert editor.reset_button.text() == "Reset to the model's own"
    editor.reset_button.click()
    settle()
    assert asked(engine) == [MINE, None]
    assert editor.source.text == OWN_TEMPLATE
    editor.source.undo()
    assert editor.source.text == MINE


def test_applying_is_on_the_keyboard_too(
    qtbot: QtBot, editor: TemplateEditor, engine: ScriptedEngine, settle: Settle
) -> None:
    type_text(editor, MINE, settle)
    editor.source.setFocus()
    editor.activateWindow()
    qtbot.keyClick(editor.source, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert asked(engine) == [MINE]


def test_fault_26_what_is_refused_is_said_with_its_line_and_nothing_typed_is_lost(
    editor: TemplateEditor, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    type_text(editor, MINE, settle)
    type_text(editor, BROKEN, settle)
    assert editor.said.text() == f"{SYNTAX.what} {SYNTAX.remedy}"
    assert editor.source.wrong_line == 2
    assert editor.preview.dim
    assert editor.preview.toPlainText() == MINE
    editor.apply_button.click()
    settle()
    assert session.template == TemplateInUse(OWN_TEMPLATE, False)
    assert editor.source.text == BROKEN
    assert SYNTAX.what in editor.said.text()
    editor.close()
    editor.show()
    settle()
    assert editor.source.text == BROKEN
    type_text(editor, MINE, settle)
    assert (editor.said.text(), editor.source.wrong_line, editor.preview.dim) == ("", 0, False)


def test_fault_29_a_template_s_own_refusal_is_shown(
    editor: TemplateEditor, engine: ScriptedEngine, settle: Settle
) -> None:
    refusal = Failed("template-raised", "The chat template refuses this conversation: “no”.", "Change it.")
    engine.broken_templates["{{ no }}"] = refusal
    type_text(editor, "{{ no }}", settle)
    assert editor.said.text() == "The chat template refuses this conversation: “no”. Change it."
    assert editor.source.wrong_line == 0


def test_another_model_s_template_takes_the_place_of_one_that_was_not_touched(
    editor: TemplateEditor, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.template = engine.own_template = "another"
    session.open_model("other")
    settle()
    assert editor.source.text == "another"
    type_text(editor, MINE, settle)
    engine.template = engine.own_template = "a third"
    session.open_model("third")
    settle()
    assert editor.source.text == MINE
    assert "not applied yet" in editor.facts.text()


def test_a_question_that_was_interrupted_is_asked_again(
    editor: TemplateEditor, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.broken_templates[MINE] = Failed("interrupted", "The question was interrupted.", "Ask again.")
    type_text(editor, MINE, settle)
    assert editor.said.text() == ""
    editor.apply()
    session.take_events()
    engine.broken_templates.clear()
    settle()
    assert session.template == TemplateInUse(MINE, True)


# ---------------------------------------------------------------- none


def test_fault_26_for_a_model_without_a_template_one_can_be_written(
    editor: TemplateEditor, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    engine.template = engine.own_template = None
    session.open_model("other")
    settle()
    assert editor.source.text == ""
    assert "no chat template: the last message is continued as it is" in editor.facts.text()
    assert editor.begin_button.isVisible()
    editor.begin_button.click()
    assert editor.source.text == SKELETON
    assert not editor.begin_button.isVisible()
    editor.apply()
    settle()
    assert session.template == TemplateInUse(SKELETON, True)
    editor.reset_button.click()
    settle()
    assert session.template == TemplateInUse(None, False)
    assert editor.source.text == ""


def test_what_one_begins_with_is_chatml() -> None:
    renderer = TemplateRenderer()
    text = renderer.render(SKELETON, [{"role": "user", "content": "Hi"}], add_generation_prompt=True)
    assert text == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    renderer.close()


# ---------------------------------------------------------------- around it


@pytest.mark.qt_log_ignore("does not support")
def test_the_exact_prompt_opens_it_and_follows_it(
    qtbot: QtBot, session: Session, engine: ScriptedEngine, settle: Settle
) -> None:
    dialog = ExactPrompt(session)
    qtbot.addWidget(dialog)
    dialog.show_draft("Why?")
    dialog.show()
    settle()
    questions = len([command for command in engine.commands if isinstance(command, ReadPrompt)])
    dialog.template_button.click()
    editor = dialog.template_editor
    assert editor is not None
    assert editor.isVisible()
    type_text(editor, MINE, settle)
    editor.apply()
    settle()
    prompts = [command for command in engine.commands if isinstance(command, ReadPrompt)][questions:]
    assert any(prompt.template is None for prompt in prompts)  # the dialog has asked again
    dialog.close()
    assert not editor.isVisible()
    assert editor.source.text == MINE


def test_characters_that_a_text_field_would_change_stay(editor: TemplateEditor) -> None:
    editor.source.replace_text("a\u00a0b\r\nc\n\td")
    assert editor.source.text == "a\u00a0b\nc\n\td"


def test_everything_has_a_name_and_lines_have_numbers(editor: TemplateEditor, settle: Settle) -> None:
    assert editor.source.accessibleName()
    assert editor.preview.accessibleName()
    narrow = editor.source.gutter_width()
    type_text(editor, "\n" * 1500, settle)
    assert editor.source.gutter_width() > narrow
    for palette in theme.PALETTES:
        apply_theme(palette)
        assert not editor.grab().isNull()
    apply_theme(theme.DARK)


def test_a_long_prompt_shows_its_end(editor: TemplateEditor, settle: Settle) -> None:
    type_text(editor, "start" + "x" * 30_000 + "end", settle)
    shown = editor.preview.toPlainText()
    assert shown.startswith("…")
    assert shown.endswith("end")
