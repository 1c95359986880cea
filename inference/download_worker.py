"""The process in which the hub is asked and files come here: whoever started it ends it at any moment.

Knows nothing about windows. Ending it is the only cancel that is sure: a name that is being looked up, or a
connection that is being made, waits for nobody. What is on disk is right at every moment.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from inference.process import end_when_closed
from models.errors import VitrineError
from models.hub.identifier import HubId
from models.hub.messages import Fetching, HubMessage, Order, Refused

REPORT_INTERVAL_S = 0.1
"""How far it is, is told at most this often."""


def look_up(connection: Connection, asked: HubId) -> None:
    """Tell what a repository offers.

    Args:
        connection: this process's end of the pipe.
        asked: which repository.
    """

    def answer() -> HubMessage:
        # Imported here: whatever fails in it is told like any other failure.
        from models.hub import fetching
        from models.hub.client import HubClient

        return fetching.look_up(asked, HubClient())

    _serve(connection, answer)


def fetch(connection: Connection, order: Order) -> None:
    """Fetch a model, telling how far it is.

    Args:
        connection: this process's end of the pipe.
        order: what is wanted.
    """
    told = ("", "", 0.0)

    def report(fetching: Fetching) -> None:
        nonlocal told
        phase, file, at = told
        if (fetching.phase, fetching.file) != (phase, file) or time.monotonic() - at >= REPORT_INTERVAL_S:
            told = (fetching.phase, fetching.file, time.monotonic())
            _send(connection, fetching)

    def answer() -> HubMessage:
        from models.hub import fetching
        from models.hub.client import HubClient

        return fetching.fetch(order, HubClient(), report)

    _serve(connection, answer)


def _serve(connection: Connection, answer: Callable[[], HubMessage]) -> None:
    # Ctrl+C in a terminal reaches the whole group; whoever asked decides what becomes of this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_when_closed(connection)
    try:
        said = answer()
    except VitrineError as error:
        said = Refused(error.case, error.what, error.remedy)
    except Exception as error:  # its text is not repeated: it can hold what a server said
        said = Refused(
            "download-defect",
            f"Something unforeseen happened while the hub was asked ({type(error).__name__}).",
            "Try again; what was fetched is kept.",
        )
    _send(connection, said)


def _send(connection: Connection, message: HubMessage) -> None:
    try:
        connection.send(message)
    except OSError:
        os._exit(0)
