"""`vitrine bench`: how fast a model runs on this machine, alone or beside other engines.

Knows nothing about how it is measured.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands.arguments import UsageError, add_model, model_of, number_within
from desktop.commands.entry import CommandEntry
from desktop.commands.progress_line import show_share
from desktop.commands.records import json_line

if TYPE_CHECKING:
    from inference.bench.comparison import Comparison
    from inference.bench.rows import Row
    from inference.bench.speed import Benchmark
    from inference.contract import ProviderChoice

_EXPORTS = "peers"


def add_arguments(parser: ArgumentParser) -> None:
    """The command's arguments."""
    add_model(parser)
    parser.add_argument(
        "--runs",
        type=number_within(1, 1000, whole=True),
        default=5,
        metavar="N",
        help="runs that medians are taken over, after one to warm up (default: %(default)s)",
    )
    parser.add_argument(
        "--peers",
        action="store_true",
        help="compare with llama.cpp and onnxruntime-genai on the same file, and with what memory allows; "
        "on the CPU, in some minutes",
    )
    parser.add_argument(
        "--peers-python",
        metavar="PATH",
        help="the Python that has the peers (default: VITRINE_PEERS_PYTHON)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object in place of the table")


def run(arguments: Namespace) -> int:
    """Measure and write the figures to stdout.

    Raises:
        VitrineError: the model cannot be loaded or run, or a peer failed on the way.
    """
    if arguments.peers:
        return _compare(arguments)
    if arguments.peers_python is not None:
        raise UsageError("--peers-python has no meaning without --peers.", "Add --peers or leave it out.")
    from inference.bench.speed import measure

    benchmark = measure(
        _path(arguments),
        arguments.provider,
        arguments.runs,
        lambda done, total: show_share("Measuring", done, total),
        variant=arguments.variant,
    )
    print(json_line(asdict(benchmark)) if arguments.json else _table(benchmark))
    return 0


COMMAND = CommandEntry("bench", "Measure how fast a model runs on this machine.", add_arguments, run)


def _compare(arguments: Namespace) -> int:
    if arguments.provider == "cuda":
        raise UsageError("Peers are compared on the CPU.", "Leave out --provider or --peers.")
    from inference.bench.comparison import compare
    from inference.bench.peers.finding import VARIABLE
    from models.directories import cache_directory

    python = arguments.peers_python or os.environ.get(VARIABLE)
    comparison = compare(
        _path(arguments),
        # Not resolved: a link in a virtual environment is what makes it one.
        Path(python).expanduser().absolute() if python else None,
        cache_directory() / _EXPORTS,
        show_share,
        variant=arguments.variant,
    )
    print(json_line(asdict(comparison)) if arguments.json else comparison_table(comparison))
    return 0


def _path(arguments: Namespace) -> Path | None:
    model = model_of(arguments)
    return None if model is None else Path(model)


def comparison_table(comparison: Comparison) -> str:
    """A comparison as text for a terminal."""
    lines = [
        *_heading(comparison.model, comparison.precision, comparison.provider),
        _system(comparison.system, comparison.versions),
        f"memory read at {comparison.bandwidth / 1e9:,.1f} GB/s; a decode step reads "
        f"{comparison.step_bytes.total / 1e6:,.0f} MB at least",
        "",
        f"{'':<29}{'context':>7}  {'beside':<26}{'Vitrine / other':>26}{'ratio':>12}  goal",
        *map(_row_line, comparison.rows),
    ]
    for one in comparison.absent:
        lines += ["", f"Not compared with {one.peer}: {one.why}. {one.remedy}"]
    return "\n".join(lines)


def _row_line(row: Row) -> str:
    digits = 0 if row.unit == "tokens/s" else 1
    # A speed is compared as a multiple; what is beyond a prefill is counted in steps.
    sign = " steps" if row.measure == "first token of a second turn" else "×"
    figures = f"{row.ours:,.{digits}f} / {row.theirs:,.{digits}f} {row.unit}"
    ratio = f"{row.ratio:.2f}{sign}"
    goal = ""
    if row.goal is not None:
        goal = f"{'≤' if row.goal.most else '≥'} {row.goal.bound:g} {'reached' if row.reached else 'not reached'}"
    return f"{row.measure:<29}{row.context:>7,}  {row.against:<26}{figures:>26}{ratio:>12}  {goal}".rstrip()


def _table(benchmark: Benchmark) -> str:
    lines = [
        *_heading(benchmark.model, benchmark.precision, benchmark.provider),
        _system(benchmark.system, benchmark.versions),
        f"loaded in {benchmark.load_ms:,.0f} ms; medians of {benchmark.runs} runs",
        "",
        f"{'context':>8}{'capture':>9}{'prefill':>15}{'decode':>15}{'first token':>14}",
    ]
    lines += [
        f"{speed.context:>8,}{'yes' if speed.captured else 'no':>9}{speed.prefill_tokens_per_s:>9,.0f} tok/s"
        f"{speed.decode_tokens_per_s:>9,.1f} tok/s{speed.first_token_ms:>11,.0f} ms"
        for speed in benchmark.speeds
    ]
    return "\n".join(lines)


def _heading(model: str, precision: str, provider: ProviderChoice) -> list[str]:
    return [
        f"{model}, {precision}",
        f"{provider.name} ({provider.reason}): {provider.device}, {provider.threads} threads",
    ]


def _system(system: str, versions: dict[str, str]) -> str:
    return f"{system}, {', '.join(f'{name} {version}' for name, version in versions.items())}"
