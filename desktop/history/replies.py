"""Replies on disk: begun, read again token by token, and completed after a program that ended in the middle.

Knows no engine.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from desktop.history.conversations import touch
from desktop.history.database import Database
from desktop.history.errors import HistoryError
from desktop.history.messages import Messages
from desktop.history.prompts import Prompts
from desktop.history.records import ModelIdentity, Origin, Reason, settings_fact, settings_of
from desktop.history.reply_writer import ReplyWriter, finish, said_length
from desktop.history.token_table import TokenTable, join_tables
from inference.contract import Step, Token
from inference.sampling.settings import SamplingSettings


@dataclass(frozen=True, slots=True)
class ReplyStart:
    """What is known of a reply before its first token.

    Args:
        parent: the message it answers.
        prompt: every token that the model was given, without those kept from `origin`.
        model: that writes it.
        settings: in force for the first token.
        seed: of the draws.
        system_prompt: in force.
        reason: why it is written.
        origin: the reply it is a variant of; its first `origin.token` tokens are this one's too.
        end_ids: IDs that end a reply.
    """

    parent: int
    prompt: Sequence[Token]
    model: ModelIdentity
    settings: SamplingSettings
    seed: int
    system_prompt: str = ""
    reason: Reason = "answered"
    origin: Origin | None = None
    end_ids: Collection[int] = ()


class Replies:
    """The replies of a database. All methods raise `HistoryError` where the disk refuses."""

    def __init__(self, database: Database, messages: Messages) -> None:
        self._database = database
        self._messages = messages
        self._prompts = Prompts(database)

    def begin(self, start: ReplyStart) -> ReplyWriter:
        """Keep that a reply is being written, and to what; the shown branch ends with it from now on.

        Durable: with its prompt, settings and seed on the disk, whatever is lost can be written again.
        """
        kept = join_tables([])
        if start.origin is not None and start.origin.token:
            kept = self.table(start.origin.message).cut(0, start.origin.token)
        prompt = TokenTable.of_tokens(start.prompt)
        question = "SELECT conversation FROM messages WHERE id = ?"
        rows = self._database.rows(question, (start.parent,))
        if not rows:
            raise HistoryError("no-message", f"There is no message {start.parent}.", "Send it again.")
        conversation = int(rows[0][0])
        origin = None if start.origin is None else start.origin.message
        base, depth, shared = self._prompts.shared_with(start.parent, origin, prompt)
        with self._database.saving("begin the reply") as connection:
            now = self._database.now_ms()
            message = self._messages.add(
                conversation, start.parent, "assistant", "", now, start.reason, start.origin
            )
            fact_id = self._database.fact_id
            model = fact_id("model", asdict(start.model))
            connection.execute(
                "INSERT INTO replies (message, model, system_prompt, seed, base, depth, shared, prompt) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    message, model, fact_id("system_prompt", start.system_prompt), str(start.seed),
                    base, depth, shared, prompt.cut(shared, len(prompt)).encode(),
                ),
            )  # fmt: skip
            settings = self._begin_settings(message, start)
            if len(kept):
                connection.execute("INSERT INTO chunks VALUES (?, 0, ?)", (message, kept.encode()))
            connection.execute(
                "UPDATE conversations SET leaf = ?, model = ? WHERE id = ?", (message, model, conversation)
            )
            touch(connection, conversation, now)
        self._prompts.remember(message, prompt)
        return ReplyWriter(self._database, message, settings, start.end_ids, kept)

    def discard(self, message: int) -> None:
        """A reply that has no token of its own after all: it goes, and the branch ends before it."""
        self._messages.withdraw(message)

    def table(self, message: int) -> TokenTable:
        """The tokens of a reply with all that is known about them."""
        question = "SELECT records FROM chunks WHERE message = ? ORDER BY token"
        rows = self._database.rows(question, (message,))
        return join_tables(TokenTable.decode(data) for (data,) in rows)

    def ids(self, message: int) -> tuple[int, ...]:
        """Token IDs of a reply, of all channels, without the one that ended it: what `Message.ids` wants."""
        table = self.table(message)
        return table.ids[: said_length(table)]

    def prompt(self, message: int) -> list[Token]:
        """Every token that the model was given before it wrote a reply."""
        return self.prompt_table(message).tokens()

    def prompt_table(self, message: int) -> TokenTable:
        """The same as a table."""
        return self._prompts.table(message)

    def settings(self, message: int) -> tuple[tuple[int, SamplingSettings], ...]:
        """Settings of a reply, each with the index of the first token it was in force for."""
        question = "SELECT token, settings FROM reply_settings WHERE message = ? ORDER BY token"
        rows = self._database.rows(question, (message,))
        return tuple((token, settings_of(self._database.fact(number))) for token, number in rows)

    def steps(self, message: int) -> list[Step]:
        """The steps of a reply, at their positions behind its prompt."""
        position = len(self.prompt_table(message))
        return self.table(message).steps(position, self.settings(message))

    def recover(self) -> tuple[int, ...]:
        """Complete what was being written when a program ended; those without a token go.

        Returns:
            The replies that are there as far as they got, and can be continued.
        """
        rows = self._database.rows("SELECT message FROM replies WHERE end_reason IS NULL")
        found = []
        for (message,) in rows:
            table = self.table(message)
            if not len(table):
                self.discard(message)
                continue
            with self._database.saving("complete the reply"):
                finish(self._database, message, table, "lost")
            found.append(message)
        return tuple(found)

    def _begin_settings(self, message: int, start: ReplyStart) -> SamplingSettings:
        """Settings of the kept tokens, then those now; inside a transaction."""
        in_force: list[tuple[int, SamplingSettings]] = []
        kept = 0 if start.origin is None else start.origin.token
        if start.origin is not None and kept:
            in_force = [(at, one) for at, one in self.settings(start.origin.message) if at < kept]
        if not in_force or in_force[-1][1] != start.settings:
            in_force.append((kept if in_force else 0, start.settings))
        for at, settings in in_force:
            number = self._database.fact_id("settings", settings_fact(settings))
            row = (message, at, number)
            self._database.connection.execute("INSERT INTO reply_settings VALUES (?, ?, ?)", row)
        return start.settings
