"""Answers that take longer than a token may wait: worked on in slices, the newest question first.

Knows nothing about models; whoever has time to give calls `advance`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from inference.contract import Answer, Event, IntArray, Query
from inference.sequence import TokenSequence
from inference.slices import Slices
from models.errors import VitrineError


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    query: Query
    work: Slices[object]
    sequence: TokenSequence
    ids: IntArray
    """What was read when the question was taken: the answer is about that."""

    @property
    def stands(self) -> bool:
        """Whether it still is what is read."""
        count = len(self.ids)
        return self.sequence.read >= count and bool((self.sequence.ids[:count] == self.ids).all())


class SlicedAnswers:
    """Questions that are being answered.

    Args:
        emit: takes the answers.
        fail: takes what went wrong, and with which question.
    """

    def __init__(self, emit: Callable[[Event], None], fail: Callable[[Exception, Query], None]) -> None:
        self._emit = emit
        self._fail = fail
        self._tasks: list[_Task] = []
        self.working = False
        """Whether a slice is being worked on."""

    @property
    def pending(self) -> bool:
        """Whether anything is left to do."""
        return bool(self._tasks)

    def add(self, query: Query, work: Slices[object], sequence: TokenSequence) -> None:
        """Answer a question from now on.

        Args:
            query: the question.
            work: makes the answer's value.
            sequence: that it is about; where it becomes another before the answer is there, there is none.
        """
        self._tasks.append(_Task(query, work, sequence, sequence.ids[: sequence.read].copy()))

    def advance(self, limit_s: float) -> None:
        """Work for so many seconds, and to the end of the slice that is begun; or until nothing is left."""
        until = time.perf_counter() + limit_s
        while self._tasks:
            # The newest is what somebody has just asked for; the others are there already without it.
            task = self._tasks[-1]
            try:
                if not task.stands:
                    raise _another_sequence()
                self.working = True
                next(task.work)
            except StopIteration as end:
                self._tasks.pop()
                self._emit(Answer(task.query.query, end.value))
            except Exception as error:
                self._tasks.pop()
                self._fail(error, task.query)
            finally:
                self.working = False
            if time.perf_counter() >= until:
                return

    def abandon(self) -> None:
        """Answer none of the questions: what they are about is gone."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.work.close()
            self._fail(_another_sequence(), task.query)


def _another_sequence() -> VitrineError:
    return VitrineError("interrupted", "The question was interrupted: the text has changed.", "Ask again.")
