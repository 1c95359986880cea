"""A lesson with the default model: its reply is exported with what was seen inside, and looked at without it.

Measured on it: 18 MB for 90 tokens with 49 distributions, exported in 0.7 s and open in 0.4 s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.archive import Archive
from desktop.controls.table_text import Table
from desktop.inquiry import Inquiry
from desktop.panels.attention.looks_most_at import KeyLine
from desktop.phase import Phase
from desktop.session import Session
from desktop.window import Window
from inference.connection import EngineConnection
from inference.contract import Proof, ReadAttentionProfile
from inference.process import EngineProcess
from inference.sampling.settings import SamplingSettings
from tests.desktop.history.samples import files_in

pytestmark = [pytest.mark.default_model, pytest.mark.qt_log_ignore("does not support")]

PATIENCE_MS = 120_000
LAYER, HEAD = 12, 3


@dataclass(frozen=True, slots=True)
class Seen:
    """What the panels show of one token."""

    logits: np.ndarray
    next_token: Table
    attention: np.ndarray
    keys: list[KeyLine]
    profile: np.ndarray
    proof: Proof | None


class Lesson:
    """One window with an archive of its own.

    Args:
        qtbot: pumps its events.
        folder: where it keeps everything.
        start_engine: as in `Session`.
    """

    def __init__(self, qtbot: QtBot, folder: Path, start_engine: Callable[[], EngineConnection]) -> None:
        folder.mkdir()
        self._qtbot = qtbot
        self._open = True
        self.archive = Archive.at(folder / "conversations.sqlite3")
        self.session = Session(start_engine, provider="cpu", archive=self.archive)
        memory = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.window = Window(self.session, memory)
        qtbot.addWidget(self.window)
        self.window.resize(1680, 1020)
        self.window.show()

    def wait(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def look(self, position: int) -> Seen:
        """What is seen of a token, read off the panels."""
        session, panels = self.session, self.window.panels
        session.choose_head(LAYER, HEAD)
        session.move_cursor(position)
        following, attention = panels.panel("next-token"), panels.panel("attention")
        self.wait(
            lambda: (
                following.scene and following.scene.reading and following.scene.moment.position == position
            )
        )
        keys = attention.keys.model

        def row() -> np.ndarray | None:
            return attention.weights.matrix(LAYER, HEAD).row(position - 1)

        self.wait(lambda: row() is not None and keys.lines and keys.lines[0].weight == row().max())
        profiles: list[np.ndarray] = []
        inquiry = Inquiry(session, session)
        inquiry.answered.connect(profiles.append)
        inquiry.ask(ReadAttentionProfile, position=position - 1)
        self.wait(lambda: profiles)
        weights = row()
        assert weights is not None
        return Seen(
            following.scene.reading.logits.copy(),
            following.table(),
            weights.copy(),
            list(keys.lines),
            profiles[0],
            session.proof,
        )

    def close(self) -> None:
        """Everything ends; harmless the second time."""
        if self._open:
            self._open = False
            self.window.close()
            self.archive.close()
            for one in (self.session, self.archive):
                one.deleteLater()


@pytest.fixture
def teacher(qtbot: QtBot, tmp_path: Path) -> Iterator[Lesson]:
    """A window with the default model."""
    apply_theme(theme.DARK)
    made = Lesson(qtbot, tmp_path / "teacher", EngineProcess)
    made.session.start()
    made.wait(lambda: made.session.phase is Phase.READY and made.session.proof is not None)
    yield made
    made.close()


def no_engine() -> EngineConnection:
    raise AssertionError("nobody wants a model")


def test_the_very_numbers_are_seen_without_the_model(qtbot: QtBot, teacher: Lesson, tmp_path: Path) -> None:
    session = teacher.session
    session.change_settings(SamplingSettings(temperature=0.6))
    session.change_seed(3, new_each_reply=False)
    assert session.send("Why is the sky blue? Answer in two sentences.")
    teacher.wait(lambda: session.phase is Phase.READY and session.messages[-1].facts is not None)
    teacher.wait(lambda: np.isfinite(session.logprobs[1:]).all())
    prompt, end = session.conversation.sequence.prompt_length, len(session.tokens)
    looked_at = (prompt, prompt + 7, end - 1)
    live = {position: teacher.look(position) for position in looked_at}
    said = [message.text for message in session.messages]
    numbers = session.logprobs.copy(), session.ranks.copy(), session.entropies.copy()
    name = session.model.name if session.model is not None else ""

    teacher.window.export_recording(session.conversation.id)
    dialog = teacher.window._recording_export
    assert dialog is not None
    teacher.wait(dialog.go_on.isVisible)
    promised = dialog.options.last.accessibleName()
    dialog.go_on.click()
    (chooser,) = dialog.findChildren(QFileDialog)
    path = tmp_path / "lesson.vitrine"
    chooser.findChildren(QLineEdit)[0].setText(str(path))
    chooser.accept()
    teacher.wait(dialog.said.text)
    size = round(path.stat().st_size / 1e6)
    assert promised.endswith(f"{size}\u00a0MB")
    assert dialog.said.text().startswith(f"Written to {path}: {size}\u00a0MB.")
    teacher.close()

    pupil = Lesson(qtbot, tmp_path / "pupil", no_engine)
    pupil.window.open_document(path)
    opened = pupil.session
    pupil.wait(lambda: opened.model is not None and opened.phase is Phase.READY and len(opened.tokens) == end)
    pupil.wait(lambda: np.isfinite(opened.logprobs[1:]).all())
    assert opened.model is not None
    assert opened.model.recorded
    assert opened.model.name == name
    assert [message.text for message in opened.messages] == said
    assert files_in(tmp_path / "pupil") >= {"conversations.sqlite3"}
    for known, mine in zip(numbers, (opened.logprobs, opened.ranks, opened.entropies), strict=True):
        np.testing.assert_array_equal(known, mine)
    for position in looked_at:
        seen, before = pupil.look(position), live[position]
        np.testing.assert_array_equal(seen.logits, before.logits)
        assert seen.next_token == before.next_token
        np.testing.assert_array_equal(seen.attention, before.attention)
        assert seen.keys == before.keys
        np.testing.assert_array_equal(seen.profile, before.profile)
        assert seen.proof == before.proof
    pupil.close()
