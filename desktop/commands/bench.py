"""`vitrine bench`: how fast a model runs on this machine.

Knows nothing about how it is measured.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.commands.arguments import add_model, model_of, number_within
from desktop.commands.entry import CommandEntry
from desktop.commands.progress_line import show_share
from desktop.commands.records import json_line

if TYPE_CHECKING:
    from inference.bench import Benchmark


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
    parser.add_argument("--json", action="store_true", help="one JSON object in place of the table")


def run(arguments: Namespace) -> int:
    """Measure and write the figures to stdout.

    Raises:
        VitrineError: the model cannot be loaded or run.
    """
    from inference.bench import measure

    model = model_of(arguments)
    benchmark = measure(
        None if model is None else Path(model),
        arguments.provider,
        arguments.runs,
        lambda done, total: show_share("Measuring", done, total),
        variant=arguments.variant,
    )
    print(json_line(asdict(benchmark)) if arguments.json else _table(benchmark))
    return 0


COMMAND = CommandEntry("bench", "Measure how fast a model runs on this machine.", add_arguments, run)


def _table(benchmark: Benchmark) -> str:
    provider = benchmark.provider
    versions = ", ".join(f"{name} {version}" for name, version in benchmark.versions.items())
    lines = [
        f"{benchmark.model}, {benchmark.precision}",
        f"{provider.name} ({provider.reason}): {provider.device}, {provider.threads} threads",
        f"{benchmark.system}, {versions}",
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
