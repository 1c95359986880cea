"""What is behind a row of the tree: its weights, to be looked at, and its nodes with inputs, outputs and attributes.

Knows nothing about the engine.
"""

from __future__ import annotations

import html

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from desktop import theme
from desktop.panels.layers.wording import layer_title
from models.anatomy.entries import LayerEntry, NodeFacts
from models.escaping import escape_text

BODY, HEAD = "body", "head"
"""Graphs of a language model; a block's nodes are in the first, and values of the second are logits."""

MOST_NODES = 60
"""Nodes that are written out; a block of an export that computes attention in single operators has more."""


class LayerDetail(QTextBrowser):
    """Text with links to weights.

    Args:
        parent: the widget it lies in.
    """

    weight_chosen = Signal(str, str)
    """Graph and name of a weight that a person wants to see."""
    value_chosen = Signal(str, str)
    """Graph and name of a value that a node makes, whose numbers at the cursor a person wants to see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: LayerEntry | None = None
        self._nodes: tuple[NodeFacts, ...] = ()
        self._values: list[str] = []
        self.runs = True
        """Whether there is something that computes values."""
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Weights and nodes of the layer"))
        self.anchorClicked.connect(self._choose)
        theme.themed.connect(self._write)
        self._write()

    def show_layer(self, entry: LayerEntry | None, nodes: tuple[NodeFacts, ...] = ()) -> None:
        """Show a row; its nodes may come later."""
        self._entry, self._nodes = entry, nodes
        self._write()

    @Slot(QUrl)
    def _choose(self, link: QUrl) -> None:
        where = link.toString().removeprefix("#")
        if self._entry is None:
            return
        if where.isdigit() and int(where) < len(self._entry.weights):
            self.weight_chosen.emit(self._entry.graph, self._entry.weights[int(where)])
        elif where.startswith("value") and int(where.removeprefix("value")) < len(self._values):
            self.value_chosen.emit(self._entry.graph or BODY, self._values[int(where.removeprefix("value"))])

    @Slot()
    def _write(self) -> None:
        entry, palette = self._entry, theme.current()
        self.document().setDefaultFont(theme.ui_font(13))
        if entry is None:
            self.setHtml(
                f'<p style="color:{palette.text_soft}">'
                + self.tr("Choose a layer: its weights and the nodes of its graph are shown here.")
                + "</p>"
            )
            return
        parts = [f"<p><b>{html.escape(layer_title(entry))}</b></p>"]
        if entry.weights:
            links = (
                f'<a href="#{number}" style="color:{palette.accent}">{_shown(name)}</a>'
                for number, name in enumerate(entry.weights)
            )
            parts.append("<p>" + self.tr("Weights:") + f" {', '.join(links)}</p>")
        else:
            said = self.tr("It has no weights of its own.")
            if entry.parameters:
                said = self.tr("Its weights are in the rows within it.")
            parts.append(f'<p style="color:{palette.text_soft}">{said}</p>')
        self._values = []
        soft, faint = palette.text_soft, palette.text_faint
        takes, makes = self.tr("takes"), self.tr("makes")
        for node in self._nodes[:MOST_NODES]:
            attributes = ", ".join(f"{_shown(name)}={_shown(value)}" for name, value in node.attributes)
            parts.append(
                f'<p style="color:{soft}"><span style="color:{palette.text}">{_shown(node.operator)}</span> '
                f"{_shown(node.name)}<br>"
                f"{takes} {', '.join(map(_shown, node.inputs))}<br>"
                f"{makes} {', '.join(map(self._value, node.outputs))}"
                + (f'<br><span style="color:{faint}">{attributes}</span>' if attributes else "")
                + "</p>"
            )
        left = len(self._nodes) - MOST_NODES
        if left > 0:
            more = self.tr("… and {count} more nodes").format(count=left)
            parts.append(f"<p>{more}</p>")
        self.setHtml("".join(parts))

    def _value(self, name: str) -> str:
        """A value, as a link to its numbers where something computes them."""
        entry = self._entry
        if not self.runs or entry is None or entry.graph == HEAD:
            return _shown(name)
        self._values.append(name)
        where = f"#value{len(self._values) - 1}"
        return f'<a href="{where}" style="color:{theme.current().accent}">{_shown(name)}</a>'


def _shown(text: str) -> str:
    return html.escape(escape_text(text, 200))
