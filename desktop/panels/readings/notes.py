"""What there is to know about two sentences before their words are compared, a sentence each.

Knows nothing about widgets.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count
from desktop.panels.readings.reader import PairReader
from desktop.panels.readings.sentence_in_sight import SentenceInSight
from desktop.panels.readings.words import occurrences
from desktop.piece_text import shown
from desktop.session import Session
from inference.readings.contract import MOST_TOKENS, Similarity
from models.tokenizer.pieces import render_piece

translate = QCoreApplication.translate

_LONGEST_BEFORE = 40
"""Characters of what stands before a word that are quoted."""

_SAME = 0.9995
"""A cosine from here on is shown as 1."""


def about(session: Session, reader: PairReader) -> list[str]:
    """What there is to know now; empty where that is nothing."""
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
        found.append(sentence.format(first=first.word.shown, second=second.word.shown))
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
            translate(
                "Readings", "“{word}” occurs {count} times in the first sentence; click the one you mean."
            ),
            translate(
                "Readings", "“{word}” occurs {count} times in the second sentence; click the one you mean."
            ),
        )[index]
        found.append(repeated.format(word=word.shown, count=format_count(count)))
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
        found.append(sentence.format(word=longer.word.shown, tokens=_token_sum(longer)))
    if first.word.folded != second.word.folded:
        return found  # they differ anyway
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
        text = " ".join(shown(b"".join(typed).decode("utf-8", "replace")).split())
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
