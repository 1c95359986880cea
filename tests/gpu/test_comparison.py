"""One reply by the engine on the GPU, then the same tokens on the processor: what differs, kept with the device."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.contract import (
    Answer,
    ComparedRun,
    CompareRun,
    Failed,
    IdsPrompt,
    Load,
    Loaded,
    Profile,
    ReadProfile,
    Step,
)
from inference.precision.contract import FORMAT_NAMES, FormatRun, ReplayReply
from inference.process import EngineProcess
from inference.runtime.gpus import driver
from inference.runtime.providers import runtime_version
from tests.inference.event_log import EventLog

pytestmark = [pytest.mark.gpu, pytest.mark.default_model, pytest.mark.timeout(300)]

RESULTS = Path(__file__).with_name("results")
TOKENS = 96


@pytest.fixture
def log() -> Iterator[EventLog]:
    """An engine in its own process, nothing loaded."""
    engine = EngineProcess()
    try:
        yield EventLog(engine)
    finally:
        engine.close()


def loaded(log: EventLog) -> Loaded:
    log.engine.send(Load(None, "cuda"))
    return log.wait_for_loaded()


def test_a_reply_on_the_gpu_is_read_again_on_the_processor(log: EventLog, ids: list[int]) -> None:
    model = loaded(log)
    assert model.provider.name == "CUDA"
    log.generate(1, IdsPrompt(tuple(ids)), seed=7, max_tokens=TOKENS)
    assert log.wait_for_stopped(1).reason in ("length", "end")
    steps = log.steps(1)
    draws = tuple(step.draw for step in steps)
    runs: dict[str, ComparedRun] = {}
    for number, provider in enumerate(("cuda", "cpu"), 10):
        run = log.ask(CompareRun(number, len(ids), provider, draws=draws, settings=(steps[0].settings,)))  # type: ignore[arg-type]
        assert isinstance(run, ComparedRun)
        runs[provider] = run
    profile = log.ask(ReadProfile(20, tokens=16))
    assert isinstance(profile, Profile)
    RESULTS.mkdir(exist_ok=True)
    figures = {
        "date": datetime.now(UTC).date().isoformat(),
        "device": model.provider.device,
        "driver": driver().version,
        "onnxruntime": runtime_version(),
        "notes": list(model.provider.notes),
        "reply": reply_figures(steps),
        "runs": {provider: run_figures(run) for provider, run in runs.items()},
        "profile": profile_figures(profile),
    }
    (RESULTS / "comparison.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))
    assert runs["cuda"].bus_bytes > 0
    assert runs["cpu"].bus_bytes == 0
    assert runs["cuda"].different <= len(steps) // 10
    assert all(np.isfinite(run.step_ms).all() for run in runs.values())
    assert profile.parts


def reply_figures(steps: list[Step]) -> dict[str, Any]:
    """Milliseconds of a token while the window's own reply was written."""
    later = steps[8:]
    return {
        "tokens": len(steps),
        "model_ms": statistics.median(step.model_ms for step in later),
        "sampling_ms": statistics.median(step.sampling_ms for step in later),
        "capture_ms": statistics.median(step.capture_ms for step in later),
    }


def run_figures(run: ComparedRun) -> dict[str, Any]:
    """What is kept of a run."""
    return {
        "device": run.provider.device,
        "precision": run.precision,
        "prefill_ms": run.prefill_ms,
        "step_ms": float(np.median(run.step_ms)),
        "weights": run.weights,
        "cache": run.cache,
        "captures": run.captures,
        "bus_bytes": run.bus_bytes,
        "different": run.different,
        "first_difference": None
        if run.differs is None
        else {"position": run.differs.position, "logit_gap": run.differs.gap},
        "largest_logit_difference": run.logits_delta,
        "profile": profile_figures(run.profile),
    }


def profile_figures(profile: Profile) -> dict[str, Any]:
    """Milliseconds of a step by layer and by operator."""
    layers: dict[str, float] = {}
    for part in profile.parts:
        name = "outside layers" if part.layer is None else f"layer {part.layer}"
        layers[name] = layers.get(name, 0.0) + part.ms
    return {
        "step_ms": profile.step_ms,
        "layers_ms": layers,
        "operators_ms": {one.operator: one.ms for one in profile.operators[:12]},
    }


def test_the_reply_is_read_again_in_every_format(log: EventLog, ids: list[int]) -> None:
    """On the GPU 16 bits are the model's own; how far each format is from 32 bits is kept."""
    loaded(log)
    log.generate(1, IdsPrompt(tuple(ids)), seed=7, max_tokens=TOKENS)
    log.wait_for_stopped(1)
    stop = len(ids) + len(log.steps(1)) - 1
    figures: dict[str, dict[str, Any]] = {}
    for number, name in enumerate(FORMAT_NAMES, 30):
        log.engine.send(ReplayReply(number, name, len(ids), stop))
        answer = log.wait(Answer | Failed, lambda event, number=number: event.query == number)  # type: ignore[arg-type]
        if isinstance(answer, Failed):
            figures[name] = {"failed": answer.what}
            continue
        run = answer.value
        assert isinstance(run, FormatRun)
        figures[name] = {
            "emulated": run.emulated,
            "device": run.device,
            "perplexity": run.perplexity,
            "mean_divergence": run.mean_divergence,
            "tokens_per_s": run.tokens_per_s,
        }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "precision.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(json.dumps(figures, indent=1))
    assert not [name for name, one in figures.items() if "failed" in one]
    assert not figures["FP16"]["emulated"]
