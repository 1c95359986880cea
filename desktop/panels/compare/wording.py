"""What the compare panel says: settings in a line, what a column is called, how far apart two replies are at a token.

Knows no widget.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from desktop.comparison.column import LETTERS, Column, ColumnState
from desktop.comparison.divergence import Divergence, Measure, Summary
from desktop.comparison.side import Side
from desktop.controls.numbers import format_count, format_decimal, format_percent
from desktop.history.records import MessageRecord
from desktop.muted_words import summary
from desktop.panels.next_token.wording import SLIDER_ORDER, stage_label
from desktop.transcript.facts import facts_text
from inference.contract import Token
from inference.sampling.chain import STAGES
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from models.escaping import escape_text
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate

INFINITY = "∞"

_STAGES = {stage.setting: stage.name for stage in STAGES}


def setting_words(name: str, value: float) -> str:
    """One setting: ``temperature 0.80``, ``top-k off``."""
    label = stage_label(_STAGES[name])
    bounds = SETTING_BOUNDS[name]
    # A temperature is always there; at 1 it changes nothing, which the number says.
    if value == bounds.off and name != "temperature":
        return translate("ComparePanel", "{setting} off").format(setting=label)
    if bounds.whole:
        return f"{label} {format_count(int(value))}"
    return f"{label} {format_decimal(value, 2)}"


def settings_in_words(settings: SamplingSettings) -> dict[str, str]:
    """Every setting by its name, in the order of the sliders."""
    order = [*SLIDER_ORDER, *(name for name in SETTING_BOUNDS if name not in SLIDER_ORDER)]
    return {name: setting_words(name, getattr(settings, name)) for name in order}


def differing(settings: SamplingSettings, others: Sequence[SamplingSettings]) -> frozenset[str]:
    """Names of the settings in which some differ from others."""
    return frozenset(
        name
        for name in SETTING_BOUNDS
        if any(getattr(settings, name) != getattr(other, name) for other in others)
    )


def difference_in_words(settings: SamplingSettings, first: SamplingSettings) -> str:
    """What is not as in the first settings, on one line; empty where nothing is."""
    names = differing(settings, (first,))
    return " · ".join(words for name, words in settings_in_words(settings).items() if name in names)


def summary_of_settings(settings: SamplingSettings) -> str:
    """The settings that do something, on one line."""
    words = settings_in_words(settings)
    active = [words[name] for name in words if getattr(settings, name) != SETTING_BOUNDS[name].off]
    return " · ".join(active) or translate("ComparePanel", "everything off")


def column_title(column: Column, columns: Sequence[Column], preset: str) -> str:
    """What a column is called: its preset, or what is not as in the first column.

    Args:
        column: that is named.
        columns: all of them.
        preset: name of its settings, empty where they have none.
    """
    first = columns[0]
    if column.name:
        return escape_text(column.name)
    if column is first:
        return escape_text(preset) or translate("ComparePanel", "As it was written")
    changed = difference_in_words(column.settings, first.settings)
    if changed:
        return escape_text(preset) or changed
    if (
        column.side is not None
        and first.side is not None
        and column.side.model.muted != first.side.model.muted
    ):
        return summary(column.side.model.intervention) or translate("ComparePanel", "Nothing muted")
    if column.side is not None and first.side is not None and column.side.seed != first.side.seed:
        return translate("ComparePanel", "Other dice")
    return translate("ComparePanel", "The same settings")


def record_title(record: MessageRecord) -> str:
    """A reply in a list: which of its siblings it is, and how it begins."""
    number, count = record.place
    line = " ".join(record.text[:200].split())
    shown = escape_text(line if len(line) <= 40 else line[:39].rstrip() + "…")
    sentence = translate("ComparePanel", "Reply {number} of {count}: {text}")
    return sentence.format(number=number, count=count, text=shown or "…")


def state_words(column: Column) -> str:
    """What there is of a column's reply."""
    count = format_count(column.length)
    match column.state:
        case ColumnState.PLANNED:
            return translate("ComparePanel", "not written yet")
        case ColumnState.WAITING:
            return translate("ComparePanel", "waits")
        case ColumnState.WRITING:
            return translate("ComparePanel", "writing: {count} tokens").format(count=count)
    side = column.side
    facts = None if side is None else side.facts
    # How fast it was says nothing about its settings.
    if side is None or facts is None:
        return ""
    without = summary(side.model.intervention)
    return " · ".join(filter(None, (without, facts_text(replace(facts, tokens_per_second=0.0)))))


def seed_words(side: Side) -> str:
    """The dice of a reply."""
    return translate("ComparePanel", "seed {seed}").format(seed=side.seed)


def quoted_token(token: Token) -> str:
    """A token's piece in quotation marks, half characters as bytes; control tokens by name."""
    if token.special:
        return token.piece.decode("utf-8", "replace")
    return f"“{render_piece(token.piece)}”"


def nats_words(divergence: Divergence) -> str:
    """A divergence as a number: ``0.031 nats``, ``∞``."""
    if not divergence.finite:
        return INFINITY
    return translate("ComparePanel", "{value} nats").format(value=format_decimal(divergence.nats, 3))


def symbol(other: str, forward: bool) -> str:
    """Which divergence it is: ``KL(A‖B)``."""
    pair = (LETTERS[0], other) if forward else (other, LETTERS[0])
    return "KL({} ‖ {})".format(*pair)


def why_infinite(divergence: Divergence, keeper: str, remover: str) -> str:
    """Why a divergence is infinite, one clause a stage; empty where it is not.

    Args:
        divergence: the one.
        keeper: letter of the column that keeps the tokens.
        remover: letter of the one that removes them.
    """
    one = translate("ComparePanel", "{stage} of {remover} removed one token that {keeper} keeps ({mass} %)")
    many = translate(
        "ComparePanel", "{stage} of {remover} removed {count} tokens that {keeper} keeps ({mass} % together)"
    )
    return "; ".join(
        (one if removal.tokens == 1 else many).format(
            stage=stage_label(removal.stage),
            remover=remover,
            keeper=keeper,
            count=format_count(removal.tokens),
            mass=format_percent(removal.mass),
        )
        for removal in divergence.removals
    )


def measure_words(measure: Measure, letter: str) -> tuple[str, ...]:
    """Both divergences of a column from the first, each with its reason where it is infinite."""
    lines = []
    for forward in (True, False):
        chosen = measure.forward if forward else measure.backward
        keeper, remover = (LETTERS[0], letter) if forward else (letter, LETTERS[0])
        line = f"{symbol(letter, forward)} = {nats_words(chosen)}"
        why = why_infinite(chosen, keeper, remover)
        lines.append(f"{line}: {why}" if why else line)
    return tuple(lines)


def summary_words(summary: Summary, letter: str, forward: bool) -> str:
    """Divergences of many tokens on one line.

    Args:
        summary: their figures.
        letter: of the column, to say which divergence it is; empty where that is known.
        forward: whether from the first to it.
    """
    if not summary.positions:
        return ""
    parts = []
    if summary.infinite:
        infinite = translate("ComparePanel", "∞ at {count} of {total}")
        count, total = format_count(summary.infinite), format_count(summary.positions)
        parts.append(infinite.format(count=count, total=total))
    if not math.isnan(summary.mean):
        finite = translate("ComparePanel", "mean {mean} · max {largest}")
        mean, largest = format_decimal(summary.mean, 3), format_decimal(summary.largest, 3)
        parts.append(finite.format(mean=mean, largest=largest))
    return f"{symbol(letter, forward)} {' · '.join(parts)}" if letter else f"KL {' · '.join(parts)}"


def probability_words(before: float, after: float) -> str:
    """A probability before and after a chain, from their logarithms; a dash where one is not known."""

    def percent(logprob: float) -> str:
        return "–" if math.isnan(logprob) else format_percent(math.exp(logprob)) + " %"

    return translate("ComparePanel", "p {before} → {after}").format(
        before=percent(before), after=percent(after)
    )
