"""What the panel Two readings says in words: points, words and their tokens, why there is nothing to see.

Knows nothing about widgets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal, format_percent
from desktop.panels.attention.top_keys import SINK_SHARE
from desktop.panels.readings.reader import PairReader, SentenceInSight
from desktop.panels.readings.words import Word, occurrences
from desktop.plots.nearest_rows import NearestRow
from desktop.session import Session
from inference.contract import FloatArray
from inference.readings.contract import MOST_TOKENS, Similarity, VectorAtPoint, WordAtPoint
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate

_LONGEST_BEFORE = 40
"""Characters of what stands before a word that are quoted."""

_SAME = 0.9995
"""A cosine from here on is shown as 1."""


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


# ---------------------------------------------------------------- words


def headline(reader: PairReader, similarity: Similarity | None) -> str:
    """What became of the word, in a sentence."""
    first, second = reader.sentences
    if similarity is None or first.word is None or second.word is None:
        return ""
    values = {
        "word": _pair_text(first.word, second.word),
        "start": _cosine(similarity.cosines[0]),
        "end": _cosine(similarity.cosines[-1]),
    }
    if math.isnan(similarity.others[-1]):
        sentence = translate("Readings", "{word}: cosine {start} at the embedding, {end} after all layers.")
        return sentence.format(**values)
    sentence = translate(
        "Readings",
        "{word}: cosine {start} at the embedding, {end} after all layers; two unlike words there: {others}.",
    )
    return sentence.format(**values, others=_cosine(similarity.others[-1]))


def notes(session: Session, reader: PairReader) -> list[str]:
    """What there is to know about the sentences and the words, a sentence each."""
    first, second = reader.sentences
    found = [trouble for one in reader.sentences if (trouble := _trouble(one))]
    if found:
        return list(dict.fromkeys(found))
    if not (first.tokens and second.tokens):
        return []
    if first.word is None or second.word is None:
        return [
            translate(
                "Readings",
                "The sentences have no word in common. Click a token in each, and those are compared.",
            )
        ]
    if first.word.folded != second.word.folded:
        sentence = translate("Readings", "Two different words are compared, “{first}” and “{second}”.")
        found.append(sentence.format(first=first.word.text, second=second.word.text))
    for index, one in enumerate(reader.sentences):
        found += _about_word(index, one)
    found += _about_tokens(first, second, reader.similarity)
    found.append(_before(first, second))
    if session.muting.intervention:
        found.append(translate("Readings", "What is muted in the conversation is not muted here."))
    return found


def _trouble(sentence: SentenceInSight) -> str:
    """Why a sentence cannot be compared; empty where it can, or may."""
    if sentence.text is None:
        return ""
    if not sentence.text.strip():
        return translate("Readings", "One of the sentences is empty: type both.")
    if sentence.refusal:
        return sentence.refusal
    if not sentence.too_long:
        return ""
    if sentence.tokens:
        long = translate(
            "Readings", "A sentence has {count} tokens; {most} are the most that are compared. Shorten it."
        )
        return long.format(count=format_count(len(sentence.tokens)), most=format_count(MOST_TOKENS))
    long = translate(
        "Readings",
        "A sentence has {count} characters; {most} tokens are the most that are compared. Shorten it.",
    )
    return long.format(count=format_count(len(sentence.text)), most=format_count(MOST_TOKENS))


def _about_word(index: int, sentence: SentenceInSight) -> list[str]:
    """What there is to know about the word of one sentence."""
    word, found = sentence.word, []
    assert word is not None
    count = occurrences(sentence.tokens, word)
    if count > 1:
        repeated = (
            translate("Readings", "“{word}” is {count} times in the first sentence; click the one you mean."),
            translate(
                "Readings", "“{word}” is {count} times in the second sentence; click the one you mean."
            ),
        )[index]
        found.append(repeated.format(word=word.text, count=format_count(count)))
    if word.last == 0:
        begins = (
            translate(
                "Readings",
                "In the first sentence the word is the very first token: models park attention there, and its "
                "vector says little about the word.",
            ),
            translate(
                "Readings",
                "In the second sentence the word is the very first token: models park attention there, and its "
                "vector says little about the word.",
            ),
        )[index]
        found.append(begins)
    return found


def _about_tokens(
    first: SentenceInSight, second: SentenceInSight, similarity: Similarity | None
) -> list[str]:
    """Which tokens are compared, and why they may differ from the start."""
    assert first.word is not None
    assert second.word is not None
    found = []
    one, other = first.tokens[first.word.last], second.tokens[second.word.last]
    longer = max(
        (first, second), key=lambda each: 0 if each.word is None else each.word.stop - each.word.start
    )
    if longer.word is not None and longer.word.stop - longer.word.start > 1:
        sentence = translate(
            "Readings",
            "“{word}” is {tokens}; its last token is compared, for only there the model has read the whole word.",
        )
        found.append(sentence.format(word=longer.word.text, tokens=_token_sum(longer)))
    if one.id != other.id:
        sentence = translate(
            "Readings",
            "The IDs differ ({first} “{one}”, {second} “{other}”): a space before it or a capital makes another "
            "token, so the vectors differ from the start.",
        )
        pieces = {"one": render_piece(one.piece), "other": render_piece(other.piece)}
        found.append(sentence.format(first=one.id, second=other.id, **pieces))
    elif similarity is not None and similarity.cosines[0] < _SAME:
        found.append(
            translate(
                "Readings",
                "This model adds the position to the embedding: one token in two places starts apart.",
            )
        )
    return found


def _before(first: SentenceInSight, second: SentenceInSight) -> str:
    """What the model has read when it comes to each word."""
    texts = []
    for one in (first, second):
        assert one.word is not None
        typed = [token.piece for token in one.tokens[: one.word.start] if token.part == "user"]
        text = " ".join(b"".join(typed).decode("utf-8", "replace").split())
        text = text if len(text) <= _LONGEST_BEFORE else "…" + text[-_LONGEST_BEFORE:]
        texts.append(translate("Readings", "“{text}”").format(text=text) if text else "")
    if not any(texts):
        return translate(
            "Readings", "Nothing stands before the word in either sentence, so nothing can change it."
        )
    sentence = translate(
        "Readings",
        "The model reads from the left: only what stands before the word can change its vector, here {first}, there "
        "{second}.",
    )
    first_text, second_text = (text or translate("Readings", "nothing") for text in texts)
    return sentence.format(first=first_text, second=second_text)


def _token_sum(sentence: SentenceInSight) -> str:
    word = sentence.word
    assert word is not None
    return " + ".join(render_piece(token.piece) for token in sentence.tokens[word.start : word.stop])


def _pair_text(first: Word, second: Word) -> str:
    if first.folded == second.folded:
        return translate("Readings", "“{word}”").format(word=first.text)
    return translate("Readings", "“{first}” and “{second}”").format(first=first.text, second=second.text)


# ---------------------------------------------------------------- chart


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
        return _pair_text(first, second)
    return translate("Readings", "“{word}” in both").format(word=first.text)


def others_line() -> str:
    """The name of the line that it is compared with."""
    return translate("Readings", "other, unlike words")


# ---------------------------------------------------------------- at a point


def column_title(index: int, sentence: SentenceInSight) -> str:
    """Which word of which sentence a column is about."""
    word = "" if sentence.word is None else sentence.word.text
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
