"""Whether a token that was written once comes out the same now, and if not, what is different.

Knows no widget; the number of today is told to it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.history.model_identity import ModelIdentity
from desktop.precision_words import precision_words
from desktop.session import Session

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A log-probability that was kept, beside the one that is computed now.

    Args:
        kept: natural logarithm of the token's probability when it was written.
        now: the same today.
        reasons: what is different now, as clauses; empty where nothing is known to be.
        rereadable: whether reading the sequence as it was written could make them equal.
    """

    kept: float
    now: float
    reasons: tuple[str, ...]
    rereadable: bool

    @property
    def exact(self) -> bool:
        """Whether both are the same, digit by digit."""
        return self.kept == self.now

    @property
    def difference(self) -> float:
        """How far today's is from the kept one, nats."""
        return self.now - self.kept


def reproduction_at(session: Session, position: int, now: float) -> Reproduction | None:
    """The comparison for one token.

    Args:
        session: whose sequence.
        position: of the token.
        now: its log-probability as it is computed now.

    Returns:
        The comparison; ``None`` for a token that no model wrote, or of which nothing was kept.
    """
    step, found = session.steps.get(position), session.reply_at(position)
    if step is None or found is None or math.isnan(step.logprob):
        return None
    if step.logprob == now:
        return Reproduction(now, now, (), False)
    message = next(one for one in session.messages if one.id == found[0])
    reasons = list(differences(message.model, session.identity.under(session.muting.read_under)))
    reread = session.read_differently is not None and session.read_differently < position
    if reread or _read_at_once(session, position):
        reasons.append(
            translate(
                "Reproduction", "replies were read at once now, and token by token when they were written"
            )
        )
    return Reproduction(step.logprob, now, tuple(reasons), reread)


def differences(written: ModelIdentity, now: ModelIdentity) -> tuple[str, ...]:
    """In what the model that wrote differs from the one in use, as clauses."""
    said = []
    if written.bundle != now.bundle:
        clause = translate("Reproduction", "the model is {now} now and was {written}")
        said.append(clause.format(now=now.name, written=written.name))
    elif written.precision != now.precision:
        clause = translate("Reproduction", "its weights are {now} now and were {written}")
        said.append(
            clause.format(now=precision_words(now.precision), written=precision_words(written.precision))
        )
    if written.provider != now.provider:
        clause = translate("Reproduction", "it runs on {now} now and ran on {written}")
        said.append(clause.format(now=now.provider, written=written.provider))
    elif written.device != now.device:
        clause = translate("Reproduction", "the processor is {now} now and was {written}")
        said.append(clause.format(now=now.device, written=written.device))
    elif written.threads != now.threads:
        clause = translate("Reproduction", "it has {now} threads now and had {written}")
        said.append(clause.format(now=now.threads, written=written.threads))
    if written.muted != now.muted:
        clause = translate("Reproduction", "what is muted in it is not what was")
        said.append(clause)
    return tuple(said)


def _read_at_once(session: Session, position: int) -> bool:
    """Whether a later turn was written after an earlier reply had been read otherwise than it was written."""
    prompt = min(position, session.conversation.sequence.prompt_length)
    steps = session.steps
    return any(at in steps and session.tokens[at].alone != steps[at].token.alone for at in range(prompt))
