"""What the window costs: its heartbeat while a reply streams, and the engine's speed beside the window.

Knows nothing about what the window shows.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inference.contract import ChatPrompt, Generate, Load, Message
from inference.process import EngineProcess
from inference.sampling.settings import SamplingSettings
from tests.benchmarks.quiet import wait_until_quiet
from tests.benchmarks.report import keep
from tests.end_to_end.display import Display
from tests.inference.default_bundle import default_bundle
from tests.inference.event_log import EventLog

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.default_model,
    pytest.mark.real_window,
    pytest.mark.timeout(900),
]

ROOT = Path(__file__).parents[2]
ROUNDS = 5
PROMPT, SEED = "Why is the sky blue?", 4
"""A reply of some hundred tokens."""

LONGEST_GAP_MS = 50
SHARE_OF_SPEED = 0.8


@pytest.fixture
def display(tmp_path: Path) -> Iterator[Display]:
    home = tmp_path / "home"
    home.mkdir()
    with Display(home) as display:
        yield display


def with_window(display: Display) -> dict[str, Any]:
    """Figures of one reply in the real window."""
    command = [sys.executable, "-m", "tests.benchmarks.window_run", PROMPT, str(SEED)]
    environment = {**display.environment(), "VITRINE_DATA_DIR": data_folder()}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200, check=True
    )
    return json.loads(done.stdout)


def data_folder() -> str:
    """Of this test run, where the model is imported already."""
    return str(default_bundle().folder.parents[2])


def without_window() -> float:
    """Tokens a second of the same reply by an engine's process alone."""
    engine = EngineProcess()
    try:
        log = EventLog(engine)
        engine.send(Load(None, "cpu"))
        log.wait_for_loaded()
        prompt = ChatPrompt((Message("user", PROMPT),))
        engine.send(Generate(1, prompt, SamplingSettings(), SEED))
        stopped = log.wait_for_stopped(1)
        return (stopped.tokens - 1) * 1000 / stopped.decode_ms
    finally:
        engine.close()


def test_the_window_stays_awake_and_leaves_the_engine_its_speed(display: Display) -> None:
    default_bundle()
    alone, windows = [], []
    for _ in range(ROUNDS):
        wait_until_quiet()
        alone.append(without_window())
        wait_until_quiet()
        windows.append(with_window(display))
    figures = {name: statistics.median(one[name] for one in windows) for name in windows[0]}
    ratio = statistics.median(
        one["tokens_per_second"] / speed for one, speed in zip(windows, alone, strict=True)
    )
    # The system puts any process aside now and then, and no window can help it: the median reply counts.
    longest = figures["longest_gap_ms"]
    keep(
        "window",
        {
            "rounds": windows,
            "alone_tokens_per_second": alone,
            "speed_ratio": round(ratio, 3),
            "longest_gap_ms": round(longest, 1),
            "longest_gap_of_all_ms": round(max(one["longest_gap_ms"] for one in windows), 1),
        },
        ["tokens", "speed with the window / alone", "longest gap of a reply", "99 % of gaps", "longest work"],
        [
            [
                f"{figures['tokens']:.0f}",
                f"{figures['tokens_per_second']:.0f} / {statistics.median(alone):.0f} tok/s = {ratio:.2f}×",
                f"{longest:.1f} ms",
                f"{figures['gap_p99_ms']:.1f} ms",
                f"{figures['longest_work_ms']:.1f} ms",
            ]
        ],
    )
    assert longest <= LONGEST_GAP_MS
    assert ratio >= SHARE_OF_SPEED
