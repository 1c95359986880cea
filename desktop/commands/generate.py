"""`vitrine generate`: continues a prompt on the terminal.

Knows nothing about how the engine computes.
"""

from __future__ import annotations

import secrets
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from desktop.commands.arguments import (
    add_model,
    add_prompt,
    add_sampling,
    model_of,
    number_within,
    prompt_of,
    settings_of,
)
from desktop.commands.engine_client import EngineClient
from desktop.commands.entry import INTERRUPTED, CommandEntry
from desktop.commands.progress_line import show_progress
from desktop.commands.records import json_line, printable, step_record, summary_record
from inference.channel_names import FINAL, MARKUP
from inference.contract import Generate, Loaded, Prompted, Step, Stopped
from inference.process import EngineThread
from models.tokenizer.pieces import PieceStream

MOST_TOKENS = 1_000_000_000


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_model(parser)
    add_prompt(parser)
    parser.add_argument(
        "--max-tokens",
        type=number_within(0, MOST_TOKENS, whole=True),
        metavar="N",
        help="stop after this many tokens (default: when the model ends or its context is full)",
    )
    add_sampling(parser)
    parser.add_argument(
        "--guess",
        action="store_true",
        help="guess tokens from what stood there before and check several at a time: faster where the reply repeats "
        "much, slower elsewhere; no guess changes the reply, though reading several at a time rounds "
        "differently from reading one, so the same seed may give another reply than without this",
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line for each token, then one that sums up"
    )


def run(arguments: Namespace) -> int:
    """Write the reply to stdout as it comes.

    Returns:
        0, or 130 where Ctrl+C stopped it.

    Raises:
        VitrineError: the model cannot be loaded or the prompt cannot be continued.
    """
    prompt, settings = prompt_of(arguments), settings_of(arguments)
    seed = secrets.randbelow(2**32) if arguments.seed is None else arguments.seed
    command = Generate(1, prompt, settings, seed, arguments.max_tokens, guess=arguments.guess)
    client = EngineClient(EngineThread(), show_progress)
    try:
        loaded = client.load(model_of(arguments), arguments.provider, arguments.variant)
        write = _write_json(loaded, command) if arguments.json else _write_text()
        with client.stopping_on_interrupt():
            for event in client.generate(command):
                write(event)
        return INTERRUPTED if isinstance(event, Stopped) and event.reason == "stopped" else 0
    finally:
        client.close()


COMMAND = CommandEntry("generate", "Continue a prompt and write the reply to stdout.", add_arguments, run)


def _write_text() -> Callable[[Prompted | Step | Stopped], None]:
    text = PieceStream()
    folded = 0

    def write(event: Prompted | Step | Stopped) -> None:
        nonlocal folded
        match event:
            case Prompted() if event.banner is not None:
                print(f"vitrine: {event.banner}", file=sys.stderr)
            case Step() if event.token.channel != FINAL:
                folded += event.token.channel != MARKUP
            case Step() if not event.token.special:
                _show(text.feed(event.token.piece))
            case Stopped():
                _show(text.flush() + "\n")
                if folded:
                    print(
                        f"vitrine: {folded:,} tokens of thinking are not shown; --json shows them.",
                        file=sys.stderr,
                    )

    return write


def _write_json(loaded: Loaded, command: Generate) -> Callable[[Prompted | Step | Stopped], None]:
    prompt_tokens = guessed = 0

    def write(event: Prompted | Step | Stopped) -> None:
        nonlocal prompt_tokens, guessed
        match event:
            case Prompted():
                prompt_tokens = len(event.tokens)
            case Step():
                guessed += event.guessed
                print(json_line(step_record(event)), flush=True)
            case Stopped():
                print(json_line(summary_record(loaded, command, prompt_tokens, event, guessed)), flush=True)

    return write


def _show(text: str) -> None:
    sys.stdout.write(printable(text) if sys.stdout.isatty() else text)
    sys.stdout.flush()
