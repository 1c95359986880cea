"""What the scripted engine says of its inside: formulas that a test can work out by hand.

Knows nothing about panels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from inference.contract import (
    Attribution,
    Effect,
    HeadEffects,
    LensGrid,
    ReadAttribution,
    ReadEffect,
    ReadHeadEffects,
)
from inference.precision.contract import FORMAT_NAMES, FormatRun, ReplayReply
from inference.tensors.inspector import Inspector

Logits = Callable[[int], np.ndarray]


def scripted_lens(
    logits: Logits, start: int, stop: int, layers: int, chosen: Callable[[int], int]
) -> LensGrid:
    """At every point but the last the most probable token is the point's number; at the last it is the model's."""
    rows, points = stop - start, layers + 1
    top = np.tile(np.arange(points), (rows, 1))
    top[:, -1] = [int(logits(row).argmax()) for row in range(start, stop)]
    ranks = np.tile(np.arange(points)[::-1] * 10 + 1, (rows, 1))
    shares = np.tile(np.linspace(0.1, 0.9, points, dtype=np.float32), (rows, 1))
    entropies = np.tile(np.linspace(4.0, 0.5, points, dtype=np.float32), (rows, 1))
    follow = np.asarray([chosen(row) for row in range(start, stop)], np.int64)
    return LensGrid(start, stop, follow, top, shares, shares / 2, entropies, ranks)


def scripted_attribution(question: ReadAttribution, layers: int, heads: int) -> Attribution:
    """Head h of layer l adds (l + 1) · h / 10, an MLP adds -1, embedding 2 and offset 0.25; rounding 0.001."""
    by_head = (np.arange(1, layers + 1)[:, None] * np.arange(heads) / 10).astype(np.float32)
    mlp = np.full(layers, -1, np.float32)
    total = 2 + float(by_head.sum()) - layers + 0.25 + 0.001
    return Attribution(
        question.position,
        question.token or 0,
        total,
        2.0,
        0.0,
        by_head,
        by_head.sum(axis=1),
        mlp,
        0.25,
        0.001,
    )


def scripted_effect(question: ReadEffect, logits: Logits) -> Effect:
    """Under anything muted the logits are those of the row before, as if it had seen one token less."""
    before = logits(question.position)
    after = logits(max(question.position - 1, 0)) if question.intervention else before
    return Effect(question.position, question.intervention, before, after, as_written=True)


def scripted_head_effects(question: ReadHeadEffects) -> HeadEffects:
    """Muting head h of layer l adds h - l nats; everywhere twice as much."""
    factor = 2 if question.everywhere else 1
    after = np.asarray([-1 + factor * (head - layer) / 10 for layer, head in question.heads], np.float32)
    return HeadEffects(
        question.position, question.token or 0, question.heads, question.everywhere, -1.0, after
    )


RUNTIME_DIFFERS = 0.25
"""By so much the scripted runtime's sums differ from exact ones."""

_SIZES = {"dropout:0": 1024, "dense/Relu:0": 128}


def scripted_values(
    inspector: Inspector,
) -> Callable[[str, tuple[str, ...], int], Mapping[str, np.ndarray]]:
    """At position p the first three inputs of a dense layer are p + 1, the others 0; sums are a quarter too large."""
    weights = inspector.graphs["graph"].weights

    def given(name: str, position: int) -> np.ndarray:
        found = np.zeros((1, _SIZES[name]), np.float32)
        found[0, :3] = position + 1
        return found

    def made(layer: str, name: str, position: int) -> np.ndarray:
        kernel, bias = (weights[f"{layer}/{one}"].stored for one in ("kernel", "bias"))
        matrix = kernel.values(0, kernel.count).reshape(kernel.shape)
        return given(name, position) @ matrix + bias.values(0, bias.count) + np.float32(RUNTIME_DIFFERS)

    def values(graph: str, names: tuple[str, ...], position: int) -> Mapping[str, np.ndarray]:
        found = {
            **{name: given(name, position) for name in _SIZES},
            "dense/BiasAdd:0": made("dense", "dropout:0", position),
            "dense_1/BiasAdd:0": made("dense_1", "dense/Relu:0", position),
        }
        return {name: found[name] for name in names}

    return values


def scripted_format_run(question: ReplayReply, ids: list[int]) -> FormatRun:
    """Every token has a half in FP32 and a tenth less with each format; a millionth of 10^format nats is between.

    In INT8 the second token flips to ID 0, in INT4 the second and the fourth; those are then only the second choice.
    """
    at, count = FORMAT_NAMES.index(question.format), question.stop - question.start
    flips = [index for index in {3: (1,), 4: (1, 3)}.get(at, ()) if index < count]
    top, ranks = np.array(ids[question.start : question.stop], np.int64), np.ones(count, np.int64)
    top[flips], ranks[flips] = 0, 2
    ms = {0: 20.0, 3: 10.0, 4: 8.0}.get(at)
    return FormatRun(
        format=question.format,
        start=question.start,
        emulated=ms is None,
        in_use=at == 3,
        device="Test processor",
        numbers="Q4_1",
        weights=(400_000_000, 200_000_000, 200_000_000, 112_500_000, 62_500_000)[at],
        cache=(2_000_000, 1_000_000, 1_000_000, 2_000_000, 2_000_000)[at],
        step_ms=np.full(count - 1 if ms else 0, ms or 0, np.float32),
        logprobs=np.full(count, math.log(0.5 - at / 10)),
        ranks=ranks,
        divergence=np.full(count, 1e-6 * 10**at if at else 0.0),
        top=top,
        top_logprobs=np.full(count, math.log(0.5)),
    )
