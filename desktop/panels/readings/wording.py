"""What the panel Two readings says in words: points, lines, lists, why there is nothing to see.

Knows nothing about widgets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal, format_percent
from desktop.panels.attention.top_keys import SINK_SHARE
from desktop.panels.readings.reader import PairReader
from desktop.panels.readings.sentence_in_sight import SentenceInSight
from desktop.panels.readings.words import Word
from desktop.plots.nearest_rows import NearestRow
from desktop.session import Session
from inference.contract import FloatArray
from inference.readings.contract import Similarity, VectorAtPoint, WordAtPoint
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate


def why_empty(session: Session) -> str:
    """Why nothing can be shown; empty where something can."""
    if session.model is None:
        return translate(
            "Readings",
            "Here you will see how one word becomes two in two sentences, layer by layer, once a model is loaded.",
        )
    if session.recorded:
        return translate(
            "Readings", "Only what was recorded is here; open the model to read sentences with it."
        )
    return session.inside_only


# ---------------------------------------------------------------- points


def point_name(point: int, points: int) -> str:
    """A point of the stream, to follow a colon or to stand alone."""
    if point == 0:
        return translate("Readings", "at the embedding")
    if point == points - 1:
        return translate("Readings", "after the final norm")
    return translate("Readings", "after layer {layer}").format(layer=point - 1)


def short_point_name(point: int, points: int) -> str:
    """The same where there is little room."""
    if point == 0:
        return translate("Readings", "in")
    return translate("Readings", "norm") if point == points - 1 else str(point - 1)


# ---------------------------------------------------------------- chart


def headline(reader: PairReader, similarity: Similarity | None, *, centred: bool) -> str:
    """What became of the word, in a sentence with the numbers that the chart shows."""
    first, second = reader.sentences
    if similarity is None or first.word is None or second.word is None:
        return ""
    cosines = similarity.centred if centred else similarity.cosines
    others = (similarity.others_centred if centred else similarity.others)[-1]
    values = {
        "word": pair_text(first.word, second.word),
        "start": _cosine(cosines[0]),
        "end": _cosine(cosines[-1]),
    }
    if centred:
        sentence = translate(
            "Readings",
            "{word}, mean taken off: cosine {start} at the embedding, {end} after all layers.",
        )
    else:
        sentence = translate("Readings", "{word}: cosine {start} at the embedding, {end} after all layers.")
    told = sentence.format(**values)
    if math.isnan(others):
        return told
    compared = translate("Readings", "Other words there, on average: {others}.")
    return f"{told} {compared.format(others=_cosine(others))}"


def pair_text(first: Word, second: Word) -> str:
    """Both words, or the one that they are."""
    if first.folded == second.folded:
        return translate("Readings", "“{word}”").format(word=first.shown)
    return translate("Readings", "“{first}” and “{second}”").format(first=first.shown, second=second.shown)


def explanation(*, centred: bool) -> str:
    """How to read the lines."""
    if centred:
        return translate(
            "Readings",
            "All vectors share a direction, which hides what tells them apart. Here the mean of both sentences’ "
            "vectors (without the first token of each) is taken off before they are compared.",
        )
    return translate(
        "Readings",
        "1 is the same direction, 0 has nothing in common. The dashed line is the mean of pairs of other, unlike "
        "tokens: vectors of one model share a direction, so even those are alike.",
    )


def word_line(first: Word | None, second: Word | None) -> str:
    """The name of the line of the word."""
    if first is None or second is None:
        return ""
    if first.folded != second.folded:
        return pair_text(first, second)
    return translate("Readings", "“{word}” in both").format(word=first.shown)


def others_line() -> str:
    """The name of the line that it is compared with."""
    return translate("Readings", "other, unlike words")


# ---------------------------------------------------------------- at a point


def column_title(index: int, sentence: SentenceInSight) -> str:
    """Which word of which sentence a column is about."""
    word = "" if sentence.word is None else sentence.word.shown
    if index == 0:
        return translate("Readings", "“{word}” in the first sentence").format(word=word)
    return translate("Readings", "“{word}” in the second sentence").format(word=word)


def no_attention(point: int) -> str:
    """Why there is no attention at a point."""
    if point == 0:
        return translate("Readings", "Before the first layer a token looks at no other: it is only itself.")
    return translate(
        "Readings", "The final norm looks at no other token; choose a layer to see its attention."
    )


def attention_title(point: int, weights: FloatArray) -> str:
    """Above the attention of a layer."""
    if len(weights) > 1 and weights[0] >= SINK_SHARE:
        sentence = translate("Readings", "Looks at, in layer {layer}; the first token is an attention sink")
    else:
        sentence = translate("Readings", "Looks at, in layer {layer}")
    return sentence.format(layer=point - 1)


def nearest_title(nearness: str) -> str:
    """Above the nearest entries."""
    if nearness == "head":
        return translate("Readings", "Would be said next, if the model ended here  (• in both lists)")
    return translate("Readings", "Nearest embeddings, by cosine  (• in both lists)")


def rows(found: WordAtPoint, pieces: Sequence[bytes]) -> tuple[list[NearestRow], list[NearestRow]]:
    """The nearest entries to both words."""
    common = {*found.first.ids.tolist()} & {*found.second.ids.tolist()}

    def of(vector: VectorAtPoint) -> list[NearestRow]:
        longest = 1.0 if found.nearness == "head" else max(float(vector.values.max(initial=0.0)), 1e-9)
        return [
            NearestRow(piece(pieces, token), value / longest, _value(value, found.nearness), token in common)
            for token, value in zip(vector.ids.tolist(), vector.values.tolist(), strict=True)
        ]

    return of(found.first), of(found.second)


def piece(pieces: Sequence[bytes], token: int) -> str:
    """A token's text."""
    return render_piece(pieces[token]) if token < len(pieces) else str(token)


def weights_of(vector: VectorAtPoint, head: str) -> FloatArray:
    """What the word looks at by one head, or by the mean or maximum over all: ``float32 [tokens]``.

    Args:
        vector: with attention.
        head: a number, ``"mean"`` or ``"max"``.
    """
    every = vector.attention
    if head == "max":
        return every.max(axis=0)
    if head.isdecimal() and int(head) < len(every):
        return np.asarray(every[int(head)], np.float32)
    return every.mean(axis=0)


def progress(reader: PairReader) -> str:
    """How far the sentences are read."""
    done, total = format_count(reader.progress.done), format_count(reader.progress.total)
    if reader.stopped:
        return translate("Readings", "Stopped after {done} of {total} tokens.").format(done=done, total=total)
    if reader.progress.total:
        return translate("Readings", "Reading: {done} of {total} tokens …").format(done=done, total=total)
    return translate("Readings", "The sentences are being read …")


def waiting() -> str:
    """While a reply is written."""
    return translate("Readings", "A reply is being written; sentences are read when it is done.")


def _cosine(value: float) -> str:
    return "–" if math.isnan(value) else format_decimal(float(value), 2)


def _value(value: float, nearness: str) -> str:
    if nearness == "head":
        return translate("Readings", "{percent} %").format(percent=format_percent(value))
    return format_decimal(value, 3)
