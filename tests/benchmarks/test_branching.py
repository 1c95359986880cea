"""What it costs to go back some tokens in a long conversation and on from another one."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterator

import pytest

from inference.connection import EngineConnection
from inference.contract import Answer, Generate, IdsPrompt, Load, ReadLogits, Step
from inference.process import EngineProcess
from inference.sampling.settings import SamplingSettings
from tests.benchmarks.quiet import wait_until_quiet
from tests.benchmarks.report import keep
from tests.inference.event_log import EventLog

CONTEXT, BACK, ROUNDS = 2000, 50, 9
GOAL = 1.2
WARM = SamplingSettings(temperature=0.8)


@pytest.fixture
def engine() -> Iterator[EngineConnection]:
    """An engine in a process of its own, as the window has it."""
    engine = EngineProcess()
    yield engine
    engine.close()


@pytest.mark.benchmark
@pytest.mark.default_model
def test_branching_back_costs_about_one_step(engine: EngineConnection) -> None:
    log = EventLog(engine)
    engine.send(Load(None, "cpu"))
    log.wait_for_loaded()
    prompt = tuple(range(1000, 1000 + CONTEXT - 2 * BACK))
    quiet = wait_until_quiet()
    reply: tuple[int, ...] = ()
    generation = 0

    def steps(
        written: tuple[int, ...], chosen: tuple[int, ...], tokens: int
    ) -> tuple[list[Step], list[float]]:
        """Steps of a generation, and when each arrived, seconds after it was asked for."""
        nonlocal generation
        generation += 1
        log.events.clear()
        began = time.perf_counter()
        asked = IdsPrompt(prompt, known=True)
        engine.send(Generate(generation, asked, WARM, 7, tokens, written=written, chosen=chosen))
        found, arrived = [], []
        for at in range(tokens):
            position = len(prompt) + len(written) + at
            found.append(
                log.wait(Step, lambda step, at=position: (step.generation, step.position) == (generation, at))
            )
            arrived.append(time.perf_counter() - began)
        return found, arrived

    ratios, branches_ms, steps_ms = [], [], []
    for _ in range(ROUNDS):
        written, arrived = steps(reply, (), 2 * BACK if not reply else BACK)
        ids = (*reply, *(step.token.id for step in written))
        reply = ids[: len(ids) - BACK]
        ordinary = statistics.median(later - before for before, later in itertools.pairwise(arrived))
        other = next(one.id for one in written[-BACK].top if one.id != ids[-BACK])
        # Whoever chooses another token has looked at the distribution that it is from.
        engine.send(ReadLogits(generation, len(prompt) + len(reply) - 1))
        log.wait(Answer)
        # The chosen token is there at once; the next one is the first that the model has to be asked for.
        _, branched = steps(reply, (other,), 2)
        ratios.append(branched[1] / ordinary)
        branches_ms.append(branched[1] * 1000)
        steps_ms.append(ordinary * 1000)
    ratio = statistics.median(ratios)
    keep(
        "branching",
        {"quiet": quiet, "ratios": ratios, "branch_ms": branches_ms, "step_ms": steps_ms},
        ["", "median of 9"],
        [
            [f"an ordinary step at {CONTEXT:,} tokens", f"{statistics.median(steps_ms):.2f} ms"],
            [f"back {BACK} tokens and on from another one", f"{statistics.median(branches_ms):.2f} ms"],
            ["ratio", f"{ratio:.2f}"],
        ],
    )
    assert ratio <= GOAL
