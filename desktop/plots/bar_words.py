"""A token's numbers in words, for tooltips, screen readers and a line of text.

Knows nothing about widgets.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal, format_exact
from desktop.plots.bar_rows import Bar

translate = QCoreApplication.translate


def format_logit(logit: float) -> str:
    """A logit with two decimals and a real minus sign; ``−∞`` for a token that the model masks."""
    return "−∞" if logit == float("-inf") else format_decimal(logit, 2).replace("-", "−")


def format_rank(rank: int) -> str:
    """A rank, or a dash for a token that the model masks."""
    return format_count(rank) if rank else "–"


def describe_bar(bar: Bar) -> str:
    """All that is known about a token, on a few lines."""
    lines = [
        translate("ProbabilityBars", "{piece}  token ID {id}, rank {rank}").format(
            piece=bar.piece, id=bar.id, rank=format_rank(bar.rank)
        )
    ]
    if bar.logit is not None:
        lines.append(translate("ProbabilityBars", "logit {logit}").format(logit=format_logit(bar.logit)))
    lines.append(translate("ProbabilityBars", "model alone: p = {p}").format(p=format_exact(bar.before)))
    if bar.removed_by is not None:
        lines.append(translate("ProbabilityBars", "removed by {stage}").format(stage=bar.removed_by))
    elif bar.after is not None:
        after = translate("ProbabilityBars", "after the chain: p = {p}")
        lines.append(after.format(p=format_exact(bar.after)))
    return "\n".join(lines)


def summarise_bar(bar: Bar) -> str:
    """The same on one line."""
    parts = [
        bar.piece,
        translate("ProbabilityBars", "ID {id}").format(id=bar.id),
        translate("ProbabilityBars", "rank {rank}").format(rank=format_rank(bar.rank)),
    ]
    if bar.logit is not None:
        parts.append(translate("ProbabilityBars", "logit {logit}").format(logit=format_logit(bar.logit)))
    probability = translate("ProbabilityBars", "p = {p}").format(p=format_exact(bar.before))
    if bar.removed_by is not None:
        removed = translate("ProbabilityBars", "removed by {stage}").format(stage=bar.removed_by)
        parts.append(f"{probability} → {removed}")
    elif bar.after is not None:
        parts.append(f"{probability} → {format_exact(bar.after)}")
    else:
        parts.append(probability)
    return " · ".join(parts)
