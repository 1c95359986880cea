"""Everything the next-token panel says about one token, in words and rows, from logits, settings and dice.

Knows nothing about the engine or how things are painted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QCoreApplication

from desktop.controls.numbers import format_count, format_decimal
from desktop.panels.next_token.chain_line import StageFacts
from desktop.panels.next_token.moment import Moment
from desktop.panels.next_token.reading import Reading
from desktop.panels.next_token.sources import BEFORE_ALL, Found, Sketch, WholeVocabulary
from desktop.panels.next_token.view import DistributionView, nats
from desktop.panels.next_token.vocabulary import Vocabulary
from desktop.panels.next_token.wording import stage_effect, stage_explanation, stage_label
from desktop.plots.bar_rows import BarSource
from desktop.plots.draw_strip import Segment
from inference.sampling.chain import STAGES, ChainResult, run_chain
from inference.sampling.draw import pick
from inference.sampling.settings import SETTING_BOUNDS, SamplingSettings

translate = QCoreApplication.translate

SEGMENTS = 64
"""Survivors shown one by one in the strip of the draw."""


@dataclass(frozen=True, slots=True)
class Badge:
    """What the dice say.

    Args:
        text: in a few words.
        explanation: the whole story, for the tooltip.
        tone: ``"good"`` where they pick the token in the text, ``"changed"`` where they pick another now,
            ``"quiet"`` where they never were thrown.
    """

    text: str
    explanation: str
    tone: str


class Scene:
    """One token under present settings.

    Args:
        moment: the token and its dice.
        reading: its logits; while they are not known, what its step brought along is shown.
        settings: of the chain.
        vocabulary: the model's.
    """

    def __init__(
        self, moment: Moment, reading: Reading | None, settings: SamplingSettings, vocabulary: Vocabulary
    ) -> None:
        self.moment = moment
        self.reading = reading
        self.settings = settings
        self._vocabulary = vocabulary
        self.result: ChainResult | None = (
            run_chain(reading.logits, moment.history, settings) if reading is not None else None
        )

    @staticmethod
    def last_link() -> int:
        """The link that stands for the draw; 0 stands for the logits, the stages lie between."""
        return len(STAGES) + 1

    @cached_property
    def dice(self) -> int:
        """The token that the draw picks under the present settings, -1 where that is not known."""
        if self.result is not None:
            return pick(self.result, self.moment.draw)
        step = self.moment.step
        return self.moment.chosen if step is not None and step.settings == self.settings else -1

    # ------------------------------------------------------------ in words

    def about(self) -> str:
        """Which token the panel is about."""
        before = self._vocabulary.show_piece(int(self.moment.history[-1]))
        sentence = translate("NextTokenPanel", "what could have come at position {position}, after “{piece}”")
        shown = sentence.format(position=format_count(self.moment.position), piece=before)
        if self.moment.step is None:
            shown += " · " + translate("NextTokenPanel", "prompt token, not drawn")
        return shown

    def badge(self) -> Badge | None:
        """What the dice say."""
        if self.dice < 0:
            return None
        piece, draw = self._vocabulary.show_piece(self.dice), format_decimal(self.moment.draw, 3)
        if self.moment.step is None:
            return Badge(
                translate("NextTokenPanel", "dice of this seed: {piece}").format(piece=piece),
                translate(
                    "NextTokenPanel",
                    "This token was given, not drawn. With the present seed and sliders the draw here is "
                    "{draw}, which picks {piece}.",
                ).format(draw=draw, piece=piece),
                "quiet",
            )
        if self.dice == self.moment.chosen:
            return Badge(
                translate("NextTokenPanel", "same dice: u = {draw}").format(draw=draw),
                translate(
                    "NextTokenPanel",
                    "The draw that chose this token was {draw}. With the present sliders it picks the same "
                    "token.",
                ).format(draw=draw),
                "good",
            )
        return Badge(
            translate("NextTokenPanel", "same dice now: {piece}").format(piece=piece),
            translate(
                "NextTokenPanel",
                "The draw that chose {chosen} was {draw}. With the present sliders it picks {piece}.",
            ).format(chosen=self._vocabulary.show_piece(self.moment.chosen), draw=draw, piece=piece),
            "changed",
        )

    def effects(self) -> dict[str, str]:
        """What each stage does, by the name of its setting."""
        return {
            stage.setting: stage_effect(index, self.settings, self.result, self.moment.repeated)
            for index, stage in enumerate(STAGES)
        }

    @staticmethod
    def effects_without_logits(settings: SamplingSettings) -> dict[str, str]:
        """What can be said of each stage while there is no distribution."""
        return {stage.setting: stage_effect(i, settings, None, 0) for i, stage in enumerate(STAGES)}

    def links(self) -> list[StageFacts]:
        """The chain from the logits to the draw."""
        first = StageFacts(
            label=translate("NextTokenPanel", "logits"),
            figure=format_count(self._vocabulary.size),
            below=self._entropy_before(),
            active=True,
            explanation=translate("NextTokenPanel", "The model's own distribution, before any stage."),
            figure_first=True,
        )
        return [first, *(self._stage_link(index) for index in range(len(STAGES))), self._draw_link()]

    def _entropy_before(self) -> str:
        if self.reading is not None:
            return nats(self.reading.raw.entropy)
        return nats(self.moment.step.entropy) if self.moment.step is not None else ""

    def _stage_link(self, index: int) -> StageFacts:
        stage = STAGES[index]
        active = getattr(self.settings, stage.setting) != SETTING_BOUNDS[stage.setting].off
        figure, below = "", "" if active else translate("NextTokenPanel", "off")
        if self.result is not None and active:
            before = self.result.raw if index == 0 else self.result.stages[index - 1].candidates
            after = self.result.stages[index].candidates
            figure = format_count(len(after)) if len(after) != len(before) else ""
            below = nats(after.entropy)
        return StageFacts(stage_label(stage.name), figure, below, active, stage_explanation(stage.name))

    def _draw_link(self) -> StageFacts:
        known = self.dice >= 0
        return StageFacts(
            label=translate("NextTokenPanel", "draw"),
            figure=self._vocabulary.show_piece(self.dice) if known else "",
            below=f"u = {format_decimal(self.moment.draw, 3)}",
            active=True,
            explanation=translate(
                "NextTokenPanel",
                "A random number picks one of the survivors: the first at which the sum of probabilities, "
                "the most likely first, exceeds it.",
            ),
            piece=True,
            in_text=self.dice == self.moment.chosen,
        )

    # ------------------------------------------------------------ in rows

    def show_in(self, view: DistributionView, link: int | None, query: str) -> None:
        """Show everything.

        Args:
            view: where.
            link: after which the distribution is shown, ``None`` for after all.
            query: a text or ID to search for, empty for all tokens.
        """
        shown = self.last_link() if link is None else link
        view.show_chain(self.links(), shown)
        view.show_draw(self._segments(), self.moment.draw if self.dice >= 0 else None, self.moment.chosen)
        view.show_rows(
            self._rows(shown, query),
            self._vocabulary.size - 1,
            self._after_heading(shown),
            self.moment.chosen,
            self.dice,
            self._nothing_found(query),
        )

    def _rows(self, link: int, query: str) -> BarSource:
        show_piece, special = self._vocabulary.show_piece, self._vocabulary.special_ids
        if self.reading is None or self.result is None:
            return self._sketch()
        stage = BEFORE_ALL if link == 0 else min(link, len(STAGES)) - 1
        labels = [stage_label(record.name) for record in self.result.stages] + [stage_label("model")]
        whole = WholeVocabulary(self.reading, self.result, stage, labels, show_piece, special)
        if not query:
            return whole
        ids = self._vocabulary.search.find(query)
        ranks = self.reading.ranks[ids]
        # Masked tokens have no rank, and come last.
        return Found(whole, ids[np.argsort(np.where(ranks == 0, len(self.reading.ranks) + 1, ranks))])

    def _sketch(self) -> Sketch:
        step = self.moment.step
        labels = {stage.name: stage_label(stage.name) for stage in STAGES} | {"model": stage_label("model")}
        return Sketch(
            step.top if step is not None else (),
            step is not None and step.settings == self.settings,
            labels,
            self._vocabulary.show_piece,
            self._vocabulary.special_ids,
        )

    def _segments(self) -> list[Segment]:
        if self.result is not None:
            ids = self.result.final.top(SEGMENTS)
            shares = self.result.final.probability_of(ids)
            shares_by_id = list(zip(ids.tolist(), shares.tolist(), strict=True))
        elif self.moment.step is not None and self.dice >= 0:
            survivors = [(c.id, c.processed_p) for c in self.moment.step.top if c.removed_by is None]
            shares_by_id = sorted(survivors, key=lambda survivor: (-survivor[1], survivor[0]))
        else:
            shares_by_id = []
        return [Segment(token, self._vocabulary.show_piece(token), share) for token, share in shares_by_id]

    def _after_heading(self, link: int) -> str:
        if link == 0:
            return translate("NextTokenPanel", "model")
        if link == self.last_link():
            return translate("NextTokenPanel", "after chain")
        return translate("NextTokenPanel", "after {stage}").format(stage=stage_label(STAGES[link - 1].name))

    def _nothing_found(self, query: str) -> str:
        return translate("NextTokenPanel", "No token of this model contains “{text}”.").format(
            text=query[:40]
        )
