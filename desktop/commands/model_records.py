"""Bundles of the library as JSON, as a table and as text for a terminal.

Knows nothing about what is done with bundles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.escaping import escape_text
from models.import_report import RUNTIME_BYTES
from models.templates_on_disk import edited_template

if TYPE_CHECKING:
    from models.bundle_shelf import ShelvedBundle

LONGEST = 400
"""Characters of one text that are shown."""

WIDEST_CELL = 32


def size_text(size: int) -> str:
    """Bytes for people, in powers of ten; nothing for none."""
    if not size:
        return ""
    for bound, unit in ((1_000_000_000, "GB"), (1_000_000, "MB")):
        if size >= bound:
            return f"{size / bound:,.{0 if size >= 10 * bound and unit == 'MB' else 2}f} {unit}"
    return f"{size / 1000:,.1f} kB"


def bundle_record(bundle: ShelvedBundle, *, whole: bool = False) -> dict[str, Any]:
    """A bundle as plain values.

    Args:
        bundle: which.
        whole: whether the report of its import is in it.
    """
    facts = bundle.facts
    record: dict[str, Any] = {
        "name": bundle.name,
        "state": bundle.state.value,
        "default": bundle.is_default,
        "architecture": facts.architecture if facts else None,
        "parameters": facts.parameters if facts else None,
        "precision": facts.precision_label if facts else None,
        "disk_bytes": bundle.bytes,
        "elsewhere_bytes": bundle.bytes_elsewhere,
        "elsewhere": bundle.weights_elsewhere or None,
        "context": facts.context if facts else None,
        "source": facts.report.source if facts else None,
        "licence": bundle.licence or None,
        "proof": asdict(bundle.proof) if bundle.proof else None,
        "problem": bundle.problem or None,
        "folder": str(bundle.folder),
    }
    if whole:
        record["report"] = facts.report.to_dict() if facts else None
    return record


def bundle_table(bundles: Sequence[ShelvedBundle]) -> str:
    """A table with a line for each bundle."""
    if not bundles:
        return "There are no models yet. “vitrine models import” makes one ready to run."
    rows = [("name", "architecture", "parameters", "precision", "on disk", "context", "licence", "proof")]
    for bundle in bundles:
        facts = bundle.facts
        rows.append(
            (
                escape_text(bundle.name, WIDEST_CELL) + (" (default)" if bundle.is_default else ""),
                escape_text(facts.architecture, WIDEST_CELL) if facts else "",
                f"{facts.parameters:,}" if facts else "",
                escape_text(facts.precision_label, WIDEST_CELL) if facts else "",
                size_text(bundle.bytes),
                f"{facts.context:,}" if facts else "",
                escape_text(bundle.licence, WIDEST_CELL),
                proof_text(bundle),
            )
        )
    right = (False, False, True, False, True, True, False, False)
    widths = [max(len(row[column]) for row in rows) for column in range(len(right))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if at_right else cell.ljust(width)
            for cell, width, at_right in zip(row, widths, right, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def proof_text(bundle: ShelvedBundle) -> str:
    """A bundle's proof, or why it cannot be loaded."""
    if bundle.state.value != "ready":
        waits = bundle.state.value in ("default", "downloaded")
        return "not imported yet" if waits else bundle.state.value.replace("-", " ")
    if bundle.facts is not None and bundle.facts.report.attention_refused is not None:
        return "refused"
    proof = bundle.proof
    if proof is None:
        return "not measured"
    if proof.refused or proof.max_delta is None:
        return "refused"
    return f"max |Δ| {proof.max_delta:.1e}"


def report_text(bundle: ShelvedBundle) -> str:
    """Everything that is known about a bundle, a line for each fact."""
    lines = [("name", bundle.name + (" (default)" if bundle.is_default else ""))]
    facts = bundle.facts
    if facts is not None:
        report = facts.report
        sites = ", ".join(f"{site.count:,} {site.kind}" for site in report.sites)
        kept = report.source_precision == report.precision
        change = report.precision if kept else f"{report.source_precision} → {report.precision}"
        if report.precision_error > 0:
            change += f", relative error {100 * report.precision_error:.2g} %"
        lines += [
            ("recognised", report.recognised),
            ("architecture", facts.architecture),
            ("parameters", f"{facts.parameters:,}"),
            ("attention", f"refused: {report.attention_refused}" if report.attention_refused else sites),
            ("precision", change),
            ("variants", ", ".join(_marked(one.name, report.variant) for one in report.variants)),
            ("tokenizer", report.tokenizer),
            ("template", _template(bundle.folder, report.chat_template)),
            ("context", f"{facts.context:,} tokens"),
            (
                "memory",
                f"{size_text(report.memory_bytes)}: weights {size_text(report.weight_bytes)}, cache "
                f"{size_text(report.cache_bytes)}, captures {size_text(report.capture_bytes)}, "
                f"program {size_text(RUNTIME_BYTES)}",
            ),
            ("on disk", size_text(bundle.bytes)),
            ("elsewhere", _elsewhere(bundle)),
            ("licence", facts.licence or "not stated"),
            ("source", report.source),
        ]
        lines += [("note", warning) for warning in report.warnings]
    proof = proof_text(bundle)
    if bundle.proof is not None and bundle.loadable:
        proof = f"{proof}. {bundle.proof.reason}"
    lines += [("proof", proof), ("folder", str(bundle.folder))]
    if bundle.problem:
        lines.append(("problem", bundle.problem))
    return "\n".join(f"{label:<13} {escape_text(text, LONGEST)}" for label, text in lines if text)


def imported_text(bundle: ShelvedBundle, imported: bool) -> str:
    """What came of an import."""
    done = "is imported" if imported else "was imported before"
    return f"“{escape_text(bundle.name)}” {done}.\n{report_text(bundle)}"


def _elsewhere(bundle: ShelvedBundle) -> str:
    if not bundle.weights_elsewhere or not bundle.bytes_elsewhere:
        return ""
    return (
        f"weights {size_text(bundle.bytes_elsewhere)} read where they lie, in {bundle.weights_elsewhere}; "
        "moving or deleting that folder makes the model unusable"
    )


def _marked(name: str, chosen: str) -> str:
    return f"{name} (this one)" if name == chosen else name


def _template(folder: Path, origin: str | None) -> str:
    if edited_template(folder) is not None:
        return f"edited by hand; the model's own is {origin or 'none'}"
    return origin or "none"
