"""The answer to “why not this word?” in sentences, and what can be done about it.

Knows nothing about widgets or about how an answer is found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal
from desktop.panels.next_token.why_not_figures import (
    Stop,
    draw_range,
    edge_text,
    percent,
    present_value,
    stage_named,
    value_text,
    way_of,
)
from desktop.panels.next_token.wording import setting_label, stage_label
from inference.sampling.chain import STAGES
from inference.sampling.needs import Need
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings
from inference.sampling.why_not import Removal, Way, WhyNot

translate = QCoreApplication.translate

ShowPiece = Callable[[int], str]
_STAGES = {stage.setting: stage for stage in STAGES}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where a word might have stood.

    Args:
        position: of the token.
        before: piece of the token before it.
        chosen: the token that stands there.
        recorded: whether the draw was recorded with a reply, or is only what the present seed gives.
    """

    position: int
    before: str
    chosen: int
    recorded: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Settings that can be applied.

    Args:
        label: of the button.
        explanation: for the tooltip and for screen readers.
        settings: to be applied.
    """

    label: str
    explanation: str
    settings: SamplingSettings


@dataclass(frozen=True, slots=True)
class Story:
    """An answer in words.

    Args:
        question: what was asked, for the copied text.
        sentence: what became of the token, and why.
        lead: what stands before the offers; may be empty.
        offers: settings with which it would have been different.
        way: where the token stood, from the model to the stage that removed it or to the last.
        notes: what else there is to say, a sentence each.
    """

    question: str = ""
    sentence: str = ""
    lead: str = ""
    offers: tuple[Offer, ...] = ()
    way: tuple[Stop, ...] = ()
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """All of it as plain text, for the clipboard and for screen readers."""
        way = " → ".join(f"{stop.label}: {stop.figures}" for stop in self.way)
        lead = f"{self.lead} {'; '.join(offer.label for offer in self.offers)}".strip()
        lines = (self.question, self.sentence, lead, way, *self.notes)
        return "\n".join(line for line in lines if line) + "\n"


def tell(answer: WhyNot, word: Sequence[int], show_piece: ShowPiece, occasion: Occasion) -> Story:
    """Put an answer into words.

    Args:
        answer: about the first token of a word.
        word: IDs of all its tokens.
        show_piece: gives the text of a token.
        occasion: where.
    """
    sentence = _sentence(answer, show_piece, occasion)
    lead, notes = "", _notes_on_rest(word, show_piece)
    offers: tuple[Offer, ...] = ()
    if answer.removal is not None:
        said, lead, offers = _ways(answer)
        sentence = f"{sentence} {said}".strip()
        notes = (*_notes_on_limits(answer), *_note_on_draws(answer, offers, occasion), *notes)
    elif answer.same_dice is not None:
        lead = translate("WhyNot", "The same draw picks it at")
        offers = (_offer(answer.settings, (answer.same_dice,), None),)
    elif not answer.masked and answer.picked != answer.token:
        bounds = SETTING_BOUNDS["temperature"]
        none = translate("WhyNot", "At no temperature from {minimum} to {maximum} does this draw pick it.")
        ends = {"minimum": format_count(int(bounds.minimum)), "maximum": format_count(int(bounds.maximum))}
        notes = (none.format(**ends), *notes)
    return Story(
        question=_question(word, show_piece, occasion),
        sentence=sentence,
        lead=lead,
        offers=offers,
        way=() if answer.masked else way_of(answer),
        notes=notes,
    )


def removal_sentence(piece: str, removal: Removal) -> str:
    """Which stage removed a token, and by what measure."""
    one = removal.rank == 2
    sentences = {
        "top-k": translate("WhyNot", "Top-k {value} removes “{piece}”: one token is more likely.")
        if one
        else translate("WhyNot", "Top-k {value} removes “{piece}”: {count} tokens are more likely."),
        "top-p": translate(
            "WhyNot", "Top-p {value} removes “{piece}”: the token before it has {share} already."
        )
        if one
        else translate(
            "WhyNot", "Top-p {value} removes “{piece}”: the {count} tokens before it have {share} already."
        ),
        "min-p": translate(
            "WhyNot",
            "Min-p {value} removes “{piece}”: it has only {ratio} of the most likely token’s probability.",
        ),
        "temperature": translate(
            "WhyNot", "Temperature {value} removes “{piece}”: it leaves only the most likely token."
        ),
    }
    other = translate("WhyNot", "{stage} {value} removes “{piece}”.")
    return sentences.get(removal.stage, other).format(
        stage=stage_label(removal.stage),
        value=value_text(stage_named(removal.stage), removal.value),
        piece=piece,
        count=format_count(removal.rank - 1),
        share=percent(removal.share_before),
        ratio=percent(removal.ratio),
    )


def offer_back(before: SamplingSettings, now: SamplingSettings) -> Offer:
    """Undoes an offer that was taken.

    Args:
        before: the settings before it.
        now: those it made.
    """
    changed = [stage for stage in STAGES if getattr(before, stage.setting) != getattr(now, stage.setting)]
    values = " + ".join(f"{setting_label(stage)} {present_value(stage, before)}" for stage in changed)
    label = translate("WhyNot", "Back to {settings}").format(settings=values)
    return Offer(label, translate("WhyNot", "Undo what was chosen here."), before)


def _question(word: Sequence[int], show_piece: ShowPiece, occasion: Occasion) -> str:
    question = translate("WhyNot", "Why not “{word}” at position {position}, after “{before}”?")
    pieces = "".join(show_piece(token) for token in word)
    return question.format(word=pieces, position=format_count(occasion.position), before=occasion.before)


def _sentence(answer: WhyNot, show_piece: ShowPiece, occasion: Occasion) -> str:
    piece = show_piece(answer.token)
    if answer.removal is not None:
        return removal_sentence(piece, answer.removal)
    if answer.masked:
        sentence = translate(
            "WhyNot",
            "The model itself rules out “{piece}”: its logit is minus infinity, and no setting changes that.",
        )
    elif answer.draws is None:
        sentence = translate(
            "WhyNot",
            "“{piece}” survives every stage, but is so unlikely that no draw falls on it; {draw} picks “{picked}”.",
        )
    elif answer.picked != answer.token:
        sentence = translate(
            "WhyNot",
            "“{piece}” survives every stage. Draws from {low} to {high} pick it; {draw} picks “{picked}”.",
        )
    elif occasion.chosen == answer.token:
        sentence = translate(
            "WhyNot", "“{piece}” is what stands here. Draws from {low} to {high} pick it, and {draw} does."
        )
    else:
        sentence = translate(
            "WhyNot",
            "“{piece}” is what is picked now. Draws from {low} to {high} pick it, and {draw} does.",
        )
    low, high = draw_range(*answer.draws) if answer.draws is not None else ("", "")
    draw = (
        translate("WhyNot", "the recorded draw, {draw},")
        if occasion.recorded
        else translate("WhyNot", "the present seed’s draw, {draw},")
    ).format(draw=format_decimal(answer.draw, 4))
    return sentence.format(piece=piece, low=low, high=high, draw=draw, picked=show_piece(answer.picked))


def _ways(answer: WhyNot) -> tuple[str, str, tuple[Offer, ...]]:
    """What is said of the ways, what stands before their buttons, and the ways."""
    offers = tuple(_offer(answer.settings, way.needs, way) for way in answer.ways)
    if not offers:
        return translate("WhyNot", "No setting was found that lets it in."), "", ()
    if len(answer.ways[0].needs) > 1:
        said = translate("WhyNot", "No single setting was found that lets it in; together these do:")
        return said, "", offers
    if len(offers) == 1:
        return "", translate("WhyNot", "This lets it in:"), offers
    return "", translate("WhyNot", "Any one of these lets it in:"), offers


def _offer(present: SamplingSettings, needs: tuple[Need, ...], way: Way | None) -> Offer:
    settings, parts, lines = present, [], []
    for need in needs:
        stage = _STAGES[need.setting]
        settings = settings.changed(need.setting, need.tidy)
        parts.append(f"{setting_label(stage)} {value_text(stage, need.tidy)}")
        line = translate("WhyNot", "{setting}: now {present}, the edge lies at {edge}.")
        values = {"present": present_value(stage, present), "edge": edge_text(stage, need.value)}
        lines.append(line.format(setting=setting_label(stage), **values))
    if way is not None and way.draws is not None:
        low, high = draw_range(*way.draws)
        lines.append(
            translate("WhyNot", "Then draws from {low} to {high} pick it.").format(low=low, high=high)
        )
    return Offer(" + ".join(parts), "\n".join(lines), settings)


def _note_on_draws(answer: WhyNot, offers: Sequence[Offer], occasion: Occasion) -> tuple[str, ...]:
    """Which draws pick the token with the first offer, beside the one that was thrown."""
    if not offers:
        return ()
    if answer.ways[0].draws is None:
        return (translate("WhyNot", "Even then it is so unlikely that no draw falls on it."),)
    low, high = draw_range(*answer.ways[0].draws)
    sentence = (
        translate("WhyNot", "With {offer}, draws from {low} to {high} pick it; the recorded draw is {draw}.")
        if occasion.recorded
        else translate(
            "WhyNot", "With {offer}, draws from {low} to {high} pick it; the present seed draws {draw} here."
        )
    )
    draw = format_decimal(answer.draw, 4)
    return (sentence.format(offer=offers[0].label, low=low, high=high, draw=draw),)


def _notes_on_limits(answer: WhyNot) -> tuple[str, ...]:
    notes = []
    for need in answer.beyond:
        stage, bounds = _STAGES[need.setting], SETTING_BOUNDS[need.setting]
        limit = bounds.maximum if need.tidy > bounds.maximum else bounds.minimum
        sentence = translate("WhyNot", "So would {setting} {value}, but it cannot be set beyond {limit}.")
        values = {"value": value_text(stage, need.tidy), "limit": value_text(stage, limit)}
        notes.append(sentence.format(setting=stage_label(stage.name), **values))
    single = bool(answer.ways) and len(answer.ways[0].needs) == 1
    if single and "temperature" in answer.hopeless:
        notes.append(translate("WhyNot", "No temperature lets it in."))
    return tuple(notes)


def _notes_on_rest(word: Sequence[int], show_piece: ShowPiece) -> tuple[str, ...]:
    """What is said of the tokens after the first: nothing is known of them yet."""
    if len(word) < 2:
        return ()
    sentence = translate(
        "WhyNot",
        "The word goes on with {rest}: how likely that is shows only once “{first}” stands in the text.",
    )
    rest = " ".join(f"“{show_piece(token)}”" for token in word[1:])
    return (sentence.format(rest=rest, first=show_piece(word[0])),)
