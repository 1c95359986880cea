"""The panel Two readings: two sentences with a word in common, and what becomes of its vector in each.

Knows nothing about how anything is computed or painted.
"""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.controls.export_menu import ExportMenu
from desktop.controls.table_text import Cell, Table
from desktop.draft_editor import refused_paste
from desktop.panels.empty_state import EmptyState
from desktop.panels.panel_body import put_below
from desktop.panels.readings import notes, wording
from desktop.panels.readings.body import ReadingsBody
from desktop.panels.readings.controls import PLAIN, TEMPLATE, ReadingsControls
from desktop.panels.readings.reader import PairReader
from desktop.panels.turn_panel import FRAME_MS, TurnPanel
from desktop.phase import Phase
from desktop.plots.similarity_chart import SimilarityLines
from desktop.session import Session
from inference.contract import FloatArray, Token
from inference.readings.contract import Similarity


class ReadingsPanel(TurnPanel):
    """Sentences, chart, and the word at a point of the stream.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    writing_ms = FRAME_MS
    """Nothing of it changes while a reply is written."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.setObjectName("readings")
        self.setAccessibleName(self.tr("Two readings"))
        self._point = -1
        self.reader = PairReader(session, self)
        self.controls = ReadingsControls(self)
        self.body = ReadingsBody(self.controls)
        self.chart = self.body.chart
        self.about = ElidedLabel()
        self.empty = EmptyState()
        self.menu = ExportMenu(
            "readings", self, table=self.table, picture=self.body.widget(), arrays=self.arrays
        )
        self._arrange()
        self._connect()
        self._dress()
        self._refresh()

    def table(self) -> Table:
        """The cosines, point by point."""
        found = self.reader.similarity
        rows: list[tuple[Cell, ...]] = []
        if found is not None:
            points = len(found.cosines)
            every = zip(found.cosines, found.others, found.centred, found.others_centred, strict=True)
            rows = [
                (point, wording.point_name(point, points), *map(float, values))
                for point, values in enumerate(every)
            ]
        return Table(("point", "where", "cosine", "others", "centred_cosine", "centred_others"), rows)

    def arrays(self) -> dict[str, FloatArray]:
        """The same, and the attention that is shown."""
        found = self.reader.similarity
        shown: dict[str, FloatArray] = {}
        if found is not None:
            shown = {"cosines": found.cosines, "others": found.others}
            shown |= {"centred_cosines": found.centred, "centred_others": found.others_centred}
        at = self.reader.at_point(self._point, self.controls.near)
        if at is not None:
            shown |= {"first_attention": at.first.attention, "second_attention": at.second.attention}
        return shown

    def _rest(self) -> None:
        self.reader.rest()

    # ------------------------------------------------------------ from the session

    @Slot()
    def _take_model(self) -> None:
        self._point = -1
        self.controls.offer_heads(0)
        self._take_weights()

    @Slot()
    def _take_weights(self) -> None:
        self.body.comparison.hide()
        self.reader.forget()
        self._schedule()

    @Slot()
    def _take_template(self) -> None:
        if self._session.sentences.templated:
            self._take_weights()

    # ------------------------------------------------------------ from a person

    @Slot()
    def _type_first(self) -> None:
        self._session.sentences.type(0, self.body.cards[0].text)

    @Slot()
    def _type_second(self) -> None:
        self._session.sentences.type(1, self.body.cards[1].text)

    @Slot(int, bool)
    def _choose_in_first(self, position: int, extend: bool) -> None:
        self.reader.choose(0, position, extend=extend)

    @Slot(int, bool)
    def _choose_in_second(self, position: int, extend: bool) -> None:
        self.reader.choose(1, position, extend=extend)

    @Slot(str)
    def _choose_reading(self, how: str) -> None:
        self._session.sentences.read_templated(how == TEMPLATE)

    @Slot(int)
    def _choose_point(self, point: int) -> None:
        if point != self._point:
            self._point = point
            self.reader.look_elsewhere()
            self._schedule()

    @Slot()
    def _choose_nearness(self) -> None:
        self.reader.look_elsewhere()
        self._schedule()

    @Slot()
    def _stop_or_go_on(self) -> None:
        if self.reader.stopped:
            self.reader.go_on()
        else:
            self.reader.stop()

    @Slot(int)
    def _tell_refused(self, length: int) -> None:
        self._session.noticed.emit(refused_paste(length))

    # ------------------------------------------------------------ showing

    @Slot()
    def _refresh(self) -> None:
        session, reader = self._session, self.reader
        sentence = wording.why_empty(session)
        self.controls.export.setEnabled(not sentence)
        if sentence or session.model is None:
            self.about.say("")
            self.controls.show_stopped(stopped=False, reading=False)
            self.empty.say(sentence)
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        texts, templated = session.sentences.texts, session.sentences.templated
        if self.isVisible():
            reader.follow(texts, templated=templated)
            reader.compare()
        self._show_template(templated)
        for card, text, known in zip(self.body.cards, texts, reader.sentences, strict=True):
            card.show_sentence(text, known)
        found = reader.similarity
        self.about.say(wording.headline(reader, found, centred=self.controls.centred))
        self.controls.show_stopped(stopped=reader.stopped, reading=reader.reading)
        self.body.say("\n".join(notes.about(session, reader)), self._told(found))
        if found is not None or not reader.expects or session.phase is not Phase.READY:
            # What was shown stays while something else is on its way, and nothing jumps while a person types.
            self.body.comparison.setVisible(found is not None)
        if found is not None:
            self._show_chart(found)
            self._show_point(len(found.cosines))

    def _told(self, found: Similarity | None) -> str:
        reader = self.reader
        if reader.pair is None or found is not None:
            return reader.point_refusal
        if reader.refusal:
            return reader.refusal
        if self._session.phase is not Phase.READY:
            return wording.waiting()
        return wording.progress(reader) if reader.progress.total or self.body.comparison.isHidden() else ""

    def _show_template(self, templated: bool) -> None:
        there = self._session.model is not None and self._session.model.chat_template is not None
        reading = self.controls.reading
        reading.choose(TEMPLATE if templated else PLAIN)
        reading.allow(
            TEMPLATE,
            there,
            self.tr("The model reads each sentence within its chat template, as if it were sent.")
            if there
            else self.tr("This model has no chat template."),
        )

    def _show_chart(self, found: Similarity) -> None:
        points, centred = len(found.cosines), self.controls.centred
        if not 0 <= self._point < points:
            # Where a model has read what comes before, and has not yet turned to what comes next.
            self._point = points * 2 // 3
        first, second = self.reader.sentences
        self.chart.name_points(
            lambda point: wording.short_point_name(point, points),
            lambda point: wording.point_name(point, points),
        )
        self.chart.show_lines(
            SimilarityLines(
                (found.centred if centred else found.cosines).tolist(),
                (found.others_centred if centred else found.others).tolist(),
                wording.word_line(first.word, second.word),
                wording.others_line(),
            ),
            self._point,
        )
        self.body.explanation.setText(wording.explanation(centred=centred))

    def _show_point(self, points: int) -> None:
        reader, near = self.reader, self.controls.near
        if self.isVisible():
            reader.look(self._point, near)
        name = wording.point_name(self._point, points)
        self.body.point_title.say(name[:1].upper() + name[1:])
        found = reader.at_point(self._point, near)
        if found is None:
            return  # what was shown stays until there is something else
        self.controls.offer_heads(max(len(found.first.attention), self.controls.heads.count() - 2))
        rows = wording.rows(found, self._session.model.vocabulary if self._session.model is not None else ())
        for index, (column, vector) in enumerate(
            zip(self.body.columns, (found.first, found.second), strict=True)
        ):
            sentence = reader.sentences[index]
            tokens: tuple[Token, ...] = sentence.tokens[: vector.attention.shape[1]]
            column.title.setText(wording.column_title(index, sentence))
            if len(vector.attention):
                weights = wording.weights_of(vector, self.controls.head)
                column.show_attention(wording.attention_title(found.point, weights), tokens, weights)
            else:
                column.show_attention(wording.no_attention(found.point), (), vector.values[:0])
            column.show_nearest(wording.nearest_title(near), rows[index])

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        self.about.setProperty("look", "soft")
        self.controls.export.setMenu(self.menu)
        header = QHBoxLayout()
        header.setSpacing(2 * theme.SPACE)
        header.addWidget(self.about, 1)
        header.addWidget(self.controls.stop)
        header.addWidget(self.controls.reading)
        header.addWidget(self.controls.export)
        self._stack = put_below(self, header, self.empty, self.body)

    def _connect(self) -> None:
        session, controls, (first, second) = self._session, self.controls, self.body.cards
        session.sentences.changed.connect(self._schedule)
        session.model_changed.connect(self._take_model)
        session.inspection.weights_changed.connect(self._take_weights)
        session.template_changed.connect(self._take_template)
        session.phase_changed.connect(self._schedule)
        session.muting.changed.connect(self._schedule)
        self.reader.changed.connect(self._schedule)
        first.edited.connect(self._type_first)
        second.edited.connect(self._type_second)
        first.chips.token_chosen.connect(self._choose_in_first)
        second.chips.token_chosen.connect(self._choose_in_second)
        for card in (first, second):
            card.editor.stop_asked.connect(self.reader.stop)
            card.editor.refused.connect(self._tell_refused)
        controls.reading.chosen.connect(self._choose_reading)
        controls.lines.chosen.connect(self._schedule)
        controls.nearness.chosen.connect(self._choose_nearness)
        controls.head_chosen.connect(self._schedule)
        controls.stop.clicked.connect(self._stop_or_go_on)
        self.chart.point_chosen.connect(self._choose_point)
        self.menu.said.connect(session.noticed)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.ui_font(12))
