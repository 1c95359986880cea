"""The card after an import: what it says, when it shows itself, how it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.panels.attention.panel import AttentionPanel
from desktop.session import Session
from desktop.transcript.tint import TintMode
from desktop.window import Window
from inference.contract import (
    Event,
    Loaded,
    Proof,
    Proved,
    ReadAtlas,
    ReadAttention,
    ReadAttentionProfile,
)
from models.import_report import SiteCount
from tests.desktop.scripted_engine import ScriptedEngine

Settle = Callable[[], None]
pytestmark = pytest.mark.qt_log_ignore("does not support")

REASON = "The graph computes attention with the operator com.acme.Foo, which is not known."


class ImportingEngine(ScriptedEngine):
    """Has imported what it loads, and can refuse its attention."""

    def __init__(self) -> None:
        super().__init__()
        self.attention_refused: str | None = None
        self.proof: Proof | None = None
        self.imports = True

    def post(self, event: Event) -> None:
        """Say it as an importing engine does."""
        if isinstance(event, Loaded):
            report = replace(event.report, attention_refused=self.attention_refused)
            if self.attention_refused:
                report = replace(report, sites=(), chat_template=None, warnings=("Native code is ignored.",))
            event = replace(event, imported=self.imports, report=report)
        if isinstance(event, Proved):
            if self.proof is None:
                return
            event = Proved(self.proof)
        super().post(event)


@pytest.fixture
def engine() -> ScriptedEngine:
    """In place of the scripted one."""
    return ImportingEngine()


def lines(window: Window) -> dict[str, str]:
    return dict(window.chat.import_card.report.lines)


def test_an_import_shows_one_card_with_all_it_found(window: Window) -> None:
    window.session.model_changed.emit()
    card = window.chat.import_card
    assert card.isVisible()
    assert card.name.text() == "Scripted-4x3"
    assert card.about.text() == "GGUF file · llama · 1.2\u00a0M parameters"
    said = lines(window)
    assert said["Attention"] == "4 sites of GroupQueryAttention, all of them shown"
    assert said["Precision"] == "Q8_0 → 8-bit blocks of 32, relative error 0.4\u00a0%"
    assert said["Tokenizer"] == "byte-level BPE, 49,152 tokens, from the GGUF file"
    assert said["Chat template"] == "from the GGUF file"
    assert said["Memory"].startswith("1.24\u00a0GB")
    assert card.report.bar.accessibleName().replace("\u00a0", " ") == (
        "weights 151 MB, cache 377 MB, captures 566 MB, program 150 MB"
    )


def test_the_proof_comes_into_the_card_when_it_is_measured(
    window: Window, engine: ImportingEngine, settle: Settle
) -> None:
    window.session.model_changed.emit()
    assert lines(window)["Proof"] == "being measured on this machine …"
    engine.proof = Proof("reconstructed", 2.4e-7, 0.0, 64, "compared on 64 tokens")
    engine.post(Proved(engine.proof))
    settle()
    proof = lines(window)["Proof"].replace("\u00a0", " ")
    assert proof == "attention max |Δ| 2.4 × 10⁻⁷, logits Δ 0, over 64 tokens"
    assert "2.4" in window.chat.import_card.badge.text()


def test_a_model_that_was_imported_before_shows_no_card_until_somebody_asks(
    qtbot: QtBot, window: Window, engine: ImportingEngine, session: Session, settle: Settle
) -> None:
    engine.imports = False
    session.restart_engine()
    settle()
    card = window.chat.import_card
    assert not card.isVisible()
    window.top_bar.model.setFocus()
    qtbot.keyClick(window.top_bar.model, Qt.Key.Key_Space)
    assert card.isVisible()
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()
    window.top_bar.model.click()
    card.close_button.click()
    assert not card.isVisible()


def test_the_card_leads_to_the_library(window: Window) -> None:
    window.session.model_changed.emit()
    window.chat.import_card.to_library.click()
    assert window.model_library is not None
    assert window.model_library.isVisible()


def test_kinds_of_attention_are_counted(window: Window, session: Session) -> None:
    assert session.model is not None
    sites = (SiteCount("GroupQueryAttention", 24), SiteCount("Softmax", 6))
    session.model = replace(session.model, report=replace(session.model.report, sites=sites))
    session.model_changed.emit()
    assert lines(window)["Attention"] == (
        "30 sites, all of them shown: 24 of GroupQueryAttention, 6 of single operators (Softmax)"
    )


def test_precision_that_was_kept_says_so(window: Window, session: Session) -> None:
    assert session.model is not None
    kept = replace(session.model.report, source_precision="float16", precision="float16", precision_error=0.0)
    session.model = replace(session.model, report=kept)
    session.model_changed.emit()
    assert lines(window)["Precision"] == "float16, kept as it is"


def test_fault_41_a_model_larger_than_memory_is_a_warning(window: Window, session: Session) -> None:
    assert session.model is not None
    session.model = replace(session.model, report=replace(session.model.report, weight_bytes=10**15))
    session.model_changed.emit()
    assert "more than" in lines(window)["Memory"]


def test_fault_38_texts_of_the_file_are_escaped(window: Window, session: Session) -> None:
    assert session.model is not None
    report = replace(
        session.model.report, tokenizer="BPE\u202e <b>", warnings=("tab\there",), source_precision="Q\u0007"
    )
    session.model = replace(session.model, report=report)
    session.model_changed.emit()
    said = " ".join(lines(window).values())
    assert "⟨U+202E⟩" in said
    assert "⟨U+0009⟩" in said
    assert said.isprintable() or "\u00a0" in said
    assert not {"\u202e", "\t", "\u0007"} & set(said)


def test_the_card_leaves_one_line_when_the_conversation_goes_on(
    qtbot: QtBot, window: Window, session: Session, settle: Settle
) -> None:
    session.model_changed.emit()
    card = window.chat.import_card
    QApplication.processEvents()
    unfolded = card.height()
    session.send("Why is the sky blue?")
    settle()
    QApplication.processEvents()
    assert card.folded
    assert card.isVisible()
    assert card.height() < unfolded / 4
    assert card.name.isVisible()
    assert card.badge.isVisible()
    assert not card.report.isVisible()
    card.details.click()
    session.send("And why are sunsets red?")
    settle()
    assert not card.folded, "somebody wants to see it"
    assert card.report.isVisible()
    assert not card.details.isVisible()
    card.close_button.click()
    assert not card.isVisible()


def test_typing_folds_the_card_and_another_model_has_its_own(
    qtbot: QtBot, window: Window, engine: ImportingEngine, session: Session, settle: Settle
) -> None:
    session.model_changed.emit()
    card = window.chat.import_card
    window.chat.composer.editor.replace_text("What was given back is not typed")
    assert not card.folded
    qtbot.keyClicks(window.chat.composer.editor, "H")
    assert card.folded
    window.top_bar.model.click()
    assert not card.folded, "the model's button unfolds it before it hides it"
    assert card.isVisible()
    engine.folder = "another"
    session.open_model("another.gguf")
    settle()
    assert card.isVisible()
    qtbot.keyClicks(window.chat.composer.editor, "i")
    assert card.folded


# ---------------------------------------------------------------- attention that is refused


@pytest.fixture
def refused(engine: ImportingEngine, unloaded_session: Session) -> ImportingEngine:
    """The engine, its model's attention refused; take this before `window`."""
    engine.attention_refused = REASON
    return engine


def asked_about_attention(engine: ScriptedEngine) -> list[object]:
    kinds = (ReadAttention, ReadAttentionProfile, ReadAtlas)
    return [command for command in engine.commands if isinstance(command, kinds)]


def test_refused_attention_is_a_sentence_everywhere_and_nobody_asks_for_it(
    refused: ImportingEngine, window: Window, session: Session, settle: Settle, qtbot: QtBot
) -> None:
    session.model_changed.emit()
    card = window.chat.import_card
    assert card.badge.text().startswith("refused, because the graph computes attention")
    attention = lines(window)["Attention"]
    assert attention.startswith(
        "refused, because the graph computes attention with the operator com.acme.Foo"
    )
    assert "Chat" in attention
    assert lines(window)["Chat template"] == "none: what you type is continued as it is"
    assert lines(window)["Note"] == "Native code is ignored."

    window.chat.choose_tint(TintMode.ATTENTION)
    session.send("Why is the sky blue?")
    settle()
    panel = window.findChild(AttentionPanel)
    assert panel is not None
    qtbot.waitUntil(lambda: panel.empty.isVisible() and REASON in panel.empty.text())
    settle()
    assert asked_about_attention(refused) == []
    assert session.messages[-1].text, "the chat works"


def test_the_tint_by_attention_is_disabled_and_says_why(
    refused: ImportingEngine, window: Window, session: Session
) -> None:
    session.proof_changed.emit()
    (tint,) = [one for one in window.chat.tints._buttons.values() if one.text() == "Attention"]
    assert not tint.isEnabled()
    assert tint.toolTip() == REASON


def test_a_tint_by_attention_gives_way_when_the_proof_is_a_refusal(
    window: Window, engine: ImportingEngine, settle: Settle
) -> None:
    window.chat.choose_tint(TintMode.ATTENTION)
    engine.proof = Proof("refused", 0.5, 0.0, 64, "It differs too much.")
    engine.post(Proved(engine.proof))
    settle()
    assert window.chat.tint.mode is TintMode.PROBABILITY
    assert window.chat.tints.value == TintMode.PROBABILITY.value


def test_the_header_names_no_heads_where_nobody_knows_them(window: Window, session: Session) -> None:
    assert session.model is not None
    assert window.top_bar.model.accessibleName().endswith("4 layers × 3 heads")
    session.model = replace(session.model, heads=0)
    session.model_changed.emit()
    assert window.top_bar.model.accessibleName().endswith("8-bit blocks of 32 · 4 layers")
