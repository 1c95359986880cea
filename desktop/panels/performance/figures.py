"""The figures of the performance panel as rows and columns of text, from what was measured and counted.

Knows no widget.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal
from desktop.panels.performance import wording
from desktop.panels.performance.figure_table import Figure, FigureColumn
from desktop.panels.performance.measuring import Measuring
from desktop.panels.performance.share_rows import ShareRow
from desktop.panels.performance.token_times import TokenTimes
from inference.contract import ComparedRun, Loaded, PartTime, Status
from models.anatomy.parts import Part
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate
NOTHING = Figure("–")

_GPU_MAY_BE_THERE = ("chosen", "the GPU has too little memory for this model")
"""Reasons for the CPU that are none against trying a GPU."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that figures are made of.

    Args:
        model: that is loaded.
        status: of the engine; ``None`` while it has not said.
        times: of the newest reply.
        measuring: what was measured.
    """

    model: Loaded
    status: Status | None
    times: TokenTimes
    measuring: Measuring


def limit_rows(shown: Shown) -> list[ShareRow]:
    """What a token costs, and how far its speed is from the machine's limits."""
    costs, limits = shown.measuring.costs, shown.measuring.limits
    model_ms = float(shown.times.typical[0]) if shown.times.count else math.nan
    if costs is None:
        return []
    moved = costs.weight_bytes + costs.cache_bytes
    uncounted = (
        translate("Performance", "{count} operators could not be counted.").format(
            count=format_count(costs.unknown)
        )
        if costs.unknown
        else translate("Performance", "Counted in the model’s graphs at {total} tokens.").format(
            total=format_count(costs.total)
        )
    )
    parts = translate("Performance", "{all}: {weights} weights, {cache} cache").format(
        all=wording.size(moved),
        weights=wording.size(costs.weight_bytes),
        cache=wording.size(costs.cache_bytes),
    )
    looking_back = sum(part.flops for part in costs.parts if part.part == Part.ATTENTION.value)
    attention = translate(
        "Performance",
        "Attention, which looks back at all of them, is {flops} of that; Layers counts a token with nothing "
        "before it.",
    ).format(flops=wording.operations(looking_back))
    operations = f"{uncounted} {attention}" if looking_back else uncounted
    rows = [
        ShareRow(
            translate("Performance", "Operations a token"), None, wording.operations(costs.flops), operations
        ),
        ShareRow(translate("Performance", "Bytes a token"), None, parts, uncounted),
    ]
    if math.isnan(model_ms) or model_ms <= 0:
        return rows
    per_second = 1000 / model_ms
    read = moved * per_second
    done = costs.flops * per_second
    if limits is None or limits.device != shown.model.provider.gpu:
        rows += [
            ShareRow(translate("Performance", "Memory"), None, wording.size(read) + "/s"),
            ShareRow(translate("Performance", "Arithmetic"), None, wording.operations(done) + "/s"),
        ]
        return rows
    measured = (
        translate(
            "Performance",
            "Measured on the GPU: {size} read and written again and again, products of {side} × {side}.",
        )
        if limits.device
        else translate(
            "Performance",
            "Measured with {threads} threads: an array of {size} read again and again, products of {side} × {side}.",
        )
    ).format(threads=limits.threads, size=wording.size(limits.array_bytes), side=limits.side)
    arithmetic = translate("Performance", "Arithmetic, {bits} bits").format(bits=limits.bits)
    compared = [
        (translate("Performance", "Memory"), read, limits.read_bytes_per_s, wording.size),
        (arithmetic, done, limits.flops_per_s, wording.operations),
    ]
    if limits.int8_ops_per_s is not None:
        compared.append(
            (
                translate("Performance", "Arithmetic, {bits} bits").format(bits=8),
                done,
                limits.int8_ops_per_s,
                wording.integer_operations,
            )
        )
    disturbed = translate(
        "Performance", "{achieved}/s; the machine was busy while it was measured ({limit}/s): measure again"
    )
    for name, achieved, limit, write in compared:
        sentence = translate("Performance", "{achieved}/s of {limit}/s · {share}")
        # Nothing is faster than the machine: such a limit was measured while something else ran.
        figure = (sentence if achieved <= limit else disturbed).format(
            achieved=write(achieved), limit=write(limit), share=wording.percent(achieved / limit)
        )
        rows.append(ShareRow(name, achieved / limit if achieved <= limit else None, figure, measured))
    if read > limits.read_bytes_per_s:
        return rows
    floor = moved / limits.read_bytes_per_s * 1000
    told = translate("Performance", "{floor}; the model takes {times} × as long").format(
        floor=wording.milliseconds(floor), times=format_decimal(model_ms / floor, 2)
    )
    hint = translate(
        "Performance", "What reading the weights and the cache once takes, at the measured speed of memory."
    )
    rows.append(ShareRow(translate("Performance", "Reading alone"), None, told, hint))
    return rows


def memory_rows(shown: Shown) -> list[ShareRow]:
    """What the engine's memory holds."""
    status = shown.status
    if status is None or not status.memory:
        return []
    weights = shown.model.report.weight_bytes
    rest = max(status.memory - weights - status.cache - status.captures, 0)
    whole = max(status.memory, weights + status.cache + status.captures)
    parts = (
        (
            translate("Performance", "Weights"),
            weights,
            translate(
                "Performance",
                "As they are kept in the file; the runtime maps it, and may pack parts of it anew.",
            ),
        ),
        (translate("Performance", "Key/value cache"), status.cache, ""),
        (
            translate("Performance", "Captures"),
            status.captures,
            translate("Performance", "Queries and final hidden states, kept to look inside."),
        ),
        (
            translate("Performance", "Rest of the process"),
            rest,
            translate(
                "Performance",
                "Libraries, the tokenizer, weights that were packed anew, and working memory; and the second session "
                "of the model that Lens, Knife and Tensors open, until nobody has looked for two minutes.",
            ),
        ),
    )
    return [
        ShareRow(name, count / whole, f"{wording.size(count)} · {wording.percent(count / whole)}", hint)
        for name, count, hint in parts
    ]


def operator_rows(shown: Shown, most: int) -> list[ShareRow]:
    """The slowest kinds of operators, and the time between them."""
    profile = shown.measuring.profile
    if profile is None:
        return []
    whole = max(profile.step_ms, profile.operators_ms)
    rows = []
    for one in profile.operators[:most]:
        figure = f"{wording.milliseconds(one.ms)} · {wording.percent(one.ms / whole)}"
        rows.append(ShareRow(f"{one.operator} × {format_count(one.nodes)}", one.ms / whole, figure))
    left = sum(one.ms for one in profile.operators[most:])
    if left:
        figure = f"{wording.milliseconds(left)} · {wording.percent(left / whole)}"
        rows.append(ShareRow(translate("Performance", "Other operators"), left / whole, figure))
    between = whole - profile.operators_ms
    hint = translate(
        "Performance", "The runtime’s own work from one operator to the next, and the profiler’s."
    )
    figure = f"{wording.milliseconds(between)} · {wording.percent(between / whole)}"
    rows.append(ShareRow(translate("Performance", "Between operators"), between / whole, figure, hint))
    return rows


# ---------------------------------------------------------------- runs


def row_names() -> tuple[str, ...]:
    """Of the table of runs."""
    return (
        translate("Performance", "Speed"),
        translate("Performance", "Time a token"),
        translate("Performance", "Time a layer"),
        translate("Performance", "Memory"),
        translate("Performance", "Bytes over the bus"),
        translate("Performance", "First other token"),
        translate("Performance", "Its logit ahead by"),
    )


def run_columns(shown: Shown) -> tuple[FigureColumn, ...]:
    """The reply as it was written, every other run of it, and CUDA, whether or not there is such a run."""
    columns = [_as_written(shown), *(_run_column(run, shown.model) for run in shown.measuring.runs)]
    if why_no_cuda(shown):
        cells = (Figure("–", why_no_cuda(shown)),) * len(row_names())
        columns.append(FigureColumn("CUDA", cells))
    return tuple(columns)


def why_no_cuda(shown: Shown) -> str:
    """Why there is no run on a GPU, in a sentence; empty where there is one."""
    provider = shown.model.provider
    if provider.name != "CPU" or any(run.provider.name != "CPU" for run in shown.measuring.runs):
        return ""
    if shown.measuring.cuda_refusal:
        return shown.measuring.cuda_refusal
    if provider.reason == "chosen":
        return translate("Performance", "The reply was not run on a GPU yet; “Run again” does.")
    return translate("Performance", "There is no run on a GPU: {reason}.").format(
        reason=translate("StatusLine", provider.reason)
    )


def no_gpu(model: Loaded, refusal: str) -> str:
    """Why the reply cannot be run on a GPU, in a sentence; empty where that can be tried.

    Args:
        model: that is loaded.
        refusal: what was said when it was tried and there was none; empty where it was not.
    """
    provider = model.provider
    if provider.name != "CPU" or (provider.reason in _GPU_MAY_BE_THERE and not refusal):
        return ""
    return refusal or translate("Performance", "There is no run on a GPU: {reason}.").format(
        reason=translate("StatusLine", provider.reason)
    )


def _as_written(shown: Shown) -> FigureColumn:
    model, times, status = shown.model, shown.times, shown.status
    profile = shown.measuring.profile
    memory = NOTHING
    if status is not None:
        whole = model.report.weight_bytes + status.cache + status.captures
        memory = Figure(
            wording.size(whole), _memory_hint(model.report.weight_bytes, status.cache, status.captures)
        )
    bus = Figure("0") if model.provider.name == "CPU" else NOTHING
    name = translate("Performance", "As written ({run})").format(run=wording.column_name(model.provider, ""))
    return FigureColumn(
        name,
        (
            Figure(wording.rate(times.typical_ms)),
            Figure(wording.milliseconds(times.typical_ms)),
            _layer_figure(profile.parts if profile else (), model.layers),
            memory,
            bus,
            NOTHING,
            NOTHING,
        ),
    )


def _run_column(run: ComparedRun, model: Loaded) -> FigureColumn:
    ms = float(sorted(run.step_ms.tolist())[len(run.step_ms) // 2]) if len(run.step_ms) else math.nan
    hint = translate("Performance", "Model alone; reading the {count} tokens before took {ms}.").format(
        count=format_count(run.start), ms=wording.milliseconds(run.prefill_ms)
    )
    delta = translate(
        "Performance", "Logits differ by {delta} at most; {count} of {all} tokens would be others."
    ).format(
        delta=format_decimal(run.logits_delta, 4),
        count=format_count(run.different),
        all=format_count(len(run.step_ms)),
    )
    how = (
        translate("Performance", "Chosen by the same draws.")
        if run.drawn
        else translate("Performance", "The most probable tokens are compared.")
    )
    other = Figure(translate("Performance", "none"), f"{delta} {how}")
    gap = NOTHING
    if (found := run.differs) is not None:
        piece = render_piece(model.vocabulary[found.other]) if found.other < len(model.vocabulary) else ""
        shown = f"{format_count(found.position - run.start + 1)}: “{piece}”"
        other, gap = Figure(shown, f"{delta} {how}"), Figure(format_decimal(found.gap, 4), delta)
    grown = translate("Performance", "The process grew by {grown}.").format(grown=wording.size(run.grown))
    return FigureColumn(
        wording.run_name(run),
        (
            Figure(wording.rate(ms), hint),
            Figure(wording.milliseconds(ms), hint),
            _layer_figure(run.profile.parts, model.layers),
            Figure(
                wording.size(run.weights + run.cache + run.captures),
                f"{_memory_hint(run.weights, run.cache, run.captures)} {grown}",
            ),
            Figure(wording.size(run.bus_bytes) if run.bus_bytes else "0"),
            other,
            gap,
        ),
    )


def _layer_figure(parts: Sequence[PartTime], layers: int) -> Figure:
    within = sum(part.ms for part in parts if part.layer is not None)
    if not parts or not layers:
        return Figure("–", translate("Performance", "“Measure” asks the runtime’s profiler."))
    return Figure(
        wording.milliseconds(within / layers),
        translate("Performance", "Mean over the layers, by the runtime’s profiler."),
    )


def _memory_hint(weights: int, cache: int, captures: int) -> str:
    return translate("Performance", "{weights} weights, {cache} cache, {captures} captures.").format(
        weights=wording.size(weights), cache=wording.size(cache), captures=wording.size(captures)
    )
