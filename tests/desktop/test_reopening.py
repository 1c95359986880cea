"""What was kept is reproduced: opened with the default model anew, every number comes out digit by digit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.archive import Archive
from desktop.inquiry import Inquiry
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import ReadLogits, Step
from inference.process import EngineThread
from inference.sampling.candidates import Candidates
from inference.sampling.chain import run_chain
from inference.sampling.draw import draw_at, pick
from inference.sampling.settings import SamplingSettings

pytestmark = pytest.mark.default_model

CONVERSATIONS = 20
FEW, FEWER = 9, 5
QUESTIONS = ("Why is the sky blue?", "Name three rivers.", "Write a line about rain.", "What is 7 times 8?")
PATIENCE_MS = 60_000


@dataclass
class Talk:
    """A session with a real engine, driven without a window.

    Args:
        session: that talks.
        qtbot: pumps its events.
    """

    session: Session
    qtbot: QtBot

    def wait(self, condition: Callable[[], bool]) -> None:
        def come() -> bool:
            self.session.take_events()
            return condition()

        self.qtbot.waitUntil(come, timeout=PATIENCE_MS)

    def ready(self) -> None:
        self.wait(lambda: self.session.phase is Phase.READY)

    def write(self, tokens: int) -> int:
        """Let the reply grow to some tokens and stop it; its number."""
        session = self.session

        def grown() -> bool:
            begun = session.messages[-1].writing and session.messages[-1].id
            return not session.busy or (bool(begun) and _new(session) >= tokens)

        self.wait(grown)
        session.stop()
        self.ready()
        return session.messages[-1].id

    def logits(self, position: int) -> np.ndarray:
        inquiry, answers = Inquiry(self.session), []
        inquiry.answered.connect(answers.append)
        inquiry.ask(ReadLogits, position=position)
        self.wait(lambda: bool(answers))
        inquiry.deleteLater()
        return answers[0]


def _new(session: Session) -> int:
    return len(session.tokens) - session.conversation.sequence.prompt_length


@pytest.fixture(scope="module")
def archive(qapp: object) -> Iterator[Archive]:
    """One archive that both programs of these tests use, one after the other."""
    archive = Archive()
    yield archive
    archive.close()


def talk(qtbot: QtBot, archive: Archive) -> Iterator[Talk]:
    session = Session(EngineThread, provider="cpu", archive=archive)
    session.start()
    talking = Talk(session, qtbot)
    talking.ready()
    yield talking
    session.close()
    session.deleteLater()


@pytest.fixture
def first(qtbot: QtBot, archive: Archive) -> Iterator[Talk]:
    """The program that writes."""
    yield from talk(qtbot, archive)


def hold(talking: Talk, number: int) -> None:
    """A conversation of two turns, with a branch from another token, a forced text and a reply that goes on."""
    session = talking.session
    session.new_conversation()
    session.change_settings(SamplingSettings(temperature=0.7 + number / 20, top_k=40, top_p=0.95))
    session.change_seed(100 + number, new_each_reply=False)
    # Some are written with guesses, some without, and some begin in one way and go on in the other.
    session.change_guessing(number % 3 == 1)
    assert session.send(QUESTIONS[number % len(QUESTIONS)])
    reply = talking.write(FEW)
    middle = session.conversation.sequence.prompt_length + FEW // 2
    others = [one.id for one in session.steps[middle].top if one.id != session.tokens[middle].id]
    session.change_guessing(number % 4 == 1)
    assert session.branch(middle, others[number % 3])
    talking.write(FEW)
    if number % 2:
        assert session.send("And why?")
        talking.write(FEWER)
        assert session.force(session.conversation.sequence.prompt_length + 2, " of course, because")
        talking.write(2 * FEWER + 3)
    if session.messages[-1].facts is not None and session.messages[-1].facts.reason == "stopped":
        assert session.continue_reply()
        talking.write(3 * FEW)
    assert session.messages[-1].id != reply


def leaves(archive: Archive, conversation: int) -> list[int]:
    nodes = archive.history.messages.tree(conversation)
    parents = {node.parent for node in nodes}
    return [node.id for node in nodes if node.id not in parents]


def test_every_token_of_twenty_conversations_is_reproduced(
    qtbot: QtBot, first: Talk, archive: Archive
) -> None:
    for number in range(CONVERSATIONS):
        hold(first, number)
    first.session.close()
    kept = [one for _, day in archive.groups() for one in day]
    assert len(kept) == CONVERSATIONS
    checked = branches = 0
    for again in talk(qtbot, archive):
        for record in kept:
            for leaf in leaves(archive, record.id):
                if again.session.conversation.id != record.id:
                    assert again.session.open_conversation(record.id)
                assert again.session.choose_branch(leaf)
                again.ready()
                assert again.session.read_differently is None
                branches += 1
                for step in again.session.steps.values():
                    if step.position >= again.session.conversation.sequence.prompt_length:
                        check(again, step, archive, leaf)
                        checked += 1
    assert branches >= 2 * CONVERSATIONS
    assert checked > 10 * branches


def check(again: Talk, step: Step, archive: Archive, leaf: int) -> None:
    """The draw, the token it picks, and every number that was kept about it."""
    logits = again.logits(step.position - 1)
    raw = Candidates.whole(logits)
    assert float(logits[step.token.id]) == step.logit
    assert raw.log_probability_of(step.token.id) == step.logprob
    record = archive.history.messages.path(leaf)[-1].reply
    assert record is not None
    assert draw_at(record.seed, step.position) == step.draw
    ids = np.array([token.id for token in again.session.tokens[: step.position]])
    result = run_chain(logits, ids, step.settings)
    assert result.final.log_probability_of(step.token.id) == step.processed_logprob
    if step.source == "written":
        assert pick(result, step.draw) == step.token.id
