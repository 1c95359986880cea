"""What a session holds and how one looks at it: tokens, cursor, head, settings, and signals that they changed.

Knows no engine: `desktop.session` fills this with what an engine does.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from desktop.archive import Archive
from desktop.conversation import ChatMessage, Conversation
from desktop.history.model_identity import ModelIdentity
from desktop.inspection import Inspection
from desktop.muting import Muting
from desktop.phase import Phase
from desktop.sentence_pair import SentencePair
from desktop.turns import Turns
from inference.contract import ChatPrompt, Loaded, Proof, Status, Step, TemplateInUse, Token
from inference.intervention import Intervention
from inference.sampling.settings import SamplingSettings

if TYPE_CHECKING:
    from numpy import bool_, float32, int64
    from numpy.typing import NDArray

SEED_BOUND = 2**31
"""Seeds made here are smaller than this."""

Head = int | Literal["mean", "max"]
"""A head by its number, or the mean or maximum over a layer's heads."""


class SessionState(QObject):
    """The state that panels read; nobody but the session writes it.

    Args:
        archive: what keeps conversations.
        parent: owner.
    """

    phase_changed = Signal()
    model_changed = Signal()
    template_changed = Signal()
    """`template` changed: another model, or a person edited it."""
    model_renamed = Signal()
    """The same model has another name."""
    went_back = Signal(object)
    """The `Failed` of a model that could not be opened; the one that was in use before is being loaded again."""
    model_asked = Signal()
    """Another model was asked for in place of the one in use."""
    reply_asked = Signal()
    """A reply is going to be written."""
    conversation_chosen = Signal()
    """Another conversation is shown, maybe a new one."""
    proof_changed = Signal()
    tokens_reset = Signal()
    """The sequence was replaced; what was read about positions from before is void."""
    tokens_appended = Signal(int, int)
    """Tokens were generated: first new position, one past the last."""
    statistics_changed = Signal(int, int)
    """`logprobs`, `ranks` and `entropies` became known from a position to one past another."""
    cursor_changed = Signal(int)
    following_changed = Signal(bool)
    settings_changed = Signal()
    """Sampling settings, the seed, what happens to it, or whether tokens are guessed ahead changed."""
    head_changed = Signal()
    progressed = Signal(object)
    failed = Signal(object)
    """A `Failed` that no query waits for."""
    noticed = Signal(str)
    """A sentence worth saying that is no failure."""
    status_changed = Signal()
    """`status`, `speed` or `first_token_ms` changed."""
    conversation_changed = Signal()
    """Messages, the system prompt or the current conversation changed."""
    message_asked = Signal(int)
    """A message of the current conversation, by its number, is to be seen."""
    reply_ended = Signal(int)
    """A reply is complete, as far as it got: the number it is kept under, 0 if nothing was written."""
    reading_changed = Signal()
    """`read_differently` changed."""
    stopped = Signal(object)
    """The `Stopped` of a generation of this window."""
    text_returned = Signal(str)
    """A message could not be answered; its text belongs back into the composer."""

    def __init__(self, archive: Archive, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.archive = archive
        self.turns = Turns(self)
        self.inspection = Inspection(self)
        """Which tensor and which value of it the panels look at."""
        self.sentences = SentencePair(self)
        """Two sentences that are read beside the conversation."""
        self.phase = Phase.STARTING
        self.model: Loaded | None = None
        self.recording: Path | None = None
        """File of what was recorded, which is explored, or opened for that, in place of a model."""
        self.former_model = ""
        """Name of the model that was in use before that, or on its way; empty for the default model."""
        self.template: TemplateInUse | None = None
        self.proof: Proof | None = None
        self.conversation = Conversation()
        self.read_differently: int | None = None
        """The first position that the engine has read otherwise than when it was written; ``None`` for none.

        What was computed at later positions then differs in the last digits.
        """
        self.cursor = -1
        self.following = True
        self.settings = SamplingSettings()
        self.seed = secrets.randbelow(SEED_BOUND)
        self.new_seed_each_reply = True
        self.guess_ahead = False
        """Whether a person wants replies to be written with guesses, where that is possible."""
        self.layer = -1
        self.head: Head = 0
        self.status: Status | None = None
        self.speed = 0.0
        self.first_token_ms = 0.0
        self.muting = Muting(self)
        """What is muted in the model."""
        self.epoch = 0
        self.stopping = False

    @property
    def tokens(self) -> list[Token]:
        """The whole sequence by position, prompt first."""
        return self.conversation.sequence.tokens

    @property
    def steps(self) -> dict[int, Step]:
        """The steps of the tokens that were generated in this run, by position."""
        return self.conversation.sequence.steps

    @property
    def logprobs(self) -> NDArray[float32]:
        """``float32 [tokens]``, NaN where unknown."""
        return self.conversation.sequence.logprobs

    @property
    def ranks(self) -> NDArray[int64]:
        """``int64 [tokens]``, 0 where unknown."""
        return self.conversation.sequence.ranks

    @property
    def entropies(self) -> NDArray[float32]:
        """``float32 [tokens]`` in nats, NaN where unknown."""
        return self.conversation.sequence.entropies

    @property
    def messages(self) -> list[ChatMessage]:
        """The messages of the current conversation."""
        return self.conversation.messages

    @property
    def system_prompt(self) -> str:
        """Instructions to the model in the current conversation, empty for none."""
        return self.conversation.system_prompt

    @property
    def identity(self) -> ModelIdentity:
        """Which model is loaded, and what runs it; nameless while none is.

        Bits that are not as in the file belong to how its weights are kept: what is written with them says so.
        """
        if self.model is None:
            return ModelIdentity("")
        identity, count = ModelIdentity.of(self.model), len(self.inspection.bits)
        if not count:
            return identity
        return replace(identity, precision=f"{identity.precision}, {count} bit{'s' * (count > 1)} flipped")

    @property
    def guessed(self) -> NDArray[bool_]:
        """``bool [tokens]`` whether each was guessed before it was written."""
        return self.conversation.sequence.guessed

    @property
    def guessed_share(self) -> float:
        """How many of the last reply's tokens were guessed, from 0 to 1."""
        reply = self.guessed[self.conversation.sequence.prompt_length :]
        return float(reply.mean()) if len(reply) else 0.0

    @property
    def can_guess(self) -> bool:
        """Whether the model could write with guesses, as far as is known."""
        return self.can_write and self.model is not None and not self.model.guess_refused

    @property
    def row(self) -> int:
        """The query row that chose the token at the cursor, -1 if there is none."""
        return self.cursor - 1 if self.cursor >= 1 else -1

    @property
    def busy(self) -> bool:
        """Whether a prompt is being read or a reply written."""
        return self.phase in (Phase.PREFILLING, Phase.WRITING)

    @property
    def queued(self) -> bool:
        """Whether a message waits for the model to be loaded."""
        return any(message.waiting for message in self.messages)

    @property
    def recorded(self) -> bool:
        """Whether there is, or will be, what was recorded instead of a model: nothing can be written."""
        return self.recording is not None or (self.model is not None and self.model.recorded)

    @property
    def inside_only(self) -> str:
        """Why there can be no chat with the loaded model, one sentence; empty where there can, or may."""
        return "" if self.model is None else self.model.inside_only

    @property
    def only_looks(self) -> bool:
        """Whether nothing can be written: a recording is explored, or what is open is no language model."""
        return self.recorded or bool(self.inside_only)

    @property
    def can_write(self) -> bool:
        """Whether there is a model that could write something."""
        return self.model is not None and not self.only_looks and self.phase is not Phase.LOST

    @property
    def can_regenerate(self) -> bool:
        """Whether there is a message that could be answered anew."""
        return self.can_write and any(message.role == "user" for message in self.messages)

    @property
    def attention_refusal(self) -> str:
        """Why the attention of the loaded model cannot be shown, one sentence; empty where it can, or may."""
        if self.model is not None and self.model.report.attention_refused is not None:
            return self.model.report.attention_refused
        return self.proof.reason if self.proof is not None and self.proof.kind == "refused" else ""

    def prompt(self) -> ChatPrompt:
        """The prompt that the current conversation makes, for the exact-prompt view."""
        return self.conversation.prompt()

    def take_template(self, template: TemplateInUse | None) -> None:
        """Know which chat template is in use, as the engine has answered."""
        if template != self.template:
            self.template = template
            self.template_changed.emit()

    def mute(self, intervention: Intervention) -> None:
        """Mute parts of the model and cover words, for what is asked and written from now on."""
        self.muting.mute(intervention, self.tokens)

    # ------------------------------------------------------------ where one looks

    def move_cursor(self, position: int) -> None:
        """Look at another token, which ends following; positions outside are clipped."""
        self._set_following(False)
        if self._place_cursor(position):
            self.cursor_changed.emit(self.cursor)

    def step_cursor(self, delta: int) -> None:
        """Move the cursor by some tokens."""
        self.move_cursor(self.cursor + delta)

    def follow(self) -> None:
        """Keep the cursor on the newest token."""
        self._set_following(True)
        if self._place_cursor(len(self.tokens) - 1):
            self.cursor_changed.emit(self.cursor)

    def choose_head(self, layer: int, head: Head) -> None:
        """Choose the attention head that map and transcript show; numbers outside the model are clipped."""
        if self.model is not None and self.model.layers:
            layer = min(max(layer, 0), self.model.layers - 1)
            head = min(max(head, 0), self.model.heads - 1) if isinstance(head, int) else head
        if (layer, head) != (self.layer, self.head):
            self.layer, self.head = layer, head
            self.head_changed.emit()

    def _place_cursor(self, position: int) -> bool:
        position = min(max(position, 0), len(self.tokens) - 1)
        changed = position != self.cursor
        self.cursor = position
        return changed

    def _set_following(self, following: bool) -> None:
        if following != self.following:
            self.following = following
            self.following_changed.emit(following)

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.phase_changed.emit()
