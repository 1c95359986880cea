"""Types, sends and writes without end, and says what was acknowledged; run by `test_killed` to be killed.

Knows nothing about when that happens.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from desktop.history.opening import open_history
from desktop.history.replies import ReplyStart
from desktop.history.upkeep import WORK_INTERVAL_S, Upkeep
from inference.process import RepeatingThread
from tests.desktop.history.samples import END_ID, MODEL, WARM, prompt_tokens, steps


def say(kind: str, *facts: object) -> None:
    """Acknowledge something that is kept from now on."""
    sys.stdout.write(json.dumps([kind, *facts]) + "\n")
    sys.stdout.flush()


def main(path: Path) -> None:
    """Until killed."""
    opened = open_history(path)
    assert opened.path == path, opened.notices
    history = opened.history
    upkeep = Upkeep(history, path, backup_after_s=0.0)
    RepeatingThread(upkeep.work, WORK_INTERVAL_S / 100, "upkeep")
    conversation, leaf, turn = history.conversations.create(), None, 0
    say("conversation", conversation)
    while True:
        turn += 1
        text = f"question {turn} of conversation {conversation}"
        for length in range(1, len(text) + 1):
            history.conversations.save_draft(conversation, text[:length])
            say("draft", conversation, text[:length])
        leaf = history.messages.say(conversation, leaf, text)
        say("message", leaf, text)
        for length in (1, len(text)):
            history.messages.save_edit(leaf, text[:length])
            say("edit", leaf, text[:length])
        prompt = prompt_tokens([text])
        writer = history.replies.begin(ReplyStart(leaf, prompt, MODEL, WARM, turn, end_ids=(END_ID,)))
        leaf = writer.message
        said = f"an answer of some words to question {turn}"
        for number, step in enumerate(steps(said, len(prompt), ended=True), 1):
            writer.append([step])
            say("token", leaf, number, said)
        writer.end("end")
        say("end", leaf, said)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
