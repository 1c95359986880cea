"""What every panel promises; a new panel is covered by its line in `PANELS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QTimer, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop import theme
from desktop.application import apply_theme
from desktop.panels import PANELS, panel_named
from desktop.panels.empty_state import EmptyState
from desktop.panels.entry import PanelEntry
from desktop.phase import Phase
from desktop.session import Session
from tests.desktop.scripted_engine import ScriptedEngine

Settle = Callable[[], None]
INTERACTIVE = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit)

PARTS = (QHeaderView, QScrollBar)
"""Parts of other controls."""

every_panel = pytest.mark.parametrize("entry", PANELS, ids=lambda entry: entry.name)


class Echo(QTranslator):
    """Translates a text of the context ``Panels`` into the same text in brackets."""

    def translate(self, context: str, source: str, comment: str | None = None, count: int = -1) -> str | None:
        """Only that context."""
        return f"[{source}]" if context == "Panels" else None


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Callable[[PanelEntry, Session], QWidget]]:
    """Makes a panel and shows it."""
    made: list[QWidget] = []

    def show(entry: PanelEntry, session: Session) -> QWidget:
        panel = entry.make(session)
        qtbot.addWidget(panel)
        made.append(panel)
        panel.resize(860, 420)
        panel.show()
        return panel

    yield show
    for panel in made:
        panel.hide()


def active_timers(panel: QWidget) -> list[QTimer]:
    return [timer for timer in panel.findChildren(QTimer) if timer.isActive()]


def empty_states(panel: QWidget) -> list[QLabel]:
    return [label for label in panel.findChildren(EmptyState) if label.isVisibleTo(panel)]


def said(panel: QWidget) -> list[tuple[object, ...]]:
    """All that is to be read in a panel: texts, states, cells, and what is told of pictures.

    Pictures themselves differ by where the pointer is and by what sizes a panel went through.
    """
    found: list[tuple[object, ...]] = []
    for widget in panel.findChildren(QWidget):
        if not widget.isVisibleTo(panel):
            continue
        told = (
            type(widget).__name__,
            widget.accessibleName(),
            widget.accessibleDescription(),
            widget.isEnabled(),
        )
        match widget:
            case QLabel() | QLineEdit():
                found.append((*told, widget.text()))
            case QAbstractButton():
                found.append((*told, widget.text(), widget.isChecked()))
            case QComboBox():
                found.append((*told, widget.currentText(), widget.count()))
            case QAbstractSlider():
                found.append((*told, widget.value() if not isinstance(widget, QScrollBar) else None))
            case QAbstractItemView() if widget.model() is not None:
                model = widget.model()
                cells = [
                    model.index(row, column).data()
                    for row in range(model.rowCount())
                    for column in range(model.columnCount())
                ]
                found.append((*told, cells, widget.currentIndex().row()))
            case _:
                found.append(told)
    return found


def test_names_are_short_stable_and_unlike() -> None:
    names = [entry.name for entry in PANELS]
    assert len(set(names)) == len(names)
    for entry in PANELS:
        assert entry.name == entry.name.lower().replace(" ", "-")
        assert panel_named(entry.name) is entry
    assert panel_named("nothing") is None


@every_panel
def test_the_title_is_translated(qtbot: QtBot, entry: PanelEntry) -> None:
    assert entry.shown_title == entry.title
    echo = Echo()
    QCoreApplication.installTranslator(echo)
    try:
        assert entry.shown_title == f"[{entry.title}]"
    finally:
        QCoreApplication.removeTranslator(echo)


@every_panel
def test_it_can_be_made_before_anything_is_loaded(
    unloaded_session: Session, shown: Callable[..., QWidget], entry: PanelEntry
) -> None:
    panel = shown(entry, unloaded_session)
    assert panel.accessibleName()
    (empty,) = empty_states(panel)
    assert empty.text().endswith(".")
    assert not panel.grab().isNull()


@every_panel
def test_with_a_model_and_no_tokens_one_sentence_says_how_to_begin(
    qtbot: QtBot, session: Session, shown: Callable[..., QWidget], entry: PanelEntry
) -> None:
    panel = shown(entry, session)
    if entry.of_model:
        # It has something to show already.
        qtbot.waitUntil(lambda: session.take_events() or not empty_states(panel))
        return
    (empty,) = empty_states(panel)
    assert "Send a message" in empty.text()


@every_panel
def test_a_reply_takes_the_sentences_place(
    qtbot: QtBot, session: Session, settle: Settle, shown: Callable[..., QWidget], entry: PanelEntry
) -> None:
    panel = shown(entry, session)
    session.send("Why is the sky blue?")
    settle()
    qtbot.waitUntil(lambda: session.take_events() or not empty_states(panel))
    assert not panel.grab().isNull()


@every_panel
def test_made_late_it_shows_what_it_would_have_shown(
    qtbot: QtBot, session: Session, settle: Settle, shown: Callable[..., QWidget], entry: PanelEntry
) -> None:
    early = shown(entry, session)
    session.send("Why is the sky blue?")
    settle()
    late = shown(entry, session)

    def alike() -> bool:
        session.take_events()
        return not empty_states(late) and said(early) == said(late)

    qtbot.waitUntil(alike, timeout=20_000)
    assert len(said(late)) > 3


@every_panel
def test_it_asks_and_times_nothing_while_hidden(
    qtbot: QtBot,
    replied: Session,
    engine: ScriptedEngine,
    settle: Settle,
    shown: Callable[..., QWidget],
    entry: PanelEntry,
) -> None:
    panel = shown(entry, replied)
    panel.hide()
    settle()
    asked = len(engine.commands)
    replied.move_cursor(3)
    replied.choose_head(1, 1)
    replied.change_settings(replied.settings.changed("temperature", 0.3))
    replied.tokens_appended.emit(len(replied.tokens), len(replied.tokens))
    replied.statistics_changed.emit(0, 2)
    assert len(engine.commands) == asked
    assert active_timers(panel) == []


@every_panel
def test_a_hidden_panel_catches_up_when_shown(
    qtbot: QtBot, session: Session, settle: Settle, shown: Callable[..., QWidget], entry: PanelEntry
) -> None:
    panel = shown(entry, session)
    panel.hide()
    session.send("Why is the sky blue?")
    settle()
    panel.show()
    qtbot.waitUntil(lambda: session.take_events() or not empty_states(panel))


@every_panel
def test_an_idle_panel_has_no_running_timer(
    qtbot: QtBot, replied: Session, settle: Settle, shown: Callable[..., QWidget], entry: PanelEntry
) -> None:
    panel = shown(entry, replied)
    qtbot.waitUntil(lambda: replied.take_events() or not active_timers(panel))


@every_panel
def test_a_lost_engine_and_another_one_are_no_trouble(
    qtbot: QtBot, shown: Callable[..., QWidget], entry: PanelEntry
) -> None:
    engines = [ScriptedEngine(), ScriptedEngine()]
    waiting = iter(engines)
    session = Session(lambda: next(waiting))
    session.start()
    panel = shown(entry, session)
    session.send("Why is the sky blue?")
    qtbot.waitUntil(lambda: session.take_events() or not empty_states(panel))
    engines[0].crash()
    qtbot.waitUntil(lambda: session.take_events() or session.phase is Phase.LOST)
    session.move_cursor(4)
    assert not panel.grab().isNull()
    session.restart_engine()
    qtbot.waitUntil(lambda: session.take_events() or session.phase is Phase.READY)
    qtbot.waitUntil(lambda: session.take_events() or not (empty_states(panel) or active_timers(panel)))
    assert not panel.grab().isNull()
    session.close()


@every_panel
def test_a_new_conversation_and_back_are_no_trouble(
    qtbot: QtBot, replied: Session, settle: Settle, shown: Callable[..., QWidget], entry: PanelEntry
) -> None:
    panel = shown(entry, replied)
    first = replied.conversation.id
    replied.new_conversation()
    empty = 0 if entry.of_model else 1
    qtbot.waitUntil(lambda: replied.take_events() or len(empty_states(panel)) == empty)
    replied.open_conversation(first)
    settle()
    qtbot.waitUntil(lambda: replied.take_events() or not empty_states(panel))


@every_panel
def test_every_control_has_a_name_and_can_be_reached_with_the_keyboard(
    replied: Session, shown: Callable[..., QWidget], entry: PanelEntry
) -> None:
    panel = shown(entry, replied)
    controls = [
        widget
        for widget in panel.findChildren(QWidget)
        if isinstance(widget, INTERACTIVE) and not isinstance(widget, PARTS) and not is_corner(widget)
    ]
    assert controls
    nameless = [described(control) for control in controls if not control.accessibleName()]
    assert nameless == []
    unreachable = [
        described(control)
        for control in controls
        if control.isVisible() and control.isEnabled() and not reachable(control)
    ]
    assert unreachable == []


def is_corner(widget: QWidget) -> bool:
    """Whether it is the button in the corner of a table, which has no class of its own in PySide6."""
    return widget.metaObject().className() == "QTableCornerButton"


def reachable(control: QWidget) -> bool:
    """Whether Tab stops there; inside a table or a group of buttons the arrow keys go on."""
    return control.focusPolicy().value & 1 == 1


def described(widget: QObject) -> str:
    return f"{type(widget).__name__} {widget.objectName()} {getattr(widget, 'text', lambda: '')()}"


@every_panel
@pytest.mark.parametrize("palette", theme.PALETTES, ids=lambda palette: palette.name)
@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_it_follows_theme_and_zoom(
    qtbot: QtBot,
    replied: Session,
    settle: Settle,
    shown: Callable[..., QWidget],
    entry: PanelEntry,
    palette: theme.Palette,
    zoom: float,
) -> None:
    panel = shown(entry, replied)
    settle()
    apply_theme(palette, zoom)
    try:
        assert not panel.grab().isNull()
        qtbot.waitUntil(lambda: not cut_off(panel))
    finally:
        apply_theme(theme.DARK)


def cut_off(panel: QWidget) -> list[Any]:
    """Visible buttons that are narrower than their words need."""
    return [
        described(button)
        for button in panel.findChildren(QAbstractButton)
        if button.isVisible() and button.width() < button.minimumSizeHint().width()
    ]
