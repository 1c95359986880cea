"""`vitrine tokenize`: the tokens of a text.

Knows nothing about how a tokenizer cuts.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from desktop.commands.entry import CommandEntry
from desktop.commands.records import json_line, piece_record, printable


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("text", metavar="TEXT", help="ordinary text: names of control tokens in it stay text")
    parser.add_argument(
        "--tokenizer",
        type=Path,
        metavar="FILE",
        help="a tokenizer.json, tokenizer.model, .tiktoken or GGUF file; left out, the default model's",
    )
    parser.add_argument("--json", action="store_true", help="a JSON list of position, id and piece")


def run(arguments: Namespace) -> int:
    """Write a table of positions, IDs and pieces, or JSON; what is odd about the tokenizer goes to standard error.

    Raises:
        VitrineError: there is no such tokenizer, or it is not supported.
    """
    from models.default_model import default_model_path
    from models.tokenizer.pieces import render_piece
    from models.tokenizer.tokenizer_file import read_tokenizer

    tokenizer = read_tokenizer(arguments.tokenizer or default_model_path())
    for note in tokenizer.facts.notes:
        print(printable(note), file=sys.stderr)
    ids = tokenizer.encode(arguments.text)
    pieces = [tokenizer.piece(token) for token in ids]
    if arguments.json:
        records = [
            {"position": position, "id": token, **piece_record(piece)}
            for position, (token, piece) in enumerate(zip(ids, pieces, strict=True))
        ]
        print(json_line(records))
        return 0
    print(f"{'position':>8}  {'id':>7}  piece")
    for position, (token, piece) in enumerate(zip(ids, pieces, strict=True)):
        print(f"{position:>8}  {token:>7}  {render_piece(piece)}")
    return 0


COMMAND = CommandEntry("tokenize", "Show the tokens of a text.", add_arguments, run)
