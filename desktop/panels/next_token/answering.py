"""Keeps the card in step with the word that is searched for, the token at the cursor and the sliders.

Knows nothing about how answers are found, put into words or painted.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from desktop.panels.next_token.question import Question
from desktop.panels.next_token.scene import Scene
from desktop.panels.next_token.vocabulary import Vocabulary
from desktop.panels.next_token.why_not_card import WhyNotCard
from desktop.panels.next_token.why_not_rows import Spelling
from desktop.panels.next_token.why_not_words import Occasion, Story, offer_back, tell
from desktop.session import Session
from inference.sampling.settings import SamplingSettings

translate = QCoreApplication.translate


class Answering(QObject):
    """Between the question and the card.

    Args:
        session: whose settings the card's buttons change.
        card: shows the answer.
    """

    answered = Signal(bool)
    """Whether the card has something to say."""
    meant = Signal(int)
    """The word that is typed means this token now."""
    went_on = Signal()
    """A reply goes on with the word: there is nothing more to ask about it."""

    def __init__(self, session: Session, card: WhyNotCard) -> None:
        super().__init__(card)
        self._session = session
        self._card = card
        self._vocabulary = Vocabulary(None)
        self._text = ""
        self._told = -1
        self.question = Question(session, self)
        self.question.changed.connect(self._show)
        card.spelling_chosen.connect(self._choose)
        card.settings_chosen.connect(self._apply)
        card.go_on_asked.connect(self._go_on)

    def look_at(self, text: str, scene: Scene | None, vocabulary: Vocabulary) -> None:
        """Answer about a word at the token of a scene.

        Args:
            text: as typed, empty for no word.
            scene: the token; ``None`` while there is none.
            vocabulary: of the model.
        """
        if text != self._text:
            self._text, self._told = text, -1
        self._vocabulary = vocabulary
        self.question.ask(text, scene, vocabulary)

    def pick(self, token: int) -> None:
        """A person chose a token of the list."""
        if self._card.isVisible() and (token,) != self.question.meant[:1]:
            self.question.choose((token,))

    def rest(self) -> None:
        """Do nothing until there is something to look at."""
        self.question.rest()

    @Slot(object)
    def _choose(self, spelling: tuple[int, ...]) -> None:
        self.question.choose(spelling)

    @Slot(object)
    def _apply(self, settings: SamplingSettings) -> None:
        self.question.remember(settings)
        self._session.change_settings(settings)

    @Slot()
    def _go_on(self) -> None:
        scene, meant = self.question.answered_in, self.question.meant
        if scene is None:
            return
        text = b"".join(map(self._vocabulary.bytes_of, meant))
        if len(meant) > 1 and not any(token in self._vocabulary.special_ids for token in meant):
            goes_on = self._session.force(scene.moment.position, text.decode("utf-8", "replace"))
        else:
            goes_on = self._session.branch(scene.moment.position, *meant)
        if goes_on:
            self.went_on.emit()

    @Slot()
    def _show(self) -> None:
        question, show_piece = self.question, self._vocabulary.show_piece
        answer, scene = question.answer, question.answered_in
        if question.refusal:
            self._card.show_story(Story(sentence=question.refusal), (), (), None)
        elif answer is not None and scene is not None:
            moment = scene.moment
            before = show_piece(int(moment.history[-1]))
            occasion = Occasion(moment.position, before, moment.chosen, moment.step is not None)
            story = tell(answer, question.meant, show_piece, occasion)
            past = question.way_back
            back = offer_back(past, scene.settings) if past is not None else None
            self._card.show_story(story, self._spellings(), question.meant, back)
            other = question.meant[:1] != (moment.chosen,) or len(question.meant) > 1
            possible = other and self._session.can_vary(moment.position)
            self._card.offer_going_on("".join(map(show_piece, question.meant)) if possible else "")
        self.answered.emit(bool(question.refusal) or answer is not None)
        token = answer.token if answer is not None else -1
        if token != self._told:
            self._told = token
            self.meant.emit(token)

    def _spellings(self) -> list[Spelling]:
        shown = []
        for ids in self.question.spellings:
            pieces = " + ".join(self._vocabulary.show_piece(token) for token in ids)
            numbers = ", ".join(str(token) for token in ids)
            explanation = (
                translate("WhyNot", "one token, ID {ids}")
                if len(ids) == 1
                else translate("WhyNot", "{count} tokens, IDs {ids}")
            )
            shown.append(Spelling(ids, pieces, explanation.format(count=len(ids), ids=numbers)))
        return shown
