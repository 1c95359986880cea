"""Reads two sentences: their tokens, the word they share, its vectors, and what is known of it at one point.

Knows no widget. While a reply is written only tokens are asked for; the rest waits for its end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal, Slot

from desktop.inquiry import Inquiry
from desktop.panels.readings.sentence_in_sight import LONGEST, Progress, SentenceInSight
from desktop.panels.readings.words import run_of, shared_word, word_at
from desktop.phase import Phase
from desktop.session import Session
from inference.contract import ChatPrompt, Failed, Message, Prompt, RawPrompt, ReadPrompt, Token
from inference.readings.contract import (
    CompareReadings,
    Nearness,
    ReadWordAtPoint,
    Similarity,
    WordAtPoint,
    WordInSentence,
)


@dataclass(slots=True)
class _Known:
    """What the engine has said about a pair of words."""

    pair: tuple[WordInSentence, WordInSentence]
    similarity: Similarity | None = None
    at_points: dict[tuple[int, Nearness], WordAtPoint] = field(default_factory=dict)


class PairReader(QObject):
    """Asks, and keeps what was answered about the present pair of words.

    Args:
        session: whose engine is asked.
        parent: owner.
    """

    changed = Signal()
    """Something arrived, or was given up."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.sentences = (SentenceInSight(), SentenceInSight())
        self._templated = False
        self._preferred = ""
        self._known: _Known | None = None
        self.progress = Progress()
        self.stopped = False
        """Whether a person stopped the reading."""
        self.refusal = ""
        """Why nothing can be compared, in a sentence."""
        self.point_refusal = ""
        """Why nothing is shown of the chosen point, in a sentence."""
        self._token_inquiries = (Inquiry(session, self), Inquiry(session, self))
        self._comparing, self._looking = Inquiry(session, self), Inquiry(session, self)
        first, second = self._token_inquiries
        first.answered.connect(self._take_first_tokens)
        second.answered.connect(self._take_second_tokens)
        first.refused.connect(self._take_no_first_tokens)
        second.refused.connect(self._take_no_second_tokens)
        self._comparing.answered.connect(self._take_similarity)
        self._comparing.refused.connect(self._take_refusal)
        self._looking.answered.connect(self._take_point)
        self._looking.refused.connect(self._take_point_refusal)

    # ------------------------------------------------------------ what is known

    @property
    def pair(self) -> tuple[WordInSentence, WordInSentence] | None:
        """The words that are compared; ``None`` while one of them is missing."""
        first, second = (sentence.asked for sentence in self.sentences)
        return None if first is None or second is None else (first, second)

    @property
    def similarity(self) -> Similarity | None:
        """Of the present pair, where it is known."""
        return self._known.similarity if self._known is not None and self._known.pair == self.pair else None

    @property
    def reading(self) -> bool:
        """Whether the engine is reading the sentences."""
        return self._comparing.pending

    @property
    def expects(self) -> bool:
        """Whether something that can be compared is on its way."""
        if any(inquiry.pending for inquiry in self._token_inquiries):
            return True
        return self.pair is not None and not self.refusal and not self.stopped

    def at_point(self, point: int, nearness: Nearness) -> WordAtPoint | None:
        """What is known of the pair at a point."""
        known = self._known
        return None if known is None or known.pair != self.pair else known.at_points.get((point, nearness))

    # ------------------------------------------------------------ what is wanted

    def follow(self, texts: tuple[str, str], *, templated: bool) -> None:
        """Have the tokens of two texts; what was known of others is forgotten."""
        for index, text in enumerate(texts):
            sentence = self.sentences[index]
            if text == sentence.text and templated == self._templated:
                continue
            sentence.text, sentence.tokens, sentence.word, sentence.refusal = text, (), None, ""
            self._begin_anew()
            self._token_inquiries[index].forget()
            if text.strip() and len(text) <= LONGEST:
                prompt: Prompt = ChatPrompt((Message("user", text),)) if templated else RawPrompt(text)
                self._token_inquiries[index].ask(ReadPrompt, prompt=prompt)
        self._templated = templated

    def choose(self, index: int, position: int, *, extend: bool = False) -> None:
        """Look at the word of a token; in the other sentence at the same word too, where it has that.

        Args:
            index: of the sentence.
            position: of the token.
            extend: whether the run that is chosen is to reach as far as the token instead.
        """
        sentence, other = self.sentences[index], self.sentences[1 - index]
        if not 0 <= position < len(sentence.tokens):
            return
        if extend and sentence.word is not None:
            start, stop = min(sentence.word.start, position), max(sentence.word.stop, position + 1)
            sentence.word = run_of(sentence.tokens, start, stop)
        else:
            sentence.word = word_at(sentence.tokens, position)
        self._preferred = sentence.word.folded
        if other.word is None or other.word.folded != self._preferred:
            found = shared_word(other.tokens, other.tokens, self._preferred)
            if found is not None and found[0].folded == self._preferred:
                other.word = found[0]
        self._begin_anew()
        self.changed.emit()

    def compare(self) -> None:
        """Have the vectors of the present pair compared, if they can be now."""
        pair = self.pair
        ready = self._session.phase is Phase.READY
        if pair is None or self.similarity is not None or self.refusal or self.stopped or not ready:
            return
        self._comparing.ask(CompareReadings, first=pair[0], second=pair[1])

    def look(self, point: int, nearness: Nearness) -> None:
        """Have what is known of the pair at a point, if that can be now."""
        pair = self.pair
        if pair is None or self.similarity is None or self._session.phase is not Phase.READY:
            return
        if self.at_point(point, nearness) is None and not self.point_refusal:
            self._looking.ask(ReadWordAtPoint, first=pair[0], second=pair[1], point=point, nearness=nearness)

    def look_elsewhere(self) -> None:
        """Another point or another nearness is wanted: why one could not be shown says nothing about it."""
        self.point_refusal = ""

    @Slot()
    def stop(self) -> None:
        """Read no further, at once."""
        if self.reading:
            self._comparing.forget()
            self.stopped = True
            self._session.stop_measuring()
            self.changed.emit()

    @Slot()
    def go_on(self) -> None:
        """Read on after `stop`."""
        self.stopped = False
        self.changed.emit()

    def rest(self) -> None:
        """Ask nothing for now."""
        for inquiry in (*self._token_inquiries, self._comparing, self._looking):
            inquiry.forget()
        for sentence in self.sentences:
            if not sentence.tokens:
                sentence.text = None

    def forget(self) -> None:
        """Another model is there, or other weights: nothing is known."""
        self.rest()
        for sentence in self.sentences:
            sentence.text, sentence.tokens, sentence.word, sentence.refusal = None, (), None, ""
        self._known = None
        self._begin_anew()
        self.changed.emit()

    def _begin_anew(self) -> None:
        self._comparing.forget()
        self._looking.forget()
        self.progress, self.stopped = Progress(), False
        self.refusal = self.point_refusal = ""

    # ------------------------------------------------------------ answers

    @Slot(object)
    def _take_first_tokens(self, tokens: tuple[Token, ...]) -> None:
        self._take_tokens(0, tokens)

    @Slot(object)
    def _take_second_tokens(self, tokens: tuple[Token, ...]) -> None:
        self._take_tokens(1, tokens)

    def _take_tokens(self, index: int, tokens: tuple[Token, ...]) -> None:
        asked = self._token_inquiries[index].query
        assert isinstance(asked, ReadPrompt)
        prompt = asked.prompt
        text = prompt.text if isinstance(prompt, RawPrompt) else None
        if isinstance(prompt, ChatPrompt):
            text = prompt.messages[0].text
        if text != self.sentences[index].text or isinstance(prompt, ChatPrompt) != self._templated:
            return  # of an older text; the present one's come
        self.sentences[index].tokens = tokens
        first, second = self.sentences
        if first.tokens and second.tokens:
            found = shared_word(first.tokens, second.tokens, self._preferred)
            first.word, second.word = (None, None) if found is None else found
        self.changed.emit()

    @Slot(object)
    def _take_no_first_tokens(self, failed: Failed) -> None:
        self._take_no_tokens(0, failed)

    @Slot(object)
    def _take_no_second_tokens(self, failed: Failed) -> None:
        self._take_no_tokens(1, failed)

    def _take_no_tokens(self, index: int, failed: Failed) -> None:
        if failed.case == "interrupted":
            self.sentences[index].text = None  # asked for anew
        else:
            self.sentences[index].refusal = f"{failed.what} {failed.remedy}"
        self.changed.emit()

    @Slot(object)
    def _take_similarity(self, found: Similarity) -> None:
        asked = self._comparing.query
        assert isinstance(asked, CompareReadings)
        if (asked.first, asked.second) != self.pair:
            return
        self.progress = Progress(found.done, found.total)
        if found.complete:
            self._known = _Known((asked.first, asked.second), found)
        self.changed.emit()

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        asked = self._comparing.query
        assert isinstance(asked, CompareReadings)
        # What interrupted it comes next, and when that is done all is asked anew.
        if (asked.first, asked.second) == self.pair and failed.case not in ("interrupted", "reply-running"):
            self.refusal = f"{failed.what} {failed.remedy}"
        self.changed.emit()

    @Slot(object)
    def _take_point(self, found: WordAtPoint) -> None:
        asked, known = self._looking.query, self._known
        assert isinstance(asked, ReadWordAtPoint)
        if known is not None and known.pair == (asked.first, asked.second):
            known.at_points[found.point, found.nearness] = found
            self.changed.emit()

    @Slot(object)
    def _take_point_refusal(self, failed: Failed) -> None:
        asked = self._looking.query
        assert isinstance(asked, ReadWordAtPoint)
        if (asked.first, asked.second) == self.pair and failed.case not in ("interrupted", "reply-running"):
            self.point_refusal = f"{failed.what} {failed.remedy}"
        self.changed.emit()
