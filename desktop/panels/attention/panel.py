"""The attention panel: follows the session, asks for what is in sight and shows it.

Knows nothing about how weights are computed, painted or read; those are its parts.
"""

from __future__ import annotations

import html
from functools import lru_cache

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop import theme
from desktop.controls.numbers import format_percent
from desktop.panels.attention.atlas_reader import AtlasReader
from desktop.panels.attention.controls import AttentionControls
from desktop.panels.attention.export import AttentionExport, ShownHead
from desktop.panels.attention.figure import AttentionFigure
from desktop.panels.attention.head_weights import HeadWeights
from desktop.panels.attention.looks_most_at import KEYS_SHOWN, KeyLine, LooksMostAt
from desktop.panels.attention.proof_badge import ProofBadge
from desktop.panels.attention.row_reader import RowReader
from desktop.panels.attention.top_keys import SINK_SHARE, top_keys
from desktop.panels.empty_state import EmptyState
from desktop.phase import Phase
from desktop.plots.atlas_scroll import AtlasScroll
from desktop.plots.attention_atlas import AttentionAtlas
from desktop.plots.attention_map import AttentionMap
from desktop.plots.attention_scale import AttentionScale
from desktop.plots.colour_bar import ColourBar
from desktop.session import Session
from inference.contract import Atlas, Failed
from models.tokenizer.pieces import render_piece

FRAME_MS = 16
NARROW = 600
"""Panels less wide, in pixels at a zoom of 1, show no list of keys; the map's own readout is left."""

piece_text = lru_cache(maxsize=8192)(render_piece)


class AttentionPanel(QWidget):
    """Atlas, map and list of keys for the head and the token that the session looks at.

    Args:
        session: the window's state.
        parent: the widget it lies in.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attention")
        self.setAccessibleName(self.tr("Attention"))
        self._session = session
        self._ids: list[int] = []
        self._shown: tuple[int, int, object] = (-1, -1, None)
        self._replaced = True
        self._refusal = ""
        self.weights = HeadWeights()
        self.rows = RowReader(session, self.weights, self)
        self.atlases = AtlasReader(session, self)
        self.about = QLabel()
        self.about.setProperty("look", "soft")
        self.badge = ProofBadge()
        self.controls = AttentionControls()
        self.empty = EmptyState()
        self.atlas = AttentionAtlas()
        self.atlas_caption = QLabel()
        self.atlas_caption.setProperty("look", "faint")
        self.map = AttentionMap()
        self.keys = LooksMostAt()
        self.legend_caption = QLabel(self.tr("attention weight"))
        self.legend_caption.setProperty("look", "faint")
        self.legend = ColourBar()
        figure = AttentionFigure(self.map, self.legend, self)
        self.menu = AttentionExport(self, self.shown_head, figure, lambda: figure.compose(*self._headline()))
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._arrange()
        self._connect()
        self._dress()
        self._refresh()

    def shown_head(self) -> ShownHead:
        """What is shown now, for exports."""
        session = self._session
        return ShownHead(
            model=session.model.name if session.model is not None else "",
            proof=session.proof,
            layer=session.layer,
            head=session.head,
            row=session.row,
            tokens=session.tokens,
            rows=self._row_count(),
            matrix=self.weights.matrix(session.layer, session.head),
        )

    # ------------------------------------------------------------ Qt's virtual methods

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Do nothing from now on."""
        super().hideEvent(event)
        self._frame.stop()
        self.rows.want(0, (0, 0))
        self.atlases.want(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the map usable in a narrow panel: the list of keys goes before it does."""
        super().resizeEvent(event)
        self._side.setVisible(self.width() >= theme.scaled(NARROW))

    # ------------------------------------------------------------ from the session

    @Slot()
    def _schedule(self) -> None:
        if self.isVisible() and not self._frame.isActive():
            self._frame.start()

    @Slot()
    def _take_reset(self) -> None:
        self._replaced = True
        self._schedule()

    @Slot()
    def _take_model(self) -> None:
        self._ids = []
        self.weights.truncate(0)
        self._take_reset()

    @Slot()
    def _take_phase(self) -> None:
        self._refusal = ""
        self.rows.resume()
        self._schedule()

    @Slot()
    def _take_head(self) -> None:
        self._take_phase()

    @Slot(int, int)
    def _take_rows(self, start: int, stop: int) -> None:
        if not self.isVisible():
            return
        self.map.rows_arrived(start, stop)
        if start <= self._session.row < stop:
            self._show_keys()

    @Slot()
    def _take_sight(self) -> None:
        self.controls.fit.setEnabled(not self.map.fitted)
        self._schedule()

    @Slot(object)
    def _take_atlas(self, atlas: Atlas) -> None:
        self.atlas.set_weights(atlas.weights)

    @Slot(object)
    def _take_refusal(self, failed: Failed) -> None:
        self._refusal = f"{failed.what} {failed.remedy}"
        self._schedule()

    # ------------------------------------------------------------ from a person

    @Slot(int)
    def _choose_row(self, row: int) -> None:
        self._session.move_cursor(row + 1)

    @Slot(int)
    def _choose_key(self, position: int) -> None:
        self._session.move_cursor(position)

    @Slot(int, int)
    def _choose_head(self, layer: int, head: int) -> None:
        self._session.choose_head(layer, head)

    @Slot(object)
    def _choose_mixture(self, head: int | str) -> None:
        self._session.choose_head(self._session.layer, head)  # type: ignore[arg-type]

    @Slot(object)
    def _choose_scale(self, scale: AttentionScale) -> None:
        self.map.set_scale(scale)
        self.atlas.set_scale(scale)
        self.legend.set_scale(scale)
        self._show_keys()

    # ------------------------------------------------------------ showing

    def _row_count(self) -> int:
        """Rows there are: the newest token has none before the model has read it."""
        return max(len(self._session.tokens) - 1, 0)

    @Slot()
    def _refresh(self) -> None:
        session = self._session
        proof = session.proof
        self.badge.setVisible(session.model is not None)
        self.badge.show_proof(proof)
        if self._replaced:
            self._compare_tokens()
        sentence = self._empty_sentence()
        if sentence:
            self.about.setText("")
            self.empty.say(sentence)
            self._body.setCurrentWidget(self.empty)
            self._ask(0)
            return
        self._body.setCurrentWidget(self._content)
        self._show_head()
        rows, writing = self._row_count(), session.busy
        self.map.set_rows(rows, growing=writing)
        self.map.set_row(session.row)
        self.about.setText(self._headline()[0])
        self._show_keys()
        self._show_captions()
        # While a prompt is being read its rows are not there yet; the phase changes when they are.
        self._ask(0 if session.phase in (Phase.PREFILLING, Phase.LOST) else rows)

    def _compare_tokens(self) -> None:
        """Forget the rows that the sequence in place of the old one does not share with it."""
        ids = [token.id for token in self._session.tokens]
        same = next((at for at, (a, b) in enumerate(zip(self._ids, ids, strict=False)) if a != b), len(ids))
        self._ids = ids
        self.weights.truncate(same)
        self._shown = (-1, -1, None)
        self._replaced = False

    def _show_head(self) -> None:
        session = self._session
        shown = (session.epoch, session.layer, session.head)
        if shown == self._shown or session.model is None:
            return
        self._shown = shown
        self.controls.show_head(session.head)
        self.atlas.set_shape(session.model.layers, session.model.heads)
        self.atlas.set_chosen(session.layer, session.head if isinstance(session.head, int) else None)
        self.map.show_matrix(self.weights.matrix(session.layer, session.head), self._label)

    def _show_keys(self) -> None:
        session, scale = self._session, self.controls.scale()
        weights = None
        if 0 <= session.row < self._row_count():
            weights = self.weights.matrix(session.layer, session.head).row(session.row)
        if weights is None:
            self.keys.show_lines([], "")
            return
        shown = scale.shown(weights[None])[0]
        lines = [
            KeyLine(key.position, self._label(key.position), key.weight)
            for key in top_keys(shown, KEYS_SHOWN)
        ]
        self.keys.show_lines(lines, self._sentence(float(weights[0]), scale))

    def _sentence(self, first: float, scale: AttentionScale) -> str:
        percent = self.tr("{percent} %").format(percent=format_percent(first))
        if scale.hide_sink:
            return self.tr(
                "The first token's weight, {percent}, is hidden; the others are scaled up for display only."
            ).format(percent=percent)
        if first >= SINK_SHARE and self._session.row > 0:
            return self.tr(
                "The first token is an <b>attention sink</b>: heads with nothing to say park their weight "
                "there."
            )
        return ""

    def _headline(self) -> tuple[str, str]:
        """Which head and which query; and model and proof, for a picture."""
        session = self._session
        names = {
            "mean": self.tr("layer {layer}, mean over heads"),
            "max": self.tr("layer {layer}, maximum over heads"),
        }
        name = names.get(str(session.head), self.tr("layer {layer}, head {head}"))
        title = name.format(layer=session.layer, head=session.head)
        if 0 <= session.row < self._row_count():
            title = self.tr("{head} · query “{query}” looks at keys →").format(
                head=title, query=self._quoted(session.row)
            )
        model = session.model.name if session.model is not None else ""
        return title, f"{model} · {self.badge.text()}"

    def _label(self, position: int) -> str:
        tokens = self._session.tokens
        return piece_text(tokens[position].piece) if position < len(tokens) else ""

    def _quoted(self, position: int) -> str:
        label = self._label(position)
        return label[1:] if len(label) > 1 and label.startswith("·") else label

    def _show_captions(self) -> None:
        model = self._session.model
        if model is not None:
            self.atlas_caption.setText(
                self.tr("{layers} layers × {heads} heads").format(layers=model.layers, heads=model.heads)
            )

    def _empty_sentence(self) -> str:
        session = self._session
        if session.proof is not None and session.proof.kind == "refused":
            return self.tr("No attention is shown for this model: {reason}").format(
                reason=html.escape(session.proof.reason)
            )
        if session.model is None and not self._row_count():
            return self.tr(
                "Here you will see which earlier tokens each token looks at, head by head, as soon as a "
                "model is loaded."
            )
        if not self._row_count():
            return self.tr(
                "Send a message: while the model writes, a row appears here for every token and shows which "
                "earlier tokens it looks at."
            )
        return self._refusal

    def _ask(self, rows: int) -> None:
        if self.isVisible():
            self.rows.want(rows, self.map.rows_in_sight())
            self.atlases.want(rows, self.atlas.side)

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE * 4, theme.SPACE * 3, theme.SPACE * 4, theme.SPACE * 3)
        column.setSpacing(theme.SPACE * 2)
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE * 2)
        self.about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        header.addWidget(self.about, 1)
        header.addWidget(self.badge)
        column.addLayout(header)
        column.addWidget(self.controls)
        self._content = QWidget()
        left = QVBoxLayout()
        left.setSpacing(theme.SPACE)
        left.addWidget(AtlasScroll(self.atlas), 1)
        left.addWidget(self.atlas_caption)
        self._side = QWidget()
        right = QVBoxLayout(self._side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(theme.SPACE)
        right.addWidget(self.keys, 1)
        right.addWidget(self.legend_caption)
        right.addWidget(self.legend)
        row = QHBoxLayout(self._content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE * 4)
        row.addLayout(left)
        row.addWidget(self.map, 1)
        row.addWidget(self._side)
        body = QWidget()
        self._body = QStackedLayout(body)
        self._body.addWidget(self.empty)
        self._body.addWidget(self._content)
        column.addWidget(body, 1)
        self.controls.export.setMenu(self.menu)

    def _connect(self) -> None:
        session = self._session
        self._frame.timeout.connect(self._refresh)
        session.cursor_changed.connect(self._schedule)
        session.tokens_appended.connect(self._schedule)
        session.proof_changed.connect(self._schedule)
        session.tokens_reset.connect(self._take_reset)
        session.model_changed.connect(self._take_model)
        session.phase_changed.connect(self._take_phase)
        session.head_changed.connect(self._take_head)
        self.rows.arrived.connect(self._take_rows)
        self.rows.refused.connect(self._take_refusal)
        self.atlases.arrived.connect(self._take_atlas)
        self.map.row_chosen.connect(self._choose_row)
        self.map.sight_changed.connect(self._take_sight)
        self.keys.key_chosen.connect(self._choose_key)
        self.atlas.head_chosen.connect(self._choose_head)
        self.atlas.side_changed.connect(self._schedule)
        self.controls.head_wanted.connect(self._choose_mixture)
        self.controls.scale_wanted.connect(self._choose_scale)
        self.controls.fit.clicked.connect(self.map.fit)
        self.menu.said.connect(session.noticed)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.ui_font(12))
        self.badge.setFont(theme.ui_font(12))
        for caption in (self.atlas_caption, self.legend_caption):
            caption.setFont(theme.ui_font(11))
