"""What a person sees in Vitrine's window, as plain values for a test.

Knows nothing about where on the screen it is, or about what a test expects.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from desktop.history.search import Hit
from desktop.panels.attention.panel import AttentionPanel
from desktop.panels.compare.panel import ComparePanel
from desktop.panels.formula.panel import FormulaPanel
from desktop.panels.knife import KnifePanel
from desktop.panels.layers.panel import LayersPanel
from desktop.panels.lens import LensPanel
from desktop.panels.next_token.panel import NextTokenPanel
from desktop.panels.numbers.panel import NumbersPanel
from desktop.panels.performance.panel import PerformancePanel
from desktop.panels.precision import PrecisionPanel
from desktop.panels.readings import ReadingsPanel
from desktop.panels.tensors.panel import TensorsPanel
from desktop.session import Session
from desktop.sidebar.rows import conversation_of
from desktop.sidebar.wording import shown_title
from desktop.transcript.actions import place_of
from desktop.window import Window

ROWS = 5
"""Rows of the distribution that a state tells."""


def state_of(window: Window) -> dict[str, Any]:
    """Everything that tests wait for."""
    session = window.session
    settings = session.settings
    return {
        "phase": session.phase.value,
        "active": window.isActiveWindow(),
        "minimized": window.isMinimized(),
        "messages": messages(session),
        "tokens": len(session.tokens),
        "steps": len(session.steps),
        "last_temperature": session.steps[max(session.steps)].settings.temperature if session.steps else None,
        "cursor": session.cursor,
        "following": session.following,
        "settings": {name: getattr(settings, name) for name in settings.__dataclass_fields__},
        "seed": session.seed,
        "system_prompt": session.system_prompt,
        "conversations": sum(len(day) for _, day in session.archive.groups()),
        "searched": window.sidebar.search.text(),
        "listed": listed(window),
        "branches": branches(window),
        "proof": session.proof.kind if session.proof else None,
        "distribution": distribution(window),
        "attention": attention(window),
        "compared": compared(window),
        "muted": window.chat.muted.what.text(),
        "lens": lens(window),
        "knife": knife(window),
        "performance": performance(window),
        "readings": readings(window),
        "precision": precision(window),
        "layers": layers(window),
        "tensors": tensors(window),
        "numbers": numbers(window),
        "formula": formula(window),
        "banners": [banner.text.text() for banner in window.chat.notices.banners],
        "head": [session.layer, session.head],
        "composer": window.chat.composer.draft,
        "keyboard": keyboard(),
        "model": session.model.name if session.model is not None else None,
        "library": library_rows(window),
        "dialog": open_dialog(),
    }


def messages(session: Session) -> list[dict[str, Any]]:
    """What is said on the branch that is shown, of each message with its tokens' positions and its variants."""
    spans = session.conversation.spans()
    return [
        {
            "id": message.id,
            "role": message.role,
            "text": message.text,
            "writing": message.writing,
            "span": span,
            "variant": place_of(message),
            "ended": message.facts.reason if message.facts is not None else None,
        }
        for message, span in zip(session.messages, spans, strict=True)
    ]


def sequence(window: Window) -> list[list[Any]]:
    """Of every token its ID, and of those that were written their log-probability and their draw."""
    ids, steps = [token.id for token in window.session.tokens], window.session.steps
    return [
        [token, steps[at].logprob, steps[at].draw] if at in steps else [token] for at, token in enumerate(ids)
    ]


def listed(window: Window) -> list[dict[str, Any]] | None:
    """The conversations in the sidebar, from the top; ``None`` until it has read them."""
    sidebar = window.sidebar
    if not sidebar.up_to_date:
        return None
    rows = [sidebar.rows.row_at(row) for row in range(sidebar.rows.rowCount())]
    return [
        {
            "title": shown_title(row).text,
            "pinned": not isinstance(row, Hit) and row.pinned,
            "excerpt": row.excerpt.text if isinstance(row, Hit) else "",
            "shown": conversation_of(row) == sidebar.rows.marked,
        }
        for row in rows
        if row is not None and conversation_of(row)
    ]


def branches(window: Window) -> dict[str, Any] | None:
    """Of the tree how many messages it has and which of them are on the branch that it shows."""
    column = window.chat.branches
    if not column.isVisible() or not column.is_open:
        return None
    tree = column.tree
    return {"messages": len(tree._layout.nodes), "shown": sorted(tree._shown)}


def distribution(window: Window) -> dict[str, Any] | None:
    """What the next-token panel shows; of some rows ID and probability after the chain."""
    panel = window.findChild(NextTokenPanel)
    if panel is None or panel.scene is None or panel.scene.result is None:
        return None
    rows = [[bar.id, bar.after and round(bar.after, 6)] for bar in panel.view.bars.source.bars(0, ROWS)]
    scene, badge = panel.scene, panel.header.reproduction
    card = panel.view.why_not
    return {
        "position": scene.moment.position,
        "chosen": scene.moment.chosen,
        "temperature": scene.settings.temperature,
        "rows": rows,
        "reproduction": badge.text() if badge.isVisible() else "",
        "query": panel.header.query,
        "sliders": {name: slider.value for name, slider in panel.controls.sliders.items()},
        "answered": panel.answering.question.settled,
        "answer": card.sentence.text() if card.isVisible() else "",
        "offers": [offer.label for offer in card.story.offers] if card.isVisible() else [],
    }


def attention(window: Window) -> dict[str, Any] | None:
    """What the attention panel says it shows, and the keys that the token looks at most; until then ``None``."""
    panel = window.findChild(AttentionPanel)
    if panel is None or not panel.isVisible() or panel._frame.isActive():
        return None
    return {"about": panel.about.text(), "keys": [line.position for line in panel.keys.model.lines]}


def compared(window: Window) -> dict[str, Any] | None:
    """The columns of the comparison, and what it says about where they part."""
    panel = window.findChild(ComparePanel)
    if panel is None or not panel.isVisible():
        return None
    heads = [panel.scene.head(column) for column in panel.comparison.columns]
    parting = panel.board.partings
    return {
        "columns": [{"letter": head.letter, "title": head.title, "state": head.state} for head in heads],
        "tokens": [column.length for column in panel.comparison.columns],
        "parting": parting.title.text() if parting.isVisible() else "",
        "choices": [part.bars.isVisible() for part in parting.parts],
        "running": panel.comparison.queue.running,
    }


def lens(window: Window) -> dict[str, Any] | None:
    """What the lens panel shows, where it is open."""
    panel = window.panels.panel("lens")
    if not isinstance(panel, LensPanel) or not panel.isVisible():
        return None
    return {
        "about": panel.about.text(),
        "added": panel.added.text(),
        "shares": panel.shares.accessibleDescription(),
        "rows": len(panel.reader.rows),
    }


def knife(window: Window) -> dict[str, Any] | None:
    """What the knife panel shows, where it is open."""
    panel = window.panels.panel("knife")
    if not isinstance(panel, KnifePanel) or not panel.isVisible():
        return None
    ranked = panel.ranking.ranked
    return {
        "told": panel.body.told.text(),
        "changes": panel.bars.accessibleDescription(),
        "ranked": 0 if ranked is None else ranked.done,
        "ranking": panel.ranking.running,
    }


def performance(window: Window) -> dict[str, Any] | None:
    """What the performance panel shows, where it is open."""
    panel = window.panels.panel("performance")
    if not isinstance(panel, PerformancePanel) or not panel.isVisible():
        return None
    return {
        "about": panel.about.text(),
        "token": panel.tokens.accessibleDescription(),
        "limits": panel.limits.accessibleDescription(),
        "layers": panel.layers.accessibleDescription() if panel.layers.isVisible() else "",
        "operators": panel.operators.accessibleDescription() if panel.operators.isVisible() else "",
        "runs": panel.runs.accessibleDescription(),
        "measuring": panel.measuring.running,
        "refusal": panel.said.text(),
    }


def readings(window: Window) -> dict[str, Any] | None:
    """What the panel Two readings shows, where it is open."""
    panel = window.panels.panel("readings")
    if not isinstance(panel, ReadingsPanel) or not panel.isVisible():
        return None
    shown = panel.reader.at_point(panel._point, panel.controls.near) is not None
    return {
        "sentences": [card.text for card in panel.body.cards],
        "words": [one.word.text if one.word is not None else "" for one in panel.reader.sentences],
        "about": panel.about.text(),
        "notes": panel.body.notes.text(),
        "point": panel.body.point_title.text(),
        "cosines": [round(one, 4) for one in panel.chart.lines.word],
        "attention": [column.attention.accessibleDescription() for column in panel.body.columns],
        "nearest": [[row.piece for row in column.nearest.rows] for column in panel.body.columns],
        "complete": shown and panel.reader.similarity is not None and not panel._frame.isActive(),
    }


def precision(window: Window) -> dict[str, Any] | None:
    """What the precision panel shows, where it is open; of the table every cell."""
    panel = window.panels.panel("precision")
    if not isinstance(panel, PrecisionPanel) or not panel.isVisible():
        return None
    rows, columns = panel.rows.rowCount(), panel.rows.columnCount()
    return {
        "about": panel.about.text(),
        "rows": [[panel.rows.index(row, column).data() for column in range(columns)] for row in range(rows)],
        "reading": panel.replays.reading,
        "button": panel.read.accessibleName(),
        "token": panel.token.accessibleDescription(),
    }


def layers(window: Window) -> dict[str, Any] | None:
    """What the panel Layers shows, where it is open: of the tree the rows that are unfolded."""
    panel = window.panels.panel("layers")
    if not isinstance(panel, LayersPanel) or not panel.isVisible():
        return None
    rows, index = [], panel.rows.index(0, 0)
    while panel.view.isVisible() and index.isValid():
        rows.append([str(index.siblingAtColumn(column).data()) for column in (0, 1)])
        index = panel.view.indexBelow(index)
    return {
        "about": panel.about.text(),
        "rows": rows,
        "expression": panel.expression.toPlainText() if panel.expression.isVisible() else "",
        "detail": panel.detail.toPlainText(),
    }


def tensors(window: Window) -> dict[str, Any] | None:
    """What the panel Tensors shows, where it is open."""
    panel = window.panels.panel("tensors")
    if not isinstance(panel, TensorsPanel) or not panel.isVisible():
        return None
    return {
        "about": panel.about.text(),
        "title": panel.title.text(),
        "facts": panel.facts.text(),
        "drawn": panel.picture.shown is not None,
        "saving": panel.saving.busy,
    }


def numbers(window: Window) -> dict[str, Any] | None:
    """What the panel Numbers shows, where it is open."""
    panel = window.panels.panel("numbers")
    if not isinstance(panel, NumbersPanel) or not panel.isVisible():
        return None
    return {"about": panel.about.text(), "bits": panel.rows.facts[0].bits, "bit": panel.flipping.bit.value()}


def formula(window: Window) -> dict[str, Any] | None:
    """What the panel Formula shows, where it is open and has nothing more to ask."""
    panel = window.panels.panel("formula")
    if not isinstance(panel, FormulaPanel) or not panel.isVisible() or not panel.settled:
        return None
    assert panel.formula is not None
    found, layer = panel.formula, panel.choice.chosen
    return {
        "about": panel.about.text(),
        "part": "" if layer is None else layer.part or layer.name,
        "block": -1 if layer is None else layer.block,
        "neuron": found.neuron,
        "sum": found.sum,
        "computed": found.computed,
        "rounded": found.rounded_difference,
        "check": panel.check.accessibleDescription(),
        "figure": panel.figure.accessibleDescription(),
        "first": [str(panel.rows.index(0, column).data()) for column in range(panel.rows.columnCount())],
        "term": panel._term,
    }


def keyboard() -> str:
    """Name of the widget that the keyboard is in."""
    widget = QApplication.focusWidget()
    return "" if widget is None else widget.accessibleName() or type(widget).__name__


def library_rows(window: Window) -> list[str] | None:
    """Names in the library's table, where that is open and read."""
    library = window.model_library
    if library is None or not library.isVisible() or library.reader.reading:
        return None
    return [str(library.model.index(row, 0).data()) for row in range(library.model.rowCount())]


def open_dialog() -> str | None:
    """The title of the question that is open, if there is one."""
    dialog = QApplication.activeModalWidget()
    return None if dialog is None else dialog.windowTitle()


def text_of(widget: QWidget) -> str:
    """What a label or a button says."""
    return widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""


def texts(window: Window) -> list[str]:
    """Everything that labels and buttons of all windows say."""
    return [text for widget in QApplication.allWidgets() if widget.isVisible() and (text := text_of(widget))]


def save_screen(window: Window, path: str) -> bool:
    """A picture of the whole screen as the X server shows it."""
    return QApplication.primaryScreen().grabWindow(0).save(path)


SIGHTS = {"sequence": sequence, "texts": texts, "picture": save_screen}
"""Questions about what is seen, by name."""
