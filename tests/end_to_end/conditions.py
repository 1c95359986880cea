"""What a test waits for: conditions on the state that a window tells.

Knows nothing about how a state comes to be.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.end_to_end.driven_window import State

Condition = Callable[[State], bool]


def replied(count: int) -> Condition:
    """Whether the conversation has this many messages and nothing is being written."""
    return lambda state: state["phase"] == "ready" and len(state["messages"]) == count


def writing(tokens: int) -> Condition:
    """Whether a reply is being written, and has at least this many tokens with what it began with."""
    return lambda state: state["phase"] == "writing" and reply_length(state) >= tokens


def reply_length(state: State) -> int:
    """How many tokens the last message has."""
    start, stop = state["messages"][-1]["span"] if state["messages"] else (0, 0)
    return stop - start


def shown(state: State) -> bool:
    """Whether the next-token panel shows the token at the cursor, with the settings in force."""
    distribution = state["distribution"]
    if state["phase"] != "ready" or not distribution:
        return False
    settled = distribution["temperature"] == state["settings"]["temperature"]
    return settled and distribution["position"] == state["cursor"]


def titles(state: State) -> list[str]:
    """The conversations in the sidebar, from the top; none until it has read them."""
    return [row["title"] for row in state["listed"] or ()]


def said(state: State) -> list[str]:
    """The texts of the messages that are shown."""
    return [message["text"] for message in state["messages"]]


def variants(state: State) -> list[list[int]]:
    """Of each message which of how many variants it is."""
    return [message["variant"] for message in state["messages"]]


def answer(state: State, word: str) -> str:
    """What the card says about a word, once it is about that word and nothing typed before."""
    distribution = state["distribution"]
    settled = distribution and distribution["query"] == word and distribution["answered"]
    return distribution["answer"] if settled else ""
