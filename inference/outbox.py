"""Events on their way into a pipe: steps that come fast travel together.

Knows nothing about pipes or windows. A window paints some twenty times a second; waking it for each of a hundred and
fifty tokens would take the processor from the model at every one.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from inference.contract import Event, Step

TOGETHER_S = 0.02
"""No step waits longer than this for company, and none does where they come as slowly."""


class Outbox:
    """Sends events on, in order.

    Args:
        send: takes one or more at a time.
    """

    def __init__(self, send: Callable[[tuple[Event, ...]], None]) -> None:
        self._send = send
        self._waiting: list[Event] = []
        self._sent_at = 0.0
        self._put_at = 0.0

    def put(self, event: Event) -> None:
        """Send an event, or keep it for the next one."""
        now = time.perf_counter()
        self._waiting.append(event)
        since, self._put_at = now - self._put_at, now
        # The next step is expected after as long a time as this one.
        soon = isinstance(event, Step) and now - self._sent_at + since < TOGETHER_S
        if not soon:
            waiting, self._waiting = tuple(self._waiting), []
            self._sent_at = now
            self._send(waiting)
