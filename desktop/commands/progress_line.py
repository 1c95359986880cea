"""One line on a terminal that says how far a long task is, and goes away when it is done.

Knows nothing about the tasks.
"""

from __future__ import annotations

import sys

from inference.contract import Progress

_TASKS = {
    "import": "Importing the model, once",
    "load": "Loading the model",
    "recording": "Opening the recording",
    "prefill": "Reading the prompt",
    "proof": "Checking the attention",
}


def show_progress(progress: Progress) -> None:
    """Show how far an engine's task is."""
    show_share(_TASKS[progress.task], progress.done, progress.total)


def show_share(task: str, done: int, total: int) -> None:
    """Write the line on stderr where that is a terminal; nothing anywhere else.

    Args:
        task: what is going on.
        done: units done.
        total: units in all, 0 when unknown; the line goes away when all are done.
    """
    if not sys.stderr.isatty():
        return
    share = f" {done * 100 // total} %" if total else ""
    # “Erase line” first, so that a shorter text leaves nothing of a longer one.
    text = "" if total and done >= total else f"{task} …{share}"
    print(f"\r\033[2K{text}", end="", file=sys.stderr, flush=True)
