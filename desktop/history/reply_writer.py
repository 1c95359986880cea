"""One reply while it is written: its tokens go to the disk as they come, and become one piece when it ends.

Knows no engine; whoever has a step hands it over before it is shown.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence

from desktop.conversation import Aside, EndReason, ReplyFacts, asides_in, said_in
from desktop.history.database import Database
from desktop.history.records import settings_fact
from desktop.history.texts import searched, stored
from desktop.history.token_table import TokenTable, join_tables
from inference.contract import Step
from inference.sampling.settings import SamplingSettings


class ReplyWriter:
    """One reply while it is written. Made by `Replies.begin`; all methods raise `HistoryError`.

    What could not be saved is kept and saved with what comes next.

    Args:
        database: to write to.
        message: number of the reply.
        settings: in force for the first token.
        end_ids: IDs that end a reply.
        kept: tokens that are there already.
    """

    def __init__(
        self,
        database: Database,
        message: int,
        settings: SamplingSettings,
        end_ids: Collection[int],
        kept: TokenTable,
    ) -> None:
        self.message = message
        self._database = database
        self._end_ids = frozenset(end_ids)
        self._settings = settings
        self._saved = [kept]
        self._count = len(kept)
        self._pending: list[TokenTable] = []
        self._changes: list[tuple[int, SamplingSettings]] = []

    def append(self, steps: Sequence[Step]) -> None:
        """Keep some tokens, before they are shown; those saved outlive this process, the power within a second.

        Args:
            steps: what is known of each, their settings included.
        """
        if steps:
            self._add(steps)
            with self._database.saving("save the reply", durable=False):
                self._save_pending()
            self._settle()

    def end(self, reason: EndReason, decode_ms: float | None = None) -> ReplyFacts:
        """The reply is complete, as far as it got; durable.

        Args:
            reason: why it ended.
            decode_ms: as in `desktop.conversation.reply_facts`.

        Returns:
            Its figures.
        """
        with self._database.saving("save the reply"):
            self._save_pending()
            table = join_tables([*self._saved, *self._pending])
            facts = finish(self._database, self.message, table, reason, decode_ms)
        self._settle()
        return facts

    def _add(self, steps: Sequence[Step]) -> None:
        at = self._count + sum(len(table) for table in self._pending)
        for index, step in enumerate(steps, at):
            if step.settings != self._settings:
                self._settings = step.settings
                self._changes.append((index, step.settings))
        self._pending.append(TokenTable.of_steps(steps, self._end_ids))

    def _save_pending(self) -> None:
        connection = self._database.connection
        for index, settings in self._changes:
            number = self._database.fact_id("settings", settings_fact(settings))
            row = (self.message, index, number)
            # Settings may change between the beginning and the first token.
            connection.execute("INSERT OR REPLACE INTO reply_settings VALUES (?, ?, ?)", row)
        if self._pending:
            data = join_tables(self._pending).encode()
            connection.execute("INSERT INTO chunks VALUES (?, ?, ?)", (self.message, self._count, data))

    def _settle(self) -> None:
        self._count += sum(len(table) for table in self._pending)
        self._saved += self._pending
        self._pending, self._changes = [], []


def finish(
    database: Database,
    message: int,
    table: TokenTable,
    reason: EndReason,
    decode_ms: float | None = None,
) -> ReplyFacts:
    """Make one piece of a reply's parts and have its text found; inside a transaction.

    Args:
        database: with the transaction.
        message: the reply's number.
        table: all its tokens.
        reason: why it ended.
        decode_ms: as in `desktop.conversation.reply_facts`.

    Returns:
        Its figures.
    """
    tokens = table.tokens()
    said = tokens[: said_length(table)]
    facts = facts_of(table, reason, decode_ms)
    write_reply(database, message, table, said_in(said), asides_in(said), facts)
    return facts


def facts_of(table: TokenTable, reason: EndReason, decode_ms: float | None = None) -> ReplyFacts:
    """As `desktop.conversation.reply_facts`, from a table."""
    count = len(table)
    spent = float(table.rows["total_ms"][1:].sum()) if decode_ms is None else decode_ms
    speed = (count - 1) * 1000 / spent if count > 1 and spent > 0 else 0.0
    surprise = -float(table.rows["logprob"].mean()) if count else math.nan
    return ReplyFacts(count, speed, math.exp(min(surprise, 700.0)) if count else math.nan, reason)


def write_reply(
    database: Database,
    message: int,
    table: TokenTable,
    text: str,
    asides: Sequence[Aside],
    facts: ReplyFacts,
) -> None:
    """Put all that a reply became in place of its parts; inside a transaction."""
    connection = database.connection
    connection.execute("DELETE FROM chunks WHERE message = ?", (message,))
    connection.execute("INSERT INTO chunks VALUES (?, 0, ?)", (message, table.encode()))
    connection.execute("UPDATE messages SET text = ? WHERE id = ?", (stored(text), message))
    connection.execute("DELETE FROM message_search WHERE rowid = ?", (message,))
    connection.execute("INSERT INTO message_search (rowid, text) VALUES (?, ?)", (message, searched(text)))
    perplexity = facts.perplexity if math.isfinite(facts.perplexity) else None
    connection.execute(
        "UPDATE replies SET tokens = ?, end_reason = ?, asides = ?, tokens_per_second = ?, perplexity = ? "
        "WHERE message = ?",
        (
            len(table), facts.reason, json.dumps([(one.channel, one.text, one.tokens) for one in asides]),
            facts.tokens_per_second, perplexity, message,
        ),
    )  # fmt: skip


def said_length(table: TokenTable) -> int:
    """How many first tokens of a reply are not the one that ended it."""
    return len(table) - bool(len(table) and table.ends[-1])
