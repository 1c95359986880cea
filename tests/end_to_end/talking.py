"""What several tests do first: open the window and talk.

Knows nothing about what comes after that.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.end_to_end.conditions import replied, writing
from tests.end_to_end.driven_window import DrivenWindow

STORY = "Write a long story about a lighthouse keeper and the sea."
POEM = "Write a long poem about an old violin in an attic."
"""Both are answered at length by the default model, so that a reply can be stopped."""

Start = Callable[..., DrivenWindow]
"""Starts the program, again on the same data folder: the fixture `start`."""


def open_window(start: Start) -> DrivenWindow:
    """The window, as soon as the model is loaded and has read what is shown."""
    window = start()
    window.wait_for(lambda state: state["phase"] == "ready" and state["active"], "the model")
    return window


def talk(window: DrivenWindow, question: str, tokens: int) -> None:
    """Begin a conversation, and stop the reply when it has some tokens."""
    window.type(question)
    window.wait_for(lambda state: state["composer"] == question, "the question is typed")
    window.press("Return")
    stop_at(window, tokens)


def stop_at(window: DrivenWindow, tokens: int) -> None:
    """Stop the reply to the only question when it has some tokens."""
    window.wait_for(writing(tokens), "some tokens")
    window.press("Escape")
    window.wait_for(replied(2), "stopped")
