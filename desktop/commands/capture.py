"""`vitrine capture`: what a model computes for a prompt, as arrays in a file.

Knows nothing about how they are computed.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop.commands.arguments import UsageError, add_model, add_prompt, model_of, number_within, prompt_of
from desktop.commands.entry import CommandEntry
from desktop.commands.output_file import check_place, replacing
from desktop.commands.progress_line import show_progress
from desktop.commands.records import json_line
from inference.contract import IdsPrompt, Progress, Prompt

DEFAULT_MEMORY_GB = 4.0
GIGABYTE = 1_000_000_000


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_model(parser)
    parser.add_argument("output", type=Path, metavar="OUT.npz", help="file to write")
    add_prompt(parser, alternative=_add_ids)
    parser.add_argument(
        "--memory",
        type=number_within(0, 1_000_000),
        default=DEFAULT_MEMORY_GB,
        metavar="GB",
        help="refuse what needs more memory than this (default: %(default)s)",
    )
    parser.epilog = (
        "The file holds ids [token], logits [token, vocabulary], attention [layer, head, query, key] and facts, "
        "a JSON text with the model, the provider and the proof measured on this prompt."
    )


def run(arguments: Namespace) -> int:
    """Read the prompt and write the file.

    Raises:
        VitrineError: the model cannot be loaded, the prompt cannot be read, or the file cannot be written.
    """
    prompt = _prompt(arguments)
    check_place(arguments.output, ".npz")
    model_path = model_of(arguments)
    path = None if model_path is None else Path(model_path)
    import numpy as np

    from inference.capture import capture
    from inference.loaded_model import load_model
    from inference.runtime.session import Interrupter

    def show_import(done: int, total: int) -> None:
        show_progress(Progress("import", done, total))

    interrupter = Interrupter()
    model = load_model(path, arguments.provider, interrupter, show_import, variant=arguments.variant)
    try:
        captured = capture(model, prompt, int(arguments.memory * GIGABYTE), interrupter)
    finally:
        model.close()
    if captured.banner is not None:
        print(f"vitrine: {captured.banner}", file=sys.stderr)
    facts = {
        "model": model.facts.name,
        "architecture": model.facts.architecture,
        "precision": model.facts.precision_label,
        "source": model.facts.source,
        "source_sha256": model.facts.source_sha256,
        "provider": asdict(model.provider.choice),
        "proof": asdict(captured.proof),
    }
    with replacing(arguments.output) as file:
        np.savez(
            file,
            ids=captured.ids,
            logits=captured.logits,
            attention=captured.attention,
            facts=np.array(json_line(facts)),
        )
    return 0


COMMAND = CommandEntry(
    "capture", "Write the logits and the attention of every token of a prompt to a file.", add_arguments, run
)


def _add_ids(group: Any) -> None:
    group.add_argument("--ids", type=_ids, metavar="“1 2 3”", help="token IDs, read as they are")


def _ids(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(word) for word in text.replace(",", " ").split())
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a list of token IDs") from None


def _prompt(arguments: Namespace) -> Prompt:
    if arguments.ids is None:
        return prompt_of(arguments)
    if arguments.system is not None or arguments.raw:
        raise UsageError("Token IDs are read as they are.", "Leave out --system and --raw.")
    return IdsPrompt(arguments.ids)
