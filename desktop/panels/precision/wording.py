"""What the precision panel says in words: figures, how a format was had, why there is nothing to see.

Knows nothing about widgets.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal, format_exact, format_percent, size_text
from desktop.panels.precision.replays import Replays
from desktop.session import Session
from inference.contract import Loaded
from inference.precision.contract import REFERENCE, FormatName, FormatRun
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate

NOTHING = "–"


def why_empty(session: Session, count: int) -> str:
    """Why nothing can be shown; empty where something can.

    Args:
        session: the window's state.
        count: tokens of the newest reply.
    """
    if session.model is None:
        return translate(
            "Precision",
            "Here you will see what fewer bits would make of a reply, as soon as a model is loaded.",
        )
    if session.inside_only:
        return session.inside_only
    if session.recorded:
        return translate(
            "Precision", "Only what was recorded is here; open the model to read a reply in other formats."
        )
    if not count:
        return translate(
            "Precision",
            "Send a message: its reply can then be read again in FP32, FP16, BF16, INT8 and INT4, to see what "
            "fewer bits change.",
        )
    return ""


def headline(replays: Replays, count: int) -> str:
    """One line about what is shown, or what is being done."""
    if replays.reading is not None:
        sentence = (
            translate("Precision", "Making the model in {format} · format {place} of {count} · {share} %")
            if replays.making
            else translate(
                "Precision", "Reading the reply in {format} · format {place} of {count} · {share} %"
            )
        )
        place, wanted = replays.place
        return sentence.format(
            format=replays.reading,
            place=format_count(place),
            count=format_count(wanted),
            share=format_count(int(100 * replays.share)),
        )
    ended, said = _ended(replays), compared(replays, count)
    return f"{ended} · {said}" if ended else said


def compared(replays: Replays, count: int) -> str:
    """What is compared with what."""
    reference = replays.reference
    if reference is None:
        sentence = translate("Precision", "{count} tokens to be read in five formats")
        return sentence.format(count=format_count(count))
    sentence = translate(
        "Precision", "{count} tokens · compared with FP32 of the model’s own numbers ({numbers})"
    )
    return sentence.format(count=format_count(reference.count), numbers=reference.numbers)


def _ended(replays: Replays) -> str:
    """Why less was read than somebody wanted; empty where nothing is missing, or its row says why."""
    if replays.ended == "message":
        return translate("Precision", "A new message ended the reading")
    if replays.ended:
        return translate("Precision", "Something else that was asked of the model ended the reading")
    if replays.kept:
        name, why = next(iter(replays.kept.items()))
        return translate("Precision", "{format} was not read again: {why}").format(format=name, why=why)
    return ""


def no_lines() -> str:
    """Why there is no line to be seen yet."""
    return translate(
        "Precision",
        "FP32 is what the others are compared with: lines can be seen as soon as another format is read.",
    )


def how(run: FormatRun) -> str:
    """How a format was had, in a word or two."""
    if run.format == REFERENCE:
        said = translate("Precision", "reference")
    else:
        said = translate("Precision", "emulated") if run.emulated else translate("Precision", "real")
    return translate("Precision", "{how}, in use").format(how=said) if run.in_use else said


def how_hint(run: FormatRun) -> str:
    """What that means, in sentences."""
    match run.format:
        case "FP32":
            said = translate(
                "Precision", "The model’s own numbers ({numbers}), computed with in 32 bits by the runtime."
            )
        case "FP16" | "BF16" if run.emulated:
            said = translate(
                "Precision",
                "Every weight, and what every operator puts out, the logits too, is rounded to {format}; sums "
                "within an operator have 32 bits. Keys stay as the attention kernel rotated them.",
            )
        case "FP16" | "BF16":
            said = translate("Precision", "The runtime’s own operators for {format}.")
        case _:
            said = translate(
                "Precision",
                "Matrices are kept as {format} in blocks of 32 with a 32-bit scale each, and multiplied by the "
                "runtime’s own operators, which round what comes in to 8 bits; the rest has 32 bits.",
            )
    said = said.format(numbers=run.numbers, format=run.format)
    device = translate("Precision", "It ran on {device}.").format(device=run.device)
    used = (
        translate("Precision", "So the model that wrote the reply keeps its weights.") if run.in_use else ""
    )
    return " ".join(filter(None, (said, device, used)))


def before(session: Session) -> str:
    """What will be done, and what it costs."""
    said = translate(
        "Precision",
        "“Read in five formats” opens the same model beside the one in use, in one format after the other, and has "
        "it read this reply as it stands: nothing is written anew, and the conversation stays as it is.",
    )
    return " ".join(filter(None, (said, _disk(session.model), _uncounted(session))))


def notes(session: Session) -> str:
    """What has to be known to read the table."""
    said = translate(
        "Precision",
        "Emulated: numbers are rounded to the format and added up in 32 bits, so there is no speed to tell. "
        "INT8 and INT4 are real: blocks of 32 with the runtime’s own products.",
    )
    return " ".join(filter(None, (said, _uncounted(session))))


def _uncounted(session: Session) -> str:
    if not session.muting.intervention and not session.inspection.bits:
        return ""
    return translate("Precision", "What is muted, and which bits are flipped, does not count here.")


def _disk(model: Loaded | None) -> str:
    """What FP32 takes on the disk where it has to be made of the file first; empty where it has not."""
    if model is None or model.report.format == "onnx" or model.report.variant == "fp32":
        return ""
    sentence = translate("Precision", "The model in FP32 is kept in the library: {size} on the disk.")
    return sentence.format(size=size_text(4 * model.parameters))


def speed(run: FormatRun) -> str:
    """Tokens a second, where that is of the format itself."""
    found = run.tokens_per_s
    return NOTHING if found is None else format_decimal(found, 1)


def speed_hint(run: FormatRun) -> str:
    """What the speed is, or why there is none."""
    if run.emulated:
        return translate("Precision", "An emulation says nothing about how fast the format is.")
    if run.tokens_per_s is None:
        return translate("Precision", "The reply is too short to measure it.")
    sentence = translate("Precision", "{count} tokens were read one at a time, {ms} ms each.")
    ms = float(run.step_ms.mean())
    return sentence.format(count=format_count(len(run.step_ms)), ms=format_decimal(ms, 1))


def memory_hint(run: FormatRun) -> str:
    """Weights and cache apart."""
    sentence = translate(
        "Precision", "{weights} for the weights; keys and values of this conversation take {cache} more."
    )
    if run.emulated:
        sentence += " " + translate("Precision", "The emulation itself takes as much as FP32.")
    return sentence.format(weights=size_text(run.weights), cache=size_text(run.cache))


def perplexity(run: FormatRun) -> str:
    """Of the reply."""
    value = run.perplexity
    return format_decimal(value, 3) if value < 1e5 else format_exact(value, 2)


def nats(value: float) -> str:
    """A divergence."""
    if math.isinf(value):
        return "∞"
    return format_exact(value, 2)


def flips_hint(count: int, total: int) -> str:
    """How many of the tokens that are."""
    sentence = translate("Precision", "{count} of {total} tokens, {share} %.")
    share = format_decimal(100 * count / max(total, 1), 1)
    return sentence.format(count=format_count(count), total=format_count(total), share=share)


def piece(model: Loaded | None, token: int) -> str:
    """A token as text."""
    pieces = model.vocabulary if model is not None else ()
    return render_piece(pieces[token]) if 0 <= token < len(pieces) else str(token)


def token_sentence(
    model: Loaded | None, name: FormatName, run: FormatRun, reference: FormatRun | None, index: int
) -> str:
    """One token in one format, in one line."""
    sentence = translate("Precision", "{format}: {p} %, rank {rank}, KL {kl} nats")
    said = sentence.format(
        format=name,
        p=format_percent(math.exp(run.logprobs[index])),
        rank=format_count(int(run.ranks[index])),
        kl=nats(float(run.divergence[index])),
    )
    if reference is not None and run.top[index] != reference.top[index]:
        instead = translate("Precision", "most probable instead: “{piece}” {p} %")
        said += ", " + instead.format(
            piece=piece(model, int(run.top[index])), p=format_percent(math.exp(run.top_logprobs[index]))
        )
    return said
