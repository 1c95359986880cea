"""A look at the hub, or a download from it, as seen by whoever asked: messages until the last word, and cancel.

Knows nothing about the hub. The work is done in a process of its own, `inference.download_worker`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from inference import download_worker
from inference.process import Worker, start_worker
from models.errors import VitrineError
from models.hub.identifier import HubId, parse_hub_id
from models.hub.messages import Fetched, Fetching, HubMessage, Offer, Order, Refused
from models.hub.variants import variant_named


class HubTask:
    """One question to the hub, or one download.

    Args:
        target: a function of `inference.download_worker`.
        argument: what it is asked for.
    """

    def __init__(self, target: Callable[..., None], argument: Any) -> None:
        self._worker: Worker | None = start_worker(target, argument)

    @property
    def running(self) -> bool:
        """Whether messages may still come."""
        return self._worker is not None

    @property
    def process_id(self) -> int | None:
        """Of the process that works; ``None`` once it has ended."""
        return None if self._worker is None else self._worker.process.pid

    def receive(self) -> list[HubMessage]:
        """What has arrived; never waits. After the last word (`Offer`, `Fetched`, `Refused`) the task is over."""
        said: list[HubMessage] = []
        while self._worker is not None:
            try:
                if not self._worker.connection.poll():
                    break
                said.append(self._worker.connection.recv())
            except (EOFError, OSError):
                said.append(
                    Refused(
                        "download-lost",
                        "The process that asked the hub ended unexpectedly.",
                        "Try again; what was fetched is kept.",
                    )
                )
            if not isinstance(said[-1], Fetching):
                self.cancel()
        return said

    def messages(self) -> Iterator[HubMessage]:
        """Everything that is said, waiting for it, up to the last word."""
        while self._worker is not None:
            with contextlib.suppress(OSError):
                self._worker.connection.poll(None)
            yield from self.receive()

    def cancel(self) -> None:
        """End it at once; returns when the process is gone. What was fetched is kept for the next time."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()


def start_look_up(asked: HubId) -> HubTask:
    """Ask what a repository offers: the last word is an `Offer` or `Refused`."""
    return HubTask(download_worker.look_up, asked)


def start_fetch(order: Order) -> HubTask:
    """Fetch, or go on with, a model: the last word is `Fetched` or `Refused`."""
    return HubTask(download_worker.fetch, order)


def download_model(
    text: str,
    variant: str = "",
    report: Callable[[Fetching], None] | None = None,
    announce: Callable[[Offer, Order], None] | None = None,
) -> Path:
    """Look a model up and fetch it, waiting until it is there: for the command line.

    Args:
        text: ``organisation/name`` or ``organisation/name@revision``.
        variant: key of the variant that is wanted; empty for the preferred one.
        report: called with how far it is, at most ten times a second.
        announce: called once before the first byte, with what there is and what will be fetched.

    Returns:
        What to open: a folder, or a file in one.

    Raises:
        VitrineError: it did not work; what was fetched is kept for the next time. Whatever else ends this
            function, `KeyboardInterrupt` for one, ends the download as well.
    """
    offer = _last_word(start_look_up(parse_hub_id(text)))
    assert isinstance(offer, Offer)
    order = offer.order(variant_named(offer.variants, variant))
    if announce is not None:
        announce(offer, order)
    fetched = _last_word(start_fetch(order), report)
    assert isinstance(fetched, Fetched)
    return fetched.path


def _last_word(task: HubTask, report: Callable[[Fetching], None] | None = None) -> Offer | Fetched:
    try:
        for message in task.messages():
            match message:
                case Refused():
                    raise VitrineError(message.case, message.what, message.remedy)
                case Fetching():
                    if report is not None:
                        report(message)
                case _:
                    return message
    finally:
        task.cancel()
    raise AssertionError("a task ends with its last word")
