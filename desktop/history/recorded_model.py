"""A model's facts and its proof as JSON, as a recording carries them.

Knows nothing about the sequence that was recorded.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any, Literal

from desktop.history.fields import Fields, refuse, whole
from inference.contract import Loaded, Proof, ProviderChoice
from models.import_report import ImportReport, SiteCount, Variant

LONGEST_TEXT = 4096
LONGEST_TEMPLATE = 1 << 20
MOST_LAYERS = 1024
MOST_HEADS = 1024
"""Of a model, at most."""

LARGEST_NUMBER = 2**53
"""That JSON has for sure."""

_MOST_ENTRIES = 1000
_KINDS: tuple[Literal["measured", "reconstructed", "refused"], ...] = ("measured", "reconstructed", "refused")


def finite_or_none(value: Any) -> Any:
    """The value, or ``None`` for what is no number to JSON."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def finite(one: Fields, name: str, largest: float) -> float:
    """A number that has to be there, up to a size.

    Raises:
        DocumentError: it is none.
    """
    found = one.number(name)
    if found is None or abs(found) > largest:
        refuse(one.at(name), f"is no number up to {largest:,.0f}")
    return found


def model_record(model: Loaded) -> dict[str, Any]:
    """What is known of a model, but its pieces and special IDs, as plain values."""
    provider = model.provider
    return {
        "name": model.name,
        "architecture": model.architecture,
        "parameters": model.parameters,
        "precision": model.precision,
        "layers": model.layers,
        "heads": model.heads,
        "context": model.context,
        "folder": model.folder,
        "chat_template": model.chat_template,
        "template_edited": model.template_edited,
        "end_ids": sorted(model.end_ids),
        "provider": {"name": provider.name, "device": provider.device, "threads": provider.threads},
        "report": model.report.to_dict(),
    }


def proof_record(proof: Proof) -> dict[str, Any]:
    """A proof as plain values."""
    return {name: finite_or_none(value) for name, value in asdict(proof).items()}


def read_model(one: Fields, pieces: int) -> Loaded:
    """A model without its pieces and special IDs, as recorded.

    Args:
        one: what `model_record` made.
        pieces: tokens that have a name.

    Raises:
        DocumentError: it is something else.
    """
    provider = one.object("provider")
    template = one.text("chat_template", LONGEST_TEMPLATE) if one.has("chat_template") else None
    place = one.at("end_ids")
    return Loaded(
        name=one.text("name", LONGEST_TEXT),
        architecture=one.text("architecture", LONGEST_TEXT),
        parameters=one.whole("parameters", 0, LARGEST_NUMBER),
        precision=one.text("precision", LONGEST_TEXT),
        layers=one.whole("layers", 1, MOST_LAYERS),
        heads=one.whole("heads", 1, MOST_HEADS),
        vocabulary=(),
        special_ids=frozenset(),
        end_ids=frozenset(
            whole(value, place, 0, pieces - 1) for value in one.entries("end_ids", _MOST_ENTRIES)
        ),
        context=one.whole("context", 1, LARGEST_NUMBER),
        provider=ProviderChoice(
            name=provider.text("name", LONGEST_TEXT),
            reason="recorded",
            device=provider.text("device", LONGEST_TEXT),
            threads=provider.whole("threads", 0, 2**31),
        ),
        chat_template=template,
        load_ms=0.0,
        imported=False,
        folder=one.text("folder", LONGEST_TEXT),
        report=_report(one.object("report")),
        template_edited=one.flag("template_edited"),
        recorded=True,
    )


def _report(one: Fields) -> ImportReport:
    def text(name: str) -> str:
        return one.text(name, LONGEST_TEXT)

    def size(name: str) -> int:
        return one.whole(name, 0, LARGEST_NUMBER)

    warnings = one.entries("warnings", _MOST_ENTRIES)
    if any(not isinstance(each, str) or len(each) > LONGEST_TEXT for each in warnings):
        refuse(one.at("warnings"), "has an entry that is no short text")
    return ImportReport(
        recognised=text("recognised"),
        format=text("format"),
        source=text("source"),
        sites=tuple(
            SiteCount(each.text("kind", LONGEST_TEXT), each.whole("count", 0, LARGEST_NUMBER))
            for each in one.objects("sites", _MOST_ENTRIES)
        ),
        attention_refused=text("attention_refused") if one.has("attention_refused") else None,
        source_precision=text("source_precision"),
        precision=text("precision"),
        precision_error=finite(one, "precision_error", LARGEST_NUMBER),
        tokenizer=text("tokenizer"),
        chat_template=text("chat_template") if one.has("chat_template") else None,
        weight_bytes=size("weight_bytes"),
        cache_bytes=size("cache_bytes"),
        capture_bytes=size("capture_bytes"),
        disk_bytes=size("disk_bytes"),
        variants=tuple(
            Variant(each.text("name", LONGEST_TEXT), each.whole("size", 0, LARGEST_NUMBER))
            for each in one.objects("variants", _MOST_ENTRIES)
        ),
        variant=text("variant"),
        warnings=tuple(warnings),
    )


def read_proof(one: Fields) -> Proof:
    """A proof.

    Raises:
        DocumentError: it is none.
    """
    return Proof(
        kind=one.choice("kind", _KINDS),
        max_delta=one.number("max_delta"),
        logits_delta=one.number("logits_delta"),
        tokens=one.whole("tokens", 0, LARGEST_NUMBER),
        reason=one.text("reason", LONGEST_TEXT),
    )
