"""The columns of the library's table: what each says of a bundle and what it is sorted by.

Knows nothing about tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count
from desktop.model_library.wording import LONGEST, count_text, size_text
from desktop.panels.attention.proof_badge import format_delta
from desktop.precision_words import precision_words
from models.bundle_shelf import NOT_IMPORTED, BundleState, ShelvedBundle
from models.escaping import escape_text

translate = QCoreApplication.translate

Key: TypeAlias = str | int | float


@dataclass(frozen=True, slots=True)
class ShelfColumn:
    """One column.

    Args:
        name: stable short name.
        title: of the column, for people.
        spell: what it says of a bundle; empty where that is not known.
        key: what rows are sorted by; of one type in all rows.
        widest: a text that is as wide as most.
        right: whether texts stand at the right.
        grows: whether it takes what room is left over.
    """

    name: str
    title: str
    spell: Callable[[ShelvedBundle], str]
    key: Callable[[ShelvedBundle], Key]
    widest: str
    right: bool = False
    grows: bool = False


def shelf_columns() -> tuple[ShelfColumn, ...]:
    """Every column, in the window's language."""
    return (
        ShelfColumn(
            "name", translate("Library", "name"), shown_name, _lower(shown_name), "M" * 14, grows=True
        ),
        ShelfColumn(
            "architecture",
            translate("Library", "architecture"),
            _architecture,
            _lower(_architecture),
            "deepseek",
        ),
        ShelfColumn(
            "parameters",
            translate("Library", "parameters"),
            lambda one: count_text(one.facts.parameters) if one.facts else "",
            lambda one: one.facts.parameters if one.facts else -1,
            "134.5 M",
            right=True,
        ),
        ShelfColumn(
            "precision",
            translate("Library", "precision"),
            _precision,
            _lower(_precision),
            "32-bit floating point",
        ),
        ShelfColumn(
            "size",
            translate("Library", "on disk"),
            lambda one: size_text(one.bytes) if one.bytes else "",
            lambda one: one.bytes,
            "12.34 GB",
            right=True,
        ),
        ShelfColumn(
            "context",
            translate("Library", "context"),
            lambda one: format_count(one.facts.context) if one.facts else "",
            lambda one: one.facts.context if one.facts else -1,
            "131,072",
            right=True,
        ),
        ShelfColumn("source", translate("Library", "source"), _source, _lower(_source), "a-model-file.gguf"),
        ShelfColumn("licence", translate("Library", "licence"), _licence, _lower(_licence), "apache-2.0"),
        ShelfColumn(
            "proof",
            translate("Library", "proof"),
            proof_text,
            _proof_key,
            translate("Library", "max |Δ| {delta}").format(delta="5.4 × 10⁻⁷"),
        ),
    )


def shown_name(bundle: ShelvedBundle) -> str:
    """A bundle's name, safe to show."""
    return escape_text(bundle.name)


def elsewhere_text(bundle: ShelvedBundle) -> str:
    """What a bundle reads outside the library and what that means; empty where it needs nothing there."""
    if not bundle.weights_elsewhere or not bundle.bytes_elsewhere:
        return ""
    said = translate(
        "Library",
        "Weights: {size} read where they lie, in {folder}; moving or deleting that folder makes the model unusable.",
    )
    folder = escape_text(bundle.weights_elsewhere, LONGEST)
    return said.format(size=size_text(bundle.bytes_elsewhere), folder=folder)


def proof_text(bundle: ShelvedBundle) -> str:
    """How far the attention shown is from the model's own, or why it is not shown or the bundle not loaded."""
    states = {
        BundleState.DEFAULT: translate("Library", "not imported yet"),
        BundleState.DOWNLOADED: translate("Library", "not imported yet"),
        BundleState.SOURCE_GONE: translate("Library", "source gone"),
        BundleState.OUTDATED: translate("Library", "older version"),
        BundleState.DAMAGED: translate("Library", "damaged"),
        BundleState.UNFINISHED: translate("Library", "unfinished"),
    }
    if bundle.state in states:
        return states[bundle.state]
    refused = bundle.facts is not None and bundle.facts.report.attention_refused is not None
    if refused or (bundle.proof is not None and bundle.proof.refused):
        return translate("Library", "refused")
    if bundle.proof is None:
        return translate("Library", "not measured")
    if bundle.proof.max_delta is None:
        return ""
    return translate("Library", "max |Δ| {delta}").format(delta=format_delta(bundle.proof.max_delta))


def _architecture(bundle: ShelvedBundle) -> str:
    return escape_text(bundle.facts.architecture) if bundle.facts else ""


def _precision(bundle: ShelvedBundle) -> str:
    return precision_words(bundle.facts.precision_label) if bundle.facts else ""


def _source(bundle: ShelvedBundle) -> str:
    if bundle.state in NOT_IMPORTED:
        return escape_text(bundle.opens.name)
    return escape_text(Path(bundle.facts.report.source).name or bundle.facts.source) if bundle.facts else ""


def _licence(bundle: ShelvedBundle) -> str:
    return escape_text(bundle.licence, LONGEST)


def _proof_key(bundle: ShelvedBundle) -> float:
    if not bundle.loadable:
        return 3.0
    if bundle.proof is None or bundle.proof.max_delta is None:
        return 2.0
    return bundle.proof.max_delta


def _lower(spell: Callable[[ShelvedBundle], str]) -> Callable[[ShelvedBundle], Key]:
    return lambda bundle: spell(bundle).casefold()
