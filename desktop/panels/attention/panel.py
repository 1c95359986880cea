"""The attention panel: follows the session, asks for what is in sight and shows it.

Knows nothing about how weights are computed, read or painted; those are its parts.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from desktop import theme
from desktop.controls.elided_label import ElidedLabel
from desktop.panels.attention import wording
from desktop.panels.attention.atlas_reader import AtlasReader
from desktop.panels.attention.body import AttentionBody
from desktop.panels.attention.controls import AttentionControls
from desktop.panels.attention.export import AttentionExport, ShownHead
from desktop.panels.attention.figure import AttentionFigure
from desktop.panels.attention.followed_sequence import FollowedSequence
from desktop.panels.attention.head_weights import HeadWeights
from desktop.panels.attention.looks_most_at import KEYS_SHOWN, KeyLine
from desktop.panels.attention.mute_menu import MuteMenu
from desktop.panels.attention.proof_badge import ProofBadge
from desktop.panels.attention.row_reader import RowReader
from desktop.panels.attention.tile_reader import TileReader
from desktop.panels.attention.top_keys import top_keys
from desktop.panels.empty_state import EmptyState
from desktop.phase import Phase
from desktop.plots.attention_scale import AttentionScale
from desktop.session import Head, Session
from inference.contract import Atlas, Failed
from models.tokenizer.pieces import render_piece

FRAME_MS = 16

WRITING_MS = 200
"""While the model writes, it needs the processor more than a map that grows by a row needs repainting."""

ROWS_BEHIND = 16
"""How far the row that is shown may stay behind the token being written."""


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
        self._sequence = FollowedSequence()
        self._replaced = True
        self._shown: tuple[int, int, Head] | None = None
        self._refusal = ""
        self._tiled_rows = 0
        self.weights = HeadWeights()
        self.rows = RowReader(session, self.weights, self)
        self.tiles = TileReader(session, self.weights, self)
        self.atlases = AtlasReader(session, self)
        self.about = ElidedLabel()
        self.badge = ProofBadge()
        self.controls = AttentionControls()
        self.empty = EmptyState()
        self.body = AttentionBody()
        self.atlas, self.map, self.keys = self.body.atlas, self.body.map, self.body.keys
        self._figure = AttentionFigure(self.map, self.body.legend, self)
        self.menu = AttentionExport(self, self.shown_head, self._figure, self._compose)
        self._frame = session.turns.turn(self._refresh)
        self._arrange()
        self._connect()
        self._dress()
        self._refresh()

    def shown_head(self) -> ShownHead:
        """What is shown now, for exports."""
        session = self._session
        return ShownHead(
            model=session.model.name if session.model is not None else "",
            proof=None if wording.model_change(session).now else session.proof,
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
        self.tiles.want(None)
        self.atlases.want(0, 0)

    # ------------------------------------------------------------ from the session

    @Slot()
    def _schedule(self) -> None:
        if self.isVisible() and not self._frame.isActive():
            self._frame.start(WRITING_MS if self._following_reply() else FRAME_MS)

    @Slot()
    def _take_reset(self) -> None:
        self._replaced = True
        self.rows.forget()
        self.tiles.forget()
        self.atlases.forget()
        self._try_again()

    @Slot()
    def _take_model(self) -> None:
        self.weights.clear()
        self.atlas.set_weights(None)
        self._sequence.clear()
        self._take_reset()

    @Slot()
    def _try_again(self) -> None:
        self._refusal = ""
        self.rows.resume()
        self._schedule()

    @Slot()
    def _take_head(self) -> None:
        # At once, so that the next key press starts from here and not from the last frame.
        self._show_choice()
        self._try_again()
        if self._frame.isActive():
            self._frame.start(0)

    @Slot()
    def _take_cursor(self) -> None:
        if self.isVisible():
            if not self._following_reply():
                self.map.set_row(self._row())
            self._schedule()

    @Slot(int, int)
    def _take_rows(self, start: int, stop: int) -> None:
        self.map.rows_arrived(start, stop)
        if start <= self._row() < stop and not self._following_reply():
            self._show_row()

    @Slot()
    def _take_tiles(self) -> None:
        self.map.tiles_arrived()
        self._ask_tiles()

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
        # The row of a position chose the token that follows it.
        self._session.move_cursor(row + 1)

    @Slot(int)
    def _choose_key(self, position: int) -> None:
        self._session.move_cursor(position)

    @Slot(int, int)
    def _choose_head(self, layer: int, head: int) -> None:
        self._session.choose_head(layer, head)

    @Slot(object)
    def _choose_mixture(self, head: Head) -> None:
        self._session.choose_head(self._session.layer, head)

    @Slot(object)
    def _choose_scale(self, scale: AttentionScale) -> None:
        self.body.set_scale(scale)
        self._show_keys()
        self._schedule()

    @Slot()
    def _take_sight(self) -> None:
        self.controls.fit.setEnabled(not self.map.fitted)
        self._schedule()

    @Slot(int, int)
    def _toggle_head(self, layer: int, head: int) -> None:
        if self._session.can_write:
            self._session.mute(self._session.muting.intervention.toggled_heads([(layer, head)]))

    @Slot(int, int, object)
    def _open_menu(self, layer: int, head: int, where: QPoint) -> None:
        if self._session.can_write:
            menu = MuteMenu(self._session, layer, head, self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(where)

    @Slot()
    def _take_muted(self) -> None:
        self.atlas.show_muted(self._session.muting.intervention)
        self._show_proof()

    @Slot()
    def _show_proof(self) -> None:
        session = self._session
        self.badge.show_proof(wording.known_proof(session), session.recorded, wording.model_change(session))

    # ------------------------------------------------------------ showing

    def _row_count(self) -> int:
        """Rows there are: the newest token has none before the model has read it."""
        return max(len(self._session.tokens) - 1, 0)

    @Slot()
    def _refresh(self) -> None:
        session, rows = self._session, self._row_count()
        self.badge.setVisible(session.model is not None)
        self._show_proof()
        self._compare_tokens()
        sentence = wording.why_empty(session, rows) or self._refusal
        self.controls.setEnabled(not sentence)
        if sentence:
            self.about.say("")
            self.empty.say(sentence)
            self._stack.setCurrentWidget(self.empty)
            self._ask(0)
            return
        self._stack.setCurrentWidget(self.body)
        self.map.set_rows(rows, growing=session.busy)
        self._show_head()
        self._show_row()
        # While a prompt is being read its rows are not there yet; the phase changes when they are.
        self._ask(rows if session.phase in (Phase.READY, Phase.WRITING) else 0)

    def _compare_tokens(self) -> None:
        """Forget the rows that the sequence in place of the old one does not share with it."""
        tokens = self._session.tokens
        if not self._replaced:
            self._sequence.grow(tokens)
            return
        before = len(self._sequence)
        same = self._sequence.replace(tokens)
        self.weights.truncate(same)
        if same < before:
            self.atlas.set_weights(None)
        self._replaced, self._shown = False, None

    def _show_head(self) -> None:
        session = self._session
        shown = (session.epoch, session.layer, session.head)
        if shown == self._shown or session.model is None:
            return
        self._shown = shown
        self.body.set_shape(session.model.layers, session.model.heads)
        self._show_choice()
        layer, head = session.layer, session.head
        self.map.show_matrix(
            self.weights.matrix(layer, head),
            self._label,
            lambda hide_sink: self.weights.tiles(layer, head, hide_sink),
        )

    def _show_choice(self) -> None:
        session = self._session
        self.controls.show_head(session.head)
        self.atlas.set_chosen(session.layer, session.head if isinstance(session.head, int) else None)

    def _following_reply(self) -> bool:
        return self._session.phase is Phase.WRITING and self._session.following

    def _row(self) -> int:
        """The row at the cursor; while that runs ahead of what could be read, the newest row that was."""
        session = self._session
        if self._following_reply():
            matrix = self.weights.matrix(session.layer, session.head)
            for row in range(session.row, max(session.row - ROWS_BEHIND, -1), -1):
                if matrix.row(row) is not None:
                    return row
        return session.row

    def _show_row(self) -> None:
        self.map.set_row(self._row())
        self.about.say(self._headline())
        self._show_keys()

    def _show_keys(self) -> None:
        session, scale, row = self._session, self.controls.scale(), self._row()
        weights = self.weights.matrix(session.layer, session.head).row(row)
        if weights is None:
            self.keys.show_lines([], "")
            return
        keys = top_keys(scale.shown(weights[None])[0], KEYS_SHOWN)
        lines = [KeyLine(key.position, self._label(key.position), key.weight) for key in keys]
        self.keys.show_lines(lines, wording.sink_sentence(row, float(weights[0]), scale.hide_sink))

    def _headline(self) -> str:
        session, row = self._session, self._row()
        query = session.tokens[row].piece if 0 <= row < self._row_count() else None
        return wording.headline(session.layer, session.head, query)

    def _compose(self) -> None:
        model = self._session.model.name if self._session.model is not None else ""
        self._figure.compose(self._headline(), f"{model} · {self.badge.text()}")

    def _label(self, position: int) -> str:
        tokens = self._session.tokens
        return render_piece(tokens[position].piece) if position < len(tokens) else ""

    def _ask(self, rows: int) -> None:
        if self.isVisible():
            exact = not self.map.tiled or self.map.numbered
            sight = self.map.rows_in_sight() if exact else (0, 0)
            # Of a long sequence the exact rows are for exports: they wait until nothing is written.
            self.rows.want(rows, sight, rest=not self.map.tiled or not self._session.busy)
            self._tiled_rows = rows
            self._ask_tiles()
            self.atlases.want(rows, self.atlas.side)

    def _ask_tiles(self) -> None:
        wanted = self.map.missing() if self._tiled_rows and self.isVisible() else None
        self.tiles.want(wanted, self.controls.scale().hide_sink)

    # ------------------------------------------------------------ construction

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE * 4, theme.SPACE, theme.SPACE * 4, theme.SPACE * 3)
        column.setSpacing(theme.SPACE * 2)
        header = QHBoxLayout()
        header.setSpacing(theme.SPACE * 2)
        self.about.setProperty("look", "soft")
        header.addWidget(self.about, 1)
        header.addWidget(self.badge)
        column.addLayout(header)
        column.addWidget(self.controls)
        shown = QWidget()
        self._stack = QStackedLayout(shown)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.body)
        column.addWidget(shown, 1)
        self.controls.export.setMenu(self.menu)

    def _connect(self) -> None:
        session = self._session
        session.cursor_changed.connect(self._take_cursor)
        session.tokens_appended.connect(self._schedule)
        session.proof_changed.connect(self._schedule)
        session.tokens_reset.connect(self._take_reset)
        session.model_changed.connect(self._take_model)
        session.phase_changed.connect(self._try_again)
        session.head_changed.connect(self._take_head)
        self.rows.arrived.connect(self._take_rows)
        self.rows.refused.connect(self._take_refusal)
        self.tiles.arrived.connect(self._take_tiles)
        self.tiles.refused.connect(self._take_refusal)
        self.map.rows_missed.connect(self.rows.look_at)
        self.atlases.arrived.connect(self._take_atlas)
        self.map.row_chosen.connect(self._choose_row)
        self.map.sight_changed.connect(self._take_sight)
        self.keys.key_chosen.connect(self._choose_key)
        self.atlas.head_chosen.connect(self._choose_head)
        self.atlas.side_changed.connect(self._schedule)
        self.atlas.mute_asked.connect(self._toggle_head)
        self.atlas.menu_asked.connect(self._open_menu)
        session.muting.changed.connect(self._take_muted)
        session.inspection.weights_changed.connect(self._show_proof)
        self.controls.head_wanted.connect(self._choose_mixture)
        self.controls.scale_wanted.connect(self._choose_scale)
        self.controls.fit.clicked.connect(self.map.fit)
        self.menu.said.connect(session.noticed)
        theme.themed.connect(self._dress)

    @Slot()
    def _dress(self) -> None:
        self.about.setFont(theme.ui_font(12))
        self.about.setFixedHeight(self.badge.sizeHint().height())
