"""The whole comparison: our engine beside others and beside what memory allows, as ratios within one run.

Knows nothing about how the rows are shown.

Engines take turns, round after round, so that whatever else the machine does meets all of them; the ratio of a round
is of runs next to each other, and the median over the rounds counts.
"""

from __future__ import annotations

import itertools
import platform
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from inference.bench.engine import MeasuredEngine, Written
from inference.bench.own_engine import OwnEngine
from inference.bench.peers import genai_peer, llama_cpp_peer
from inference.bench.peers.finding import Absence, start_peers
from inference.bench.peers.peer import Peer
from inference.bench.peers.request import PeerRequest
from inference.bench.rows import Goal, Row
from inference.bench.second_turn import SecondTurn, measure_second_turn
from inference.bench.speed import prompt_ids
from inference.contract import ProviderChoice
from inference.loaded_model import LoadedModel, load_model
from inference.performance.memory_bandwidth import read_bandwidth
from inference.runtime.providers import runtime_version
from inference.runtime.session import Interrupter
from models.default_model import default_model_path
from models.graphs.bytes_read import BytesRead, bytes_read

Tell = Callable[[str, int, int], None]
"""Told what is going on, units done and in all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured at one prompt length.

    Args:
        context: tokens of the prompt.
        prefills: how often it is read from an empty cache; the first of several only warms up.
        prefill_counts: whether reading it has a goal.
        replies: how often a reply is written after it.
    """

    context: int
    prefills: int
    prefill_counts: bool
    replies: int


PLANS = (Plan(128, 1, False, 9), Plan(512, 6, True, 9), Plan(2048, 3, True, 9), Plan(8000, 1, False, 7))

REPLY_TOKENS = 32
FLOOR_CONTEXT = 512
SECOND_TURN_CONTEXT, SECOND_TURN_ROUNDS = 2000, 5
DECODE_GOALS = {llama_cpp_peer.NAME: Goal(1.2), genai_peer.NAME: Goal(1.1)}
PREFILL_GOALS = {llama_cpp_peer.NAME: Goal(1.6), genai_peer.NAME: Goal(1.1)}
FLOOR_GOAL = Goal(1.25, most=True)
SECOND_TURN_GOAL = Goal(1.5, most=True)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows of one run, and what they were measured on.

    Args:
        model: its name.
        precision: how our weights are kept.
        provider: what ran ours.
        system: operating system and processor architecture.
        versions: of Python, numpy, onnxruntime and the peers.
        bandwidth: bytes a second that memory was read with, by as many threads.
        step_bytes: what a decode step at `FLOOR_CONTEXT` has to read.
        second_turn: in detail.
        rows: the measurements.
        absent: peers that were not there.
    """

    model: str
    precision: str
    provider: ProviderChoice
    system: str
    versions: dict[str, str]
    bandwidth: float
    step_bytes: BytesRead
    second_turn: SecondTurn
    rows: tuple[Row, ...]
    absent: tuple[Absence, ...]


def compare(
    path: Path | None,
    python: Path | None,
    exports: Path,
    tell: Tell,
    *,
    variant: str = "",
    plans: Sequence[Plan] | None = None,
    settle: Callable[[], object] = lambda: None,
) -> Comparison:
    """Measure everything, on the CPU.

    Args:
        path: of a model file or bundle; ``None`` is the default model. Imported first if it was not.
        python: an interpreter that has the peers; ``None`` measures without them.
        exports: a folder where models are kept that had to be exported for a peer.
        tell: may raise to stop.
        variant: as in `Load`.
        plans: what is measured, `PLANS` by default; prompts that leave no room for a reply are left out.
        settle: called before every round, to wait until the machine is quiet.

    Raises:
        VitrineError: the model cannot be loaded or run, or a peer failed on the way.
    """
    source = default_model_path() if path is None else path
    with ExitStack() as stack:
        tell("Loading the model", 0, 0)
        model = load_model(source, "cpu", Interrupter(), lambda done, total: None, variant=variant)
        stack.callback(model.close)
        threads, capacity = model.provider.choice.threads, model.decoder.capacity
        room = REPLY_TOKENS * 2
        plans = [one for one in (PLANS if plans is None else plans) if one.context + room <= capacity]
        request = None
        if python is not None:
            context = max((one.context for one in plans), default=0) + room
            request = PeerRequest(
                python,
                source,
                threads,
                context,
                exports,
                lambda *done: tell("Exporting the model for a peer", *done),
            )
            tell("Starting the peers", 0, 0)
        found, absent = start_peers(stack, request, source)
        own = OwnEngine(model.decoder, model.tokenizer)
        meter = _Meter(own, found, tell, settle)
        rows: list[Row] = []
        step_bytes, bandwidth = bytes_read(model.bundle, FLOOR_CONTEXT), read_bandwidth(threads)
        for one in plans:
            replies = meter.measure(one, prompt_ids(model.tokenizer, one.context))
            rows += meter.rows(one)
            if one.context == FLOOR_CONTEXT:
                # Once more: the first time something else may have been reading.
                bandwidth = max(bandwidth, read_bandwidth(threads))
                rows.append(_floor_row(replies, step_bytes, bandwidth))
        second_turn = _second_turn(model, capacity, tell)
        rows.append(_second_turn_row(second_turn))
        return Comparison(
            model=model.facts.name,
            precision=model.facts.precision_label,
            provider=model.provider.choice,
            system=f"{platform.system()} {platform.machine()}",
            versions={
                "python": platform.python_version(),
                "numpy": np.__version__,
                "onnxruntime": runtime_version(),
                **{name: peers[0].version for name, peers in found.items()},
            },
            bandwidth=bandwidth,
            step_bytes=step_bytes,
            second_turn=second_turn,
            rows=tuple(rows),
            absent=absent,
        )


class _Meter:
    """Measures engines in turn, and keeps what was measured at the last prompt length."""

    def __init__(
        self, own: OwnEngine, peers: dict[str, list[Peer]], tell: Tell, settle: Callable[[], object]
    ) -> None:
        self._own, self._peers, self._tell, self._settle = own, peers, tell, settle
        self._engines: list[MeasuredEngine] = [own, *itertools.chain(*peers.values())]
        self._reads: dict[str, list[float]] = {}
        self._writes: dict[str, list[Written]] = {}

    def measure(self, plan: Plan, ids: list[int]) -> list[Written]:
        """Read a prompt and write after it, every engine as often as planned; what ours wrote."""
        self._reads = {engine.name: [] for engine in self._engines}
        self._writes = {engine.name: [] for engine in self._engines}
        total = len(self._engines) * (plan.prefills + plan.replies)
        done = 0
        for work in (*[self._read] * plan.prefills, *[self._write] * plan.replies):
            self._settle()
            for engine in self._engines:
                self._tell(f"Measuring {engine.name} at {plan.context:,} tokens", done, total)
                work(engine, ids)
                done += 1
        self._tell("Measuring", total, total)
        return self._writes[self._own.name]

    def _read(self, engine: MeasuredEngine, ids: list[int]) -> None:
        self._reads[engine.name].append(engine.read(ids))

    def _write(self, engine: MeasuredEngine, ids: list[int]) -> None:
        self._writes[engine.name].append(engine.write(len(ids), REPLY_TOKENS))

    def rows(self, plan: Plan) -> Iterator[Row]:
        """What was measured, beside every peer; of its configurations, the fastest has the goal."""
        for name, configurations in self._peers.items():
            writes = self._rows("decode", plan, 1, configurations, self._seconds_a_token)
            yield from with_goal(writes, DECODE_GOALS.get(name))
            if plan.prefill_counts:
                reads = self._rows("prefill", plan, plan.context, configurations, self._seconds_of_prompts)
                yield from with_goal(reads, PREFILL_GOALS.get(name))

    def _rows(
        self,
        measure: Literal["decode", "prefill"],
        plan: Plan,
        tokens: int,
        peers: list[Peer],
        seconds: Callable[[str], list[float]],
    ) -> list[Row]:
        ours = seconds(self._own.name)
        return [
            speed_row(measure, plan.context, peer.name, tokens, (ours, seconds(peer.name))) for peer in peers
        ]

    def _seconds_a_token(self, engine: str) -> list[float]:
        return [one.seconds / one.tokens for one in self._writes[engine]]

    def _seconds_of_prompts(self, engine: str) -> list[float]:
        return self._reads[engine][1:]


def with_goal(rows: Sequence[Row], goal: Goal | None) -> list[Row]:
    """Rows beside several configurations of one peer, the goal given to the one it is hardest to reach against."""
    hardest = min(rows, key=lambda row: row.ratio, default=None)
    return [
        replace(row, goal=goal, reached=goal.is_reached(row.ratio)) if goal and row is hardest else row
        for row in rows
    ]


def speed_row(
    measure: Literal["decode", "prefill"],
    context: int,
    against: str,
    tokens: int,
    seconds: tuple[Sequence[float], Sequence[float]],
) -> Row:
    """A row of two speeds, without a goal.

    Args:
        measure: what of.
        context: tokens of the prompt.
        against: name of the other.
        tokens: what the seconds are for.
        seconds: ours and theirs, round by round.
    """
    ours, theirs = seconds
    ratio = statistics.median(their / our for our, their in zip(ours, theirs, strict=True))
    figures = tokens / statistics.median(ours), tokens / statistics.median(theirs)
    return Row.of(measure, context, against, figures, "tokens/s", ratio, None, len(ours))


def _floor_row(replies: list[Written], step_bytes: BytesRead, bandwidth: float) -> Row:
    step = statistics.median(one.model_seconds / one.tokens for one in replies)
    floor = step_bytes.total / bandwidth
    figures = step * 1000, floor * 1000
    return Row.of(
        "decode step", FLOOR_CONTEXT, "memory floor", figures, "ms", step / floor, FLOOR_GOAL, len(replies)
    )


def _second_turn(model: LoadedModel, capacity: int, tell: Tell) -> SecondTurn:
    context = min(SECOND_TURN_CONTEXT, capacity // 2)
    return measure_second_turn(
        model, context, SECOND_TURN_ROUNDS, lambda *done: tell("Measuring a second turn", *done)
    )


def _second_turn_row(turn: SecondTurn) -> Row:
    figures = turn.first_token_ms, turn.prefill_ms
    return Row.of(
        "first token of a second turn",
        turn.context,
        f"reading {turn.new_tokens} new tokens",
        figures,
        "ms",
        turn.steps_beyond,
        SECOND_TURN_GOAL,
        turn.rounds,
    )
