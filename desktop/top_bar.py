"""The bar above everything: the model and the library, the workspaces, the panels, the theme.

Knows nothing about what a workspace contains.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop import theme
from desktop.buttons import IconButton
from desktop.controls.numbers import format_count
from desktop.controls.plain_tooltip import plain_tooltip
from desktop.model_chip import ModelChip
from desktop.phase import Phase
from desktop.precision_words import precision_words
from desktop.session import Session
from desktop.workspace_bar import WorkspaceBar
from models.escaping import escape_text


class TopBar(QWidget):
    """One row of labels and buttons.

    Args:
        session: whose model is named.
        parent: the widget it lies in.
    """

    workspace_chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sidebar = IconButton("sidebar", self.tr("Show or hide the conversations (Ctrl+B)"))
        self.name = QLabel("Vitrine")
        self.model = ModelChip()
        self.open_library = IconButton("library", self.tr("Library of models (Ctrl+Shift+O)"))
        self.workspaces = WorkspaceBar()
        self.panels = IconButton("panels", self.tr("Show or hide panels"))
        self.theme = IconButton("theme", self.tr("Dark or light (Ctrl+Shift+T)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self.sidebar)
        row.addWidget(self.name)
        row.addSpacing(3 * theme.SPACE)
        row.addWidget(self.model)
        row.addWidget(self.open_library)
        row.addWidget(self.workspaces)
        row.addSpacing(2 * theme.SPACE)
        row.addWidget(self.panels)
        row.addWidget(self.theme)
        self.workspaces.workspace_chosen.connect(self.workspace_chosen)
        session.model_changed.connect(self._tell)
        session.model_renamed.connect(self._tell)
        session.inspection.weights_changed.connect(self._tell)
        session.phase_changed.connect(self._tell)
        theme.themed.connect(self._dress)
        self._dress()

    def show_workspace(self, name: str) -> None:
        """Show which workspace is chosen."""
        self.workspaces.show_workspace(name)

    @Slot()
    def _dress(self) -> None:
        self.setFixedHeight(theme.scaled(46))
        self.name.setFont(theme.ui_font(15, QFont.Weight.DemiBold))
        self._tell()

    @Slot()
    def _tell(self) -> None:
        session, model = self._session, self._session.model
        if model is None:
            lost = session.phase is Phase.LOST
            opening = self.tr("opening {name} …") if session.recorded else self.tr("loading {name} …")
            opening = opening.format(name=session.opening)
            loading = opening if session.opening else self.tr("loading …")
            self.model.say(self.tr("no model") if lost else loading, "")
            self.model.setToolTip("")
            return
        # Heads and layers tell at once how large the pictures of attention are.
        if model.heads:
            shape = self.tr("{precision} · {layers} layers × {heads} heads")
        else:  # attention is refused, and nobody knows its heads
            shape = self.tr("{precision} · {layers} layers")
        facts = shape.format(
            precision=precision_words(model.precision), layers=model.layers, heads=model.heads
        )
        if session.inside_only:
            facts = self.tr("no language model · {parameters} parameters")
            facts = facts.format(parameters=format_count(model.parameters))
        if session.inspection.bits:
            facts = (
                self.tr("bits flipped: {count}").format(count=len(session.inspection.bits)) + f" · {facts}"
            )
        if session.recorded:
            facts = self.tr("recorded") + f" · {facts}"
        self.model.say(model.name, facts)
        detail = self.tr(
            "{architecture}, {parameters} parameters, vocabulary of {vocabulary}, context of {context}\n{folder}\n"
            "Press to see what the import found"
        )
        note = self.tr("Recorded: the model itself is not loaded.") + "\n" if session.recorded else ""
        said = plain_tooltip(
            note
            + detail.format(
                architecture=model.architecture,
                parameters=format_count(model.parameters),
                vocabulary=format_count(len(model.vocabulary)),
                context=format_count(model.context),
                folder=escape_text(model.folder, 400),
            )
        )
        self.model.setToolTip(said)
