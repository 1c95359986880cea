"""What an import found, in words: lines of a label and a sentence each.

Knows nothing about widgets. Texts of files and reports are escaped here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal
from desktop.controls.numbers import size_text as size_text
from desktop.panels.attention.proof_badge import as_clause, format_delta
from desktop.precision_words import precision_words
from models.escaping import escape_text
from models.import_report import ImportReport

translate = QCoreApplication.translate

LONGEST = 400
"""Characters of one text of a report that are shown."""

NO_BREAK = "\u00a0"
"""A space at which no line ends."""

DECOMPOSED = "Softmax"
"""Kind of the sites whose attention is made of single operators."""


class Tone(Enum):
    """How a line is said."""

    PLAIN = "plain"
    """A fact."""
    SOFT = "soft"
    """A fact that is on its way."""
    WARNING = "warning"
    """Something a person should know."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line of a report.

    Args:
        label: what it is about; empty where it goes on from the line above.
        text: one sentence or clause.
        tone: how it is said.
        with_bar: whether the bar of memory stands below it.
    """

    label: str
    text: str
    tone: Tone = Tone.PLAIN
    with_bar: bool = False


@dataclass(frozen=True, slots=True)
class ImportedModel:
    """What a card tells of a model.

    Args:
        name: for people.
        architecture: its registered name.
        parameters: how many numbers were learnt.
        context: most tokens of a sequence.
        report: what its import found and did.
    """

    name: str
    architecture: str
    parameters: int
    context: int
    report: ImportReport


class AnyProof(Protocol):
    """A proof as the engine measures it, or as it was kept."""

    @property
    def max_delta(self) -> float | None:
        """Largest difference from the kernel's own attention."""
        ...

    @property
    def logits_delta(self) -> float | None:
        """Largest difference between the logits of observed and unobserved graph."""
        ...

    @property
    def tokens(self) -> int:
        """Length of the probe."""
        ...

    @property
    def reason(self) -> str:
        """How it was measured, or why it was refused."""
        ...


def count_text(count: int) -> str:
    """A large number for people, short: ``134.5 M``, ``1.10 B``."""
    for bound, unit, decimals in (
        (1_000_000_000, translate("Library", "B"), 2),
        (1_000_000, translate("Library", "M"), 1),
        (1_000, translate("Library", "k"), 1),
    ):
        if count >= bound:
            return f"{format_decimal(count / bound, decimals)}{NO_BREAK}{unit}"
    return format_count(count)


def subtitle(model: ImportedModel) -> str:
    """What was recognised, in one line."""
    parts = [
        escape_text(model.report.recognised, LONGEST),
        escape_text(model.architecture),
        translate("Library", "{count} parameters").format(count=count_text(model.parameters)),
    ]
    return " · ".join(part for part in parts if part)


def report_lines(
    model: ImportedModel, proof: AnyProof | None, refusal: str, room: int, unproved: str
) -> tuple[ReportLine, ...]:
    """Everything a card says but its title.

    Args:
        model: what was imported.
        proof: what was measured; ``None`` while it is not known.
        refusal: why its attention cannot be shown, empty where it can.
        room: bytes of memory of this machine.
        unproved: what to say while the proof is not known.
    """
    report = model.report
    template = report.chat_template
    lines = [
        _attention(report, refusal),
        ReportLine(translate("Library", "Precision"), precision_change(report)),
        ReportLine(translate("Library", "Tokenizer"), escape_text(report.tokenizer, LONGEST)),
        ReportLine(translate("Library", "Chat template"), escape_text(template, LONGEST))
        if template is not None
        else ReportLine(
            translate("Library", "Chat template"),
            translate("Library", "none: what you type is continued as it is"),
            Tone.WARNING,
        ),
        _proof(proof, refusal, unproved),
        _memory(model, room),
    ]
    label = translate("Library", "Note") if report.warnings else ""
    for warning in report.warnings:
        lines.append(ReportLine(label, escape_text(warning, LONGEST), Tone.WARNING))
        label = ""
    return tuple(lines)


def precision_change(report: ImportReport) -> str:
    """How the weights were kept and are kept now, with the error that the change made."""
    before, after = precision_words(report.source_precision), precision_words(report.precision)
    if before == after:
        return translate("Library", "{precision}, kept as it is").format(precision=after)
    changed = f"{before} → {after}"
    if report.precision_error > 0:
        percent = 100 * report.precision_error
        decimals = 1 if percent >= 0.1 else 3
        error = translate("Library", "relative error {percent}").format(
            percent=f"{format_decimal(percent, decimals)}{NO_BREAK}%"
        )
        return f"{changed}, {error}"
    return changed


def being_measured() -> str:
    """What to say of a proof that is on its way."""
    return translate("Library", "being measured on this machine …")


def never_measured() -> str:
    """What to say of a proof that a recording was made without."""
    return translate("Library", "had not been measured when this was recorded")


def not_measured() -> str:
    """What to say of a proof that nobody has asked for yet."""
    return translate("Library", "measured when it is loaded for the first time")


def refusal_text(reason: str) -> str:
    """Why attention is refused, and what works without it."""
    return translate("Library", "refused, because {reason}").format(
        reason=as_clause(escape_text(reason, LONGEST))
    )


def _attention(report: ImportReport, refusal: str) -> ReportLine:
    label = translate("Library", "Attention")
    if refusal:
        works = translate("Library", "Chat, probabilities, sampling and tokens work.")
        return ReportLine(label, f"{refusal_text(refusal)} {works}", Tone.WARNING)
    parts = []
    for site in report.sites:
        kind = (
            translate("Library", "of single operators (Softmax)")
            if site.kind == DECOMPOSED
            else translate("Library", "of {kind}").format(kind=escape_text(site.kind))
        )
        parts.append(f"{format_count(site.count)} {kind}")
    total = sum(site.count for site in report.sites)
    if len(parts) == 1:
        said = translate("Library", "{count} sites {kind}, all of them shown")
        return ReportLine(label, said.format(count=format_count(total), kind=parts[0].split(" ", 1)[1]))
    said = translate("Library", "{count} sites, all of them shown: {kinds}")
    return ReportLine(label, said.format(count=format_count(total), kinds=", ".join(parts)))


def _proof(proof: AnyProof | None, refusal: str, unproved: str) -> ReportLine:
    label = translate("Library", "Proof")
    if proof is None:
        return ReportLine(label, unproved, Tone.SOFT)
    parts = []
    if proof.max_delta is not None:
        parts.append(translate("Library", "attention max |Δ| {delta}").format(delta=_delta(proof.max_delta)))
    if proof.logits_delta is not None:
        parts.append(translate("Library", "logits Δ {delta}").format(delta=_delta(proof.logits_delta)))
    if not parts:
        return ReportLine(label, escape_text(proof.reason, LONGEST), Tone.WARNING)
    differs = bool(refusal) and proof.max_delta is not None
    over = translate("Library", "over {tokens} tokens").format(tokens=format_count(proof.tokens))
    return ReportLine(label, f"{', '.join(parts)}, {over}", Tone.WARNING if differs else Tone.PLAIN)


def _memory(model: ImportedModel, room: int) -> ReportLine:
    size = model.report.memory_bytes
    said = (
        translate(
            "Library", "{size} with all {context} tokens of the context in use: more than the {room} here"
        )
        if size > room
        else translate("Library", "{size} of {room} with all {context} tokens of the context in use")
    ).format(size=size_text(size), context=format_count(model.context), room=size_text(room))
    tone = Tone.WARNING if size > room else Tone.PLAIN
    return ReportLine(translate("Library", "Memory"), said, tone, with_bar=True)


def _delta(delta: float) -> str:
    return format_delta(delta).replace(" ", NO_BREAK)
