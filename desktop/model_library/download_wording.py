"""What the hub offers and how far a download is, in words.

Knows nothing about widgets. Texts of repositories are escaped here.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count
from desktop.model_library.wording import size_text
from models.escaping import escape_text
from models.hub.messages import Fetching, Offer, Order
from models.hub.variants import Variant

translate = QCoreApplication.translate

MOST_FILES = 8
"""Files of a variant that are named; of more, the number."""


def order_name(order: Order) -> str:
    """A model and which variant of it."""
    return f"{escape_text(order.repository.name)} · {escape_text(order.variant.key)}"


def kind_text(variant: Variant) -> str:
    """What kind of model a variant is."""
    kinds = {
        "onnx": "ONNX",
        "genai": translate("Download", "ONNX for onnxruntime-genai"),
        "gguf": "GGUF",
        "safetensors": translate("Download", "checkpoint"),
    }
    return kinds.get(variant.kind, variant.kind)


def variant_text(variant: Variant) -> str:
    """A variant in one line, with its size."""
    return f"{escape_text(variant.key)} · {kind_text(variant)} · {size_text(variant.size)}"


def repository_text(offer: Offer) -> str:
    """Licence, commit and whether its owner wants to be asked, in one line."""
    licence = escape_text(offer.repository.licence) or translate("Download", "no licence stated")
    parts = [
        translate("Download", "licence: {licence}").format(licence=licence)
        if offer.repository.licence
        else licence,
        translate("Download", "commit {commit}").format(commit=offer.repository.commit[:8]),
    ]
    if offer.repository.gated:
        parts.append(translate("Download", "only with its owner’s consent"))
    return " · ".join(parts)


def files_text(variant: Variant) -> str:
    """Every file that would be fetched with its size, one a line, the largest first."""
    files = sorted(variant.files, key=lambda file: -file.size)
    lines = [f"{escape_text(file.name, 70)}  {_file_size(file.size)}" for file in files[:MOST_FILES]]
    if len(files) > MOST_FILES:
        rest = sum(file.size for file in files[MOST_FILES:])
        more = translate("Download", "{count} more  {size}")
        lines.append(more.format(count=format_count(len(files) - MOST_FILES), size=_file_size(rest)))
    return "\n".join(lines)


def total_text(variant: Variant, here: int, free: int) -> str:
    """How much would be fetched, and whether there is room for it."""
    if here:
        said = translate(
            "Download", "{rest} of {size} to fetch, {here} are here already; {free} free on this disk"
        )
    else:
        said = translate("Download", "{size} to fetch; {free} free on this disk")
    return said.format(
        rest=size_text(max(0, variant.size - here)),
        size=size_text(variant.size),
        here=size_text(here),
        free=size_text(free),
    )


def warning_text(variant: Variant, here: int, free: int) -> str:
    """What speaks against fetching a variant; empty if nothing does."""
    if variant.size - here > free:
        return translate("Download", "This disk has not enough room for it.")
    if not variant.has_tokenizer:
        return translate("Download", "There is no tokenizer.json with it, without which it cannot be opened.")
    return ""


def progress_text(progress: Fetching | None, speed: float | None) -> str:
    """How far it is, how fast, and how long it will take."""
    if progress is None:
        return translate("Download", "Asking the hub …")
    parts = [
        translate("Download", "{done} of {total}").format(
            done=size_text(progress.done), total=size_text(progress.total)
        )
    ]
    if progress.phase == "fetch" and speed is not None:
        parts.append(translate("Download", "{size}/s").format(size=size_text(round(speed))))
        if speed > 0:
            parts.append(_time_left((progress.total - progress.done) / speed))
    return " · ".join(parts)


def doing_text(progress: Fetching | None) -> str:
    """What is going on right now."""
    if progress is None:
        return ""
    name = escape_text(progress.file, 70)
    match progress.phase:
        case "check":
            return translate("Download", "Comparing {name} with its hash").format(name=name)
        case "wait":
            return translate("Download", "{why} Trying again soon.").format(why=progress.why)
    return name


def _file_size(size: int) -> str:
    return size_text(size) if size >= 1000 else translate("Download", "{count} B").format(count=size)


def _time_left(seconds: float) -> str:
    if seconds < 90:
        return translate("Download", "{seconds} s left").format(seconds=format_count(max(1, round(seconds))))
    if seconds < 90 * 60:
        return translate("Download", "{minutes} min left").format(minutes=format_count(round(seconds / 60)))
    return translate("Download", "{hours} h left").format(hours=format_count(round(seconds / 3600)))
