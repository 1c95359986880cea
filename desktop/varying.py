"""Replies written differently: anew, further, from another token, behind typed text, with other settings.

Knows no widget and no engine. Nothing is ever overwritten: each is a variant beside the others.
"""

from __future__ import annotations

from desktop.conversation import Conversation
from desktop.conversing import Conversing
from desktop.history.model_identity import ModelIdentity
from desktop.history.records import Origin, Reason
from desktop.kept_conversation import read_conversation
from desktop.running_reply import ReplyPlan
from desktop.shown_conversation import as_read
from inference.contract import (
    Failed,
)
from inference.sampling.settings import SamplingSettings


class Varying(Conversing):
    """The part of a session that makes variants of replies."""

    def regenerate(self, index: int | None = None) -> None:
        """Answer a question anew; the earlier reply stays as a variant.

        Args:
            index: of the reply; ``None`` for the last one, or for the last question where it has none.
        """
        if not self.can_regenerate:
            return
        self._abandon(withdraw=False)
        former = self.conversation.leaf
        # A reply that nothing was written to yet has just gone.
        stop = len(self.messages) if index is None else min(index + 1, len(self.messages))
        while stop and self.messages[stop - 1].role == "assistant":
            stop -= 1
        replaced = self.messages[stop].id if stop < len(self.messages) else 0
        del self.messages[stop:]
        if replaced:
            self._generate("regenerated", Origin(replaced), former)
        else:
            self._generate(former=former)

    def continue_reply(self) -> bool:
        """Go on with the last reply where it was stopped, as a variant of it; whether that is possible."""
        last = self.messages[-1] if self.messages else None
        if last is None or not last.id or last.role != "assistant":
            return False
        return self._vary(last.id, None, "continued")

    def branch(self, position: int, *tokens: int) -> bool:
        """Go on from other tokens in place of the one at a position of a reply; whether that is possible."""
        found = self.reply_at(position)
        return found is not None and bool(tokens) and self._vary(*found, "branched", chosen=tokens)

    def can_vary(self, position: int) -> bool:
        """Whether the reply could go on differently from a position on."""
        return self.can_write and self.reply_at(position) is not None

    def force(self, position: int, text: str) -> bool:
        """Have a text stand in a reply from a position on, and go on behind it; whether that is possible."""
        found = self.reply_at(position)
        return found is not None and bool(text) and self._vary(*found, "forced", typed=text)

    def replay(self, reply: int, settings: SamplingSettings) -> bool:
        """Write a variant of a reply with the same prompt and draws, and other settings; whether that is possible."""
        return self._vary(reply, 0, "replayed", settings)

    def reply_at(self, position: int) -> tuple[int, int] | None:
        """Number of the reply that a token of the sequence belongs to, and the token's index in it.

        One past the last token of the last reply counts as well: a text can be added there.
        """
        last = len(self.messages) - 1
        for index, (start, stop) in enumerate(self.conversation.spans()):
            if not (start <= position < stop or (index == last and start < position == stop)):
                continue
            message = self.messages[index]
            if message.role != "assistant" or not message.id or message.writing:
                continue
            # The token that ended an earlier reply belongs to the template.
            same = message.ids is not None and self._ids(start, stop)[: len(message.ids)] == message.ids
            if same or index == last:
                return message.id, position - start
        return None

    def _ids(self, start: int, stop: int) -> tuple[int, ...]:
        return tuple(token.id for token in self.tokens[start:stop])

    def _vary(
        self,
        reply: int,
        kept: int | None,
        reason: Reason,
        settings: SamplingSettings | None = None,
        *,
        chosen: tuple[int, ...] = (),
        typed: str = "",
    ) -> bool:
        """Write a variant of a reply that has its first tokens in common with it.

        Args:
            reply: number of the reply.
            kept: how many of its tokens stay; ``None`` for all.
            reason: why.
            settings: other settings than those in force.
            chosen: tokens that come next.
            typed: text that comes next.
        """
        if not self.can_write:
            return False
        self._abandon()
        former, history, number = self.conversation.leaf, self.archive.history, self.conversation.id

        def act() -> tuple[Conversation, ReplyPlan] | None:
            path = history.messages.path(reply)
            record = path[-1] if path else None
            if record is None or record.reply is None or record.parent is None:
                return None
            if record.reply.model.bundle != self.identity.bundle:
                self._tell_foreign(record.reply.model)
                return None
            keep = len(history.replies.ids(reply)) if kept is None else kept
            conversation = read_conversation(history, number, reply, keep)
            sequence = conversation.sequence
            written = tuple(sequence.steps[at] for at in range(sequence.prompt_length, len(sequence)))
            guess = self.guess_ahead
            if reason == "replayed":
                # Only what was asked to be different may be: kernels for one token round differently.
                guess = not history.replies.table(reply).alone.all()
            plan = ReplyPlan(
                record.parent,
                settings or self.settings,
                record.reply.seed,
                record.reply.system_prompt,
                reason,
                Origin(reply, len(written)),
                written,
                former,
                guess=guess and self.can_guess,
            )
            return conversation, plan

        found = self.archive.attempt(act, None)
        if found is None:
            self._restore()
            return False
        conversation, plan = found
        conversation.draft = self.conversation.draft
        prompt = as_read(conversation.sequence.tokens[: conversation.sequence.prompt_length])
        self._show(conversation, lambda: self._write(plan, prompt, chosen, typed))
        return True

    def _tell_foreign(self, model: ModelIdentity) -> None:
        what = self.tr("This reply was written by {model}, and its tokens mean nothing to the model in use.")
        self._tell_failure(
            "another-model",
            what.format(model=model.name or self.tr("another model")),
            self.tr("Open that model, or regenerate the reply."),
        )

    def _tell_failure(self, case: str, what: str, remedy: str) -> None:
        self.failed.emit(Failed(case, what, remedy))
